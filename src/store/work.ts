import type { Context } from '../circulation/context.ts';
import type { Database } from './database.ts';

/** An operation that is not at its end, for the people who look after it. */
export interface WorkLeft {
  readonly id: string;
  readonly kind: string;
  readonly state: 'accepted' | 'running' | 'unknown' | 'given-up';
  readonly startedAt: string;
  readonly nextTryAt?: string;
  readonly tries: number;
  readonly source: string;
  readonly actor: string;
  readonly message: string;
  readonly traceId: string;
  /** Items and requests; patrons are nobody's business here. */
  readonly things: readonly { readonly kind: string; readonly thing: string }[];
  /** What went wrong last. */
  readonly why?: string;
  readonly steps: readonly { readonly name: string; readonly state: string }[];
}

/** Unfinished operations and those that were given up, oldest first. */
export async function workLeft(database: Database): Promise<WorkLeft[]> {
  const runs = await database
    .selectFrom('runs')
    .selectAll()
    .where('state', 'in', ['accepted', 'running', 'unknown', 'given-up'])
    .orderBy('position')
    .execute();
  const left: WorkLeft[] = [];
  for (const run of runs) {
    const things = await database
      .selectFrom('run_things')
      .select(['kind', 'thing'])
      .where('run', '=', run.id)
      .where('kind', '!=', 'patrons')
      .execute();
    const steps = await database
      .selectFrom('steps')
      .select(['name', 'state'])
      .where('run', '=', run.id)
      .orderBy('position')
      .execute();
    const { source, actor, message } = JSON.parse(run.context) as Context;
    const { why } = (run.outcome === null ? {} : JSON.parse(run.outcome)) as { why?: string };
    left.push({
      id: run.id,
      kind: run.kind,
      state: run.state as WorkLeft['state'],
      startedAt: run.started_at,
      ...(run.next_try_at !== null && { nextTryAt: run.next_try_at }),
      tries: run.tries,
      ...{ source, actor, message, traceId: run.trace_id, things },
      ...(why !== undefined && { why }),
      steps,
    });
  }
  return left;
}

/** How many operations were given up: each wants a person. */
export async function countGivenUp(database: Database): Promise<number> {
  const { count } = await database
    .selectFrom('runs')
    .select((run) => run.fn.countAll<number>().as('count'))
    .where('state', '=', 'given-up')
    .executeTakeFirstOrThrow();
  return count;
}
