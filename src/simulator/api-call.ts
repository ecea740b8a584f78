import type { Request as HttpRequest, Response as HttpResponse } from 'express';
import type { Call, Outcome, Route } from './call.ts';
import { INVALID_KEY, refusal, success, trackingId, unreadableBody, type Wire } from './envelopes.ts';
import { AlmaError, UnreadableBody } from './errors.ts';
import { type Faults, happen } from './faults.ts';
import type { Journal, SeenCall } from './journal.ts';
import type { Library } from './library.ts';
import type { Limits } from './limits.ts';

/** What the API is made of. */
export interface ApiParts {
  library: Library;
  limits: Limits;
  faults: Faults;
  journal: Journal;
  log: (call: { method: string; path: string; status: number; ms: number }) => void;
  /** Ends every call that a fault makes wait. */
  signal: () => AbortSignal;
}

/** One API call from arrival to answer. */
export class ApiCall {
  private readonly parts: ApiParts;
  private readonly req: HttpRequest;
  private readonly res: HttpResponse;
  private readonly query: URLSearchParams;
  private readonly seen: SeenCall;
  private readonly started = performance.now();
  private remaining = 0;

  constructor(parts: ApiParts, req: HttpRequest, res: HttpResponse) {
    this.parts = parts;
    this.req = req;
    this.res = res;
    this.query = new URL(req.url, 'http://alma').searchParams;
    const shown = new URLSearchParams(this.query);
    for (const secret of ['apikey', 'password']) shown.delete(secret);
    const { method, path } = req;
    this.seen = parts.journal.open({ method, path, query: shown.toString(), at: parts.library.now(), status: 0 });
  }

  /** Checks the API key (header or query), then the limits. Answers and gives false when the call ends here. */
  admit(): boolean {
    const key = /^apikey\s+(.+)$/i.exec(this.req.get('authorization') ?? '')?.[1] ?? this.query.get('apikey');
    const rights = this.parts.library.apiKeys.get(key ?? '');
    try {
      if (key && !rights) this.finish(INVALID_KEY);
      else if (!rights || (rights === 'read-only' && this.req.method !== 'GET')) {
        throw new AlmaError('API_KEY_NOT_CONFIGURED');
      } else {
        this.remaining = this.parts.limits.count();
        return true;
      }
    } catch (error) {
      if (!(error instanceof AlmaError)) throw error;
      this.send(error);
    }
    return false;
  }

  /** Several operations share a path; `op` tells them apart. */
  isFor(route: Route): boolean {
    return route.op === undefined || route.op === this.query.get('op');
  }

  /** Executes the call, or lets the fault that waits for it have its way. */
  async serve(route: Route): Promise<void> {
    const execute = () => this.execute(route);
    const fault = this.parts.faults.take(this.req.method, this.req.path, this.query.get('op'));
    if (!fault) return this.send(execute());
    const hangUp = () => {
      this.close(0);
      this.res.destroy();
    };
    const leaveHanging = () => this.close(0);
    const send = (outcome: Outcome) => this.send(outcome);
    try {
      await happen(fault, { execute, send, hangUp, leaveHanging, signal: this.parts.signal() });
    } catch (error) {
      if (!this.parts.signal().aborted && !(error instanceof Error && error.name === 'AbortError')) throw error;
      this.res.destroy();
    }
  }

  private execute(route: Route): Outcome {
    const body: unknown = this.req.body;
    const call: Call = {
      params: this.req.params as Record<string, string>,
      query: this.query,
      header: (name) => this.req.get(name),
      contentType: this.req.get('content-type') ?? '',
      body: Buffer.isBuffer(body) ? body.toString('utf8') : '',
      base: `http://${this.req.get('host')}${this.req.baseUrl}`,
    };
    try {
      return route.handle(this.parts.library, call);
    } catch (error) {
      if (error instanceof AlmaError || error instanceof UnreadableBody) return error;
      throw error;
    }
  }

  private send(outcome: Outcome): void {
    this.finish(this.wireOf(outcome));
  }

  private wireOf(outcome: Outcome): Wire {
    if (outcome instanceof AlmaError) return refusal(outcome, this.trackingId(), this.wantsJson());
    if (outcome instanceof UnreadableBody) return unreadableBody(outcome.message, this.trackingId());
    switch (outcome.kind) {
      case 'entity':
        return success(outcome.root, outcome.body, this.wantsJson());
      case 'empty':
        return { status: 204, type: '', text: '' };
      case 'redirect':
        return { status: 302, type: '', text: '', location: outcome.location };
      case 'text':
        return outcome;
    }
  }

  finish(wire: Wire): void {
    this.close(wire.status);
    this.res.writeHead(wire.status, {
      ...(wire.type !== '' && { 'content-type': wire.type }),
      ...(wire.location && { location: wire.location }),
      ...(wire.status < 400 && { 'x-exl-api-remaining': String(this.remaining) }),
    });
    this.res.end(wire.text);
  }

  trackingId(): string {
    return trackingId(this.parts.library.now(), this.parts.journal.serial());
  }

  /** XML is the default; JSON has to be asked for. */
  private wantsJson(): boolean {
    const format = this.query.get('format');
    return format === null ? (this.req.get('accept') ?? '').includes('json') : format === 'json';
  }

  private close(status: number): void {
    this.seen.status = status;
    const { method, path } = this.seen;
    this.parts.log({ method, path, status, ms: Math.round(performance.now() - this.started) });
  }
}
