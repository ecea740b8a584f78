import { sql } from 'kysely';
import type { AlmaSystem } from '../alma/library-system.ts';
import type { Readiness } from '../operator/server.ts';
import type { Database } from '../store/database.ts';

const wordsFor = { yes: 'ok', no: 'unreachable', unknown: 'not asked yet' } as const;

/** An Alma that is down is told and does not make the gateway unready: it still answers, in words. */
export async function readiness(
  institutions: readonly string[],
  database: Database,
  alma: Pick<AlmaSystem, 'reachable'>,
): Promise<Readiness> {
  const store = await sql`select 1`.execute(database).then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const almas = institutions.map((code) => [`alma ${code}`, wordsFor[alma.reachable(code)]]);
  return { ready: store === 'ok', parts: { store, ...Object.fromEntries(almas) } };
}
