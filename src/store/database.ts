import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrationProvider } from './migrations.ts';
import type { Tables } from './schema.ts';

export type Database = Kysely<Tables>;

/**
 * Opens the SQLite file, making it (readable by its owner only) and its tables where there are none.
 * Commits are synchronous to the disk: what was acknowledged survives a power cut.
 * @throws {Error} where the file cannot be opened or its tables cannot be brought up to date.
 */
export async function openDatabase(file: string): Promise<Database> {
  const isNew = !existsSync(file);
  mkdirSync(dirname(file), { recursive: true });
  const sqlite = new DatabaseSync(file);
  if (isNew) chmodSync(file, 0o600);
  sqlite.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  );
  const database = new Kysely<Tables>({ dialect: new SqliteDialect({ database: forKysely(sqlite) }) });
  const { error } = await new Migrator({ db: database, provider: migrationProvider }).migrateToLatest();
  if (error !== undefined) {
    await database.destroy();
    throw new Error(`the database ${file} cannot be brought up to date`, { cause: error });
  }
  return database;
}

/** Opens an existing file for reading only, beside a running daemon. */
export function openForReading(file: string): Database {
  const sqlite = new DatabaseSync(file, { readOnly: true });
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: forKysely(sqlite) }) });
}

/** node:sqlite with the few methods of better-sqlite3 that kysely's dialect calls. */
function forKysely(sqlite: DatabaseSync) {
  return {
    close: () => sqlite.close(),
    prepare(text: string) {
      const statement = sqlite.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (values: readonly unknown[]) => statement.all(...(values as SQLInputValue[])),
        run: (values: readonly unknown[]) => statement.run(...(values as SQLInputValue[])),
        iterate: (values: readonly unknown[]) => statement.iterate(...(values as SQLInputValue[])),
      };
    },
  };
}
