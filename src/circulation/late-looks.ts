import type { Means, Operation } from './operation.ts';
import type { Ledger, Run, Tasks } from './ports.ts';
import { asRefusal } from './refusals.ts';
import type { SentTimes } from './sent-times.ts';
import { Abandoned, FoundLate, stepsOf } from './steps.ts';

/** A write that was let be is looked for once more after its caller has long gone, and a last time a day later. */
const lateLooksAfterMs = [10 * 60 * 1000, 24 * 60 * 60 * 1000] as const;

/** When a write that is let be now is looked for first. */
export const firstLateLook = (now: Date): string => new Date(now.getTime() + lateLooksAfterMs[0]).toISOString();

interface Parts extends Means {
  readonly ledger: Ledger;
  readonly sentTimes: SentTimes;
  readonly tasks: Tasks;
  readonly found: (run: Run) => void;
}

/**
 * Looks whether a write that was let be has happened after all. What did is a task for people: nothing is taken back,
 * because by now it may be right.
 */
export async function lookLate(
  operation: Operation<unknown, unknown, unknown>,
  run: Run,
  { ledger, sentTimes, tasks, found, ...means }: Parts,
): Promise<void> {
  // Whatever happened to the item since explains what would be found.
  if (await ledger.isOvertaken(run)) return ledger.lookAgain(run.id, undefined);
  const { clock } = means;
  const steps = await stepsOf(run.id, 'watch', { ledger, clock, sentTimes, unknown: () => undefined });
  const context = { ...run.context, lane: 'background' as const };
  try {
    await operation.perform({ ...means, context, question: run.question as object, runId: run.id, steps }, run.found);
  } catch (error) {
    if (error instanceof FoundLate) {
      await tasks.add(run, operation.foundLate ?? { happened: error.message, toDo: 'Look whether it is right.' });
      await ledger.lookAgain(run.id, undefined);
      return found(run);
    }
    if (error instanceof Abandoned) return ledger.lookAgain(run.id, nextLook(run, clock()));
    // Alma cannot be asked now: the next time the job comes by.
    if (!asRefusal(error).passing) throw error;
  }
}

function nextLook({ finishedAt = '' }: Run, now: Date): string | undefined {
  const ended = Date.parse(finishedAt);
  const next = lateLooksAfterMs.find((ms) => ended + ms > now.getTime());
  return next === undefined ? undefined : new Date(ended + next).toISOString();
}
