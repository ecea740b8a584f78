import { listening } from '../gateway/cannot-start.ts';
import { startSimulator } from '../simulator/simulator.ts';
import type { Arguments } from './arguments.ts';
import { stopAsked } from './signals.ts';

/** `circgate simulate-alma`: the simulator alone, for trying other programs against it. */
export async function simulateAlma({ host, port }: Arguments): Promise<number> {
  const asked = stopAsked();
  const log = ({ method, path, status, ms }: { method: string; path: string; status: number; ms: number }): void =>
    console.log(`${method.padEnd(6)} ${status} ${String(Math.round(ms)).padStart(4)} ms  ${path}`);
  const simulator = await listening('the Alma simulator', { host, port }, () => startSimulator({ host, port, log }));
  console.log(`A simulated Alma is at ${simulator.url}/almaws/v1 (API key demo-key)`);
  console.log(`Its state: ${simulator.url}/simulator/state`);
  await asked;
  await simulator.stop();
  return 0;
}
