import type { Request as HttpRequest, Response as HttpResponse } from 'express';
import type { Call, Outcome, Route } from './call.ts';
import { INVALID_KEY, refusal, success, trackingId, unreadableBody, type Wire } from './envelopes.ts';
import { AlmaError, UnreadableBody } from './errors.ts';
import { type Faults, happen } from './faults.ts';
import type { Journal, SeenCall } from './journal.ts';
import type { Library } from './library.ts';
import type { Limits } from './limits.ts';
import type { Outage } from './outage.ts';
import type { ApiKey } from './records.ts';
import { sparse } from './render/sparse.ts';

/** What the API is made of. */
export interface ApiParts {
  library: Library;
  limits: Limits;
  faults: Faults;
  journal: Journal;
  outage: Outage;
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
  private rights: ApiKey['rights'] = 'read-only';
  private remaining = 0;

  constructor(parts: ApiParts, req: HttpRequest, res: HttpResponse) {
    this.parts = parts;
    this.req = req;
    this.res = res;
    this.query = new URL(req.url, 'http://alma').searchParams;
    const shown = new URLSearchParams(this.query);
    for (const secret of ['apikey', 'password']) shown.delete(secret);
    this.seen = parts.journal.open({
      at: parts.library.now(),
      key: 'none',
      method: req.method,
      template: null,
      path: req.path,
      query: shown.toString(),
      status: 0,
      counted: false,
      fault: null,
    });
  }

  /** Ends here while Alma is away; then the API key (header or query) and the limits. False when it is over. */
  admit(): boolean {
    const { outage, library, limits } = this.parts;
    if (outage.kind !== null) {
      this.close(0);
      if (outage.kind === 'drop') this.res.destroy();
      return false;
    }
    const key = /^apikey\s+(.+)$/i.exec(this.req.get('authorization') ?? '')?.[1] ?? this.query.get('apikey');
    const known = library.apiKeys.get(key ?? '');
    this.seen.key = known?.name ?? (key ? 'unknown' : 'none');
    try {
      if (key && !known) this.finish(INVALID_KEY);
      else if (!known) throw new AlmaError('API_KEY_NOT_CONFIGURED');
      else {
        this.remaining = limits.count();
        this.parts.journal.count(this.seen);
        this.rights = known.rights;
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
    const op = this.query.get('op');
    return route.op === undefined || route.op === op || (route.opMayBeMissing === true && op === null);
  }

  /** Executes the call, or lets the fault that waits for it have its way. */
  async serve(route: Route): Promise<void> {
    const template = route.path.replace(/:(\w+)/g, '{$1}');
    this.seen.template = route.op === undefined ? template : `${template}?op=${route.op}`;
    const mayExecute = this.rights === 'read-write' || route.method === 'GET' || route.onlyReads;
    if (!mayExecute) return this.send(new AlmaError('API_KEY_NOT_CONFIGURED'));
    const execute = () => this.execute(route);
    const asked = { method: this.req.method, path: this.req.path, query: this.query };
    const fault = this.parts.faults.take(asked);
    if (!fault) return this.send(execute());
    this.seen.fault = fault.kind;
    const hangUp = () => {
      this.close(0);
      this.res.destroy();
    };
    const leaveHanging = () => this.close(0);
    const send = (outcome: Outcome) => this.send(outcome);
    try {
      await happen(fault, { asked, execute, send, hangUp, leaveHanging, signal: this.parts.signal() });
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
        return success(
          outcome.root,
          this.parts.library.settings.answers === 'sparse' ? sparse(outcome.body) : outcome.body,
          this.wantsJson(),
        );
      case 'empty':
        return { status: 204, type: '', text: '' };
      case 'redirect':
        return { status: 302, type: '', text: '', location: outcome.location };
      case 'text':
        return outcome;
      case 'misled':
        return refusal(outcome, this.trackingId(), this.wantsJson() && !outcome.inXml);
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
