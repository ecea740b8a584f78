import type { Context } from './context.ts';
import type { Clock, Ledger, Run } from './ports.ts';
import { asRefusal, OutcomeUnknown, Refusal } from './refusals.ts';
import { createSerial } from './serial.ts';
import { Abandoned, type Mode, type Steps, stepsOf } from './steps.ts';

/**
 * An operation that changes something. `perform` may be called again for the same run (after a crash, after an
 * unknown outcome), in another process: it takes all it knows from its input, the library system and its steps.
 */
export interface Operation<I, O> {
  readonly kind: string;
  /** What a resumed run does for a caller who is gone: finish the work, or only find out what happened. */
  readonly afterCrash: Mode;
  readonly perform: (context: Context, input: I, steps: Steps) => Promise<O>;
  /** After a definite refusal and the undoing of all steps. */
  readonly undone?: (context: Context, input: I) => Promise<void>;
}

/** How one message becomes one run. */
export interface Start<I> {
  /** Absent where nothing tells two equal messages apart: then each is a run of its own. */
  readonly key?: string;
  readonly digest?: string;
  /** For how long an equal message gets the stored outcome, in milliseconds. */
  readonly replayFor: number;
  /** What it is about: work on the same thing is done one after the other. */
  readonly subject: { readonly barcode?: string; readonly requestId?: string };
  /** Finds what `perform` needs and must not be stored before, such as who the PIN belongs to. */
  readonly prepare: () => Promise<I>;
}

/** What an operator should hear about runs. */
export type RunNote =
  | { readonly kind: 'repeated'; readonly run: Run; readonly traceId: string }
  | {
      readonly kind: 'unknown';
      readonly run: Pick<Run, 'kind' | 'context'>;
      readonly step: string;
      readonly why: string;
    }
  | { readonly kind: 'undone'; readonly run: Pick<Run, 'kind' | 'context'>; readonly steps: readonly string[] }
  | { readonly kind: 'resumed'; readonly run: Run; readonly result: string };

export interface Runner {
  run<I, O>(operation: Operation<I, O>, context: Context, start: Start<I>): Promise<O>;
  /** Takes up every unfinished run that nobody is working on; gives how many. For start-up and a job. */
  resume(): Promise<number>;
  /** Resolves when no run is under way: what a clean stop waits for. */
  idle(): Promise<void>;
}

/** What must not be worked on by two at a time. */
const places = (context: Context, subject: Run['subject']): string[] =>
  [subject.barcode, subject.requestId]
    .filter((thing) => thing !== undefined)
    .map((thing) => `${context.institution.code}/${thing}`);

const thingsOf = (run: Run): string[] => [run.key, ...places(run.context, run.subject)];

/** What of a stored run an attempt works with. */
type RunOf<I> = Pick<Run, 'id' | 'kind' | 'context'> & { readonly input: I };

/** After this a run that cannot be resolved is left to people. */
const giveUpAfterMs = 24 * 60 * 60 * 1000;

interface RunnerParts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly note: (note: RunNote) => void;
  /** Every operation, so that a stored run finds its function again. */
  readonly operations: readonly Operation<never, unknown>[];
}

