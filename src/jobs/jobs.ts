import { createTask, type ScheduledTask } from 'node-cron';
import type { Log } from '../log/events.ts';

/** Something that the gateway does by itself. Cron expressions are in UTC: a local 02:30 does not exist every day. */
export interface Job {
  readonly name: string;
  readonly cron: string;
  /** Says in a few words what it did. */
  readonly run: () => Promise<string>;
}

const say = (): void => undefined;
/** What a job did is in our own log. */
const silent = { info: say, warn: say, error: say, debug: say };

/**
 * Starts the jobs. A run that takes longer than its interval is not overlapped by the next; one that fails is
 * logged and tried again at its next time.
 * @returns stops them; resolves when none is running.
 */
export function startJobs(jobs: readonly Job[], log: Log): () => Promise<void> {
  const running = new Set<Promise<void>>();

  async function perform(job: Job): Promise<void> {
    const start = performance.now();
    try {
      const result = await job.run();
      log('job-ran', { job: job.name, ms: Math.round(performance.now() - start), result });
    } catch (error) {
      log('job-failed', { job: job.name, why: error instanceof Error ? error.message : String(error) });
    }
  }

  const tasks: ScheduledTask[] = jobs.map((job) => {
    const once = async (): Promise<void> => {
      const run = perform(job);
      running.add(run);
      await run;
      running.delete(run);
    };
    return createTask(job.cron, once, { timezone: 'UTC', noOverlap: true, name: job.name, logger: silent });
  });
  for (const task of tasks) void task.start();
  return async () => {
    for (const task of tasks) await task.destroy();
    await Promise.allSettled(running);
  };
}
