import { type Kysely, sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';

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
};

export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations };
