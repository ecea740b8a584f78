import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, isObject, type Outcome } from './call.ts';
import { AlmaError } from './errors.ts';

// Faults on demand. `POST /simulator/faults` with
// `{"match":{"method":"POST","path":"/users/*/loans/*","op":"renew"},"fault":"latency","ms":500,"times":1}`:
// the next `times` calls (default 1) that match get the fault. Each part of `match` may be left out; a `*` in the path
// stands for one segment, and the path is the one under /almaws/v1. `DELETE /simulator/faults` takes them all back.
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
const FAULTS = [
  'latency',
  'execute-then-hang',
  'drop-response',
  'commit-late',
  'refuse-429',
  'html-503',
  'html-503-after-execute',
  'lag-401129',
] as const;

export interface Fault {
  kind: (typeof FAULTS)[number];
  method: string | null;
  path: string | null;
  op: string | null;
  ms: number;
  times: number;
}

/** The faults that are waiting for calls to happen to. */
export class Faults {
  private waiting: Fault[] = [];

  /** Takes the body of POST /simulator/faults; throws Error in plain words when it makes no sense. */
  add(body: unknown): void {
    if (!isObject(body)) throw new Error('a JSON object is expected');
    const match = isObject(body.match) ? body.match : {};
    const part = (name: string) => (typeof match[name] === 'string' ? match[name] : null);
    const kind = FAULTS.find((known) => known === body.fault);
    if (!kind) throw new Error(`"fault" must be one of ${FAULTS.join(', ')}`);
    const count = (name: string, fallback: number) => (typeof body[name] === 'number' ? body[name] : fallback);
    this.waiting.push({
      kind,
      method: part('method'),
      path: part('path'),
      op: part('op'),
      ms: count('ms', 0),
      times: count('times', 1),
    });
  }

  clear(): void {
    this.waiting = [];
  }

  /** The fault that this call gets, used up once. The path is the one under /almaws/v1, as it was sent. */
  take(method: string, path: string, op: string | null): Fault | undefined {
    const fault = this.waiting.find(
      (one) =>
        (one.method ?? method) === method &&
        (one.path === null || matches(one.path, path)) &&
        (one.op === null || one.op === op),
    );
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.waiting = this.waiting.filter((one) => one !== fault);
    return fault;
  }

  list(): object[] {
    return this.waiting.map(({ kind, method, path, op, ms, times }) => ({
      ...{ fault: kind, method, path, op, ms, times },
    }));
  }
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return wanted.length === given.length && wanted.every((segment, i) => segment === '*' || segment === given[i]);
}

const HTML_503: Answer = {
  kind: 'text',
  status: 503,
  type: 'text/html',
  text: '<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>',
};

/** What a fault may do to a call. `execute` gives the answer, a refusal included; the signal ends all waiting. */
export interface FaultyCall {
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
  }
}
