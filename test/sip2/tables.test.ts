import { expect } from 'chai';
import * as codes from '../../src/sip2/codes.ts';
import { exchanges } from '../../src/sip2/exchanges/table.ts';
import { type FieldId, fieldOf, fields, fixedFields, secretFields } from '../../src/sip2/fields.ts';
import { type Layout, requestLayouts, responseLayouts } from '../../src/sip2/layout.ts';
import {
  answerOf,
  bxString,
  messageTable,
  type Request,
  type RequestCode,
  requestCodes,
  requests,
  responses,
} from '../../src/sip2/messages.ts';

const widths = (layouts: ReadonlyMap<string, Layout>) =>
  Object.fromEntries(Array.from(layouts, ([code, { width }]) => [code, width]));

describe('SIP2 tables', () => {
  it('have fixed parts as wide as the standard says', () => {
    expect(widths(requestLayouts)).to.deep.equal({
      ...{ '01': 19, '09': 37, 11: 38, 15: 19, 17: 18, 19: 18, 23: 21, 25: 18 },
      ...{ 29: 38, 35: 18, 37: 25, 63: 31, 65: 18, 93: 2, 97: 0, 99: 8 },
    });
    expect(widths(responseLayouts)).to.deep.equal({
      ...{ 10: 22, 12: 22, 16: 20, 18: 24, 20: 19, 24: 35, 26: 35, 30: 22 },
      ...{ 36: 19, 38: 19, 64: 59, 66: 27, 94: 1, 96: 0, 98: 34 },
    });
  });

  it('give every field of a message its own name, and no field twice', () => {
    for (const [code, { fixed, fields }] of [...requestLayouts, ...responseLayouts]) {
      const names = ['code', ...fixed.map(({ name }) => name), ...fields.map(({ name }) => name)];
      expect(names, code).to.deep.equal([...new Set(names)]);
    }
  });

  it('require only texts, because a request without a required field is read as if it were empty', () => {
    for (const [code, { fields }] of [...requestLayouts, ...responseLayouts]) {
      const others = fields.filter(({ required, kind, repeatable }) => required && (kind !== 'text' || repeatable));
      expect(others, code).to.deep.equal([]);
    }
  });

  it('declare no field that no message uses', () => {
    const rows = [...Object.values(requests), ...Object.values(responses)];
    expect(new Set(rows.flatMap((row) => row.fixed))).to.deep.equal(new Set(Object.keys(fixedFields)));
    const used = rows.flatMap((row) => row.fields.map((field) => field.slice(0, 2)));
    expect(new Set(used)).to.deep.equal(new Set(Object.keys(fields)));
  });

  it('name every variable-length field differently', () => {
    const names = (Object.keys(fields) as FieldId[]).map((id) => fieldOf(id).name);
    expect(names).to.deep.equal([...new Set(names)]);
  });

  it('know the secrets', () => expect(secretFields).to.have.members(['AC', 'AD', 'CO']));

  it('send AO first wherever a terminal may look for it there', () => {
    for (const [code, { fields }] of responseLayouts) {
      const at = fields.findIndex(({ id }) => id === 'AO');
      expect(at, code).to.be.oneOf([0, -1]);
    }
  });

  it('answer every request with a response, and use every response', () => {
    expect(new Set(requestCodes.map(answerOf))).to.deep.equal(new Set(Object.keys(responses)));
    expect(answerOf('01')).to.equal('24');
    expect(answerOf('63')).to.equal('64');
  });

  it('write BX with one position for each request', () => {
    expect(requestCodes.map((code) => requests[code].bx).sort((a, b) => a - b)).to.deep.equal([...Array(16).keys()]);
    expect(bxString(new Set())).to.equal('NNNNNNNNNNNNNNNN');
    expect(bxString(new Set(requestCodes))).to.equal('YYYYYYYYYYYYYYYY');
    // patron status, checkout, checkin, block, SC status, resend, login, patron information …
    expect(bxString(new Set<RequestCode>(['11', '09', '99', '97', '93', '63']))).to.equal('NYYNYYYYNNNNNNNN');
    expect(bxString(new Set<RequestCode>(['15', '65']))).to.equal('NNNNNNNNNNNNNYNY');
  });

  it('have one exchange at most for each request', () => {
    const codes = exchanges.map(({ code }) => code);
    expect(codes).to.deep.equal([...new Set(codes)]);
  });

  it("give README's table its rows, in the order of commands", () => {
    expect(messageTable().map(({ code }) => code)).to.deep.equal(requestCodes);
    expect(requestCodes[0]).to.equal('01');
    expect(messageTable().find(({ code }) => code === '17')).to.deep.include({
      name: 'Item Information',
      answer: '18',
      answerName: 'Item Information Response',
      bx: 10,
      fields: 'AO AB AC?',
    });
  });

  it('give codes the width of the fields that carry them', () => {
    const lists: [list: Record<string, string>, width: number][] = [
      [codes.circulationStatus, fixedFields.circulationStatus.width],
      [codes.securityMarker, fixedFields.securityMarker.width],
      [codes.feeType, fixedFields.feeType.width],
      [codes.language, fixedFields.language.width],
      [codes.mediaType, 3],
      [codes.alertType, 2],
    ];
    for (const [list, width] of lists) {
      const values = Object.values(list);
      expect(values.filter((value) => value.length !== width || !/^\d+$/.test(value))).to.deep.equal([]);
      expect(values).to.deep.equal([...new Set(values)]);
    }
  });

  it('have a name for each character of patron status, and a field for each list of summary', () => {
    expect(codes.patronStatusNames).to.have.lengthOf(fixedFields.patronStatus.width);
    const answered = responseLayouts.get('64')?.fields.map(({ name }) => name);
    expect(answered).to.include.members([...codes.summarySections]);
  });

  it('derive the type of a message (this is a test for the compiler)', () => {
    const checkout: Request<'11'> = {
      code: '11',
      scRenewalPolicy: true,
      noBlock: false,
      transactionDate: '20260304    101530',
      nbDueDate: '',
      institutionId: 'MAIN',
      patronIdentifier: 'P1',
      itemIdentifier: 'I1',
      terminalPassword: '',
      cancel: true,
    };
    // @ts-expect-error: an item identifier is required
    const incomplete: Request<'17'> = { code: '17', transactionDate: '', institutionId: '' };
    // @ts-expect-error: a 23 has no item
    const foreign: Request<'23'>['itemIdentifier'] = '';
    expect([checkout.code, incomplete.code, foreign]).to.deep.equal(['11', '17', '']);
  });
});
