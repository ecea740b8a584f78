import type { Context } from './context.ts';
import type { Patron } from './model.ts';
import type { Clock, Correlations, LibrarySystem, TaskText, Things } from './ports.ts';
import type { Mode, Steps } from './steps.ts';

/** What every operation works with. */
export interface Means {
  readonly library: LibrarySystem;
  readonly correlations: Correlations;
  readonly clock: Clock;
}

/** One question on its way to an outcome, and on whose behalf it is asked. */
export interface Work<Q = unknown> extends Means {
  readonly context: Context;
  readonly question: Q;
}

/** The same for an operation that writes: everything it does is kept by the ledger. */
export interface WriteWork<Q = unknown> extends Work<Omit<Q, 'pin'>> {
  /** Ours, and the same each time the run is taken up: for names that must be found again. */
  readonly runId: string;
  readonly steps: Steps;
}

/** And for its reads before the first write. */
export interface FindWork<Q = unknown> extends Work<Omit<Q, 'pin'>> {
  readonly runId: string;
  /** Whether the message holds a PIN, which is never passed over in silence. */
  readonly pinSent: boolean;
  /**
   * The patron of the question, once the PIN is right or needs none.
   * @throws {Refusal} `pin-required`, `patron-authentication-failed`, `unknown-patron`.
   */
  provenPatron(): Promise<Patron>;
}

/** A question that only reads. It leaves nothing behind, so nothing is kept of it. */
export interface Query<Q, O> {
  answer(work: Work<Q>): Promise<O>;
}

/** What a question is about and how it is known when it comes again. */
export interface Recognised {
  readonly about: Things;
  /** Absent where nothing tells two equal messages apart: then each is a run of its own. */
  readonly repeat?: {
    readonly key: string;
    /** Tells messages of other contents apart that have the same key. */
    readonly digest: string;
    /** For how long an equal message may get the stored outcome, in milliseconds. */
    readonly withinMs: number;
  };
}

/**
 * An operation that changes something: all of it, declared once (DESIGN §2). A run of it is its stored question, then
 * what it `find`s, then the steps that it `perform`s. `perform` may be called again for the same run, in another
 * process: it takes all it knows from question, findings, the library system and its steps.
 */
export interface Operation<Q, F, O> {
  /** As the store and the log name it; never changed, because stored runs find their operation by it. */
  readonly kind: string;
  /** What a run that was interrupted does for a caller who is gone: finish the work, or only find out what happened. */
  readonly afterCrash: Mode;
  /** Set where the question has a `patronId` whose PIN may be asked for. */
  readonly authenticates?: true;
  /** By the question and our own store alone, before anything is asked of the library system. */
  recognise(work: Work<Omit<Q, 'pin'>>): Recognised | Promise<Recognised>;
  /** Work is done one after the other on the same things of these kinds; on items and requests where it says nothing. */
  readonly takesTurnsBy?: readonly (keyof Things)[];
  /**
   * For what may be done again at any time: whether an outcome still is so, by one read. It is asked before a stored
   * outcome answers an equal message, and only while our own store knows of nothing else about the item since. Absent
   * where the key itself ends with the life of what it is about.
   */
  stillHolds?(work: Work<Omit<Q, 'pin'>>, outcome: O): Promise<boolean>;
  /** The reads, and the reasons to refuse, before the first write. Plain data: it is stored. */
  find(work: FindWork<Q>): Promise<F>;
  perform(work: WriteWork<Q>, found: F): Promise<O>;
  /** For an operation that only settles: what people are told where its write happened after it had been let be. */
  readonly foundLate?: TaskText;
  /** After a definite refusal and the undoing of all steps: what the run itself had opened. */
  undone?(work: Work<Omit<Q, 'pin'>> & { readonly runId: string }): Promise<void>;
}

/** What stands in the comment of a hold that a run places: Alma has no other place in which it can be known again. */
export const markOf = ({ runId }: Pick<WriteWork, 'runId'>): string => `CIRCGATE-${runId}`;

/** How a message is known when it comes again: equal keys are the same message. */
export interface Repeat {
  readonly key: string;
  readonly digest: string;
}

/** A peer that heard nothing tries again within its time-out times its retries; later the same words are a new event. */
export const retriedWithinMs = 10 * 60 * 1000;

/** For how long a broker's repeat gets the stored outcome: as long as brokers are known to try. */
export const brokerRepeatsWithinMs = 7 * 24 * 60 * 60 * 1000;

/** What `Recognised` wants to know of a message that may be said again in earnest minutes later. */
export const retried = (repeat: Repeat | undefined): Recognised['repeat'] =>
  repeat && { ...repeat, withinMs: retriedWithinMs };
