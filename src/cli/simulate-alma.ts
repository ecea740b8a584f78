import { CannotListen } from '../gateway/gateway.ts';
import { startSimulator } from '../simulator/simulator.ts';
import type { Arguments } from './arguments.ts';

/** `circgate simulate-alma`: the simulator alone, for trying other programs against it. */
export async function simulateAlma({ host, port }: Arguments): Promise<number> {
  const stopAsked = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  const log = ({ method, path, status, ms }: { method: string; path: string; status: number; ms: number }): void =>
    console.log(`${method.padEnd(6)} ${status} ${String(Math.round(ms)).padStart(4)} ms  ${path}`);
  const simulator = await startSimulator({ host, port, log }).catch((error: NodeJS.ErrnoException) => {
    throw error.syscall === 'listen' ? new CannotListen('the Alma simulator', { host, port }, error) : error;
  });
  console.log(`A simulated Alma is at ${simulator.url}/almaws/v1 (API key demo-key)`);
  console.log(`Its state: ${simulator.url}/simulator/state`);
  await stopAsked;
  await simulator.stop();
  return 0;
}
