import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller, Clock } from '../circulation/ports.ts';
import { OutcomeUnknown, Refusal } from '../circulation/refusals.ts';
import type { Log } from '../log/events.ts';
import { withoutPatrons } from '../log/privacy.ts';
import type { Lesson } from './allowance.ts';
import { pauseAfter } from './back-off.ts';
import { Circuit, type Reachable } from './circuit.ts';
import { type Endpoint, endpoint, fill, type Ids, idsIn } from './endpoint.ts';
import { JoinedReads } from './joined-reads.ts';
import type { AlmaLimits } from './limits.ts';
import { Pace } from './pace.ts';
import { CallFailed, contentOf, failureIn, type Reply } from './reply.ts';
import { type HttpCall, openTransport } from './transport.ts';

/** How the gateway reaches one institution's Alma. */
export interface AlmaAccess {
  /** With or without `/almaws/v1`. */
  readonly url: string;
  readonly apiKey: string;
  readonly callsPerSecond: number;
  /** The institution's daily quota, where it is known: background work leaves a fifth of it to people. */
  readonly callsPerDay?: number;
  /** For the sums of money where Alma names no currency. */
  readonly currency: string;
}

/** One institution's Alma on behalf of one caller: what the areas of the API are written against. */
export interface Alma {
  readonly institution: string;
  readonly currency: string;
  readonly clock: Clock;
  readonly settlingMs: number;
  /**
   * Gives Alma's answer parsed, `undefined` where it is empty. A GET may be repeated and shared with an equal one.
   * @throws {Refusal} what Alma's code means at this endpoint, or library-system-unavailable: surely not done.
   * @throws {OutcomeUnknown} a write that may or may not have happened.
   */
  call<Path extends string>(endpoint: Endpoint<Path>, ids: Ids<Path>, content?: Content): Promise<unknown>;
}

/** What goes with a call beside the ids in its path. */
export interface Content {
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: object;
  /** Bibs and holdings: Alma takes them as XML only. */
  readonly xml?: string;
  /** A patron's password to be checked, which changes nothing: sent in the header `Exl-User-Pw`, never in the query. */
  readonly password?: string;
}

/** One call on its way: everything that does not change between attempts. */
interface Errand {
  readonly caller: Caller;
  readonly endpoint: Endpoint;
  readonly http: HttpCall;
  readonly isRead: boolean;
  readonly secrets: readonly string[];
  /** What stands in the path, which Alma repeats in its sentences. */
  readonly ids: readonly string[];
  readonly deadline: number;
}

/** Answered quickly and about nobody: what is asked of an Alma that was away, whether or not our key may ask it. */
const retrieveLibraries = endpoint('GET /conf/libraries');

/** What of the time left an attempt at a read may take while another may follow. */
const shareOfAttempt = 0.6;
/** What of a call's time may pass in the queue: a write sent at the last moment would only end as unknown. */
const shareOfQueue = 0.5;

/** One institution's Alma: paced, guarded by a circuit breaker, every HTTP call an event in the log. */
export class AlmaClient {
  readonly #institution: string;
  readonly #access: AlmaAccess;
  readonly #limits: AlmaLimits;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #transport: ReturnType<typeof openTransport>;
  readonly #pace: Pace;
  readonly #circuit: Circuit;
  readonly #reads = new JoinedReads();
  #closing: Promise<void> | undefined;

  constructor(institution: string, access: AlmaAccess, limits: AlmaLimits, log: Log, clock: Clock) {
    this.#institution = institution;
    this.#access = access;
    this.#limits = limits;
    this.#log = log;
    this.#clock = clock;
    this.#transport = openTransport(access.url, access.apiKey, limits.connectMs);
    this.#pace = new Pace({ ...access, queueLimit: limits.queueLimit });
    this.#circuit = new Circuit(limits, () => this.#knock());
  }

  /** By the last calls; nothing is asked. */
  get reachable(): Reachable {
    return this.#circuit.reachable;
  }

  /** Calls left of the day, as Alma said last. */
  get remaining(): number | undefined {
    return this.#pace.remaining;
  }

  /** This Alma for one caller. */
  for(caller: Caller): Alma {
    return {
      institution: caller.institution.code,
      currency: this.#access.currency,
      clock: this.#clock,
      settlingMs: this.#limits.settlingMs,
      call: (endpoint, ids, content = {}) => this.#call(caller, endpoint, ids, content),
    };
  }

  /** Lets the calls under way end; those that wait are refused. May be called again. */
  close(): Promise<void> {
    this.#pace.close();
    this.#circuit.stop();
    this.#closing ??= this.#transport.close();
    return this.#closing;
  }

