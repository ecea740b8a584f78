import type { Selectable } from 'kysely';
import type { Clock, Ledger, Run, StepRecord } from '../circulation/ports.ts';
import type { Database } from './database.ts';
import type { Tables } from './schema.ts';

/** The ledger on SQLite: every method has committed when it returns. */
export function createLedger({ database, clock }: { database: Database; clock: Clock }): Ledger {
  const now = (): string => clock().toISOString();
  const step = (runId: string, name: string) =>
    database.updateTable('steps').where('run', '=', runId).where('name', '=', name);

  return {
    async latest(key) {
      const row = await database
        .selectFrom('runs')
        .selectAll()
        .where('key', '=', key)
        .orderBy('position', 'desc')
        .executeTakeFirst();
      return row && runOf(row);
    },

    async run(id) {
      const row = await database.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
      return row && runOf(row);
    },

    async begin({ id, kind, key, digest, context, subject, input }) {
      await database
        .insertInto('runs')
        .values({
          id,
          kind,
          key,
          digest,
          institution: context.institution.code,
          trace_id: context.traceId,
          barcode: subject.barcode ?? null,
          request_id: subject.requestId ?? null,
          context: JSON.stringify(context),
          input: JSON.stringify(input),
          state: 'running',
          outcome: null,
          started_at: now(),
          finished_at: null,
        })
        .execute();
    },

    async end(runId, state, outcome) {
      const finished_at = state === 'unknown' ? null : now();
      await database
        .updateTable('runs')
        .set({ state, outcome: text(outcome), finished_at })
        .where('id', '=', runId)
        .execute();
    },

    async steps(runId) {
      const rows = await database
        .selectFrom('steps')
        .selectAll()
        .where('run', '=', runId)
        .orderBy('position')
        .execute();
      return rows.map(stepOf);
    },

    async intend(runId, name, intent) {
      const again = { state: 'sent', intent: text(intent), sent_at: now(), ended_at: null };
      await database
        .insertInto('steps')
        .values({ run: runId, name, result: null, refusal: null, ...again })
        .onConflict((conflict) => conflict.columns(['run', 'name']).doUpdateSet(again))
        .execute();
    },

    async conclude(runId, name, result) {
      const ended =
        result.state === 'done'
          ? { state: 'done', result: text(result.result) }
          : { state: 'failed', refusal: text(result.refusal) };
      await step(runId, name)
        .set({ ...ended, ended_at: now() })
        .execute();
    },

    async withdraw(runId, name) {
      await database.deleteFrom('steps').where('run', '=', runId).where('name', '=', name).execute();
    },

    async unfinished() {
      const rows = await database
        .selectFrom('runs')
        .selectAll()
        .where('state', 'in', ['running', 'unknown'])
        .orderBy('position')
        .execute();
      return rows.map(runOf);
    },

    async forget(before) {
      return database.transaction().execute(async (tx) => {
        const old = tx.selectFrom('runs').select('id').where('finished_at', '<', before);
        await tx.deleteFrom('steps').where('run', 'in', old).execute();
        const { numDeletedRows } = await tx.deleteFrom('runs').where('finished_at', '<', before).executeTakeFirst();
        return Number(numDeletedRows);
      });
    },
  };
}

const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
const parsed = <T>(json: string | null): T | undefined => (json === null ? undefined : (JSON.parse(json) as T));

function runOf(row: Selectable<Tables['runs']>): Run {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    digest: row.digest,
    context: JSON.parse(row.context),
    subject: { barcode: row.barcode ?? undefined, requestId: row.request_id ?? undefined },
    input: JSON.parse(row.input),
    state: row.state as Run['state'],
    outcome: parsed(row.outcome),
    startedAt: row.started_at,
    finishedAt: row.finished_at ?? undefined,
  };
}

/** A step as the core knows it. */
function stepOf(row: Selectable<Tables['steps']>): StepRecord {
  return {
    name: row.name,
    state: row.state as StepRecord['state'],
    intent: parsed(row.intent),
    result: parsed(row.result),
    refusal: parsed(row.refusal),
    sentAt: row.sent_at,
  };
}
