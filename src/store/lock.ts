import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Who works on a store: what a second process tells its user, and what a command needs to ask the first. */
export interface StoreHolder {
  /** In the words of the command line: `circgate start`. */
  readonly doing: string;
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  /** Of the operators' HTTP; absent until that is open, and for a command. */
  readonly operatorUrl?: string;
  /** Opens the operators' HTTP to whoever may read this. New for each hold. */
  readonly token: string;
}

/** The store of this process alone, until it is released. */
export interface StoreHold {
  readonly token: string;
  /** Lets commands find the operators' HTTP. */
  announce(operatorUrl: string): void;
  release(): void;
}

export class StoreInUse extends Error {
  /** Absent where the holder has not said yet, or no longer says, who it is. */
  readonly holder: StoreHolder | undefined;

  constructor(holder: StoreHolder | undefined) {
    const { doing, pid, host, since, operatorUrl } = holder ?? {};
    const http = operatorUrl === undefined ? '' : `, its operators' HTTP at ${operatorUrl}`;
    super(holder === undefined ? 'another process' : `${doing}, process ${pid} on ${host} since ${since}${http}`);
    this.name = 'StoreInUse';
    this.holder = holder;
  }
}

/** Who only looks takes the lock for a moment. Who wants to have it waits for that to pass; who looks does so shortly. */
const patienceMs = { toHold: 1000, toLook: 100 };

/**
 * Keeps every other process, and every other gateway of this one, from working on the same SQLite file: two of them
 * would cancel each other's legs. The lock is SQLite's own on an empty file beside the store, which the operating
 * system takes away from a process that dies, however it dies. That file stays: whoever removes the lock file of a
 * running gateway removes the lock. On a network file system (NFS, SMB) the lock is worth what that file system's
 * locks are worth, as the store itself is; nothing is promised there.
 * @param doing what this process is, for the user of a second one.
 * @throws {StoreInUse} naming who has it.
 * @throws {Error} where the files cannot be made.
 */
export function holdStore(file: string, doing: string): StoreHold {
  const token = randomBytes(32).toString('base64url');
  if (file === ':memory:') return { token, announce: () => undefined, release: () => undefined };
  mkdirSync(dirname(file), { recursive: true });
  const store = realPath(file);
  const lock = lockOf(store, patienceMs.toHold);
  if (lock === undefined) throw new StoreInUse(readHolder(store));
  const holder: StoreHolder = { doing, pid: process.pid, host: hostname(), since: new Date().toISOString(), token };
  try {
    writeHolder(store, holder);
  } catch (error) {
    lock.close();
    throw error;
  }
  return {
    token,
    announce: (operatorUrl) => writeHolder(store, { ...holder, operatorUrl }),
    release() {
      // First, so that nobody removes what the next holder has written.
      rmSync(holderFile(store), { force: true });
      lock.close();
    },
  };
}

/**
 * Who works on the store; `undefined` where nobody does, whatever a process that died has left behind.
 * @throws {StoreInUse} where somebody does and has not said who.
 */
export function holderOf(file: string): StoreHolder | undefined {
  if (!existsSync(file)) return undefined;
  const store = realPath(file);
  if (!existsSync(lockFile(store))) return undefined;
  const lock = lockOf(store, patienceMs.toLook);
  lock?.close();
  if (lock !== undefined) return undefined;
  const holder = readHolder(store);
  if (holder === undefined) throw new StoreInUse(undefined);
  return holder;
}

const lockFile = (store: string): string => `${store}.lock`;
const holderFile = (store: string): string => `${store}.owner`;

/** One store has one lock, by whatever link it is reached, also by one to a file that the first process will make. */
function realPath(file: string): string {
  if (existsSync(file)) return realpathSync(file);
  const folder = realpathSync(dirname(file));
  const beside = join(folder, basename(file));
  const isLink = lstatSync(beside, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink ? realPath(resolve(folder, readlinkSync(beside))) : beside;
}

/** The lock; `undefined` where another has it. It is never written to, so it needs no journal on the disk. */
function lockOf(store: string, waitMs: number): DatabaseSync | undefined {
  const file = lockFile(store);
  const isNew = !existsSync(file);
  const lock = new DatabaseSync(file, { timeout: waitMs });
  try {
    // Whoever may read the file can lock it, and keep the gateway from starting.
    if (isNew) chmodSync(file, 0o600);
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return undefined;
    throw error;
  }
}

const sqliteBusy = 5;

/** Written beside and renamed: a reader finds the whole of it or the last one, and never one that others may read. */
function writeHolder(store: string, holder: StoreHolder): void {
  const written = `${holderFile(store)}.new`;
  rmSync(written, { force: true });
  writeFileSync(written, JSON.stringify(holder), { mode: 0o600, flag: 'wx' });
  renameSync(written, holderFile(store));
}

function readHolder(store: string): StoreHolder | undefined {
  try {
    return JSON.parse(readFileSync(holderFile(store), 'utf8')) as StoreHolder;
  } catch (error) {
    // It has the lock and has not written yet, or it ends.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
