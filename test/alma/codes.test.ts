import { expect } from 'chai';
import type { AlmaSystem } from '../../src/alma/library-system.ts';
import { OutcomeUnknown, type RefusalKind } from '../../src/circulation/refusals.ts';
import { against, always, connect, errorOf, kiosk, refusalOf, standIn } from './parties.ts';

const json = 'application/json;charset=UTF-8';
const place = { library: 'MAIN', circDesk: 'DEFAULT_CIRC_DESK' };
const error = (errorCode: string, errorMessage = ''): string =>
  JSON.stringify({ errorList: { error: [{ errorCode, errorMessage }] } });
const loan = { patronId: 'ada', barcode: '1', place };

describe('The same code on different endpoints', () => {
  const ref = { mmsId: '1', holdingId: '2', itemId: '3' };
  const hold = { patronId: 'a', target: { itemId: '3' }, pickup: { library: 'MAIN' }, comment: '' };
  const told = { loanId: '1', patronId: 'a', barcode: 'b', ref, title: '', due: '', loaned: '' };
  type Ask = (alma: AlmaSystem) => Promise<unknown>;
  const lend: Ask = (alma) => alma.createLoan(kiosk, loan);
  const renew: Ask = (alma) => alma.renewLoan(kiosk, told);
  const postpone: Ask = (alma) => alma.changeDueDate(kiosk, told, '2030-01-01T00:00:00Z');
  const request: Ask = (alma) => alma.createHold(kiosk, hold);
  const cancel: Ask = (alma) => alma.cancelHold(kiosk, 'a', '1');
  const scan: Ask = (alma) => alma.scanIn(kiosk, ref, place);
  const shelve: Ask = (alma) => alma.createHolding(kiosk, '1', { library: 'MAIN', location: 'stacks' });
  const temporary = { barcode: 'b', itemPolicy: 'ILL', library: 'MAIN', location: 'stacks', note: '' };

  // biome-ignore format: a table is read by its rows
  const rows: [name: string, ask: Ask, code: string, text: string, kind: RefusalKind][] = [
    ['loan', lend, '401651', 'Item is not loanable.', 'item-not-loanable'],
    ['fees', (alma) => alma.fees(kiosk, 'a'), '401651', 'Identifier not found.', 'unknown-patron'],
    ['loan', lend, '401164', '', 'item-not-loanable'],
    ['loan', lend, '401158', '', 'item-on-loan-to-another'],
    ['loan', lend, '400042', '', 'item-on-loan-to-another'],
    ['loan', lend, '401151', '', 'patron-not-eligible'],
    ['loan', lend, '401119', '', 'patron-not-eligible'],
    ['loan', lend, '401153', '', 'wrong-circulation-desk'],
    ['loan', lend, '401161', '', 'loan-limit-exceeded'],
    ['loan', lend, '401163', 'Cash - Limit of 10.00 exceeded. User has 25.00.', 'fee-limit-exceeded'],
    ['loan', lend, '401163', 'GENERAL  -   Lost card. NOTE Scope: 01X', 'patron-blocked'],
    ['loan', lend, '401201', '', 'patron-blocked'],
    ['loan', lend, '401168', '', 'patron-expired'],
    ['loan', lend, '401172', '', 'item-held-for-another'],
    ['loan', lend, '401159', '', 'item-unavailable'],
    ['loan', lend, '401890', '', 'unknown-patron'],
    ['loan', lend, '401690', '', 'unknown-item'],
    ['loan', lend, '401664', 'Mandatory field is missing: library', 'library-system-misconfigured'],
    ['renewal', renew, '401822', 'Cannot renew loan:  1 - Item renew period exceeded.', 'renewal-limit-exceeded'],
    ['renewal', renew, '401822', 'Cannot renew loan:  1 - Item is requested.', 'item-not-renewable'],
    ['renewal', renew, '401823', '', 'item-not-on-loan'],
    ['due date', postpone, '401681', '', 'date-invalid'],
    ['request', request, '401136', '', 'duplicate-request'],
    ['request', request, '401129', '', 'request-not-possible'],
    ['request', request, '401891', '', 'unknown-pickup-location'],
    ['request', request, '401895', '', 'unknown-pickup-location'],
    ['request', request, '401119', '', 'patron-not-eligible'],
    ['request', request, '60328', '', 'unknown-item'],
    ['scan', scan, '40166411', 'The parameter item_pid is invalid. Received: 1.', 'unknown-item'],
    ['scan', scan, '40166411', 'The parameter circ_desk is invalid. Received: 1.', 'library-system-misconfigured'],
    ['loan', lend, '40166411', 'The parameter library is invalid. Received: 1.', 'library-system-misconfigured'],
    ['barcode', (alma) => alma.item(kiosk, 'b'), '40166411', 'Invalid.', 'library-system-misconfigured'],
    ['scan', scan, '401160', '', 'wrong-circulation-desk'],
    ['scan', scan, '40166415', '', 'library-system-misconfigured'],
    ['barcode', (alma) => alma.item(kiosk, 'b'), '401690', '', 'unknown-item'],
    ['user', (alma) => alma.patron(kiosk, 'a'), '401861', '', 'unknown-patron'],
    ['fees', (alma) => alma.fees(kiosk, 'a'), '401861', '', 'unknown-patron'],
    ['loan', lend, '401683', '', 'unknown-item'],
    ['due date', postpone, '401861', '', 'unknown-patron'],
    ['due date', postpone, '401823', '', 'item-not-on-loan'],
    ['request', request, '401861', '', 'unknown-patron'],
    ['barcode', (alma) => alma.item(kiosk, 'b'), '401683', '', 'unknown-item'],
    ['renewal', renew, '401861', '', 'unknown-patron'],
    ['loans', (alma) => alma.loans(kiosk, 'a'), '401861', '', 'unknown-patron'],
    ['requests', (alma) => alma.holds(kiosk, 'a'), '401861', '', 'unknown-patron'],
    ['password', (alma) => alma.passwordMatches(kiosk, 'a', 'b'), '401861', '', 'unknown-patron'],
    ['cancellation', cancel, '401861', '', 'unknown-patron'],
    ['request', request, '401683', '', 'unknown-item'],
    ["item's loan", (alma) => alma.itemLoan(kiosk, ref), '401683', '', 'unknown-item'],
    ["item's requests", (alma) => alma.itemHolds(kiosk, ref), '401683', '', 'unknown-item'],
    ['new item', (alma) => alma.createItem(kiosk, '1', '2', temporary), '402204', '', 'unknown-item'],
    ['holdings', (alma) => alma.holdingsOf(kiosk, '1'), '402203', '', 'unknown-item'],
    ['new holding', shelve, '402203', '', 'unknown-item'],
    ['new holding', shelve, '33007', '', 'unknown-item'],
    ['new user', (alma) => alma.createPatron(kiosk, { primaryId: 'a', surname: 'b', userGroup: 'c', externalId: 'd' }), '401852', '', 'library-system-misconfigured'],
  ];
  for (const [name, ask, code, text, kind] of rows) {
    it(`${name}: ${code} ${text} means ${kind}`, async () => {
      const refusal = await against(always(400, json, error(code, text)), (alma) => refusalOf(ask(alma)));
      expect([refusal.kind, refusal.facts.code]).to.deep.equal([kind, code]);
    });
  }

  const general = ['401652', '402119', '60101', 'GENERAL_ERROR', 'INTERNAL_SERVER_ERROR'];
  const writes: Record<string, Ask> = {
    loan: lend,
    renewal: renew,
    'due date': postpone,
    request,
    cancellation: cancel,
    scan,
    'new bib': (alma) =>
      alma.createBib(kiosk, { controlNumber: '1', title: '', author: '', publisher: '', publicationDate: '' }),
    'new holding': shelve,
    'new item': (alma) => alma.createItem(kiosk, '1', '2', temporary),
    'new user': (alma) => alma.createPatron(kiosk, { primaryId: 'a', surname: 'b', userGroup: 'c', externalId: 'd' }),
    payment: (alma) =>
      alma.payFees(kiosk, 'a', { amount: { amount: 1, currency: 'EUR' }, method: 'cash', externalId: 'x' }),
    'deletion of an item': (alma) => alma.deleteItem(kiosk, ref),
    'deletion of a holding': (alma) => alma.deleteHolding(kiosk, '1', '2'),
    'deletion of a bib': (alma) => alma.deleteBib(kiosk, '1'),
  };
  const reads: Record<string, Ask> = {
    user: (alma) => alma.patron(kiosk, 'a'),
    password: (alma) => alma.passwordMatches(kiosk, 'a', 'b'),
    loans: (alma) => alma.loans(kiosk, 'a'),
    requests: (alma) => alma.holds(kiosk, 'a'),
    fees: (alma) => alma.fees(kiosk, 'a'),
    barcode: (alma) => alma.item(kiosk, 'b'),
    "item's loan": (alma) => alma.itemLoan(kiosk, ref),
    title: (alma) => alma.titleExists(kiosk, '1'),
  };
  const fell = (code: string) => always(400, json, error(code, 'General Error: An error has occurred.'));

  it('a general error leaves it unknown whether a write happened, whatever the endpoint and the status', async () => {
    for (const [name, write] of Object.entries(writes))
      for (const code of general) {
        const outcome = await against(fell(code), (alma) => errorOf(write(alma)));
        expect(outcome, `${name} ${code}`).to.be.instanceOf(OutcomeUnknown);
      }
  });

  it('a general error leaves a read unanswered, and says nothing of the patron or the item', async () => {
    for (const [name, read] of Object.entries(reads))
      for (const code of general) {
        const refusal = await against(fell(code), (alma) => refusalOf(read(alma)));
        expect([name, refusal.kind, refusal.facts.code]).to.deep.equal([name, 'library-system-unavailable', code]);
      }
  });

  // biome-ignore format: a table is read by its rows
  const gone: [name: string, ask: Ask, code: string][] = [
    ['cancellation', cancel, '401694'],
    ['cancellation', cancel, '401697'],
    ['cancellation', cancel, '401907'],
    ['deletion of an item', (alma) => alma.deleteItem(kiosk, ref), '401683'],
    ['deletion of a holding', (alma) => alma.deleteHolding(kiosk, '1', '2'), '60213'],
    ['deletion of a holding', (alma) => alma.deleteHolding(kiosk, '1', '2'), '60218'],
    ['deletion of a holding', (alma) => alma.deleteHolding(kiosk, '1', '2'), '402208'],
    ['deletion of a bib', (alma) => alma.deleteBib(kiosk, '1'), '402204'],
  ];
  for (const [name, ask, code] of gone) {
    it(`${name}: ${code} means that it is gone already, which is not looked up`, async () => {
      const server = await standIn(always(400, json, error(code)));
      const { alma } = connect(server.url);
      await ask(alma);
      expect(server.requests).to.have.length(1);
      await alma.close();
      await server.stop();
    });
  }

  const doubtful: [name: string, ask: Ask, look: [found: string, notFound: string]][] = [
    ['an item', (alma) => alma.deleteItem(kiosk, ref), ['{"item_data":{"pid":"3"}}', error('401683')]],
    [
      'a holding',
      (alma) => alma.deleteHolding(kiosk, '1', '2'),
      ['{"holding":[{"holding_id":"2"}]}', '{"total_record_count":0}'],
    ],
    ['a bib', (alma) => alma.deleteBib(kiosk, '1'), ['{"mms_id":"1"}', error('402203')]],
  ];
  for (const [what, remove, [found, notFound]] of doubtful)
    for (const code of ['401873', '402203', '40166411']) {
      /** An Alma that answers every deletion with the code, and a look with `seen`. */
      const answering =
        (seen: string): Parameters<typeof standIn>[0] =>
        (request, response) => {
          if (request.method === 'DELETE') always(400, json, error(code, 'Parameter invalid.'))(request, response);
          else always(seen.includes('errorList') ? 400 : 200, json, seen)(request, response);
        };

      it(`deletion of ${what}: ${code} may mean that it is gone, so it is looked at`, async () => {
        await against(answering(notFound), remove);
        const refusal = await against(answering(found), (alma) => refusalOf(remove(alma)));
        expect([refusal.kind, refusal.facts.code]).to.deep.equal(['library-system-refused', code]);
        const later = await against(answering(error('GENERAL_ERROR')), (alma) => refusalOf(remove(alma)));
        expect(later.kind, 'nobody could look').to.equal('library-system-unavailable');
      });
    }

  it('a barcode leads to its item, and what the item says has the meaning that it has there', async () => {
    const meant: Record<string, RefusalKind> = { '401690': 'library-system-refused', '401683': 'unknown-item' };
    for (const [code, kind] of Object.entries(meant)) {
      const server = await standIn((request, response) => {
        if (request.url?.startsWith('/almaws/v1/items?')) {
          response.writeHead(302, { location: '/almaws/v1/bibs/1/holdings/2/items/3' }).end();
        } else always(400, json, error(code))(request, response);
      });
      const { alma, calls } = connect(server.url);
      expect((await refusalOf(alma.item(kiosk, 'b'))).kind).to.equal(kind);
      expect(calls().map(({ path, status }) => [path, status])).to.deep.equal([
        ['/items', 302],
        ['/bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}', 400],
      ]);
      await alma.close();
      await server.stop();
    }
  });

  it('a title that is gone is a title that does not exist', async () => {
    expect(await against(always(400, json, error('402203')), (alma) => alma.titleExists(kiosk, '1'))).to.equal(false);
  });

  it('an address that comes with an answer is followed nowhere else', async () => {
    const made = JSON.stringify({ loan_id: '7' });
    const answer: Parameters<typeof standIn>[0] = (_request, response) =>
      response.writeHead(200, { 'content-type': json, location: '/almaws/v1/users/ada/loans/7' }).end(made);
    expect((await against(answer, (alma) => alma.createLoan(kiosk, loan))).loanId).to.equal('7');
  });
});
