import { expect } from 'chai';
import { Refusal, type RefusalKind, refusalKinds } from '../../src/circulation/refusals.ts';
import { element, textAt } from '../../src/ncip/message.ts';
import { problem, problemType } from '../../src/ncip/problem.ts';
import { generalProblemTypes, rankedProblemTypes } from '../../src/ncip/problem-types.ts';
import { isService, responseName, serviceNames, services } from '../../src/ncip/services/table.ts';

/**
 * Appendix A of Z39.83-1-2012 (normative), typed once more from the standard's tables, so that a slip in
 * src/ncip is not its own witness.
 */
const standard: Readonly<Record<string, string>> = {
  any: `Invalid Message Syntax Error|Protocol Error|Unknown Element|Unknown Scheme|Unknown Value From Known Scheme|
    Agency Authentication Failed|Invalid Amount|Invalid Date|Needed Data Missing|System Authentication Failed|
    Temporary Processing Failure|Unauthorized Combination Of Element Values For Agency|
    Unauthorized Combination Of Element Values For System|Unauthorized Service For Agency|
    Unauthorized Service For System|Unknown Agency|Unknown System|Unsupported Service`,
  AcceptItem: `Cannot Accept Item|Cannot Guarantee Restrictions On Use|Element Rule Violated|Unknown Item|
    Unknown Request|Unknown User|User Ineligible To Check Out This Item`,
  CancelRecallItem: 'Item Not Checked Out|Recall Cannot Be Cancelled At This Time|Unknown Item',
  CancelRequestItem: `Element Rule Violated|Request Already Processed|Unknown Item|Unknown Request|Unknown User|
    User Authentication Failed`,
  CheckInItem: 'Item Not Checked Out|Unknown Item',
  CheckOutItem: `Item Does Not Circulate|Maximum Check Outs Exceeded|Resource Cannot Be Provided|Unknown Item|
    Unknown Request|Unknown User|Unsupported Shipping Address Type|User Authentication Failed|User Blocked|
    User Ineligible To Check Out This Item`,
  CreateItem: 'Duplicate Item|Element Rule Violated',
  CreateUser: 'Duplicate User|Element Rule Violated|User Authentication Failed',
  CreateUserFiscalTransaction: `Account Access Denied|Duplicate Fiscal Transaction|Element Rule Violated|
    Unable To Add Element|Unknown Item|Unknown Request|Unknown User|User Access Denied|User Authentication Failed`,
  LookupAgency: 'Agency Access Denied|Element Rule Violated',
  LookupItem: 'Element Rule Violated|Item Access Denied|Non-Unique Item|Unknown Item',
  LookupRequest: 'Non-Unique Request|Unknown Request',
  LookupUser: 'Element Rule Violated|Non-Unique User|Unknown User|User Access Denied|User Authentication Failed',
  RecallItem: 'Item Cannot Be Recalled|Item Not Checked Out|Unknown Item|Unsupported Shipping Address Type',
  RenewItem: `Item Not Checked Out|Item Not Renewable|Maximum Renewals Exceeded|
    Renewal Not Allowed - Item Has Outstanding Requests|Unknown Item|Unknown User|User Authentication Failed|
    User Blocked|User Ineligible To Renew This Item`,
  ReportCirculationStatusChange: `Element Rule Violated|Item Not Checked Out To This User|Unknown Item|Unknown User|
    User Authentication Failed`,
  RequestItem: `Duplicate Request|Element Rule Violated|Item Does Not Circulate|Item Not Available By Need Before Date|
    Unknown Item|Unknown User|User Authentication Failed|User Blocked|User Ineligible To Request This Item`,
  SendUserNotice: 'Element Rule Violated|Item Not Checked Out|Unknown Item|Unknown User|Unsupported Notice',
  UndoCheckOutItem: 'Unknown Item|Unknown User|User Authentication Failed',
  UpdateItem: 'Element Rule Violated|Item Access Denied|Unable To Add Element|Unable To Delete Element|Unknown Item',
  UpdateRequestItem: `Element Rule Violated|Item Access Denied|Unable To Add Element|Unable To Delete Element|
    Unknown Item|Unknown Request|Unknown User|User Authentication Failed`,
  UpdateUser: `Element Rule Violated|Unable To Add Element|Unable To Delete Element|Unknown User|User Access Denied|
    User Authentication Failed`,
};
const list = (words = ''): string[] => words.split('|').map((word) => word.trim());

const kinds = Object.keys(refusalKinds) as RefusalKind[];
const offeredNames = Object.keys(services) as (keyof typeof services)[];

