import type { Reachable } from '../alma/circuit.ts';
import type { AlmaSystem } from '../alma/library-system.ts';
import type { Readiness } from '../operator/server.ts';
import type { Database } from '../store/database.ts';
import { countGivenUp } from '../store/work.ts';

/** An Alma that refuses our key is told in its own words. */
function wordsFor(reachable: Reachable): string {
  const words = { yes: 'ok', no: 'unreachable', unknown: 'not asked yet' } as const;
  return reachable in words ? words[reachable as keyof typeof words] : reachable;
}

/**
 * An Alma that is down is told and does not make the gateway unready: it still answers, in words. Nor do operations
 * that were given up, which are told because they want a person.
 */
export async function readiness(
  institutions: readonly string[],
  database: Database,
  alma: Pick<AlmaSystem, 'reachable'>,
): Promise<Readiness> {
  const almas = institutions.map((code) => [`alma ${code}`, wordsFor(alma.reachable(code))]);
  const parts = Object.fromEntries(almas) as Record<string, string>;
  try {
    const givenUp = await countGivenUp(database);
    const work = givenUp > 0 && { 'operations given up': `${givenUp}, see circgate work` };
    return { ready: true, parts: { store: 'ok', ...parts, ...work } };
  } catch (error) {
    return { ready: false, parts: { store: error instanceof Error ? error.message : String(error), ...parts } };
  }
}
