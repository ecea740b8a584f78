import type { Selectable } from 'kysely';
import type { Clock, Ledger, Run, StepRecord, Things } from '../circulation/ports.ts';
import type { Database } from './database.ts';
import { payloadVersion } from './payloads.ts';
import type { Tables } from './schema.ts';

type RunRow = Selectable<Tables['runs']>;

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
  /** The process that this ledger belongs to. */
  readonly owner: string;
}

/** How long a run is its owner's after the last sign of work: longer than any one call to Alma may take. */
const leaseMs = 60_000;

/** States in which somebody must still go on. */
const unfinished = ['accepted', 'running', 'unknown'] as const;
const ended = ['finished', 'refused', 'given-up'] as const;

/** How many values one statement may name, well below SQLite's own limit. */
const atOnce = 500;

/** The ledger on SQLite: every method has committed when it returns. */
export function createLedger({ database, clock, owner }: Parts): Ledger {
  const now = (): string => clock().toISOString();
  const lease = () => ({ owner, lease_until: new Date(clock().getTime() + leaseMs).toISOString() });
  const released = { owner: null, lease_until: null };
  const runs = () => database.selectFrom('runs').selectAll();
  const change = (id: string) => database.updateTable('runs').where('id', '=', id);
  const step = (runId: string, name: string) =>
    database.updateTable('steps').where('run', '=', runId).where('name', '=', name);

  /** Rows as the core knows them, with what they are about. */
  async function told(rows: readonly RunRow[]): Promise<Run[]> {
    const about = new Map<string, Record<string, string[]>>();
    for (let from = 0; from < rows.length; from += atOnce) {
      const ids = rows.slice(from, from + atOnce).map(({ id }) => id);
      const things = await database.selectFrom('run_things').selectAll().where('run', 'in', ids).execute();
      for (const { run, kind, thing } of things) {
        const ofRun = about.get(run) ?? {};
        about.set(run, { ...ofRun, [kind]: [...(ofRun[kind] ?? []), thing] });
      }
    }
    return rows.map((row) => runOf(row, about.get(row.id) ?? {}));
  }

  const one = async (row: RunRow | undefined): Promise<Run | undefined> => row && (await told([row]))[0];
  const byId = (id: string) => runs().where('id', '=', id).executeTakeFirst();

  return {
    // What an earlier version stored in a form that nobody reads any more answers nothing.
    latest: async (key) =>
      one(
        await runs()
          .where('key', '=', key)
          .where('version', '=', payloadVersion)
          .orderBy('position', 'desc')
          .executeTakeFirst(),
      ),

    run: async (id) => one(await byId(id)),

    async accept(run) {
      const { id, kind, key, digest, context, about, question, proof } = run;
      const startedAt = now();
      const institution = context.institution.code;
      const things = rowsOf(id, institution, about);
      await database.transaction().execute(async (tx) => {
        const row = {
          ...{ id, kind, key, digest, institution, trace_id: context.traceId, context: JSON.stringify(context) },
          ...{ version: payloadVersion, question: JSON.stringify(question), proof, found: null, outcome: null },
          ...{ state: 'accepted', tries: 0, next_try_at: null, started_at: startedAt, finished_at: null },
        };
        await tx
          .insertInto('runs')
          .values({ ...row, ...lease() })
          .execute();
        if (things.length > 0) await tx.insertInto('run_things').values(things).execute();
      });
      return { ...run, state: 'accepted', tries: 0, startedAt };
    },

    async reopen(id, { digest, context, question, proof }) {
      await database.transaction().execute(async (tx) => {
        await tx
          .updateTable('runs')
          .where('id', '=', id)
          .set({
            ...{ digest, trace_id: context.traceId, context: JSON.stringify(context), version: payloadVersion },
            ...{ question: JSON.stringify(question), proof, found: null, outcome: null, state: 'accepted' },
            ...{ tries: 0, next_try_at: null, started_at: now(), finished_at: null, ...lease() },
          })
          .execute();
        await tx
          .updateTable('steps')
          .set({ state: 'sent' })
          .where('run', '=', id)
          .where('state', '=', 'done')
          .execute();
      });
      return (await one(await byId(id)))!;
    },

    async claim(id) {
      const { numUpdatedRows } = await change(id)
        .set(lease())
        .where('state', 'in', unfinished)
        .where((run) => run.or([run('owner', 'is', null), run('owner', '=', owner), run('lease_until', '<', now())]))
        .executeTakeFirst();
      return numUpdatedRows > 0 ? one(await byId(id)) : undefined;
    },

    async found(id, found, proof) {
      await change(id)
        .set({ state: 'running', found: text(found), proof, ...lease() })
        .execute();
    },

    async end(id, state, outcome, lookAgainAt) {
      await change(id)
        .set({ state, outcome: text(outcome), finished_at: now(), next_try_at: lookAgainAt ?? null, ...released })
        .execute();
    },

    async postpone(id, why, nextTryAt) {
      await change(id)
        .set((run) => ({
          ...{ state: 'unknown', outcome: text(why), next_try_at: nextTryAt, ...released },
          tries: run('tries', '+', 1),
        }))
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
      await database.transaction().execute(async (tx) => {
        await tx
          .insertInto('steps')
          .values({ run: runId, name, result: null, refusal: null, ...again })
          .onConflict((conflict) => conflict.columns(['run', 'name']).doUpdateSet(again))
          .execute();
        await tx.updateTable('runs').set(lease()).where('id', '=', runId).execute();
      });
    },

    async conclude(runId, name, result) {
      const concluded =
        result.state === 'done'
          ? { state: 'done', result: text(result.result) }
          : { state: 'failed', refusal: text(result.refusal) };
      await step(runId, name)
        .set({ ...concluded, ended_at: now() })
        .execute();
    },

    async withdraw(runId, name) {
      await database.deleteFrom('steps').where('run', '=', runId).where('name', '=', name).execute();
    },

    async unfinishedAbout(institution, key, things) {
      const sought = rowsOf('', institution, things);
      const withKey = database.selectFrom('runs').select('id').where('key', '=', key);
      const about = database
        .selectFrom('run_things')
        .select('run as id')
        .where('institution', '=', institution)
        .where((row) => row.or(sought.map(({ kind, thing }) => row.and({ kind, thing }))));
      // Said the other way round, because by the index of the states it would go through all that is unfinished.
      const rows = await runs()
        .where('id', 'in', sought.length > 0 ? withKey.unionAll(about) : withKey)
        .where('state', 'not in', ended)
        .orderBy('position')
        .execute();
      return told(rows);
    },

    async isOvertaken({ id, context, about }) {
      const { items = [] } = about;
      if (items.length === 0) return false;
      const later = await database
        .selectFrom('run_things')
        .innerJoin('runs', 'runs.id', 'run_things.run')
        .select('runs.id')
        .where('run_things.institution', '=', context.institution.code)
        .where('run_things.kind', '=', 'items')
        .where('run_things.thing', 'in', items)
        .where('runs.state', '!=', 'refused')
        .where('runs.position', '>', (run) => run.selectFrom('runs').select('position').where('id', '=', id))
        .executeTakeFirst();
      return later !== undefined;
    },

    async due(limit) {
      const rows = await runs()
        .where('state', 'in', unfinished)
        .where('version', '<=', payloadVersion)
        .where((run) => run.or([run('next_try_at', 'is', null), run('next_try_at', '<=', now())]))
        .where((run) => run.or([run('owner', 'is', null), run('lease_until', '<', now())]))
        .orderBy('next_try_at')
        .orderBy('position')
        .limit(limit)
        .execute();
      return told(rows);
    },

    async dueLate(limit) {
      const rows = await runs()
        .where('state', '=', 'refused')
        .where('version', '<=', payloadVersion)
        .where('next_try_at', '<=', now())
        .orderBy('next_try_at')
        .limit(limit)
        .execute();
      return told(rows);
    },

    async lookAgain(id, at) {
      await change(id)
        .set({ next_try_at: at ?? null })
        .execute();
    },

    async releaseAll() {
      await database.updateTable('runs').set(released).where('state', 'in', unfinished).execute();
    },

    async forget(before) {
      return database.transaction().execute(async (tx) => {
        // A run that was given up with its leg open is what the next message about that leg goes on with.
        const openLegs = tx.selectFrom('legs').select('id').where('closed_at', 'is', null);
        const old = tx
          .selectFrom('runs')
          .select('id')
          .where('finished_at', '<', before)
          .where((run) => run.or([run('state', '!=', 'given-up'), run('id', 'not in', openLegs)]));
        await tx.deleteFrom('steps').where('run', 'in', old).execute();
        await tx.deleteFrom('run_things').where('run', 'in', old).execute();
        const { numDeletedRows } = await tx.deleteFrom('runs').where('id', 'in', old).executeTakeFirst();
        return Number(numDeletedRows);
      });
    },
  };
}

const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
const parsed = <T>(json: string | null): T | undefined => (json === null ? undefined : (JSON.parse(json) as T));

function rowsOf(run: string, institution: string, about: Things): Tables['run_things'][] {
  return Object.entries(about).flatMap(([kind, things]) =>
    [...new Set(things as readonly string[] | undefined)].map((thing) => ({ run, institution, kind, thing })),
  );
}

function runOf(row: RunRow, about: Things): Run {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    digest: row.digest,
    context: JSON.parse(row.context),
    about,
    question: JSON.parse(row.question),
    proof: row.proof as Run['proof'],
    found: parsed(row.found),
    state: row.state as Run['state'],
    outcome: parsed(row.outcome),
    tries: row.tries,
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
