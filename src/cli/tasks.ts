import { openDatabase } from '../store/database.ts';
import { holdStore } from '../store/lock.ts';
import { finishTask, openTasks, type Task } from '../store/tasks.ts';
import { type Arguments, UsageError } from './arguments.ts';
import { configuration } from './configuration.ts';
import { type Acted, act } from './running-gateway.ts';
import { forTerminal, readStore } from './store.ts';

/**
 * `circgate tasks`: what only people can put right, from the store, beside a running daemon; `circgate tasks done NUMBER`:
 * somebody has.
 * @returns 1 where tasks are left, or the one that was done is not there; otherwise 0.
 */
export async function tasks(given: Arguments): Promise<number> {
  const [action, number = '', ...more] = given.words;
  const { file } = configuration(given, { withoutSecrets: true }).store;
  if (action === undefined) return list(file);
  if (action !== 'done' || !/^\d{1,9}$/.test(number) || more.length > 0)
    throw new UsageError('tasks wants nothing, or "done" and the number of a task');
  return done(file, Number(number));
}

async function list(file: string): Promise<number> {
  const left = await readStore(file, openTasks);
  console.log(left.length > 0 ? left.map(paragraph).join('\n\n') : 'nothing is left to do');
  return left.length > 0 ? 1 : 0;
}

async function done(file: string, id: number): Promise<number> {
  const { ok, says } = await act(file, `/tasks/${id}/done`, () => doneHere(file, id));
  if (ok) console.log(says);
  else console.error(says);
  return ok ? 0 : 1;
}

/** Without a gateway. */
async function doneHere(file: string, id: number): Promise<Acted> {
  const hold = holdStore(file, `circgate tasks done ${id}`);
  const database = await openDatabase(file);
  try {
    const ok = await finishTask(database, id, new Date());
    return { ok, says: ok ? `task ${id} is done` : `no task ${id} is left to do` };
  } finally {
    await database.destroy();
    hold.release();
  }
}

function paragraph({ id, createdAt, happened, toDo, message, actor, item, request, traceId }: Task): string {
  const about = [item && `item ${item}`, request && `request ${request}`].filter(Boolean).join(', ');
  const lines = [
    `${id}  ${happened}`,
    `  ${message} of ${actor}${about === '' ? '' : `, ${about}`}; found ${createdAt}, reference ${traceId}`,
    `  ${toDo}`,
  ];
  return lines.map(forTerminal).join('\n');
}
