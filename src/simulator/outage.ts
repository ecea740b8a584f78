import { once } from 'node:events';
import type { Server } from 'node:http';
import { isObject } from './call.ts';

// The whole Alma away. `POST /simulator/outage` with `{"kind":"hang","ms":5000}`:
//
// | kind | what the callers see |
// | --- | --- |
// | `hang` | no call is ever answered |
// | `drop` | the connection breaks when a call comes |
// | `refuse` | nothing listens: connections are refused, and those that are open break |
//
// It lasts `ms` milliseconds, or without `ms` until `DELETE /simulator/outage`. `refuse` needs `ms` there, since nobody
// can reach the simulator to take it back.
const KINDS = ['hang', 'drop', 'refuse'] as const;
type Kind = (typeof KINDS)[number];

/** Whether the simulated Alma is away, and how. */
export class Outage {
  kind: Kind | null = null;
  private readonly server: Server;
  private where = { port: 0, host: '' };
  private timer: NodeJS.Timeout | undefined;

  constructor(server: Server) {
    this.server = server;
  }

  /** Where to listen again after `refuse`. */
  listensAt(where: { port: number; host: string }): void {
    this.where = where;
  }

  /** Goes away at once, for `ms` milliseconds or until `end`. */
  async begin(kind: Kind, ms?: number): Promise<void> {
    await this.end();
    this.kind = kind;
    if (ms !== undefined) this.timer = setTimeout(() => this.end(), ms);
    if (kind !== 'refuse') return;
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Back again, and after `refuse` listening when the promise resolves. Calls that hung go on hanging. */
  async end(): Promise<void> {
    clearTimeout(this.timer);
    const refused = this.kind === 'refuse';
    this.kind = null;
    if (!refused) return;
    this.server.listen(this.where);
    await once(this.server, 'listening');
  }

  /** Never back: the simulator stops. */
  stop(): void {
    clearTimeout(this.timer);
  }
}

/** The body of `POST /simulator/outage`; throws Error in plain words when it makes no sense. */
export function outageIn(body: unknown): { kind: Kind; ms: number | undefined } {
  if (!isObject(body)) throw new Error('a JSON object is expected');
  const kind = KINDS.find((known) => known === body.kind);
  if (!kind) throw new Error(`"kind" must be one of ${KINDS.join(', ')}`);
  const ms = typeof body.ms === 'number' && body.ms > 0 ? body.ms : undefined;
  if (kind === 'refuse' && ms === undefined) {
    throw new Error('"refuse" needs "ms": while nothing listens, nobody can take it back');
  }
  return { kind, ms };
}
