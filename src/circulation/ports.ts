import type { Context, Lane } from './context.ts';
import type { Leg, LegFacts, LegState, Side } from './legs.ts';
import type { Fee, Hold, Instant, Item, ItemRef, Loan, Money, Patron, Place, ScanIn } from './model.ts';
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

/** Money for one fee or, where none is named, for all of a patron's. */
export interface Payment {
  readonly amount: Money;
  readonly method: 'cash' | 'credit-card' | 'online';
  readonly feeId?: string;
  /** Ours: it finds the payment again. */
  readonly externalId: string;
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
  isPaid(caller: Caller, patronId: string, externalId: string): Promise<boolean>;
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
  payFees(caller: Caller, patronId: string, payment: Payment): Promise<true>;
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

/**
 * The table between the protocols (DESIGN §4). Every change of state is one event, written with it. A barcode, by which
 * kiosks and the library system know an item, and a broker's own number of it are two things: a broker may use the
 * barcode of a book of ours, and two brokers may use one number.
 */
export interface Correlations {
  /** The open leg of the item with this barcode at this institution: there is at most one. */
  openLegOfBarcode(institution: string, barcode: string): Promise<Leg | undefined>;
  /** The newest leg of the barcode, open or not: after a temporary item is deleted only this knows it. */
  latestLegOfBarcode(institution: string, barcode: string): Promise<Leg | undefined>;
  /** A partner's legs of what it calls by this number or by its barcode: open ones first, then the newest first. */
  legsOfPartnersItem(institution: string, partner: string, itemId: string): Promise<Leg[]>;
  /** The newest leg on this side of a partner's request, open or not. */
  latestLegOfRequest(institution: string, partner: string, side: Side, requestId: string): Promise<Leg | undefined>;
  /** How many of a partner's legs of this request have ended: what tells its next life from the last. */
  endedLegsOfRequest(institution: string, partner: string, requestId: string): Promise<number>;
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

/** What a run is about. */
export interface Things {
  /** Barcodes. */
  readonly items?: readonly string[];
  /** What partners call items, made by `partnersItem`: no barcode, though it may look like one. */
  readonly partnersItems?: readonly string[];
  readonly requests?: readonly string[];
  readonly patrons?: readonly string[];
}

/** A partner's number of an item as a thing that a run is about. */
export const partnersItem = (partner: { readonly code: string }, itemId: string): string => `${partner.code}/${itemId}`;

/**
 * Whether the patron of a question has shown a PIN. `pending`: it was sent and not checked yet. A PIN itself is never
 * stored, so a run that its process leaves `pending` can only be refused.
 */
export type Proof = 'none' | 'pending' | 'checked';

/** How far a run has come. Only `finished` and `refused` need nobody any more. */
export type RunState =
  /** The question is on disk, and nothing was written to the library system. */
  | 'accepted'
  /** It has found what it needs, and writes. */
  | 'running'
  | 'finished'
  | 'refused'
  /** Nobody knows what became of a write; it is looked for again at `nextTryAt`. */
  | 'unknown'
  /** It could not be resolved in time: people must look, and it stands in nobody's way. */
  | 'given-up';

/** One operation on its way through the ledger. */
export interface Run {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly digest: string;
  readonly context: Context;
  readonly about: Things;
  /** What the peer asked, without its PIN. */
  readonly question: unknown;
  readonly proof: Proof;
  /** What it found before its first write; absent until then. */
  readonly found?: unknown;
  readonly state: RunState;
  readonly outcome?: unknown;
  /** How often it was left unknown. */
  readonly tries: number;
  readonly startedAt: Instant;
  readonly finishedAt?: Instant;
}

export type NewRun = Pick<Run, 'id' | 'kind' | 'key' | 'digest' | 'context' | 'about' | 'question' | 'proof'>;

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

/**
 * The durable side of "nothing lost, nothing done twice" (DESIGN §5). Every method is on disk before it returns. A
 * ledger belongs to one process: a run that it accepts, claims or writes a step of is that process's for a minute.
 */
export interface Ledger {
  latest(key: string): Promise<Run | undefined>;
  run(id: string): Promise<Run | undefined>;
  accept(run: NewRun): Promise<Run>;
  /**
   * Takes up a run that was given up, in the words of the message that asks again. Its steps stay, but nobody knows any
   * more whether what was done still stands: each is to be looked for again.
   */
  reopen(id: string, again: Pick<NewRun, 'digest' | 'context' | 'question' | 'proof'>): Promise<Run>;
  /** Takes an unfinished run for this process; `undefined` where another one works on it, or nobody need. */
  claim(id: string): Promise<Run | undefined>;
  /** The reads are done, and the check of a PIN that was wanted: from now on the run writes. */
  found(id: string, found: unknown, proof: Proof): Promise<void>;
  /** `lookAgainAt`: when to look whether a write that was let be has happened after all. */
  end(id: string, state: 'finished' | 'refused' | 'given-up', outcome: unknown, lookAgainAt?: Instant): Promise<void>;
  /** Nobody knows what became of a write: it is to be looked for again. */
  postpone(id: string, why: unknown, nextTryAt: Instant): Promise<void>;
  steps(runId: string): Promise<StepRecord[]>;
  intend(runId: string, name: string, intent: unknown): Promise<void>;
  conclude(runId: string, name: string, result: StepResult): Promise<void>;
  /** The write surely did not happen: as if it had never been intended. */
  withdraw(runId: string, name: string): Promise<void>;
  /** The unfinished runs with this key or about any of these things at the institution, oldest first. */
  unfinishedAbout(institution: string, key: string, things: Things): Promise<Run[]>;
  /** Whether a run about the same items was begun after this one and not refused. */
  isOvertaken(run: Run): Promise<boolean>;
  /** Unfinished runs that nobody works on and whose time has come, at most so many, the longest due first. */
  due(limit: number): Promise<Run[]>;
  /** Ended runs whose time has come to be looked at once more, at most so many. */
  dueLate(limit: number): Promise<Run[]>;
  /** When an ended run is looked at next; never, where that is absent. */
  lookAgain(id: string, at: Instant | undefined): Promise<void>;
  /** Nobody else works on the store: what an earlier process held is free. */
  releaseAll(): Promise<void>;
  /** Forgets runs that ended before this instant, with their steps; gives how many. */
  forget(before: Instant): Promise<number>;
}

/** What people are told. */
export interface TaskText {
  readonly happened: string;
  /** In the imperative, for whoever stands at the desk. */
  readonly toDo: string;
}

/** What only people can put right. */
export interface Tasks {
  /** A task about what this run is about. Saying it again changes nothing. */
  add(run: Run, text: TaskText): Promise<void>;
}

/** Now, in real life; a fixed moment in tests. */
export type Clock = () => Date;