describe('NCIP problems', () => {
  for (const service of offeredNames) {
    it(`has a word of the standard for every refusal of ${service}`, () => {
      const allowed = new Set([...list(standard.any), ...list(standard[service])]);
      const strangers = kinds.map((kind) => problemType(kind, services[service])).filter((type) => !allowed.has(type));
      expect(strangers).to.deep.equal([]);
      expect([...services[service].problemTypes].sort()).to.deep.equal(list(standard[service]).sort());
    });
  }

  it('answers a service that is not offered with words that fit any service', () => {
    const types = kinds.map((kind) => problemType(kind, undefined));
    expect(types.filter((type) => !list(standard.any).includes(type))).to.deep.equal([]);
    expect(problemType('service-unsupported', undefined)).to.equal('Unsupported Service');
    expect([...generalProblemTypes].sort()).to.deep.equal(list(standard.any).sort());
  });

  const spellings: [RefusalKind, keyof typeof services, string][] = [
    ['unknown-item', 'CheckInItem', 'Unknown Item'],
    ['unknown-item', 'CheckOutItem', 'Unknown Item'],
    ['item-not-on-loan', 'CheckInItem', 'Item Not Checked Out'],
    ['item-already-returned', 'CheckInItem', 'Item Not Checked Out'],
    ['patron-authentication-failed', 'LookupUser', 'User Authentication Failed'],
    ['patron-blocked', 'AcceptItem', 'User Ineligible To Check Out This Item'],
    ['patron-blocked', 'CheckOutItem', 'User Blocked'],
    ['patron-blocked', 'LookupUser', 'User Access Denied'],
    ['patron-not-eligible', 'CheckOutItem', 'User Ineligible To Check Out This Item'],
    ['unknown-patron', 'AcceptItem', 'Unknown User'],
    ['loan-limit-exceeded', 'CheckOutItem', 'Maximum Check Outs Exceeded'],
    ['duplicate-request', 'RequestItem', 'Duplicate Request'],
    ['still-in-progress', 'AcceptItem', 'Temporary Processing Failure'],
  ];
  for (const [kind, service, words] of spellings) {
    it(`says "${words}" for ${kind} of ${service}`, () => {
      expect(problemType(kind, services[service])).to.equal(words);
    });
  }

  it("ranks no word that is the standard's for nothing", () => {
    const all = new Set(Object.values(standard).flatMap(list));
    const ranked = Object.values(rankedProblemTypes).flat();
    expect(ranked.filter((type) => !all.has(type))).to.deep.equal([]);
  });

  it('begins ProblemDetail with the type and ends it with the reference, whatever happened', () => {
    for (const service of offeredNames) {
      for (const kind of kinds) {
        const made = problem(new Refusal(kind, { detail: 'Alma said so' }), { service, traceId: 't-1' });
        const [type, detail] = [textAt(made, 'ProblemType'), textAt(made, 'ProblemDetail')];
        expect(detail.startsWith(`${type}: `)).to.equal(true);
        expect(detail).to.match(/: Alma said so \(reference t-1\)$/);
        const others = Object.values(standard)
          .flatMap(list)
          .filter((other) => other !== type && detail.includes(other));
        expect(others, detail).to.deep.equal([]);
      }
    }
  });

  it('keeps a detail to itself that says the words of another type', () => {
    const refusal = new Refusal('library-system-refused', { detail: 'the answer was: Unknown Item' });
    const made = problem(refusal, { service: 'CheckOutItem', traceId: 't-2' });
    expect(textAt(made, 'ProblemDetail')).not.to.include('Unknown Item');
  });

  it('points at the element that the message has', () => {
    const message = element('LookupUser', element('AuthenticationInput', element('AuthenticationInputData', 'x')));
    const where = { service: 'LookupUser', message, traceId: 't' } as const;
    const made = problem(new Refusal('unknown-patron', { about: 'patron' }), where);
    expect(textAt(made, 'ProblemElement')).to.equal('//LookupUser/AuthenticationInput/AuthenticationInputData');
  });
});

describe('NCIP services', () => {
  it('are answered by the response of their name', () => {
    expect(responseName('CheckInItem')).to.equal('CheckInItemResponse');
    for (const name of serviceNames) expect(isService(name)).to.equal(true);
  });

  it("are none of responses, Problem and the names of an Object's methods", () => {
    for (const name of ['CheckInItemResponse', 'Problem', 'Ext', 'toString', 'constructor']) {
      expect(isService(name), name).to.equal(false);
    }
  });
});
