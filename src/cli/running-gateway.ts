import { hostname } from 'node:os';
import { request } from 'undici';
import { holderOf, type StoreHolder, StoreInUse } from '../store/lock.ts';
import { CommandFailed } from './arguments.ts';
import { mustExist } from './store.ts';

/** What came of something that a command had done. */
export interface Acted {
  readonly ok: boolean;
  readonly says: string;
}

/**
 * Has the gateway that runs on the store do something (`POST`); only where none runs does the command do the same itself.
 * @throws {CommandFailed} where there is no store, or the gateway cannot be asked.
 */
export async function act(file: string, path: string, here: () => Promise<Acted>): Promise<Acted> {
  mustExist(file);
  const gateway = runningGateway(file);
  return gateway === undefined ? here() : ask<Acted>(gateway, file, 'POST', path);
}

/** Who works on the store, if anybody does. */
export function runningGateway(file: string): StoreHolder | undefined {
  try {
    return holderOf(file);
  } catch (error) {
    throw error instanceof StoreInUse ? busy(file, error) : error;
  }
}

const busy = (file: string, { message, cause }: StoreInUse): CommandFailed =>
  new CommandFailed(`${file} is in use by ${message}, which cannot be asked now; try again in a moment`, { cause });

/**
 * Asks the gateway's operators' HTTP, however long a job takes.
 * @throws {CommandFailed} where it cannot be asked.
 */
export async function ask<T>(gateway: StoreHolder, file: string, method: 'GET' | 'POST', path: string): Promise<T> {
  const { operatorUrl, pid, host, token } = gateway;
  if (operatorUrl === undefined) throw busy(file, new StoreInUse(gateway));
  const who = `the gateway that works on ${file} (process ${pid} on ${host})`;
  if (host !== hostname()) throw new CommandFailed(`${who} is asked on its own machine: give this command there`);
  const options = { method, headers: { authorization: `Bearer ${token}` }, headersTimeout: 0, bodyTimeout: 0 };
  try {
    const { body } = await request(operatorUrl + path, options);
    return (await body.json()) as T;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(`${who} gave no answer at ${operatorUrl}: ${why}`, { cause: error });
  }
}
