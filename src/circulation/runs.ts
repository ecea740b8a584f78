import { type AnyOperation, type Asked, createAttempts, type RunNote } from './attempts.ts';
import type { Context, Lane } from './context.ts';
import { lookLate } from './late-looks.ts';
import type { Means, Recognised } from './operation.ts';
import type { Ledger, NewRun, Run, Tasks, Things } from './ports.ts';
import { provenPatron, wantsProof, wasSent } from './proof.ts';
import { asRefusal, Refusal } from './refusals.ts';
import { createSentTimes } from './sent-times.ts';
import { createSerial } from './serial.ts';
import { Abandoned } from './steps.ts';

export interface Runner {
  run(operation: AnyOperation, context: Context, question: unknown): Promise<unknown>;
  /** Takes up the unfinished runs whose time has come and that nobody works on; gives how many. For a job. */
  resume(): Promise<number>;
  /** The same at the start of the only process on the store: whatever an earlier one held is free. */
  resumeAll(): Promise<number>;
  /** The process is about to stop: what waits to be taken up waits for the next one. */
  takeUpNoMore(): void;
  /** Resolves when no run is under way: what a clean stop waits for. */
  idle(): Promise<void>;
}

export interface RunnerParts extends Means {
  readonly ledger: Ledger;
  readonly newId: () => string;
  readonly tasks: Tasks;
  /** Milliseconds on a clock that only goes forward. */
  readonly elapsed: () => number;
  readonly note: (note: RunNote) => void;
  /** Every operation, so that a stored run finds its own again. */
  readonly operations: readonly AnyOperation[];
}

/** A question that has been recognised, and the way to its patron's proof while its caller waits. */
interface Errand {
  readonly operation: AnyOperation;
  readonly context: Context;
  readonly question: unknown;
  readonly pin: string | undefined;
  readonly key: string;
  readonly recognised: Recognised;
}

/** After this a run that cannot be resolved is left to people. */
const giveUpAfterMs = 24 * 60 * 60 * 1000;
/** How many runs are taken up at the same time, and at most in one go: Alma's calls belong to people first. */
const resumedTogether = 4;
const resumedAtMost = 500;

const usualTurns: readonly (keyof Things)[] = ['items', 'partnersItems', 'requests'];

/** What of a run's things no two may work on at a time. */
function takenInTurn({ takesTurnsBy = usualTurns }: AnyOperation, about: Things): Things {
  return Object.fromEntries(takesTurnsBy.map((kind) => [kind, about[kind]]));
}

/** The places in the queue: a thing is another one at another institution. */
const places = (context: Context, key: string, things: Things): string[] => [
  key,
  ...Object.entries(things).flatMap(([kind, values = []]) =>
    (values as string[]).map((value) => `${context.institution.code}/${kind}/${value}`),
  ),
];