export function createRunner({ ledger, clock, newId, note, operations }: RunnerParts): Runner {
  const serially = createSerial();
  /** What equal messages join, by key. */
  const underWay = new Map<string, { digest: string; result: Promise<unknown> }>();
  const working = new Set<Promise<unknown>>();
  const attempts = new Map<string, Promise<unknown>>();
  const byKind = new Map(operations.map((operation) => [operation.kind, operation as Operation<unknown, unknown>]));

  /** Runs about different things may find the same unfinished one in their way: one attempt serves both. */
  function attempt<I, O>(operation: Operation<I, O>, run: RunOf<I>, mode: Mode): Promise<O> {
    const other = attempts.get(run.id);
    if (other !== undefined) return other as Promise<O>;
    const mine = perform(operation, run, mode).finally(() => attempts.delete(run.id));
    attempts.set(run.id, mine);
    return mine;
  }

  async function perform<I, O>(operation: Operation<I, O>, run: RunOf<I>, mode: Mode): Promise<O> {
    const unknown = (step: string, why: string): void => note({ kind: 'unknown', run, step, why });
    const steps = await stepsOf(run.id, mode, { ledger, clock, unknown });
    try {
      const outcome = await operation.perform(run.context, run.input, steps);
      await ledger.end(run.id, 'finished', outcome);
      return outcome;
    } catch (error) {
      const refusal = asRefusal(error);
      const mayHaveWritten = refusal.passing && steps.begun && !(error instanceof Abandoned);
      if (mayHaveWritten) await ledger.end(run.id, 'unknown', { kind: refusal.kind, why: refusal.message });
      else await takeBack(operation, run, steps, refusal);
      throw error instanceof OutcomeUnknown ? refusal : error;
    }
  }

  async function takeBack<I, O>(
    operation: Operation<I, O>,
    run: RunOf<I>,
    steps: Awaited<ReturnType<typeof stepsOf>>,
    refusal: Refusal,
  ): Promise<void> {
    try {
      const undone = await steps.undoAll(refusal);
      await operation.undone?.(run.context, run.input);
      if (undone.length > 0) note({ kind: 'undone', run, steps: undone });
      await ledger.end(run.id, 'refused', { kind: refusal.kind, why: refusal.message });
    } catch (error) {
      // The peer hears the reason of its refusal all the same; the job goes on with the undoing.
      const why = error instanceof Error ? error.message : String(error);
      note({ kind: 'unknown', run, step: 'undo', why });
      await ledger.end(run.id, 'unknown', { kind: refusal.kind, why });
    }
  }

  async function runOnce<I, O>(
    operation: Operation<I, O>,
    context: Context,
    { key, digest, ...start }: Start<I> & { readonly key: string; readonly digest: string },
  ): Promise<O> {
    const earlier = await ledger.latest(key);
    if (earlier?.state === 'finished' && earlier.digest === digest && isFresh(earlier, start.replayFor)) {
      note({ kind: 'repeated', run: earlier, traceId: context.traceId });
      return earlier.outcome as O;
    }
    for (const run of await unfinishedAbout([key, ...places(context, start.subject)])) {
      if (run.key === key && run.digest === digest) {
        note({ kind: 'repeated', run, traceId: context.traceId });
        return attempt(operation, run as RunOf<I>, 'complete');
      }
      // Nothing new is begun about a thing of which nobody knows what became of the last write.
      if ((await takeUp(run.id)) === 'library-system-unavailable') throw new Refusal('library-system-unavailable');
    }
    const input = await start.prepare();
    const run = { id: newId(), kind: operation.kind, key, digest, context, subject: start.subject, input };
    await ledger.begin(run);
    return attempt(operation, run, 'complete');
  }

  async function unfinishedAbout(things: readonly string[]): Promise<Run[]> {
    const runs = await ledger.unfinished();
    return runs.filter((run) => thingsOf(run).some((thing) => things.includes(thing)));
  }

  function isFresh(run: Run, replayFor: number): boolean {
    return run.finishedAt !== undefined && clock().getTime() - Date.parse(run.finishedAt) <= replayFor;
  }

  /** Goes on with an unfinished run for nobody in particular; gives what became of it, in a word for the log. */
  async function takeUp(id: string): Promise<string | undefined> {
    const run = await ledger.run(id);
    // Somebody else may have ended it while this waited for its turn.
    if (run === undefined || run.state === 'finished' || run.state === 'refused') return undefined;
    const operation = byKind.get(run.kind);
    let result: string;
    if (operation === undefined || clock().getTime() - Date.parse(run.startedAt) > giveUpAfterMs) {
      await ledger.end(run.id, 'refused', { kind: 'internal-error', why: 'given up: look at its steps' });
      result = 'given up';
    } else {
      result = await attempt(operation, run, operation.afterCrash).then(
        () => 'finished',
        (error: unknown) => (error instanceof Abandoned ? 'abandoned' : asRefusal(error).kind),
      );
    }
    note({ kind: 'resumed', run, result });
    return result;
  }

  /** Work on one thing at a time, of which a clean stop waits for the last. */
  function inTurn<T>(things: readonly string[], work: () => Promise<T>): Promise<T> {
    const result = serially(things, work);
    working.add(result);
    const forget = (): void => void working.delete(result);
    result.then(forget, forget);
    return result;
  }

  return {
    run<I, O>(operation: Operation<I, O>, context: Context, start: Start<I>): Promise<O> {
      const { key = `once:${newId()}`, digest = '' } = start;
      const same = underWay.get(key);
      if (same?.digest === digest) return same.result as Promise<O>;
      const whole = { ...start, key, digest };
      const result = inTurn([key, ...places(context, start.subject)], () => runOnce(operation, context, whole));
      const entry = { digest, result };
      underWay.set(key, entry);
      const forget = (): void => {
        if (underWay.get(key) === entry) underWay.delete(key);
      };
      result.then(forget, forget);
      return result;
    },

    async resume() {
      let takenUp = 0;
      for (const run of await ledger.unfinished()) {
        if (underWay.has(run.key)) continue;
        // Equal messages do not join this, because it may give up what they want completed: they wait their turn.
        const result = await inTurn(thingsOf(run), () => takeUp(run.id));
        if (result !== undefined) takenUp += 1;
      }
      return takenUp;
    },

    async idle() {
      while (working.size > 0) await Promise.allSettled(working);
    },
  };
}
