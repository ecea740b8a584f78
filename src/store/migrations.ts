import { type Kysely, sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';
import { outcomeOfFirstVersion } from './payloads.ts';

/**
 * The way from an empty database to today's. A migration that has been released is never edited: the next change is
 * a new entry. Written in kysely's words so that PostgreSQL can follow the same way.
 */
const migrations: Record<string, Migration> = {
  '2026-11-22 legs, events, runs, steps': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('legs')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('institution', 'text', (c) => c.notNull())
        .addColumn('partner', 'text', (c) => c.notNull())
        .addColumn('side', 'text', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('request_agency', 'text')
        .addColumn('request_id', 'text')
        .addColumn('broker_item_id', 'text')
        .addColumn('barcode', 'text')
        .addColumn('patron_id', 'text')
        .addColumn('mms_id', 'text')
        .addColumn('holding_id', 'text')
        .addColumn('item_id', 'text')
        .addColumn('alma_request_id', 'text')
        .addColumn('loan_id', 'text')
        .addColumn('due', 'text')
        .addColumn('title', 'text')
        .addColumn('created_at', 'text', (c) => c.notNull())
        .addColumn('updated_at', 'text', (c) => c.notNull())
        .addColumn('closed_at', 'text')
        .execute();
      // The join key of the whole program: one item has at most one open leg.
      await db.schema
        .createIndex('one_open_leg_of_an_item')
        .unique()
        .on('legs')
        .columns(['institution', 'barcode'])
        .where(sql.ref('closed_at'), 'is', null)
        .where(sql.ref('barcode'), 'is not', null)
        .execute();
      await db.schema
        .createIndex('legs_by_item')
        .on('legs')
        .columns(['institution', 'barcode', 'created_at'])
        .execute();
      await db.schema
        .createIndex('legs_by_broker_item')
        .on('legs')
        .columns(['institution', 'broker_item_id'])
        .execute();
      await db.schema.createIndex('legs_by_request').on('legs').columns(['institution', 'request_id']).execute();

      await db.schema
        .createTable('events')
        .addColumn('position', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('leg', 'text', (c) => c.notNull().references('legs.id'))
        .addColumn('at', 'text', (c) => c.notNull())
        .addColumn('source', 'text', (c) => c.notNull())
        .addColumn('actor', 'text', (c) => c.notNull())
        .addColumn('what', 'text', (c) => c.notNull())
        .addColumn('from_state', 'text', (c) => c.notNull())
        .addColumn('to_state', 'text', (c) => c.notNull())
        .addColumn('trace_id', 'text', (c) => c.notNull())
        // A resumed operation says the same again: it is one event all the same.
        .addUniqueConstraint('an_event_once', ['leg', 'trace_id', 'what', 'to_state'])
        .execute();
      await db.schema.createIndex('events_by_trace').on('events').column('trace_id').execute();

      await db.schema
        .createTable('runs')
        .addColumn('position', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('id', 'text', (c) => c.notNull().unique())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('key', 'text', (c) => c.notNull())
        .addColumn('digest', 'text', (c) => c.notNull())
        .addColumn('institution', 'text', (c) => c.notNull())
        .addColumn('trace_id', 'text', (c) => c.notNull())
        .addColumn('barcode', 'text')
        .addColumn('request_id', 'text')
        .addColumn('context', 'text', (c) => c.notNull())
        .addColumn('input', 'text', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('outcome', 'text')
        .addColumn('started_at', 'text', (c) => c.notNull())
        .addColumn('finished_at', 'text')
        .execute();
      await db.schema.createIndex('runs_by_key').on('runs').column('key').execute();
      await db.schema.createIndex('runs_by_state').on('runs').column('state').execute();
      await db.schema.createIndex('runs_by_barcode').on('runs').column('barcode').execute();
      await db.schema.createIndex('runs_by_request').on('runs').column('request_id').execute();
      await db.schema.createIndex('runs_by_trace').on('runs').column('trace_id').execute();

      await db.schema
        .createTable('steps')
        .addColumn('position', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('run', 'text', (c) => c.notNull().references('runs.id'))
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('state', 'text', (c) => c.notNull())
        .addColumn('intent', 'text')
        .addColumn('result', 'text')
        .addColumn('refusal', 'text')
        .addColumn('sent_at', 'text', (c) => c.notNull())
        .addColumn('ended_at', 'text')
        .addUniqueConstraint('a_step_once', ['run', 'name'])
        .execute();
    },
  },
  '2026-11-24 runs store their question': {
    async up(db: Kysely<unknown>) {
      // A broker's own number of an item is looked up for its partner, never as a barcode.
      await db.schema.dropIndex('legs_by_broker_item').execute();
      await db.schema
        .createIndex('legs_by_broker_item')
        .on('legs')
        .columns(['institution', 'partner', 'broker_item_id'])
        .execute();
      await db.schema.dropIndex('legs_by_request').execute();
      await db.schema
        .createIndex('legs_by_request')
        .on('legs')
        .columns(['institution', 'partner', 'request_id'])
        .execute();
      await db.schema
        .createIndex('legs_by_partners_item')
        .on('legs')
        .columns(['institution', 'partner', 'barcode'])
        .execute();
      await addColumnsOfRuns(db);
      await moveThings(db);
      await bringOutcomesUpToDate(db);
    },
  },
  '2026-11-24 tasks': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('tasks')
        .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
        .addColumn('run', 'text', (c) => c.notNull().unique())
        .addColumn('institution', 'text', (c) => c.notNull())
        .addColumn('happened', 'text', (c) => c.notNull())
        .addColumn('to_do', 'text', (c) => c.notNull())
        .addColumn('message', 'text', (c) => c.notNull())
        .addColumn('actor', 'text', (c) => c.notNull())
        .addColumn('item', 'text')
        .addColumn('request', 'text')
        .addColumn('trace_id', 'text', (c) => c.notNull())
        .addColumn('created_at', 'text', (c) => c.notNull())
        .addColumn('done_at', 'text')
        .execute();
    },
  },
};

export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations };

async function addColumnsOfRuns(db: Kysely<unknown>): Promise<void> {
  const runs = () => db.schema.alterTable('runs');
  // What was stored had been found already; as question and as findings it holds all that either needs.
  await runs().renameColumn('input', 'question').execute();
  await runs().addColumn('found', 'text').execute();
  await sql`update runs set found = question`.execute(db);
  await sql`update runs
    set found = json_set(json_remove(found, '$.had'), '$.priorLoan', json_extract(found, '$.had'))
    where json_extract(found, '$.had') is not null`.execute(db);
  await runs()
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  // A loan without its number cannot be seen to stand still: such outcomes answer nobody, the question is asked anew.
  await sql`update runs set version = 2 where state <> 'finished' or kind not in ('check-out', 'renew')`.execute(db);
  // The first version checked a PIN before it stored anything.
  await runs()
    .addColumn('proof', 'text', (c) => c.notNull().defaultTo('none'))
    .execute();
  await runs().addColumn('owner', 'text').execute();
  await runs().addColumn('lease_until', 'text').execute();
  await runs()
    .addColumn('tries', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await runs().addColumn('next_try_at', 'text').execute();
  await sql`update runs set context = json_set(context, '$.pinDemand', 'if-sent')`.execute(db);
  await db.schema.dropIndex('runs_by_state').execute();
  await db.schema.createIndex('runs_by_state').on('runs').columns(['state', 'next_try_at']).execute();
}

/** Things get a table of their own, so that a run can be about several and each is found without the others. */
async function moveThings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('run_things')
    .addColumn('run', 'text', (c) => c.notNull().references('runs.id'))
    .addColumn('institution', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('thing', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('a_thing_of_a_run_once', ['run', 'kind', 'thing'])
    .execute();
  await db.schema
    .createIndex('run_things_by_thing')
    .on('run_things')
    .columns(['thing', 'institution', 'kind'])
    .execute();
  for (const [column, kind] of [
    ['barcode', 'items'],
    ['request_id', 'requests'],
  ] as const) {
    const from = sql.ref(column);
    await sql`insert into run_things (run, institution, kind, thing)
      select id, institution, ${kind}, ${from} from runs where ${from} is not null`.execute(db);
    await db.schema.dropIndex(column === 'barcode' ? 'runs_by_barcode' : 'runs_by_request').execute();
    await db.schema.alterTable('runs').dropColumn(column).execute();
  }
}

async function bringOutcomesUpToDate(db: Kysely<unknown>): Promise<void> {
  const finished = sql<{ id: string; outcome: string }>`select id, outcome from runs where state = 'finished'`;
  for (const { id, outcome } of (await finished.execute(db)).rows) {
    const today = JSON.stringify(outcomeOfFirstVersion(JSON.parse(outcome)));
    await sql`update runs set outcome = ${today} where id = ${id}`.execute(db);
  }
}
