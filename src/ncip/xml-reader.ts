import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Log } from '../log/events.ts';
import type { Fault, SentElement } from './sent.ts';
import { Turns } from './turns.ts';
import type { Reading, Work } from './xml-worker.ts';

/**
 * Reads and validates XML in a worker thread, one piece of work at a time; the senders, by whatever name tells them
 * apart, take turns.
 */
export interface XmlReader {
  /** Never rejects for what is in the message: one that takes too long is unreadable. */
  read(bytes: Uint8Array, sender: string): Promise<Reading>;
  /** What the schema finds wrong with a message; empty where it is valid. */
  validate(root: SentElement, sender: string): Promise<readonly Fault[]>;
  /** The first violation of the schema by an answer, in plain words. */
  violation(answer: string, sender: string): Promise<string | undefined>;
  /** Whether so much waits, of this sender's or in all, that another message should rather come later. */
  full(sender: string): boolean;
  close(): Promise<void>;
}

export interface XmlReaderOptions {
  readonly schemaFile: string;
  readonly log: Log;
  /** Milliseconds for one piece of work; an ordinary one takes less than one. */
  readonly deadline?: number;
  /** How much may wait: of one sender's, and in all. */
  readonly queue?: { readonly ofOne: number; readonly ofAll: number };
}

const usualQueue = { ofOne: 100, ofAll: 400 };

// The worker stands beside this file and has its extension: .ts from the sources, .js from the build.
const workerFile = new URL(`./xml-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Starts the worker and waits until it has compiled the schema.
 * @throws {Error} when the schema cannot be read.
 */
export async function startXmlReader(options: XmlReaderOptions): Promise<XmlReader> {
  const { schemaFile, log, deadline = 2000, queue = usualQueue } = options;
  let worker = start(schemaFile);
  await worker;
  const turns = new Turns();
  let closed = false;

  async function run(work: Work): Promise<unknown> {
    if (closed) throw new Error('the XML reader is closed');
    const current = await worker.catch(() => {
      worker = start(schemaFile);
      return worker;
    });
    try {
      return await ask(current, work, deadline);
    } catch (error) {
      // An instance that trapped or hangs is of no use any more: the next message gets a new one.
      await current.terminate();
      if (!closed) {
        log('xml-worker-restarted', { why: String(error) });
        worker = start(schemaFile);
        // Where this fails, the next message tries again.
        worker.catch(() => undefined);
      }
      throw error;
    }
  }

  /** The result, or `instead` where the worker did not survive the work or had to be stopped because of it. */
  async function inTurn<Result>(sender: string, work: Work, instead: Result): Promise<Result> {
    try {
      return (await turns.take(sender, () => run(work))) as Result;
    } catch (error) {
      if (error instanceof WorkerFailed) return instead;
      throw error;
    }
  }

  return {
    read: (bytes, sender) => inTurn<Reading>(sender, { read: bytes }, { unreadable: tooSlow }),
    validate: (root, sender) => inTurn<readonly Fault[]>(sender, { validate: root }, [tooSlow]),
    violation: async (answer, sender) => (await inTurn<Fault | undefined>(sender, { check: answer }, tooSlow))?.detail,
    full: (sender) => turns.waitingFor(sender) >= queue.ofOne || turns.waiting >= queue.ofAll,
    async close() {
      closed = true;
      await worker.then((current) => current.terminate()).catch(() => undefined);
    },
  };
}

const tooSlow: Fault = { line: 1, element: '', detail: 'the message cannot be read in reasonable time' };

/** The worker did not survive a message, or had to be stopped because of it. */
class WorkerFailed extends Error {}

async function start(schemaFile: string): Promise<Worker> {
  const worker = new Worker(workerFile, { workerData: { schemaFile } });
  // Without a listener of its own an error between two messages would end the daemon.
  worker.on('error', () => undefined);
  try {
    await once(worker, 10_000);
    return worker;
  } catch (error) {
    await worker.terminate();
    throw new Error(`the XML worker does not start: ${String(error)}`, { cause: error });
  }
}

function ask(worker: Worker, work: Work, deadline: number): Promise<unknown> {
  const answer = once(worker, deadline);
  worker.postMessage(work);
  return answer;
}

/** The worker's next message, unless it dies or time passes. */
function once(worker: Worker, ms: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`no result within ${ms} ms`), ms);
    const settle = (): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onMessage = (result: unknown): void => {
      settle();
      resolve(result);
    };
    const fail = (why: string, cause?: unknown): void => {
      settle();
      reject(new WorkerFailed(why, { cause }));
    };
    const onError = (error: unknown): void => fail(String(error), error);
    const onExit = (): void => fail('the worker ended');
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
