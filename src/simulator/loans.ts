import { type Answer, type Call, entity, jsonBody, page, type Route, text } from './call.ts';
import { closingTime } from './dates.ts';
import { AlmaError, UnreadableBody } from './errors.ts';
import { queueOf } from './hold-queue.ts';
import { itemAt } from './items.ts';
import type { Library } from './library.ts';
import { checkLoan, renewalRefusal } from './loan-rules.ts';
import type { Item, Loan, Request, User } from './records.ts';
import { loanJson } from './render/loan.ts';

const ITEM = '/bibs/:mms_id/holdings/:holding_id/items/:item_pid';

export const loanRoutes: Route[] = [
  { method: 'GET', path: '/users/:user_id/loans', handle: listOfUser },
  { method: 'POST', path: '/users/:user_id/loans', handle: lendToUser },
  { method: 'GET', path: '/users/:user_id/loans/:loan_id', handle: getLoan },
  { method: 'POST', path: '/users/:user_id/loans/:loan_id', op: 'renew', handle: renew },
  { method: 'PUT', path: '/users/:user_id/loans/:loan_id', handle: changeDueDate },
  { method: 'GET', path: `${ITEM}/loans`, handle: listOfItem },
  { method: 'POST', path: `${ITEM}/loans`, handle: lendItem },
];

function listOfUser(library: Library, call: Call): Answer {
  const user = library.user(call.params.user_id!);
  return list(library, call, (loan) => loan.userId === user.primaryId);
}

function listOfItem(library: Library, call: Call): Answer {
  const item = itemAt(library, call);
  return list(library, call, (loan) => loan.pid === item.pid);
}

/** What loans can be ordered by; ISO dates and ids of equal length sort as text. */
const ORDERS: Record<string, (library: Library, loan: Loan) => string> = {
  id: (_, loan) => loan.loanId,
  loan_date: (_, loan) => loan.loaned.toISOString(),
  due_date: (_, loan) => loan.due.toISOString(),
  return_date: (_, loan) => loan.returned?.at.toISOString() ?? '',
  barcode: (library, loan) => library.items.get(loan.pid)?.barcode ?? '',
};

function list(library: Library, call: Call, belongs: (loan: Loan) => boolean): Answer {
  const complete = call.query.get('loan_status')?.toLowerCase() === 'complete';
  const key = ORDERS[call.query.get('order_by') ?? 'id'] ?? ORDERS.id!;
  const sign = call.query.get('direction')?.toUpperCase() === 'DESC' ? -1 : 1;
  const rows = library.loans
    .all()
    .filter((loan) => belongs(loan) && (loan.returned !== null) === complete)
    .sort((a, b) => (key(library, a) < key(library, b) ? -sign : sign));
  const renewable = call.query.get('expand')?.split(',').includes('renewable') ?? false;
  return entity(
    'item_loans',
    page(call, 'item_loan', rows, (loan) => loanJson(library, call.base, loan, renewable)),
  );
}

function lendToUser(library: Library, call: Call): Answer {
  const user = library.user(call.params.user_id!);
  const barcode = call.query.get('item_barcode');
  const pid = call.query.get('item_pid');
  if (barcode) {
    const item = library.itemByBarcode(barcode) ?? AlmaError.raise('BARCODE_NOT_FOUND', barcode);
    return lend(library, call, user, item);
  }
  if (!pid) throw new AlmaError('PID_EMPTY');
  return lend(library, call, user, library.items.get(pid) ?? AlmaError.raise('PARAMETER_INVALID', 'item_pid', pid));
}

function lendItem(library: Library, call: Call): Answer {
  const item = itemAt(library, call);
  return lend(library, call, library.user(call.query.get('user_id') ?? ''), item);
}

function lend(library: Library, call: Call, user: User, item: Item): Answer {
  const body = jsonBody(call);
  const field = (name: string) => text(body[name]) || AlmaError.raise('MANDATORY_FIELD_MISSING', name);
  const { unit, desk } = library.desk(field('library'), field('circ_desk'));
  checkLoan(library, user, item, unit, desk);
  // The hold is fulfilled, and leaves the active list, with the loan; the loan keeps its id.
  const request = requestToFulfil(library, user, item, text(body.request_id));
  if (request) {
    request.pid = item.pid;
    request.state = 'HISTORY';
  }
  const loan: Loan = {
    loanId: library.newId('loan'),
    userId: user.primaryId,
    pid: item.pid,
    library: unit.code,
    desk: desk.code,
    loaned: library.now(),
    due: closingTime(library.now(), library.policyOf(item).loanDays),
    returned: null,
    renewals: 0,
    lastRenewed: null,
    requestId: request?.requestId ?? null,
  };
  library.loans.set(loan.loanId, loan);
  return one(library, call, loan);
}

/** The request named in the body, which must be this user's for this item, or the first that this loan satisfies. */
function requestToFulfil(library: Library, user: User, item: Item, requestId: string | undefined): Request | undefined {
  const own = queueOf(library, item).filter((request) => request.userId === user.primaryId);
  if (!requestId) return own[0];
  return own.find((request) => request.requestId === requestId) ?? AlmaError.raise('REQUEST_ID_UNKNOWN');
}

function getLoan(library: Library, call: Call): Answer {
  return one(library, call, loanAt(library, call));
}

function renew(library: Library, call: Call): Answer {
  const loan = loanAt(library, call);
  const refusal = renewalRefusal(library, loan);
  if (refusal) throw new AlmaError('CANNOT_RENEW', loan.loanId, refusal);
  const due = closingTime(library.now(), library.policyOf(library.items.get(loan.pid)!).loanDays);
  if (due > loan.due) loan.due = due;
  loan.renewals += 1;
  loan.lastRenewed = library.now();
  return one(library, call, loan);
}

function changeDueDate(library: Library, call: Call): Answer {
  const loan = loanAt(library, call);
  const body = jsonBody(call);
  // Answers say ACTIVE, but only these spellings are taken.
  const status = text(body.loan_status);
  if (status && status !== 'Active' && status !== 'Complete') throw new UnreadableBody(`loan_status ${status}`);
  const due = new Date(text(body.due_date) ?? '');
  if (Number.isNaN(due.getTime())) throw new AlmaError('DUE_DATE_MISSING');
  if (due < library.now()) throw new AlmaError('DUE_DATE_PAST');
  loan.due = due;
  return one(library, call, loan);
}

function loanAt(library: Library, call: Call): Loan {
  const user = library.user(call.params.user_id!);
  const id = call.params.loan_id!;
  const loan = library.loans.get(id);
  return loan?.userId === user.primaryId ? loan : AlmaError.raise('LOAN_NOT_FOUND', id);
}

/** A single loan always says whether it can be renewed; only lists have to be asked. */
function one(library: Library, call: Call, loan: Loan): Answer {
  return entity('item_loan', loanJson(library, call.base, loan, true));
}
