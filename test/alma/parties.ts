import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AlmaSystem, createAlma } from '../../src/alma/library-system.ts';
import type { AlmaLimits } from '../../src/alma/limits.ts';
import type { Caller } from '../../src/circulation/ports.ts';
import { OutcomeUnknown, Refusal } from '../../src/circulation/refusals.ts';
import type { Events, Log } from '../../src/log/events.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';

export const kiosk: Caller = {
  institution: { code: '01DEMO_INST' },
  lane: 'kiosk',
  actor: 'kiosk1',
  traceId: 'trace-1',
};

export interface LogLine {
  readonly event: string;
  readonly facts: Record<string, unknown>;
}

/** An adapter that talks to the address, impatient enough for tests, and the log that it writes. */
export function connect(
  url: string,
  limits: Partial<AlmaLimits> = {},
  access: { apiKey?: string; callsPerSecond?: number; callsPerDay?: number } = {},
): { alma: AlmaSystem; lines: LogLine[]; calls: () => Events['alma-call'][] } {
  const lines: LogLine[] = [];
  const log: Log = (event, facts) => lines.push({ event, facts: { ...facts } });
  const institution = { url, apiKey: 'demo-key', callsPerSecond: 500, currency: 'EUR', ...access };
  const quick = { connectMs: 500, readMs: 800, writeMs: 400, pauseMs: 5, settlingMs: 5, breakAfterFailures: 50 };
  const alma = createAlma(new Map([['01DEMO_INST', institution]]), { log, limits: { ...quick, ...limits } });
  const calls = () =>
    lines.filter(({ event }) => event === 'alma-call').map(({ facts }) => facts as unknown as Events['alma-call']);
  return { alma, lines, calls };
}

/** A simulator without a limit and an adapter that talks to it, for one describe; it starts each test from its seed. */
export function simulated(): { readonly simulator: Simulator; readonly alma: AlmaSystem } {
  let simulator!: Simulator;
  let alma!: AlmaSystem;
  before(async () => {
    simulator = await startSimulator({ host: '127.0.0.1', port: 0, perSecond: 0 });
    ({ alma } = connect(simulator.url));
  });
  beforeEach(() => simulator.reset());
  after(async () => {
    await alma.close();
    await simulator.stop();
  });
  return {
    get simulator() {
      return simulator;
    },
    get alma() {
      return alma;
    },
  };
}

/** The refusal that the work ends with; anything else fails the test. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await errorOf(work);
  if (!(error instanceof Refusal)) throw new Error(`expected a refusal, got: ${String(error)}`);
  return error;
}

/** Fails the test unless the work ends with OutcomeUnknown. */
export async function unknownOutcomeOf(work: Promise<unknown>): Promise<OutcomeUnknown> {
  const error = await errorOf(work);
  if (!(error instanceof OutcomeUnknown)) throw new Error(`expected an unknown outcome, got: ${String(error)}`);
  return error;
}

export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection, got an answer');
}

/** A server that answers as the test says, for what the simulator does not do. */
export async function standIn(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; requests: string[]; stop(): Promise<void> }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => answer(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers everything alike. */
export const always =
  (status: number, type: string, body: string) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };

/** Asks an Alma that answers everything alike. */
export async function against<T>(
  answer: Parameters<typeof standIn>[0],
  ask: (alma: AlmaSystem) => Promise<T>,
): Promise<T> {
  const server = await standIn(answer);
  const { alma } = connect(server.url);
  try {
    return await ask(alma);
  } finally {
    await alma.close();
    await server.stop();
  }
}
