import { DecoratorHandler, type Dispatcher, Pool } from 'undici';
import { CallFailed, type Reply } from './reply.ts';

export interface HttpCall {
  readonly method: string;
  /** Path and query below the API's prefix. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Transport {
  /**
   * One HTTP exchange, answer read to its end, within `ms` milliseconds. Follows nothing and repeats nothing. Calls
   * `left` when the request goes on its way, which may be a while after the connection was asked for.
   * @throws {CallFailed} saying whether the request can have reached Alma.
   */
  send(call: HttpCall, ms: number, left: () => void): Promise<Reply>;
  close(): Promise<void>;
}

const prefix = '/almaws/v1';
const largestAnswer = 16 * 1024 * 1024;

/** A pool of connections to one Alma. The address may name the API's prefix `/almaws/v1` or leave it out. */
export function openTransport(address: string, apiKey: string, connectMs: number): Transport {
  const url = new URL(address);
  const path = url.pathname.replace(/\/+$/, '');
  const base = path.endsWith(prefix) ? path : path + prefix;
  const pool = new Pool(url.origin, {
    connect: { timeout: connectMs },
    // The signal of each call limits it as a whole.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: largestAnswer,
  });
  const errorsOfConnecting = new WeakSet<Error>();
  pool.on('connectionError', (_origin, _targets, error) => errorsOfConnecting.add(error));

  return {
    async send(call, ms, left) {
      try {
        const { statusCode, headers, body } = await pool.compose(telling(left)).request({
          method: call.method as 'GET',
          path: base + call.target,
          headers: { authorization: `apikey ${apiKey}`, accept: 'application/json', ...call.headers },
          body: call.body ?? null,
          signal: AbortSignal.timeout(Math.max(1, Math.round(ms))),
        });
        const remaining = Number.parseInt(one(headers['x-exl-api-remaining']) ?? '', 10);
        const location = one(headers.location);
        return {
          status: statusCode,
          body: await body.text(),
          ...(location !== undefined && { location }),
          ...(!Number.isNaN(remaining) && { remaining }),
        };
      } catch (error) {
        const connected = !(error instanceof Error && errorsOfConnecting.has(error));
        // Only the code or the name of the error: its other fields are somebody else's to fill.
        throw new CallFailed(nameOf(error), { mayHaveHappened: connected, outage: true, connected });
      }
    },
    close: () => pool.close(),
  };
}

/** Tells when a request is written to its connection. */
const telling =
  (left: () => void): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) =>
    dispatch(options, new Departure(handler, left));

class Departure extends DecoratorHandler {
  readonly #left: () => void;
  readonly #next: Dispatcher.DispatchHandler;

  constructor(next: Dispatcher.DispatchHandler, left: () => void) {
    super(next);
    this.#next = next;
    this.#left = left;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#left();
    this.#next.onRequestStart?.(controller, context);
  }
}

const one = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

function nameOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name);
}
