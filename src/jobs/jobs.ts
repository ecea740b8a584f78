import { createTask, type ScheduledTask } from 'node-cron';
import type { Log } from '../log/events.ts';

/** Something that the gateway does by itself. Cron expressions are in UTC: a local 02:30 does not exist every day. */
export interface Job {
  readonly name: string;
  readonly cron: string;
  /** Says in a few words what it did. */
  readonly run: () => Promise<string>;
}

/** What came of one run: what the job said, or why it failed. */
export interface JobResult {
  readonly ok: boolean;
  readonly says: string;
}

/** A job as an operator sees it. What it did before this process started is not known. */
export interface JobStatus {
  readonly name: string;
  readonly cron: string;
  readonly running: boolean;
  /** ISO 8601, when the last run ended, and what came of it. */
  readonly last?: JobResult & { readonly at: string };
}

export interface Jobs {
  /** From now on each runs at its time. */
  start(): void;
  list(): JobStatus[];
  /** Runs a job now, or joins the run that is under way; `undefined` where there is no job of this name. */
  run(name: string): Promise<JobResult> | undefined;
  /** Resolves when none is running; from then on none runs. */
  stop(): Promise<void>;
}

const say = (): void => undefined;
/** What a job did is in our own log. */
const silent = { info: say, warn: say, error: say, debug: say };

/**
 * The jobs of a gateway. A job never runs twice at once: whoever wants it while it runs, its own next time included, joins
 * that run. One that fails is logged and tried again at its next time.
 */
export function createJobs(jobs: readonly Job[], log: Log): Jobs {
  const running = new Map<string, Promise<JobResult>>();
  const last = new Map<string, JobStatus['last']>();
  let stopped = false;

  function once(job: Job): Promise<JobResult> {
    const underWay = running.get(job.name);
    if (underWay !== undefined) return underWay;
    if (stopped) return Promise.resolve({ ok: false, says: 'the gateway is being stopped' });
    const run = runJob(job, log).then((result) => {
      running.delete(job.name);
      last.set(job.name, { ...result, at: new Date().toISOString() });
      return result;
    });
    running.set(job.name, run);
    return run;
  }

  const tasks: ScheduledTask[] = jobs.map((job) =>
    createTask(job.cron, () => once(job), { timezone: 'UTC', name: job.name, logger: silent }),
  );

  return {
    start() {
      for (const task of tasks) void task.start();
    },
    list: () => jobs.map(({ name, cron }) => ({ name, cron, running: running.has(name), last: last.get(name) })),
    run(name) {
      const job = jobs.find((candidate) => candidate.name === name);
      return job && once(job);
    },
    async stop() {
      stopped = true;
      for (const task of tasks) await task.destroy();
      await Promise.all(running.values());
    },
  };
}

/** Runs a job to its end and tells the log of it. Never rejects. */
export async function runJob({ name, run }: Job, log: Log): Promise<JobResult> {
  const start = performance.now();
  try {
    const result = await run();
    log('job-ran', { job: name, ms: Math.round(performance.now() - start), result });
    return { ok: true, says: result };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log('job-failed', { job: name, why });
    return { ok: false, says: why };
  }
}
