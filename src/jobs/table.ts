import type { Clock, Correlations, Ledger } from '../circulation/ports.ts';
import type { Runner } from '../circulation/runs.ts';
import type { Job } from './jobs.ts';

/** What the jobs work with. */
export interface JobParts {
  readonly runner: Pick<Runner, 'resume'>;
  readonly ledger: Pick<Ledger, 'forget'>;
  readonly correlations: Pick<Correlations, 'forgetPatrons'>;
  /** Those that were done before an instant; gives how many. */
  readonly forgetTasks: (before: string) => Promise<number>;
  readonly clock: Clock;
}

interface JobRow {
  readonly cron: string;
  readonly run: (parts: JobParts) => Promise<string>;
}

/** After this what was done is forgotten, and so is for whom: a library keeps no record of who read what. */
const retentionDays = 30;

/** Every job, once: when it runs by itself (UTC) and what it does. */
const table = {
  /** Takes up what an earlier process, or an unknown outcome, left unfinished. */
  resume: {
    cron: '* * * * *',
    run: async ({ runner }) => `${await runner.resume()} operations taken up`,
  },
  forget: {
    cron: '17 3 * * *',
    run: async ({ ledger, correlations, forgetTasks, clock }) => {
      const before = new Date(clock().getTime() - retentionDays * 24 * 60 * 60 * 1000).toISOString();
      const operations = await ledger.forget(before);
      const patrons = await correlations.forgetPatrons(before);
      return `${operations} operations, ${patrons} patrons and ${await forgetTasks(before)} tasks forgotten`;
    },
  },
} as const satisfies Record<string, JobRow>;

export type JobName = keyof typeof table;

export const jobNames = Object.keys(table) as readonly JobName[];

/** When a job runs by itself, as a cron expression in UTC. */
export const cronOf = (name: JobName): string => table[name].cron;

/** The job on these parts. */
export function jobOf(name: JobName, parts: JobParts): Job {
  const { cron, run } = table[name];
  return { name, cron, run: () => run(parts) };
}
