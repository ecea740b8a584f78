import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, isObject, type Misled, type Outcome, text } from './call.ts';
import { AlmaError } from './errors.ts';

// Faults on demand. `POST /simulator/faults` with
// `{"match":{"method":"POST","path":"/users/*/loans/*","op":"renew"},"fault":"latency","ms":500,"times":1}`:
// the next `times` calls (default 1) that match get the fault. Each part of `match` may be left out; a `*` in the path
// stands for one segment, and the path is the one under /almaws/v1, so that its ids name one record. `"query":{"item_pid":
// "…"}` matches a parameter of the query; `op` is short for the parameter of that name. `DELETE /simulator/faults` takes
// them all back; `GET /simulator/calls` says which call got which.
//
// | fault | executed? | what the caller sees |
// | --- | --- | --- |
// | `latency` | after `ms` | the answer, `ms` late |
// | `execute-then-hang` | at once | nothing, and the connection stays open |
// | `drop-response` | at once | the connection breaks |
// | `commit-late` | after `ms` | the connection breaks at once |
// | `refuse-429` | no | 429 PER_SECOND_THRESHOLD |
// | `html-503` | no | 503 with an HTML page |
// | `html-503-after-execute` | at once | 503 with an HTML page |
// | `lag-401129` | no | 400 with code 401129: Alma's search has not seen the latest change yet |
// | `general-400` | no | 400 with the general error of the area (401652, 402119 or 60101), or with `code` and `text` |
// | `general-400-after-execute` | at once | the same |
// | `general-500-json` | no | 500 with GENERAL_ERROR |
// | `general-500-json-after-execute` | at once | the same |
// | `internal-400` | no | 400 with INTERNAL_SERVER_ERROR: one record that Alma stumbles over |
// | `daily-threshold` | no | 429 DAILY_THRESHOLD |
// | `html-429` | no | 429 with an HTML page |
// | `xml-error` | no | what `general-400` gives, in XML although JSON was asked for |
const FAULTS = [
  'latency',
  'execute-then-hang',
  'drop-response',
  'commit-late',
  'refuse-429',
  'html-503',
  'html-503-after-execute',
  'lag-401129',
  'general-400',
  'general-400-after-execute',
  'general-500-json',
  'general-500-json-after-execute',
  'internal-400',
  'daily-threshold',
  'html-429',
  'xml-error',
] as const;

export interface Fault {
  kind: (typeof FAULTS)[number];
  method: string | null;
  path: string | null;
  /** Parameters of the query that the call must have, with these values. */
  query: Record<string, string>;
  ms: number;
  times: number;
  /** What the general errors say instead of their own code and text. */
  code: string | null;
  text: string | null;
}

/** What a fault is matched with. The path is the one under /almaws/v1, as it was sent. */
interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
}

/** The faults that are waiting for calls to happen to. */
export class Faults {
  private waiting: Fault[] = [];

  /** Takes the body of POST /simulator/faults; throws Error in plain words when it makes no sense. */
  add(body: unknown): void {
    if (!isObject(body)) throw new Error('a JSON object is expected');
    const match = isObject(body.match) ? body.match : {};
    const kind = FAULTS.find((known) => known === body.fault);
    if (!kind) throw new Error(`"fault" must be one of ${FAULTS.join(', ')}`);
    const given = (from: Record<string, unknown>, name: string) => text(from[name]) ?? null;
    const count = (name: string, fallback: number) => (typeof body[name] === 'number' ? body[name] : fallback);
    const { op, query } = match;
    const parameters = Object.entries({ ...(isObject(query) ? query : {}), ...(op !== undefined && { op }) });
    this.waiting.push({
      kind,
      method: given(match, 'method'),
      path: given(match, 'path'),
      query: Object.fromEntries(parameters.map(([name, value]) => [name, String(value)])),
      ms: count('ms', 0),
      times: count('times', 1),
      code: given(body, 'code'),
      text: given(body, 'text'),
    });
  }

  clear(): void {
    this.waiting = [];
  }

  /** The fault that this call gets, used up once. */
  take(asked: Asked): Fault | undefined {
    const fault = this.waiting.find((one) => matches(one, asked));
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.waiting = this.waiting.filter((one) => one !== fault);
    return fault;
  }

  list(): object[] {
    return this.waiting.map(({ kind, ...rest }) => ({ fault: kind, ...rest }));
  }
}

function matches(fault: Fault, { method, path, query }: Asked): boolean {
  return (
    (fault.method ?? method) === method &&
    (fault.path === null || hasPath(fault.path, path)) &&
    Object.entries(fault.query).every(([name, value]) => query.get(name) === value)
  );
}

function hasPath(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return wanted.length === given.length && wanted.every((segment, i) => segment === '*' || segment === given[i]);
}

function htmlPage(status: number, words: string): Answer {
  const text = `<html><head><title>${status} ${words}</title></head><body><h1>${words}</h1></body></html>`;
  return { kind: 'text', status, type: 'text/html', text };
}

const HTML_503 = htmlPage(503, 'Service Unavailable');

/** The general error, which has another code in each area, or what the fault wants said instead. */
function generalError({ code, text }: Fault, { method, path }: Asked, inXml = false): Misled {
  const own = generalErrorAt(method, path);
  return { kind: 'misled', code: code ?? own.code, message: text ?? own.message, status: 400, inXml };
}

function generalErrorAt(method: string, path: string): { code: string; message: string } {
  if (method === 'GET' && /^\/users\/[^/]+$/.test(path)) return new AlmaError('USER_GENERAL');
  return new AlmaError(/^\/users(\/[^/]+\/fees.*)?$|^\/conf\//.test(path) ? 'FEE_OR_CONF_GENERAL' : 'GENERAL');
}

/** What a fault may do to a call. `execute` gives the answer, a refusal included; the signal ends all waiting. */
export interface FaultyCall {
  asked: Asked;
  execute(): Outcome;
  send(outcome: Outcome): void;
  hangUp(): void;
  leaveHanging(): void;
  signal: AbortSignal;
}

/** Lets one call happen as the fault has it. Rejects when the signal comes while it waits. */
export async function happen(fault: Fault, call: FaultyCall): Promise<void> {
  switch (fault.kind) {
    case 'latency':
      await delay(fault.ms, undefined, { signal: call.signal });
      return call.send(call.execute());
    case 'execute-then-hang':
      call.execute();
      return call.leaveHanging();
    case 'drop-response':
      call.execute();
      return call.hangUp();
    case 'commit-late':
      call.hangUp();
      await delay(fault.ms, undefined, { signal: call.signal });
      call.execute();
      return;
    case 'refuse-429':
      return call.send(new AlmaError('PER_SECOND'));
    case 'html-503':
      return call.send(HTML_503);
    case 'html-503-after-execute':
      call.execute();
      return call.send(HTML_503);
    case 'lag-401129':
      return call.send(new AlmaError('NOTHING_FULFILS'));
    case 'general-400-after-execute':
      call.execute();
      return call.send(generalError(fault, call.asked));
    case 'general-400':
      return call.send(generalError(fault, call.asked));
    case 'xml-error':
      return call.send(generalError(fault, call.asked, true));
    case 'general-500-json-after-execute':
      call.execute();
      return call.send(new AlmaError('GENERAL_500'));
    case 'general-500-json':
      return call.send(new AlmaError('GENERAL_500'));
    case 'internal-400':
      return call.send(new AlmaError('INTERNAL'));
    case 'daily-threshold':
      return call.send(new AlmaError('DAILY'));
    case 'html-429':
      return call.send(htmlPage(429, 'Too Many Requests'));
  }
}
