import { type Instant, type Item, type ItemProcess, type Loan, type Place, type ScanIn, sameId } from './model.ts';
import type { WriteWork } from './operation.ts';
import { Refusal } from './refusals.ts';

/** The writes about a loan, each with the read that shows later whether it happened. */

/** A loan to the patron, seen again by the item's active loan. */
export function lend(
  { library, context, steps }: WriteWork,
  loan: { readonly item: Item; readonly patronId: string; readonly place: Place; readonly holdId?: string },
): Promise<Loan> {
  const { item, patronId, place, holdId } = loan;
  return steps.write('create loan', {
    perform: () => library.createLoan(context, { patronId, barcode: item.barcode, place, holdId }),
    look: async () => {
      const active = await library.itemLoan(context, item.ref);
      return active !== undefined && sameId(active.patronId, patronId) ? active : undefined;
    },
  });
}

/**
 * Renews the loan once; seen again by the moment of its last renewal, because on the day of the loan the due date stays
 * the same. A due date that is later all the same was given by somebody else, and the reader has what was wanted.
 */
export function extendLoan({ library, context, steps }: WriteWork, loan: Loan): Promise<Loan> {
  const { due, renewed = '' } = loan;
  return steps.write<Loan, { readonly due: Instant; readonly renewed?: string }>('renew loan', {
    intent: { due, renewed },
    perform: () => library.renewLoan(context, loan),
    look: async (before) => {
      const now = await library.itemLoan(context, loan.ref);
      if (now?.loanId !== loan.loanId) return undefined;
      // A run of the first version has kept the due date alone.
      const isRenewed = before.renewed !== undefined && (now.renewed ?? '') !== before.renewed;
      return isRenewed || Date.parse(now.due) > Date.parse(before.due) ? now : undefined;
    },
  });
}

/** Gives the loan a due date, seen again by that date. */
export async function changeDueDate({ library, context, steps }: WriteWork, loan: Loan, due: Instant): Promise<Loan> {
  const changed = (now: Loan | undefined): Loan | undefined =>
    now !== undefined && Date.parse(now.due) === Date.parse(due) ? now : undefined;
  return (
    changed(loan) ??
    steps.write('change due date', {
      perform: () => library.changeDueDate(context, loan, due),
      look: async () => changed(await library.itemLoan(context, loan.ref)),
    })
  );
}

/**
 * Gives the loan the due date that the other library asked for. Where Alma does not take the date the loan stands
 * with Alma's own, because the book has changed hands already.
 */
export async function setDueDate(work: WriteWork, loan: Loan, due: Instant): Promise<Loan> {
  try {
    return await changeDueDate(work, loan, due);
  } catch (error) {
    if (error instanceof Refusal && !error.passing) return loan;
    throw error;
  }
}

/** How the item was before a scan. A run of the first version has not kept it. */
interface BeforeScan {
  /** Of the active loan, `''` where there was none. */
  readonly loanId: string;
  readonly process: ItemProcess;
}

/**
 * A scan-in, which ends the item's loan if it has one. It is seen by what it changes of the state before: the loan that
 * it was to end is gone, or an item that had none is somewhere else now (the hold shelf, on its way). A loan that was
 * made meanwhile is the next reader's, and must not be ended by a late repeat. An item that nothing shows of may be
 * scanned once more: on that the scan has no other effect.
 */
export function endLoan(
  { library, context, steps }: WriteWork,
  { item, loan, place }: { readonly item: Item; readonly loan?: Loan; readonly place: Place },
): Promise<ScanIn> {
  const intent: BeforeScan = { loanId: loan?.loanId ?? '', process: item.process };
  return steps.write<ScanIn, BeforeScan | undefined>('scan in', {
    intent,
    perform: () => library.scanIn(context, item.ref, place),
    look: async (before = intent) => {
      const active = await library.itemLoan(context, item.ref);
      if (active !== undefined && active.loanId === before.loanId) return undefined;
      const now = await library.item(context, item.barcode);
      const isSeen = active !== undefined || before.loanId !== '' || now.process !== before.process;
      return isSeen ? { item: now, destination: '' } : undefined;
    },
  });
}

/** The active loan of an item that is out, if it is this patron's. */
export const loanOf = (loan: Loan | undefined, patronId: string): Loan | undefined =>
  loan !== undefined && sameId(loan.patronId, patronId) ? loan : undefined;
