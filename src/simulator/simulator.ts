import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { adminRouter } from './admin.ts';
import { apiRouter } from './api.ts';
import { Faults } from './faults.ts';
import { Journal, type SeenCall } from './journal.ts';
import { Library } from './library.ts';
import { Limits } from './limits.ts';
import { Outage } from './outage.ts';
import { seed } from './seed.ts';

export interface SimulatorOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** The library's clock: due dates, expiry, the day of the quota. The per-second limit runs on real time. */
  now?: () => Date;
  /** Calls a second before 429; default 25, as Alma's; 0 is no limit. */
  perSecond?: number;
  /** Calls a day before 429; default 100 000. */
  dailyQuota?: number;
  /** Called once for every API call, with status 0 when a fault kept the answer back. */
  log?: (call: { method: string; path: string; status: number; ms: number }) => void;
}

export interface Simulator {
  /** `http://127.0.0.1:PORT`; the API is under /almaws/v1. */
  url: string;
  port: number;
  /** Breaks what is still open, also calls that a fault left hanging, and frees the port. */
  stop(): Promise<void>;
  /** Back to the seed: the same records with the same ids. Also forgets faults, an outage, limits used and calls seen. */
  reset(): void;
  /** The live state. */
  readonly library: Library;
  /** API calls since the last reset (the last 10 000 of them), oldest first. */
  calls(): readonly SeenCall[];
  /** How many calls Alma counts since the last reset: those that its limits and its key let in; a redirect is two. */
  counted(): number;
  /** The whole of Alma away: see the table in outage.ts. */
  readonly outage: Outage;
}

/** Starts an Alma of our own over real HTTP. Rejects with Node's error (EADDRINUSE …) when it cannot listen. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const now = options.now ?? (() => new Date());
  const library = new Library(now);
  const limits = new Limits(options.perSecond ?? 25, options.dailyQuota ?? 100_000, now);
  const faults = new Faults();
  const journal = new Journal();
  const server = createServer();
  const outage = new Outage(server);
  let waiting = new AbortController();
  const reset = () => {
    waiting.abort();
    waiting = new AbortController();
    library.clear();
    seed(library);
    limits.reset();
    faults.clear();
    journal.reset();
    void outage.end();
  };
  seed(library);

  const app = express();
  app.disable('x-powered-by');
  const log = options.log ?? (() => {});
  app.use('/almaws/v1', apiRouter({ library, limits, faults, journal, outage, log, signal: () => waiting.signal }));
  app.use('/simulator', adminRouter({ library, faults, journal, outage, reset }));

  server.on('request', app);
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  outage.listensAt({ port, host: options.host });
  const host = ['0.0.0.0', '::'].includes(options.host) ? '127.0.0.1' : options.host;
  return {
    url: `http://${host}:${port}`,
    port,
    library,
    reset,
    outage,
    calls: () => journal.calls(),
    counted: () => journal.counted(),
    async stop() {
      waiting.abort();
      outage.stop();
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
