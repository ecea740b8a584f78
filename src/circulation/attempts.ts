import { firstLateLook } from './late-looks.ts';
import type { FindWork, Means, Operation, WriteWork } from './operation.ts';
import type { Ledger, Proof, Run } from './ports.ts';
import { provenPatron, wantsProof, wasSent } from './proof.ts';
import { asRefusal, OutcomeUnknown, Refusal } from './refusals.ts';
import type { SentTimes } from './sent-times.ts';
import { Abandoned, type Mode, type StepsOfRun, stepsOf } from './steps.ts';

/** What an operator should hear about runs. */
export type RunNote =
  | { readonly kind: 'repeated'; readonly run: Run; readonly traceId: string }
  | { readonly kind: 'unknown'; readonly run: Run; readonly step: string; readonly why: string }
  | { readonly kind: 'undone'; readonly run: Run; readonly steps: readonly string[] }
  | { readonly kind: 'resumed'; readonly run: Run; readonly result: string }
  | { readonly kind: 'given-up'; readonly run: Run; readonly why: string }
  | { readonly kind: 'found-late'; readonly run: Run }
  /** Nobody waits for the run any more, so no edge tells of the defect. */
  | { readonly kind: 'defect'; readonly run: Run; readonly error: Error };

export type AnyOperation = Operation<unknown, unknown, unknown>;

/** A question as an edge asks it; what is stored of it has no PIN. */
export type Asked = { readonly patronId?: string; readonly pin?: string };

/** Somebody who hears what becomes of the run, and may bring the PIN. */
interface Caller {
  readonly pin: string | undefined;
}

export interface Attempts {
  /** Goes on with a run, for a caller or, without one, because somebody must; gives its outcome. */
  attempt(operation: AnyOperation, run: Run, mode: Mode, caller?: Caller): Promise<unknown>;
  /** Leaves a run to people. */
  giveUp(run: Run, why: string): Promise<void>;
}

/** From this age of a run on, an unknown outcome is looked for again after a pause, and the longest such pause. */
const patientAfterMs = 60_000;
const longestPauseMs = 60 * 60 * 1000;

/** What the ledger is told of a run's end. */
type Ending = Parameters<Ledger['end']> extends [string, ...infer How] ? How : never;

interface Parts extends Means {
  readonly ledger: Ledger;
  readonly sentTimes: SentTimes;
  readonly note: (note: RunNote) => void;
}

/** One attempt at a run: find, perform, and what becomes of it in the ledger. */
export function createAttempts({ ledger, sentTimes, note, ...means }: Parts): Attempts {
  const { library, clock } = means;
  const attempts = new Map<string, Promise<unknown>>();

  /** Runs about different things may find the same unfinished one in their way: one attempt serves both. */
  function attempt(operation: AnyOperation, run: Run, mode: Mode, caller?: Caller): Promise<unknown> {
    const other = attempts.get(run.id);
    if (other !== undefined) return other;
    const mine = perform(operation, run, mode, caller).finally(() => attempts.delete(run.id));
    attempts.set(run.id, mine);
    return mine;
  }

  async function perform(operation: AnyOperation, run: Run, mode: Mode, caller?: Caller): Promise<unknown> {
    const unknown = (step: string, why: string): void => note({ kind: 'unknown', run, step, why });
    const steps = await stepsOf(run.id, mode, { ledger, clock, sentTimes, unknown });
    const work = { ...means, context: run.context, question: run.question as object, runId: run.id, steps };
    let found = run.found;
    try {
      found ??= await find(operation, run, work, caller?.pin);
      const outcome = await operation.perform(work, found);
      await end(run, 'finished', outcome);
      return outcome;
    } catch (error) {
      const refusal = asRefusal(error);
      // What nobody hears of is no reason to lose a book that is in the bin: Alma may only have been away.
      const mayYetBe = refusal.passing && (steps.begun || caller === undefined);
      // It may come yet, when nobody expects it: that would be a loan without a reader.
      if (error instanceof Abandoned) await end(run, 'refused', reasonOf(refusal), firstLateLook(clock()));
      // It had been given up and what it left in Alma is still there: the next message may find the way on.
      else if (found === undefined && steps.begun) await giveUp(run, refusal.message);
      else if (mayYetBe) await postpone(run, refusal);
      else await undo(operation, run, work, refusal);
      throw error instanceof OutcomeUnknown ? refusal : error;
    }
  }

  async function find(
    operation: AnyOperation,
    run: Run,
    { context, question, runId }: WriteWork<Asked>,
    pin: string | undefined,
  ): Promise<unknown> {
    let proof: Proof = 'none';
    const prove: FindWork['provenPatron'] = async () => {
      const patron = await provenPatron(library, context, { patronId: question.patronId ?? '', pin });
      if (wantsProof(context, pin)) proof = 'checked';
      return patron;
    };
    const work = { ...means, context, question, runId, pinSent: wasSent(pin), provenPatron: prove };
    const found = await operation.find(work);
    await ledger.found(run.id, found, proof);
    return found;
  }

  async function end(run: Run, ...how: Ending): Promise<void> {
    await ledger.end(run.id, ...how);
    sentTimes.forget(run.id);
  }

  async function postpone(run: Run, refusal: Refusal): Promise<void> {
    // Each time the job comes by at first, because most are there by then; later when the run is twice as old.
    const now = clock().getTime();
    const age = now - Date.parse(run.startedAt);
    const pause = age < patientAfterMs ? 0 : Math.min(age, longestPauseMs);
    const nextTryAt = new Date(now + pause).toISOString();
    await ledger.postpone(run.id, reasonOf(refusal), nextTryAt);
  }

  async function giveUp(run: Run, why: string): Promise<void> {
    await end(run, 'given-up', { why });
    note({ kind: 'given-up', run, why });
  }

  async function undo(
    operation: AnyOperation,
    run: Run,
    work: WriteWork<unknown> & { readonly steps: StepsOfRun },
    refusal: Refusal,
  ): Promise<void> {
    try {
      const undone = await work.steps.undoAll(refusal);
      await operation.undone?.(work);
      if (undone.length > 0) note({ kind: 'undone', run, steps: undone });
      await end(run, 'refused', reasonOf(refusal));
    } catch (error) {
      // The peer hears the reason of its refusal all the same; the job goes on with the undoing.
      const why = error instanceof Error ? error.message : String(error);
      note({ kind: 'unknown', run, step: 'undo', why });
      await postpone(run, new Refusal(refusal.kind, { detail: why }));
    }
  }

  return { attempt, giveUp };
}

/** What the store keeps of a refusal. */
const reasonOf = ({ kind, message: why }: Refusal) => ({ kind, why });
