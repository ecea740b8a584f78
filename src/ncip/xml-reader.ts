import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Log } from '../log/events.ts';
import type { Reading, Work } from './xml-worker.ts';

/** Reads and validates XML in a worker thread, one message at a time and in order. */
export interface XmlReader {
  /** Never rejects for what is in the message: a bad one, or one that takes too long, gives `ok: false`. */
  read(bytes: Uint8Array): Promise<Reading>;
  /** The first violation of the schema by an answer, in plain words. */
  violation(answer: string): Promise<string | undefined>;
  /** So many messages wait that another should rather come later. */
  readonly full: boolean;
  close(): Promise<void>;
}

export interface XmlReaderOptions {
  readonly schemaFile: string;
  readonly log: Log;
  /** Milliseconds for one message; an ordinary one takes less than one. */
  readonly deadline?: number;
  /** How many messages may wait. */
  readonly queue?: number;
}

// The worker stands beside this file and has its extension: .ts from the sources, .js from the build.
const workerFile = new URL(`./xml-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Starts the worker and waits until it has compiled the schema.
 * @throws {Error} when the schema cannot be read.
 */
export async function startXmlReader(options: XmlReaderOptions): Promise<XmlReader> {
  const { schemaFile, log, deadline = 2000, queue = 100 } = options;
  let worker = start(schemaFile);
  await worker;
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
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

  function inTurn(work: Work): Promise<unknown> {
    waiting += 1;
    const result = tail
      .then(() => run(work))
      .finally(() => {
        waiting -= 1;
      });
    tail = result.catch(() => undefined);
    return result;
  }

  return {
    async read(bytes) {
      try {
        return (await inTurn({ read: bytes })) as Reading;
      } catch (error) {
        if (!(error instanceof WorkerFailed)) throw error;
        return { ok: false, line: 1, element: '', detail: 'the message cannot be read in reasonable time' };
      }
    },
    violation: async (answer) => (await inTurn({ check: answer })) as string | undefined,
    get full() {
      return waiting >= queue;
    },
    async close() {
      closed = true;
      await worker.then((current) => current.terminate()).catch(() => undefined);
    },
  };
}

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
