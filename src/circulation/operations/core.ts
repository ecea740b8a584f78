import type { Context, Partner } from '../context.ts';
import type { Instant, Item, Loan, Patron, Place, ScanIn } from '../model.ts';
import type { Clock, Correlations, LibrarySystem } from '../ports.ts';
import { Refusal } from '../refusals.ts';
import type { Steps } from '../steps.ts';

/** What every operation works with. */
export interface Core {
  readonly library: LibrarySystem;
  readonly correlations: Correlations;
  readonly clock: Clock;
}

/** For how long a broker's repeat gets the stored outcome: as long as the ledger keeps it. */
export const brokerReplayMs = 7 * 24 * 60 * 60 * 1000;

/** A kiosk repeats within its time-out times its retries; a later equal message is a new event. */
export const kioskReplayMs = 10 * 60 * 1000;

/**
 * Checks a PIN by the institution's policy.
 * @returns `not-checked` where none was sent or the institution checks none.
 */
export async function checkPin(
  { library }: Core,
  context: Context,
  patron: Patron,
  pin: string | undefined,
): Promise<'matches' | 'differs' | 'not-checked'> {
  const policy = context.institution.pin;
  if (pin === undefined || pin === '' || policy.kind === 'none') return 'not-checked';
  const matches =
    policy.kind === 'alma-password'
      ? await library.passwordMatches(context, patron.primaryId, pin)
      : patron.identifiers.some(({ type, value }) => type === policy.type && value === pin);
  return matches ? 'matches' : 'differs';
}

/** The patron, if the PIN that came with the message is right or needs none. */
async function authenticatedPatron(
  core: Core,
  context: Context,
  { patronId, pin }: { readonly patronId: string; readonly pin?: string },
): Promise<Patron> {
  const patron = await core.library.patron(context, patronId);
  if ((await checkPin(core, context, patron, pin)) === 'differs')
    throw new Refusal('patron-authentication-failed', { about: 'pin' });
  return patron;
}

/**
 * The patron on whose record the partner's loans and holds are kept.
 * @throws {Refusal} `data-missing` where the profile has one for each agency and none is named.
 */
export function partnerPatronId({ lending: { patron } }: Partner, forAgency: string): string {
  if (patron.kind === 'fixed') return patron.id;
  if (forAgency !== '') return `${patron.idPrefix}${forAgency}`;
  throw new Refusal('data-missing', {
    about: 'patron',
    detail: 'no agency is named, and the loan is made for an agency',
  });
}

/** The same, made itself where the profile has one for each agency. */
export async function partnerPatron(
  { library }: Core,
  context: Context,
  { partner, forAgency }: { readonly partner: Partner; readonly forAgency: string },
  steps: Steps,
): Promise<string> {
  const { patron } = partner.lending;
  const primaryId = partnerPatronId(partner, forAgency);
  if (patron.kind === 'fixed') return primaryId;
  const look = async (): Promise<Patron | undefined> =>
    unlessUnknown('unknown-patron', () => library.patron(context, primaryId));
  if ((await look()) === undefined)
    await steps.write('create patron', {
      perform: () => library.createPatron(context, { primaryId, surname: forAgency, userGroup: patron.userGroup }),
      look,
    });
  return primaryId;
}

/** Whether the library keeps loans of this partner on that patron's record. */
export function isPartnerPatron({ lending: { patron } }: Partner, patronId: string): boolean {
  return patron.kind === 'fixed' ? sameId(patron.id, patronId) : patronId.startsWith(patron.idPrefix);
}

/** Alma's primary ids are not case-sensitive. */
export const sameId = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The answer of `find`, or `undefined` where it refuses because there is no such thing. */
export async function unlessUnknown<T>(
  kind: 'unknown-item' | 'unknown-patron',
  find: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof Refusal && error.kind === kind) return undefined;
    throw error;
  }
}

/** Who and what a terminal's message is about. */
export function patronAndItem(
  core: Core,
  context: Context,
  { barcode, ...who }: { readonly barcode: string; readonly patronId: string; readonly pin?: string },
): Promise<[Patron, Item]> {
  return Promise.all([authenticatedPatron(core, context, who), core.library.item(context, barcode)]);
}

/** A loan to the patron, seen again by the item's active loan. */
export function lend(
  { library }: Core,
  context: Context,
  steps: Steps,
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
 * Gives the loan the due date that the other library asked for. Where Alma does not take the date the loan stands
 * with Alma's own, because the book has changed hands already.
 */
export async function setDueDate(
  { library }: Core,
  context: Context,
  steps: Steps,
  loan: Loan,
  due: Instant,
): Promise<Loan> {
  const changed = (now: Loan | undefined): Loan | undefined =>
    now !== undefined && Date.parse(now.due) === Date.parse(due) ? now : undefined;
  if (changed(loan)) return loan;
  try {
    return await steps.write('change due date', {
      perform: () => library.changeDueDate(context, loan, due),
      look: async () => changed(await library.itemLoan(context, loan.ref)),
    });
  } catch (error) {
    if (error instanceof Refusal && !error.passing) return loan;
    throw error;
  }
}

/**
 * Ends the item's loan by a scan-in, seen again by that loan being gone: one that was made meanwhile is the next
 * reader's, and must not be ended by a late repeat.
 */
export function scanBack(
  { library }: Core,
  context: Context,
  steps: Steps,
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
