import type { Instant, ItemRef, Loan, Place } from '../circulation/model.ts';
import { OutcomeUnknown } from '../circulation/refusals.ts';
import type { Alma } from './client.ts';
import { endpoint } from './endpoint.ts';
import { noSuchItem, noSuchPatron, patronRefused } from './errors.ts';
import { flag, instant, list, text } from './json.ts';
import { fullList } from './paging.ts';

const retrieveUserLoans = endpoint('GET /users/{user_id}/loans', noSuchPatron);
const retrieveItemLoans = endpoint('GET /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}/loans', noSuchItem);
const createUserLoan = endpoint('POST /users/{user_id}/loans', {
  ...noSuchPatron,
  ...noSuchItem,
  ...patronRefused,
  '400042': 'item-on-loan-to-another',
  '401153': 'wrong-circulation-desk',
  '401158': 'item-on-loan-to-another',
  '401159': 'item-unavailable',
  '401164': 'item-not-loanable',
  '401172': 'item-held-for-another',
  '401198': 'patron-not-eligible',
  '401605': 'patron-not-eligible',
  '401651': 'item-not-loanable',
  '401664': 'library-system-misconfigured',
  '401672': 'unknown-item',
  '401689': 'unknown-item',
  '401690': 'unknown-item',
  // No published code says that the item waits for somebody else, so the text has to.
  otherwise: (text) => (/\brequested by|\bhold shelf/i.test(text) ? 'item-held-for-another' : 'library-system-refused'),
});
const changeLoanDueDate = endpoint('PUT /users/{user_id}/loans/{loan_id}', {
  ...noSuchPatron,
  '401681': 'date-invalid',
  '401823': 'item-not-on-loan',
});
/** `op=renew` */
const renewUserLoan = endpoint('POST /users/{user_id}/loans/{loan_id}', {
  ...noSuchPatron,
  '401822': (text) => (/exceeded|maximum/i.test(text) ? 'renewal-limit-exceeded' : 'item-not-renewable'),
  '401823': 'item-not-on-loan',
});

/** The patron's active loans, all of them. */
export async function loans(alma: Alma, patronId: string): Promise<Loan[]> {
  const query = { loan_status: 'Active', expand: 'renewable', order_by: 'id' };
  const rows = await fullList(alma, retrieveUserLoans, { user_id: patronId }, 'item_loan', query);
  return rows.map(loanFrom);
}

/** The item's active loan, if it has one. */
export async function itemLoan(alma: Alma, ref: ItemRef): Promise<Loan | undefined> {
  const ids = { mms_id: ref.mmsId, holding_id: ref.holdingId, item_pid: ref.itemId };
  const query = { loan_status: 'Active' };
  const found = await alma.call(retrieveItemLoans, ids, { query });
  const [loan] = list(found, 'item_loan');
  return loan === undefined ? undefined : loanFrom(loan);
}

/**
 * Lends the item at the desk; `holdId` is the hold that the loan fulfils. An item that is on loan already is refused
 * as `item-on-loan-to-another` whoever has it: the code 400042 in the facts means this same patron. Alma takes no due
 * date here and overrides nothing.
 */
export async function createLoan(
  alma: Alma,
  ask: { patronId: string; barcode: string; place: Place; holdId?: string },
): Promise<Loan> {
  const json = {
    circ_desk: { value: ask.place.circDesk },
    library: { value: ask.place.library },
    ...(ask.holdId !== undefined && { request_id: { value: ask.holdId } }),
  };
  const query = { item_barcode: ask.barcode };
  return loanMade(await alma.call(createUserLoan, { user_id: ask.patronId }, { query, json }));
}

/** Sets the due date. Alma wants the loan's status spelt as it never spells it itself. */
export async function changeDueDate(alma: Alma, loan: Loan, due: Instant): Promise<Loan> {
  const json = {
    loan_id: loan.loanId,
    user_id: loan.patronId,
    item_barcode: loan.barcode,
    due_date: due,
    loan_status: 'Active',
  };
  return loanMade(await alma.call(changeLoanDueDate, idsOf(loan), { json }));
}

/** Renews the loan by Alma's own rules. */
export async function renewLoan(alma: Alma, loan: Loan): Promise<Loan> {
  return loanMade(await alma.call(renewUserLoan, idsOf(loan), { query: { op: 'renew' } }));
}

const idsOf = (loan: Loan) => ({ user_id: loan.patronId, loan_id: loan.loanId });

/** A success without a loan in it: made, perhaps, but nobody knows what. */
function loanMade(answer: unknown): Loan {
  const loan = loanFrom(answer);
  if (loan.loanId === '') throw new OutcomeUnknown('loan');
  return loan;
}

function loanFrom(loan: unknown): Loan {
  const renewable = flag(loan, 'renewable');
  const loaned = instant(loan, 'loan_date') ?? '';
  const renewed = instant(loan, 'last_renew_date');
  return {
    loanId: text(loan, 'loan_id'),
    patronId: text(loan, 'user_id'),
    barcode: text(loan, 'item_barcode'),
    ref: { mmsId: text(loan, 'mms_id'), holdingId: text(loan, 'holding_id'), itemId: text(loan, 'item_id') },
    title: text(loan, 'title'),
    due: instant(loan, 'due_date') ?? '',
    loaned,
    ...(renewed !== undefined && { renewed }),
    ...(renewable !== undefined && { renewable }),
  };
}
