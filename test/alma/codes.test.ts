import { expect } from 'chai';
import type { AlmaSystem } from '../../src/alma/library-system.ts';
import type { RefusalKind } from '../../src/circulation/refusals.ts';
import { against, always, kiosk, refusalOf } from './parties.ts';

const json = 'application/json;charset=UTF-8';
const place = { library: 'MAIN', circDesk: 'DEFAULT_CIRC_DESK' };
const loan = { patronId: 'ada', barcode: '1', place };

describe('The same code on different endpoints', () => {
  const ref = { mmsId: '1', holdingId: '2', itemId: '3' };
  const hold = { patronId: 'a', target: { itemId: '3' }, pickup: { library: 'MAIN' }, comment: '' };
  const told = { loanId: '1', patronId: 'a', barcode: 'b', ref, title: '', due: '', loaned: '' };
  type Ask = (alma: AlmaSystem) => Promise<unknown>;
  const lend: Ask = (alma) => alma.createLoan(kiosk, loan);
  const renew: Ask = (alma) => alma.renewLoan(kiosk, told);
  const request: Ask = (alma) => alma.createHold(kiosk, hold);
  const scan: Ask = (alma) => alma.scanIn(kiosk, ref, place);

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
    ['due date', (alma) => alma.changeDueDate(kiosk, told, '2030-01-01T00:00:00Z'), '401681', '', 'date-invalid'],
    ['request', request, '401136', '', 'duplicate-request'],
    ['request', request, '401129', '', 'request-not-possible'],
    ['request', request, '401891', '', 'unknown-pickup-location'],
    ['request', request, '401895', '', 'unknown-pickup-location'],
    ['request', request, '401119', '', 'patron-not-eligible'],
    ['request', request, '60328', '', 'unknown-item'],
    ['scan', scan, '40166411', 'The parameter item_pid is invalid.', 'unknown-item'],
    ['scan', scan, '401160', '', 'wrong-circulation-desk'],
    ['scan', scan, '40166415', '', 'library-system-misconfigured'],
    ['barcode', (alma) => alma.item(kiosk, 'b'), '401690', '', 'unknown-item'],
    ['user', (alma) => alma.patron(kiosk, 'a'), '60101', 'General Error', 'library-system-unavailable'],
    ['new user', (alma) => alma.createPatron(kiosk, { primaryId: 'a', surname: 'b', userGroup: 'c' }), '401852', '', 'library-system-misconfigured'],
  ];
  for (const [name, ask, code, text, kind] of rows) {
    it(`${name}: ${code} ${text} means ${kind}`, async () => {
      const body = JSON.stringify({ errorList: { error: [{ errorCode: code, errorMessage: text }] } });
      const refusal = await against(always(400, json, body), (alma) => refusalOf(ask(alma)));
      expect([refusal.kind, refusal.facts.code]).to.deep.equal([kind, code]);
    });
  }
});
