import type { Clock, Run, Tasks } from '../circulation/ports.ts';
import type { Database } from './database.ts';

/** Something that only people can put right. */
export interface Task {
  readonly id: number;
  readonly createdAt: string;
  readonly institution: string;
  readonly happened: string;
  readonly toDo: string;
  /** Whose message it began with, and what that was about; patrons are nobody's business here. */
  readonly message: string;
  readonly actor: string;
  readonly item?: string;
  readonly request?: string;
  readonly traceId: string;
}

/** The tasks on SQLite: one for a run at the most. */
export function createTasks({ database, clock }: { database: Database; clock: Clock }): Tasks {
  return {
    async add({ id: run, context, about }: Run, { happened, toDo }) {
      await database
        .insertInto('tasks')
        .values({
          ...{ run, institution: context.institution.code, happened, to_do: toDo, created_at: clock().toISOString() },
          ...{ message: context.message, actor: context.actor, trace_id: context.traceId, done_at: null },
          ...{ item: about.items?.[0] ?? null, request: about.requests?.[0] ?? null },
        })
        .onConflict((conflict) => conflict.column('run').doNothing())
        .execute();
    },
  };
}

/** The tasks that are left, oldest first. */
export async function openTasks(database: Database): Promise<Task[]> {
  const rows = await database.selectFrom('tasks').selectAll().where('done_at', 'is', null).orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    institution: row.institution,
    happened: row.happened,
    toDo: row.to_do,
    message: row.message,
    actor: row.actor,
    ...(row.item !== null && { item: row.item }),
    ...(row.request !== null && { request: row.request }),
    traceId: row.trace_id,
  }));
}

/** How many tasks are left. */
export async function countOpenTasks(database: Database): Promise<number> {
  const { count } = await database
    .selectFrom('tasks')
    .select((task) => task.fn.countAll<number>().as('count'))
    .where('done_at', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Marks a task as done; gives whether there is one of this number that was not. */
export async function finishTask(database: Database, id: number, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('tasks')
    .set({ done_at: at.toISOString() })
    .where('id', '=', id)
    .where('done_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0;
}

/** Forgets tasks that were done before this instant; gives how many. */
export async function forgetTasks(database: Database, before: string): Promise<number> {
  const { numDeletedRows } = await database.deleteFrom('tasks').where('done_at', '<', before).executeTakeFirst();
  return Number(numDeletedRows);
}
