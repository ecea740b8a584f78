import type { Clock, Ledger, StepRecord } from './ports.ts';
import { OutcomeUnknown, Refusal } from './refusals.ts';
import type { SentTimes } from './sent-times.ts';

/**
 * How long after a write was sent "it is not there" is believed. A write that the library system has not committed
 * by then never will be: its own time-outs are shorter.
 */
const commitsWithinMs = 30_000;

/** One write to the library system, with the read that shows later whether it happened. */
export interface Write<R, I = undefined> {
  /** What `look` will need and could not find out again after the write (stored before the call). */
  readonly intent?: I;
  readonly perform: () => Promise<R>;
  /** The result, if the write is there; `undefined` if it is not. */
  readonly look: (intent: I) => Promise<R | undefined>;
  /** Takes the write back. Must succeed where it is gone already. */
  readonly undo?: (result: R) => Promise<void>;
}

/**
 * The writes of one run, each durable before it is sent (DESIGN §5). An operation's `perform` calls
 * `write` again and again; run anew after a crash it passes through the writes that are done without repeating them.
 */
export interface Steps {
  write<R, I = undefined>(name: string, write: Write<R, I>): Promise<R>;
  /** A write that may be repeated safely because taking away what is gone is a success. */
  remove(name: string, perform: () => Promise<void>): Promise<void>;
}

export interface StepsOfRun extends Steps {
  /** Whether any write was sent: from then on a passing failure must not end the run. */
  readonly begun: boolean;
  /** Takes back what was done, newest first, because of this refusal; gives the names. */
  undoAll(because: Refusal): Promise<string[]>;
}

/**
 * `settle`: find out what happened, but let a first write that did not happen be. `watch`: only look whether one that was
 * let be has happened after all.
 */
export type Mode = 'complete' | 'settle' | 'watch';

/**
 * The record that says "this run is being taken back, and why". It is written before the first undo, so that a run
 * resumed half way through its undoing cannot go forward again.
 */
const verdict = '(undo)';

interface Parts {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly sentTimes: SentTimes;
  readonly unknown: (step: string, why: string) => void;
}

export async function stepsOf(
  runId: string,
  mode: Mode,
  { ledger, clock, sentTimes, unknown }: Parts,
): Promise<StepsOfRun> {
  const records = new Map<string, StepRecord>((await ledger.steps(runId)).map((record) => [record.name, record]));
  const undoers: { name: string; undo: () => Promise<void> }[] = [];

  const keep = async (name: string, record: StepRecord): Promise<void> => {
    records.set(name, record);
    if (record.state === 'done') await ledger.conclude(runId, name, { state: 'done', result: record.result });
    if (record.state === 'failed' && record.refusal)
      await ledger.conclude(runId, name, { state: 'failed', refusal: record.refusal });
  };

  /** Sends the write for the first time, or again where it surely never happened. */
  async function send<R, I>(name: string, write: Write<R, I>): Promise<R> {
    const record: StepRecord = { name, state: 'sent', intent: write.intent, sentAt: clock().toISOString() };
    await ledger.intend(runId, name, write.intent);
    records.set(name, record);
    sentTimes.begin(runId, name);
    try {
      const result = await write.perform();
      await keep(name, { ...record, state: 'done', result });
      return result;
    } catch (error) {
      if (error instanceof Refusal && error.passing) {
        // Passing refusals of writes mean "never sent": what may have been sent arrives as OutcomeUnknown.
        await ledger.withdraw(runId, name);
        records.delete(name);
        throw error;
      }
      if (error instanceof Refusal) {
        await keep(name, { ...record, state: 'failed', refusal: { kind: error.kind, facts: error.facts } });
        throw error;
      }
      unknown(name, error instanceof Error ? error.message : String(error));
      if (!(error instanceof OutcomeUnknown)) throw error;
      const found = await write.look(write.intent as I);
      if (found === undefined) throw error;
      await keep(name, { ...record, state: 'done', result: found });
      return found;
    }
  }

  /** A write of an earlier attempt that nobody saw end: look, and believe "not there" only when enough time passed. */
  async function resolve<R, I>(name: string, write: Write<R, I>, record: StepRecord): Promise<R> {
    const found = await write.look(record.intent as I);
    if (found !== undefined) {
      await keep(name, { ...record, state: 'done', result: found });
      if (mode === 'watch') throw new FoundLate(name);
      return found;
    }
    if (mode === 'watch') throw new Abandoned(name);
    if (sentTimes.ageOf(runId, record) < commitsWithinMs) throw new OutcomeUnknown(name);
    return sendUnlessSettling(name, write);
  }

  async function sendUnlessSettling<R, I>(name: string, write: Write<R, I>): Promise<R> {
    const judged = records.get(verdict)?.refusal;
    if (judged) throw new Refusal(judged.kind, judged.facts);
    const anyDone = [...records.values()].some((record) => record.state === 'done');
    if (mode === 'watch' || (mode === 'settle' && !anyDone)) throw new Abandoned(name);
    return send(name, write);
  }

  async function write<R, I = undefined>(name: string, asked: Write<R, I>): Promise<R> {
    const record = records.get(name);
    if (record?.state === 'failed' && record.refusal) throw new Refusal(record.refusal.kind, record.refusal.facts);
    const result =
      record?.state === 'done'
        ? (record.result as R)
        : record === undefined
          ? await sendUnlessSettling(name, asked)
          : await resolve(name, asked, record);
    const { undo } = asked;
    if (undo) undoers.push({ name, undo: () => undo(result) });
    return result;
  }

  return {
    get begun() {
      return records.size > 0;
    },
    write,

    remove(name, perform) {
      const gone = async (): Promise<true> => {
        await perform();
        return true;
      };
      return write<true>(name, { perform: gone, look: gone }).then(() => undefined);
    },

    async undoAll(because) {
      if (undoers.length > 0 && !records.has(verdict)) {
        await ledger.intend(runId, verdict, undefined);
        const sentAt = clock().toISOString();
        const refusal = { kind: because.kind, facts: because.facts };
        await keep(verdict, { name: verdict, state: 'failed', intent: undefined, refusal, sentAt });
      }
      const undone: string[] = [];
      for (const { name, undo } of undoers.reverse()) {
        await undo();
        undone.push(name);
      }
      undoers.length = 0;
      return undone;
    },
  };
}

/** A write that nobody waited for any more has happened after all. */
export class FoundLate extends Error {
  constructor(step: string) {
    super(`"${step}" happened after it had been let be`);
    this.name = 'FoundLate';
  }
}

/** Nobody waits any more for a write that did not happen: the run ends without it. */
export class Abandoned extends Refusal {
  constructor(step: string) {
    super('library-system-unavailable', {}, new Error(`"${step}" did not happen and nobody waits for it any more`));
    this.name = 'Abandoned';
  }
}
