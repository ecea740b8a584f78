import type { Context, Lane } from './context.ts';
import type { FindWork, Means, Operation, Recognised, WriteWork } from './operation.ts';
import type { Ledger, NewRun, Run, Things } from './ports.ts';
import { provenPatron, wantsProof } from './proof.ts';
import { asRefusal, OutcomeUnknown, Refusal } from './refusals.ts';
import { createSerial } from './serial.ts';
import { Abandoned, type Mode, type StepsOfRun, stepsOf } from './steps.ts';

/** What an operator should hear about runs. */
export type RunNote =
  | { readonly kind: 'repeated'; readonly run: Run; readonly traceId: string }
  | { readonly kind: 'unknown'; readonly run: Run; readonly step: string; readonly why: string }
  | { readonly kind: 'undone'; readonly run: Run; readonly steps: readonly string[] }
  | { readonly kind: 'resumed'; readonly run: Run; readonly result: string }
  | { readonly kind: 'given-up'; readonly run: Run; readonly why: string }
  /** Nobody waits for the run any more, so no edge tells of the defect. */
  | { readonly kind: 'defect'; readonly run: Run; readonly error: Error };

export interface Runner {
  run(operation: Operation<unknown, unknown, unknown>, context: Context, question: unknown): Promise<unknown>;
  /** Takes up the unfinished runs whose time has come and that nobody works on; gives how many. For a job. */
  resume(): Promise<number>;
  /** The same at the start of the only process on the store: whatever an earlier one held is free. */
  resumeAll(): Promise<number>;
  /** Resolves when no run is under way: what a clean stop waits for. */
  idle(): Promise<void>;
}

export interface RunnerParts extends Means {
  readonly ledger: Ledger;
  readonly newId: () => string;
  readonly note: (note: RunNote) => void;
  /** Every operation, so that a stored run finds its own again. */
  readonly operations: readonly AnyOperation[];
}

type AnyOperation = Operation<unknown, unknown, unknown>;

/** A question as an edge asks it; what is stored of it has no PIN. */
type Asked = { readonly patronId?: string; readonly pin?: string };

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
/** From this age of a run on, an unknown outcome is looked for again after a pause, and the longest such pause. */
const patientAfterMs = 60_000;
const longestPauseMs = 60 * 60 * 1000;
/** How many runs are taken up at the same time, and at most in one go: Alma's calls belong to people first. */
const resumedTogether = 4;
const resumedAtMost = 500;

const usualTurns: readonly (keyof Things)[] = ['items', 'requests'];

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

