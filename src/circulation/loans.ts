import { type Instant, type Item, type Loan, type Place, type ScanIn, sameId } from './model.ts';
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

/** Renews the loan once; seen again by a due date that is no longer the one from before. */
export function extendLoan({ library, context, steps }: WriteWork, loan: Loan): Promise<Loan> {
  return steps.write<Loan, { due: Instant }>('renew loan', {
    intent: { due: loan.due },
    perform: () => library.renewLoan(context, loan),
    look: async (before) => {
      const now = await library.itemLoan(context, loan.ref);
      return now !== undefined && Date.parse(now.due) !== Date.parse(before.due) ? now : undefined;
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

/**
 * Ends the item's loan by a scan-in, seen again by that loan being gone: one that was made meanwhile is the next
 * reader's, and must not be ended by a late repeat.
 */
export function endLoan(
  { library, context, steps }: WriteWork,
  { item, loan, place }: { readonly item: Item; readonly loan?: Loan; readonly place: Place },
): Promise<ScanIn> {
  return steps.write('scan in', {
    perform: () => library.scanIn(context, item.ref, place),
    look: async () => {
      const active = await library.itemLoan(context, item.ref);
      if (active !== undefined && active.loanId === loan?.loanId) return undefined;
      return { item: await library.item(context, item.barcode), destination: '' };
    },
  });
}

/** The active loan of an item that is out, if it is this patron's. */
export const loanOf = (loan: Loan | undefined, patronId: string): Loan | undefined =>
  loan !== undefined && sameId(loan.patronId, patronId) ? loan : undefined;
