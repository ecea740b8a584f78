import type { Arguments } from './arguments.ts';
import { configuration } from './configuration.ts';

/** `circgate check`: reads the configuration as a start would, and says so when all is well. */
export async function check(given: Arguments): Promise<number> {
  const { institutions, brokers, terminals } = configuration(given);
  const counts = [
    [Object.keys(institutions).length, 'institution'],
    [brokers.size, 'broker'],
    [terminals.length, 'terminal'],
  ] as const;
  const words = counts.map(([count, what]) => `${count} ${what}${count === 1 ? '' : 's'}`).join(', ');
  console.log(`${given.config} is in order: ${words}`);
  return 0;
}