export function createRunner({ ledger, tasks, newId, elapsed, note, operations, ...means }: RunnerParts): Runner {
  const { library, clock } = means;
  const serially = createSerial();
  /** What equal messages join, by key. */
  const underWay = new Map<string, { errand: Errand; result: Promise<unknown> }>();
  const working = new Set<Promise<unknown>>();
  let stopping = false;
  const sentTimes = createSentTimes({ clock, elapsed });
  const { attempt, giveUp } = createAttempts({ ...means, ledger, sentTimes, note });
  const byKind = new Map(operations.map((operation) => [operation.kind, operation]));

  /** Answers a question in its turn: from the store, with what is under way, or with a run of its own. */
  async function answer(errand: Errand): Promise<unknown> {
    const { operation, context, key, recognised, pin } = errand;
    const earlier = recognised.repeat && (await ledger.latest(key));
    if (earlier !== undefined && (await answersAgain(earlier, errand))) {
      note({ kind: 'repeated', run: earlier, traceId: context.traceId });
      return earlier.outcome;
    }
    const things = takenInTurn(operation, recognised.about);
    for (const run of await ledger.unfinishedAbout(context.institution.code, key, things)) {
      if (run.key === key && run.digest === digestOf(errand)) {
        await proveAgain(run, errand);
        note({ kind: 'repeated', run, traceId: context.traceId });
        return attempt(operation, run, 'complete', { pin });
      }
      // Nothing new is begun about a thing of which nobody knows what became of the last write.
      if (await isUnresolved(run.id, context.lane)) throw new Refusal('library-system-unavailable');
    }
    return attempt(operation, await stored(errand, earlier), 'complete', { pin });
  }

  /** Whether a run in the way stays there. A defect of ours does not block the thing: its run is given up in a day. */
  async function isUnresolved(id: string, lane: Lane): Promise<boolean> {
    const result = await takeUp(id, lane);
    return result !== 'internal-error' && (await ledger.run(id))?.state === 'unknown';
  }

  /** Whether a stored outcome answers this message: for a time, and while it is still so. */
  async function answersAgain(earlier: Run, errand: Errand): Promise<boolean> {
    const { operation, context, question, recognised } = errand;
    if (earlier.state !== 'finished' || earlier.digest !== digestOf(errand)) return false;
    const age = clock().getTime() - Date.parse(earlier.finishedAt ?? '');
    if (age > (recognised.repeat?.withinMs ?? 0)) return false;
    if (operation.stillHolds !== undefined) {
      if (await ledger.isOvertaken(earlier)) return false;
      const work = { ...means, context, question: question as object };
      if (!(await operation.stillHolds(work, earlier.outcome))) return false;
    }
    await proveAgain(earlier, errand);
    return true;
  }

  /** What was given after a PIN was checked is not told again to who does not know it; a wrong one never passes. */
  async function proveAgain(run: Run, { context, question, pin }: Errand): Promise<void> {
    if (run.proof !== 'checked' && !wasSent(pin)) return;
    await provenPatron(library, context, { patronId: (question as Asked).patronId ?? '', pin });
  }

  /** The question on disk: as a run of its own, or as the one that was given up and asked for in the same words. */
  function stored(errand: Errand, earlier: Run | undefined): Promise<Run> {
    const { operation, context, question, pin, key, recognised } = errand;
    const proof = operation.authenticates && wantsProof(context, pin) ? 'pending' : 'none';
    const told = { digest: digestOf(errand), context, question, proof } as const;
    const { about } = recognised;
    if (earlier?.state === 'given-up' && sameThings(earlier.about, about)) return ledger.reopen(earlier.id, told);
    const run: NewRun = { ...told, id: newId(), kind: operation.kind, key, about };
    return ledger.accept(run);
  }

  /** Goes on with an unfinished run that stands in somebody's way; gives what became of it, in a word for the log. */
  async function takeUp(id: string, lane: Lane): Promise<string | undefined> {
    // Somebody else may have ended it while this waited for its turn.
    const claimed = await ledger.claim(id);
    if (claimed === undefined) return undefined;
    const run: Run = { ...claimed, context: { ...claimed.context, lane } };
    const result = await resumed(run);
    note({ kind: 'resumed', run, result });
    return result;
  }

  async function resumed(run: Run): Promise<string> {
    const operation = byKind.get(run.kind);
    const isOld = clock().getTime() - Date.parse(run.startedAt) > giveUpAfterMs;
    if (operation !== undefined && !isOld) return settled(operation, run);
    await giveUp(run, operation === undefined ? `no operation is called ${run.kind}` : 'a day has passed');
    return 'given up';
  }

  async function settled(operation: AnyOperation, run: Run): Promise<string> {
    // Nothing was written yet: what nobody may do in the caller's absence, or without the PIN, is over.
    if (run.state === 'accepted' && (run.proof === 'pending' || operation.afterCrash === 'settle')) {
      await ledger.end(run.id, 'refused', { why: 'the caller had gone before anything was done' });
      return 'abandoned';
    }
    return attempt(operation, run, operation.afterCrash).then(
      () => 'finished',
      (error: unknown) => {
        if (error instanceof Abandoned) return 'abandoned';
        const { kind, cause } = asRefusal(error);
        if (kind === 'internal-error')
          note({ kind: 'defect', run, error: cause instanceof Error ? cause : new Error(String(cause)) });
        return kind;
      },
    );
  }

  /** Work on one thing at a time, of which a clean stop waits for the last. */
  function inTurn<T>(things: readonly string[], work: () => Promise<T>): Promise<T> {
    const result = serially(things, work);
    working.add(result);
    const forget = (): void => void working.delete(result);
    result.then(forget, forget);
    return result;
  }

  async function run(operation: AnyOperation, context: Context, asked: unknown): Promise<unknown> {
    const { pin, ...question } = asked as Asked & object;
    const recognised = await operation.recognise({ ...means, context, question });
    const key = recognised.repeat?.key ?? `once:${newId()}`;
    const errand: Errand = { operation, context, question, pin, key, recognised };
    const same = underWay.get(key);
    if (same !== undefined && digestOf(same.errand) === digestOf(errand) && same.errand.pin === pin) return same.result;
    const turns = places(context, key, takenInTurn(operation, recognised.about));
    const result = inTurn(turns, () => answer(errand));
    const entry = { errand, result };
    underWay.set(key, entry);
    const forget = (): void => {
      if (underWay.get(key) === entry) underWay.delete(key);
    };
    result.then(forget, forget);
    return result;
  }

  async function resume(): Promise<number> {
    let takenUp = 0;
    await severally(await ledger.due(resumedAtMost), async (run) => {
      if (stopping || underWay.has(run.key)) return;
      // Equal messages do not join this, because it may give up what they want completed: they wait their turn.
      const result = await inTurn(placesOf(run), () => takeUp(run.id, 'background'));
      if (result !== undefined) takenUp += 1;
    });
    const found = (run: Run): void => note({ kind: 'found-late', run });
    await severally(await ledger.dueLate(resumedAtMost), async (run) => {
      const operation = byKind.get(run.kind);
      const parts = { ...means, ledger, sentTimes, tasks, found };
      if (operation === undefined || stopping) return;
      await inTurn(placesOf(run), () => lookLate(operation, run, parts));
    });
    return takenUp;
  }

  function placesOf({ kind, key, context, about }: Run): string[] {
    const operation = byKind.get(kind);
    return places(context, key, operation === undefined ? about : takenInTurn(operation, about));
  }

  return {
    run,
    resume,
    async resumeAll() {
      await ledger.releaseAll();
      return resume();
    },
    takeUpNoMore() {
      stopping = true;
    },
    async idle() {
      while (working.size > 0) await Promise.allSettled(working);
    },
  };
}

/** Does the work for each run, several at a time; one that fails does not keep the others from theirs. */
async function severally(runs: readonly Run[], work: (run: Run) => Promise<void>): Promise<void> {
  const waiting = [...runs];
  const failures: unknown[] = [];
  const takeNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await work(next).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: resumedTogether }, takeNext));
  if (failures.length > 0) throw failures[0];
}

const digestOf = ({ recognised }: Errand): string => recognised.repeat?.digest ?? '';

function sameThings(one: Things, other: Things): boolean {
  const listed = (things: Things): string =>
    JSON.stringify(usualTurns.concat('patrons').map((kind) => [...(things[kind] ?? [])].sort()));
  return listed(one) === listed(other);
}