  async #call<Path extends string>(
    caller: Caller,
    endpoint: Endpoint<Path>,
    ids: Ids<Path>,
    content: Content,
  ): Promise<unknown> {
    const errand = this.#errand(caller, endpoint, ids, content);
    const { http, isRead, deadline } = errand;
    if (http.method === 'GET') {
      return this.#reads.get(http.target, caller.lane, deadline, () => this.#persist(errand));
    }
    try {
      return await this.#persist(errand);
    } finally {
      if (!isRead) this.#reads.forget();
    }
  }

  #errand<Path extends string>(caller: Caller, endpoint: Endpoint<Path>, ids: Ids<Path>, content: Content): Errand {
    const http = httpCall(endpoint, ids, content);
    const isRead = http.method === 'GET' || content.password !== undefined;
    const deadline = performance.now() + this.#timeFor(caller, isRead);
    const secrets = [this.#access.apiKey, ...(content.password ? [content.password] : [])];
    return { caller, endpoint, http, isRead, secrets, ids: Object.values<string>(ids), deadline };
  }

  /** Asks an Alma that was away, or did not take our key, whether it still is so: once, and nobody waits for it. */
  async #knock(): Promise<void> {
    const institution = { code: this.#institution };
    const caller: Caller = { institution, lane: 'kiosk', actor: 'circgate', traceId: 'knock' };
    await this.#attempt(this.#errand(caller, retrieveLibraries, {}, { query: { limit: '1' } }), this.#limits.attempts);
  }

  #timeFor({ lane }: Caller, isRead: boolean): number {
    const { readMs, brokerReadMs, writeMs } = this.#limits;
    if (!isRead) return writeMs;
    return lane === 'broker' ? brokerReadMs : readMs;
  }

  /** Repeats what may be repeated: reads, and writes that surely did not happen. */
  async #persist(errand: Errand): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(errand, attempt);
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        const pause = pauseAfter(attempt, this.#limits.pauseMs);
        const timeLeft = errand.deadline - performance.now() - pause;
        const mayRepeat = error.passing && (errand.isRead || !error.mayHaveHappened);
        const isBusy = !error.outage && !error.mayHaveHappened;
        const hadEnough = !isBusy && attempt >= this.#limits.attempts;
        if (!mayRepeat || hadEnough || timeLeft <= 0) throw verdict(errand, error);
        await sleep(pause);
      }
    }
  }

  /** One attempt; where the endpoint redirects it is two calls. */
  async #attempt(errand: Errand, attempt: number): Promise<unknown> {
    // What a failure may be the fault of: the user or the title in the path, else whatever is asked for.
    const record = errand.ids[0] ?? errand.http.target;
    const { reply, content } = await this.#circuit.run(record, () => this.#exchange(errand, attempt));
    const { redirectsTo } = errand.endpoint;
    if (redirectsTo === undefined || reply.location === undefined) return content;
    // Only the ids are taken from Location, so that the API key goes nowhere but to our own Alma.
    const ids = idsIn(redirectsTo, reply.location.split('?')[0] ?? '');
    if (ids === undefined) throw new Refusal('library-system-misconfigured', { detail: 'a redirect leads to no item' });
    const second: Errand = { ...errand, endpoint: redirectsTo, http: httpCall(redirectsTo, ids, {}) };
    return (await this.#circuit.run(record, () => this.#exchange(second, attempt))).content;
  }

  async #exchange(errand: Errand, attempt: number): Promise<{ reply: Reply; content: unknown }> {
    const { caller, endpoint, http, secrets, ids } = errand;
    const turn = await this.#pace.turn(caller, (errand.deadline - performance.now()) * shareOfQueue);
    const sentAt = performance.now();
    const timeLeft = errand.deadline - sentAt;
    const mayFollow = errand.isRead && attempt < this.#limits.attempts;
    const event = {
      trace: caller.traceId,
      institution: caller.institution.code,
      method: http.method,
      path: endpoint.path,
      attempt,
    };
    let reply: Reply;
    try {
      reply = await this.#transport.send(http, mayFollow ? timeLeft * shareOfAttempt : timeLeft, turn.left);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown';
      this.#log('alma-unreachable', { ...event, ms: Math.round(performance.now() - sentAt), why });
      throw error;
    } finally {
      turn.left();
    }
    const isRedirect = endpoint.redirectsTo !== undefined && reply.status === 302;
    const hidden = (text: string): string => hide(secrets, text);
    const veil = (text: string): string => withoutPatrons(text, ids);
    const failure = isRedirect ? undefined : failureIn(reply, { hide: hidden, veil });
    this.#log('alma-call', {
      ...event,
      lane: caller.lane,
      status: reply.status,
      ms: Math.round(performance.now() - sentAt),
      waited: Math.round(turn.waited),
      ...(reply.remaining !== undefined && { remaining: reply.remaining }),
      ...(failure?.code && { code: failure.code }),
      ...(failure?.trackingId && { trackingId: failure.trackingId }),
    });
    turn.answered(lessonOf(reply, failure?.code));
    return { reply, content: isRedirect ? undefined : contentOf(endpoint.meanings, reply, failure) };
  }
}

function httpCall<Path extends string>(endpoint: Endpoint<Path>, ids: Ids<Path>, content: Content): HttpCall {
  const { query = {}, json, xml, password } = content;
  const search = new URLSearchParams(query).toString();
  const target = fill(endpoint, ids) + (search === '' ? '' : `?${search}`);
  const { method } = endpoint;
  if (json !== undefined) {
    return { method, target, headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
  }
  if (xml !== undefined) return { method, target, headers: { 'content-type': 'application/xml' }, body: xml };
  if (password === undefined) return { method, target, headers: {} };
  return { method, target, headers: { 'exl-user-pw': encodeURIComponent(password.toWellFormed()) } };
}

/** What an answer says about the pace. A 429 without a code, from a door before the API, is about this second. */
function lessonOf({ status, remaining }: Reply, code: string | undefined): Lesson {
  const refused = status === 429 && (code === 'DAILY_THRESHOLD' ? 'today' : 'this-second');
  return { ...(refused && { refused }), ...(remaining !== undefined && { remaining }) };
}

/** What the caller hears when no further attempt is made. */
function verdict({ endpoint, isRead }: Errand, failed: CallFailed): Error {
  if (isRead || !failed.mayHaveHappened) return new Refusal('library-system-unavailable', failed.facts, failed);
  return new OutcomeUnknown(`${endpoint.method} ${endpoint.path}`, failed);
}

/** Takes our secrets out of a text of Alma's, plain and percent-encoded. */
function hide(secrets: readonly string[], text: string): string {
  return secrets.reduce(
    (hidden, secret) => hidden.replaceAll(secret, '…').replaceAll(encodeURIComponent(secret.toWellFormed()), '…'),
    text,
  );
}