export function createRunner({ ledger, newId, note, operations, ...means }: RunnerParts): Runner {
  const { library, clock } = means;
  const serially = createSerial();
  /** What equal messages join, by key. */
  const underWay = new Map<string, { errand: Errand; result: Promise<unknown> }>();
  const working = new Set<Promise<unknown>>();
  const attempts = new Map<string, Promise<unknown>>();
  const byKind = new Map(operations.map((operation) => [operation.kind, operation]));

  /** Runs about different things may find the same unfinished one in their way: one attempt serves both. */
  function attempt(operation: AnyOperation, run: Run, mode: Mode, pin?: string): Promise<unknown> {
    const other = attempts.get(run.id);
    if (other !== undefined) return other;
    const mine = perform(operation, run, mode, pin).finally(() => attempts.delete(run.id));
    attempts.set(run.id, mine);
    return mine;
  }

  async function perform(operation: AnyOperation, run: Run, mode: Mode, pin: string | undefined): Promise<unknown> {
    const unknown = (step: string, why: string): void => note({ kind: 'unknown', run, step, why });
    const steps = await stepsOf(run.id, mode, { ledger, clock, unknown });
    const work = { ...means, context: run.context, question: run.question as object, runId: run.id, steps };
    try {
      const found = run.state === 'accepted' ? await find(operation, run, work, pin) : run.found;
      const outcome = await operation.perform(work, found);
      await ledger.end(run.id, 'finished', outcome);
      return outcome;
    } catch (error) {
      const refusal = asRefusal(error);
      const mayHaveWritten = refusal.passing && steps.begun && !(error instanceof Abandoned);
      if (mayHaveWritten) await postpone(run, refusal);
      else await undo(operation, run, work, refusal);
      throw error instanceof OutcomeUnknown ? refusal : error;
    }
  }

  async function find(
    operation: AnyOperation,
    run: Run,
    work: WriteWork<Asked>,
    pin: string | undefined,
  ): Promise<unknown> {
    const { context, question, runId } = work;
    const prove: FindWork['provenPatron'] = () =>
      provenPatron(library, context, { patronId: question.patronId ?? '', pin });
    const found = await operation.find({ ...means, context, question, runId, provenPatron: prove });
    await ledger.found(run.id, found);
    return found;
  }

  async function postpone(run: Run, refusal: Refusal): Promise<void> {
    // Each time the job comes by at first, because most are there by then; later when the run is twice as old.
    const now = clock().getTime();
    const age = now - Date.parse(run.startedAt);
    const pause = age < patientAfterMs ? 0 : Math.min(age, longestPauseMs);
    const nextTryAt = new Date(now + pause).toISOString();
    await ledger.postpone(run.id, { kind: refusal.kind, why: refusal.message }, nextTryAt);
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
      await ledger.end(run.id, 'refused', { kind: refusal.kind, why: refusal.message });
    } catch (error) {
      // The peer hears the reason of its refusal all the same; the job goes on with the undoing.
      const why = error instanceof Error ? error.message : String(error);
      note({ kind: 'unknown', run, step: 'undo', why });
      await postpone(run, new Refusal(refusal.kind, { detail: why }));
    }
  }

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
        return attempt(operation, run, 'complete', pin);
      }
      // Nothing new is begun about a thing of which nobody knows what became of the last write.
      if ((await takeUp(run.id, context.lane)) === 'library-system-unavailable')
        throw new Refusal('library-system-unavailable');
    }
    return attempt(operation, await stored(errand, earlier), 'complete', pin);
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

  /** What was given after a PIN was checked is not told again to somebody who does not know it. */
  async function proveAgain(run: Run, { context, question, pin }: Errand): Promise<void> {
    if (run.proof !== 'checked') return;
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
    const operation = byKind.get(run.kind);
    const result =
      operation === undefined || clock().getTime() - Date.parse(run.startedAt) > giveUpAfterMs
        ? await giveUp(run, operation === undefined ? `no operation is called ${run.kind}` : 'a day has passed')
        : await settled(operation, run);
    note({ kind: 'resumed', run, result });
    return result;
  }

  async function giveUp(run: Run, why: string): Promise<string> {
    await ledger.end(run.id, 'given-up', { why });
    note({ kind: 'given-up', run, why });
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
    const waiting = (await ledger.due(resumedAtMost)).filter(({ key }) => !underWay.has(key));
    const takeNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { id, kind, key, context, about } = next;
        const operation = byKind.get(kind);
        const things = operation === undefined ? about : takenInTurn(operation, about);
        // Equal messages do not join this, because it may give up what they want completed: they wait their turn.
        const result = await inTurn(places(context, key, things), () => takeUp(id, 'background'));
        if (result !== undefined) takenUp += 1;
      }
    };
    await Promise.all(Array.from({ length: resumedTogether }, takeNext));
    return takenUp;
  }

  return {
    run,
    resume,
    async resumeAll() {
      await ledger.releaseAll();
      return resume();
    },
    async idle() {
      while (working.size > 0) await Promise.allSettled(working);
    },
  };
}

const digestOf = ({ recognised }: Errand): string => recognised.repeat?.digest ?? '';

function sameThings(one: Things, other: Things): boolean {
  const listed = (things: Things): string =>
    JSON.stringify(usualTurns.concat('patrons').map((kind) => [...(things[kind] ?? [])].sort()));
  return listed(one) === listed(other);
}
