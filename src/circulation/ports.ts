import type { Context, Lane } from './context.ts';
import type { Leg, LegFacts, LegState, Side } from './legs.ts';
import type { Fee, Hold, Instant, Item, ItemRef, Loan, Patron, Place, ScanIn } from './model.ts';
import type { RefusalFacts, RefusalKind } from './refusals.ts';

/** What a call to the library system needs to know of its cause. */
export interface Caller {
  readonly institution: { readonly code: string };
  readonly lane: Lane;
  readonly traceId: string;
}

export interface NewPatron {
  readonly primaryId: string;
  readonly surname: string;
  readonly userGroup: string;
}

export interface NewHold {
  readonly patronId: string;
  /** One item, or any item of a title. */
  readonly target: { readonly itemId: string } | { readonly mmsId: string };
  readonly pickup: { readonly library: string; readonly circDesk?: string };
  readonly comment: string;
}

/** A suppressed brief record for a borrowed item; `controlNumber` is ours (MARC 035) and finds it again. */
export interface NewBib {
  readonly controlNumber: string;
  readonly title: string;
  readonly author: string;
  readonly publisher: string;
  readonly publicationDate: string;
}

export interface NewItem {
  readonly barcode: string;
  readonly itemPolicy: string;
  readonly library: string;
  readonly location: string;
  readonly note: string;
}

/**
 * The library system (Alma). Reads refuse with `unknown-patron`, `unknown-item` …; writes throw `OutcomeUnknown`
 * where nobody knows whether they happened, and every one of them has a read that shows it.
 */
export interface LibrarySystem {
  patron(caller: Caller, id: string): Promise<Patron>;
  /** Whether the password is the patron's; `false` is an answer, not a refusal. */
  passwordMatches(caller: Caller, patronId: string, password: string): Promise<boolean>;
  loans(caller: Caller, patronId: string): Promise<Loan[]>;
  holds(caller: Caller, patronId: string): Promise<Hold[]>;
  fees(caller: Caller, patronId: string): Promise<Fee[]>;
  item(caller: Caller, barcode: string): Promise<Item>;
  itemLoan(caller: Caller, ref: ItemRef): Promise<Loan | undefined>;
  itemHolds(caller: Caller, ref: ItemRef): Promise<Hold[]>;
  titleExists(caller: Caller, mmsId: string): Promise<boolean>;
  bibByControlNumber(caller: Caller, controlNumber: string): Promise<string | undefined>;
  holdingsOf(caller: Caller, mmsId: string): Promise<string[]>;

  createPatron(caller: Caller, patron: NewPatron): Promise<Patron>;
  createLoan(caller: Caller, loan: { patronId: string; barcode: string; place: Place; holdId?: string }): Promise<Loan>;
  changeDueDate(caller: Caller, loan: Loan, due: Instant): Promise<Loan>;
  renewLoan(caller: Caller, loan: Loan): Promise<Loan>;
  /** Returns, receives or shelves the item, whichever its state asks for. */
  scanIn(caller: Caller, ref: ItemRef, place: Place): Promise<ScanIn>;
  createHold(caller: Caller, hold: NewHold): Promise<Hold>;
  cancelHold(caller: Caller, patronId: string, requestId: string): Promise<void>;
  /** Gives the mms_id. */
  createBib(caller: Caller, bib: NewBib): Promise<string>;
  /** Gives the holding_id. */
  createHolding(caller: Caller, mmsId: string, place: { library: string; location: string }): Promise<string>;
  createItem(caller: Caller, mmsId: string, holdingId: string, item: NewItem): Promise<Item>;
  /** Deleting what is gone already is a success. */
  deleteItem(caller: Caller, ref: ItemRef): Promise<void>;
  deleteHolding(caller: Caller, mmsId: string, holdingId: string): Promise<void>;
  deleteBib(caller: Caller, mmsId: string): Promise<void>;
}

/** The table between the protocols (DESIGN §4). Every change of state is one event, written with it. */
export interface Correlations {
  /** The open leg of this item at this institution, by barcode or by the broker's own id of the item. */
  openLegOfItem(institution: string, itemId: string): Promise<Leg | undefined>;
  /** The newest leg of the item, open or not: after a temporary item is deleted only this knows it. */
  latestLegOfItem(institution: string, itemId: string): Promise<Leg | undefined>;
  /** The newest leg on this side of a partner's request, open or not. */
  latestLegOfRequest(institution: string, partner: string, side: Side, requestId: string): Promise<Leg | undefined>;
  /** How many legs of this request, or of this item, have ended: what tells its next life from the last. */
  endedLegs(institution: string, partner: string, of: { requestId: string } | { itemId: string }): Promise<number>;
  /** Opens a leg under this id; where a resumed operation has opened it before, gives it as it is now. */
  open(
    context: Context,
    leg: {
      readonly id: string;
      readonly partner: string;
      readonly side: Side;
      readonly state: LegState;
      readonly facts: LegFacts;
    },
  ): Promise<Leg>;
  /**
   * Moves the leg and adds facts in one transaction, with its event. Saying the same again (same trace, same
   * state) changes nothing, so that a resumed operation may repeat it.
   * @throws {Error} where the side's life has no such way: a defect of the caller.
   */
  advance(context: Context, leg: Leg, to: LegState, facts?: LegFacts): Promise<Leg>;
  /** Forgets who the patron was of every leg that ended before this instant; gives how many. */
  forgetPatrons(before: Instant): Promise<number>;
}

/** One operation on its way through the ledger. */
export interface Run {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly digest: string;
  readonly context: Context;
  readonly subject: { readonly barcode?: string; readonly requestId?: string };
  readonly input: unknown;
  readonly state: 'running' | 'finished' | 'refused' | 'unknown';
  readonly outcome?: unknown;
  readonly startedAt: Instant;
  readonly finishedAt?: Instant;
}

export type NewRun = Omit<Run, 'state' | 'outcome' | 'startedAt' | 'finishedAt'>;

/** One write of a run: `sent` before the call, then what became of it. */
export interface StepRecord {
  readonly name: string;
  readonly state: 'sent' | 'done' | 'failed';
  /** What must be known to see later whether the write happened. */
  readonly intent: unknown;
  readonly result?: unknown;
  readonly refusal?: { readonly kind: RefusalKind; readonly facts: RefusalFacts };
  readonly sentAt: Instant;
}

export type StepResult =
  | { readonly state: 'done'; readonly result: unknown }
  | { readonly state: 'failed'; readonly refusal: { readonly kind: RefusalKind; readonly facts: RefusalFacts } };

/** The durable side of "nothing lost, nothing done twice" (DESIGN §5). Every method is on disk before it returns. */
export interface Ledger {
  latest(key: string): Promise<Run | undefined>;
  run(id: string): Promise<Run | undefined>;
  begin(run: NewRun): Promise<void>;
  end(runId: string, state: 'finished' | 'refused' | 'unknown', outcome: unknown): Promise<void>;
  steps(runId: string): Promise<StepRecord[]>;
  intend(runId: string, name: string, intent: unknown): Promise<void>;
  conclude(runId: string, name: string, result: StepResult): Promise<void>;
  /** The write surely did not happen: as if it had never been intended. */
  withdraw(runId: string, name: string): Promise<void>;
  /** Runs that nobody finished: of a process that died, or with an unknown outcome. */
  unfinished(): Promise<Run[]>;
  /** Forgets runs that ended before this instant, with their steps; gives how many. */
  forget(before: Instant): Promise<number>;
}

/** Now, in real life; a fixed moment in tests. */
export type Clock = () => Date;
