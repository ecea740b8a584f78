import { existsSync } from 'node:fs';
import { type Database, openForReading } from '../store/database.ts';
import { CommandFailed } from './arguments.ts';

/**
 * The store that is there already.
 * @throws {CommandFailed} where there is none.
 */
export function mustExist(file: string): void {
  if (!existsSync(file)) throw new CommandFailed(`${file} does not exist yet: start the gateway first`);
}

/**
 * What a function reads in the store, beside a running daemon.
 * @throws {CommandFailed} where there is no store, or SQLite cannot read it.
 */
export async function readStore<T>(file: string, read: (database: Database) => Promise<T>): Promise<T> {
  mustExist(file);
  let database: Database | undefined;
  try {
    database = openForReading(file);
    return await read(database);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR')
      throw new CommandFailed(`${file} cannot be read: ${error.message}`, { cause: error });
    throw error;
  } finally {
    await database?.destroy();
  }
}

/** What came from outside, so that it cannot move the cursor of whoever reads it. */
export const forTerminal = (text: string): string => text.replace(/\p{Cc}/gu, '\ufffd');
