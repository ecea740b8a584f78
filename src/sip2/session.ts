import type { Circulation } from '../circulation/circulation.ts';
import type { Context } from '../circulation/context.ts';
import { withinTime } from '../circulation/deadline.ts';
import type { Clock } from '../circulation/ports.ts';
import { asRefusal, Refusal } from '../circulation/refusals.ts';
import type { Log } from '../log/events.ts';
import { type ErrorDetection, formatResponse, parseRequest } from './codec.ts';
import { type Dialect, defaultDialect, settled, type Terminator } from './dialect.ts';
import type { Call } from './exchange.ts';
import { type ExchangeCode, exchanges } from './exchanges/table.ts';
import type { Frame } from './frame.ts';
import { type Request, type RequestCode, type Response, requests } from './messages.ts';
import { redacted, redactLine } from './redact.ts';
import { refusedAnswer } from './refused.ts';
import { knownByAddress, knownByLogin, type Terminal } from './terminal.ts';

/** What a session needs besides its connection. */
export interface SessionParts {
  readonly circulation: Circulation;
  readonly clock: Clock;
  readonly log: Log;
  readonly newTraceId: () => string;
  readonly online: (institution: string) => boolean;
  /** Milliseconds until an answer is due. */
  readonly answerWithinMs: number;
  readonly logMessages: boolean;
}

interface Peer {
  readonly address: string;
  readonly tls: boolean;
  /** The terminals that may be behind the address; at least one. */
  readonly candidates: readonly Terminal[];
}

/** After so many wrong logins the connection is closed. */
const loginsAllowed = 5;

/**
 * How long a message with the AY and AZ of the one before is that message. A terminal repeats within its time-out times
 * its retries, which 98 tells it; some count always the same AY, and their next equal message minutes later is a new one.
 */
const repeatsWithinMs = 60_000;

/** An answer that was sent; the terminator may have changed when it is sent again. */
type Sent = (terminator: Terminator) => Buffer;

/**
 * One connection's conversation, without its socket: frames in, bytes out. What a 97 repeats, who is logged in and
 * which message came last belong to this session alone.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #peer: Peer;
  #terminal: Terminal | undefined;
  /** What a 97 asks for: whatever was sent last, a 96 too. */
  #lastAnswer: Sent | undefined;
  /** The last message that was served with AY and AZ, for the one that comes twice. */
  #lastServed: { readonly line: string; readonly answer: Sent; readonly at: number } | undefined;
  #failedLogins = 0;

  constructor(parts: SessionParts, peer: Peer) {
    this.#parts = parts;
    this.#peer = peer;
    this.#terminal = knownByAddress(peer.candidates);
  }

  /** Whether the peer has tried too often to log in. */
  get exhausted(): boolean {
    return this.#failedLogins >= loginsAllowed;
  }

  /** Whether the terminal has yet to say who it is. */
  get awaitsLogin(): boolean {
    return this.#terminal === undefined;
  }

  get #dialect(): Dialect {
    return (this.#terminal ?? this.#peer.candidates[0])?.dialect ?? defaultDialect;
  }

  /**
   * Answers one frame. Gives `undefined` where the standard asks for silence (an unknown command, noise).
   * Frames of one session are handed in one after the other.
   */
  async answer(frame: Frame, terminator: () => Terminator): Promise<Buffer | undefined> {
    const answer = await this.#answerTo(frame);
    if (answer === undefined) return undefined;
    this.#lastAnswer = answer;
    return answer(terminator());
  }

  async #answerTo(frame: Frame): Promise<Sent | undefined> {
    const trace = this.#parts.newTraceId();
    if (frame.kind === 'too-long') {
      this.#drop(trace, 'the line is longer than the limit', frame.bytes);
      return this.#format({ code: '96' }, {});
    }
    const parsed = parseRequest(frame.line, this.#dialect);
    if (parsed.kind === 'bad-checksum') {
      this.#drop(trace, 'the checksum is wrong', frame.line.length);
      return this.#format({ code: '96' }, {});
    }
    if (parsed.kind !== 'request') {
      this.#drop(trace, parsed.kind === 'malformed' ? 'not SIP2' : `unknown command ${parsed.code}`, frame.line.length);
      return undefined;
    }
    const { message, errorDetection } = parsed;
    if (message.code === '97') return this.#lastAnswer ?? this.#format({ code: '96' }, errorDetection);

    const line = errorDetection?.sequence === undefined ? undefined : Buffer.from(frame.line).toString('latin1');
    if (line !== undefined && this.#isRepeat(line)) return this.#lastServed?.answer;
    const response = await this.#respond(trace, message, frame.line);
    const answer = this.#format(response, errorDetection);
    this.#lastServed = line === undefined ? undefined : { line, answer, at: this.#parts.clock().getTime() };
    return answer;
  }

  /** SIP 2.00: a message with the AY and AZ of the one before is that message, and is not executed again. */
  #isRepeat(line: string): boolean {
    if (line !== this.#lastServed?.line) return false;
    return this.#parts.clock().getTime() - this.#lastServed.at < repeatsWithinMs;
  }

  async #respond(trace: string, message: Request<Exclude<RequestCode, '97'>>, line: Uint8Array): Promise<Response> {
    const { log, logMessages } = this.#parts;
    const name = `${message.code} ${requests[message.code].name}`;
    const start = performance.now();
    const about = { ...this.#about(trace), name };
    const text = logMessages ? redactLine(line, this.#dialect) : undefined;
    log('message-in', { ...about, bytes: line.length, item: itemOf(message), text });
    const { response, refusal } =
      message.code === '93' ? this.#login(message) : await this.#serve(trace, name, message);
    const said = logMessages ? JSON.stringify(redacted(response)) : undefined;
    const ms = Math.round(performance.now() - start);
    log('message-out', { ...this.#about(trace), name, ms, refusal, item: itemOf(message), text: said });
    return response;
  }

  /** 93: a wrong login also ends the one before it. */
  #login(message: Request<'93'>): { response: Response; refusal?: string } {
    const { loginUserId, loginPassword, uidAlgorithm, pwdAlgorithm } = message;
    const plain = isPlain(uidAlgorithm) && isPlain(pwdAlgorithm);
    this.#terminal = plain ? knownByLogin(this.#peer.candidates, loginUserId, loginPassword) : undefined;
    const ok = this.#terminal !== undefined;
    this.#failedLogins = ok ? 0 : this.#failedLogins + 1;
    const { address: peer, tls } = this.#peer;
    this.#parts.log('terminal-login', { protocol: 'sip2', peer, tls, terminal: this.#terminal?.id, ok });
    return { response: { code: '94', ok }, refusal: ok ? undefined : 'sender-not-admitted' };
  }

  /** The one catch of this protocol: every reason to say no becomes the legal answer of its message. */
  async #serve(
    trace: string,
    name: string,
    message: Request<Exclude<RequestCode, '93' | '97'>>,
  ): Promise<{ response: Response; refusal?: string }> {
    const { circulation, clock, log, online, answerWithinMs } = this.#parts;
    // Before a login the answer still needs an institution's words; nothing is done in its name.
    const terminal = this.#terminal ?? this.#peer.candidates[0]!;
    const { institution, place, id } = terminal;
    try {
      if (this.awaitsLogin && message.code !== '99') throw new Refusal('sender-not-admitted', { about: 'sender' });
      if (message.code === '99')
        log('terminal-status', {
          protocol: 'sip2',
          peer: this.#peer.address,
          tls: this.#peer.tls,
          terminal: id,
          status: message.statusCode,
        });
      const context: Context = {
        institution,
        place,
        source: 'sip2',
        actor: id,
        message: name,
        lane: 'kiosk',
        traceId: trace,
        pinDemand: 'if-sent',
      };
      const call: Call = {
        circulation,
        context,
        terminal,
        now: clock(),
        online: online(institution.code),
        answerWithinMs,
      };
      const response = await withinTime(perform(message, call), answerWithinMs);
      return { response };
    } catch (error) {
      const refusal = asRefusal(error);
      const { about, facts } = refusal;
      const { value, detail, code, trackingId } = facts;
      const cause = refusal.cause instanceof Error ? refusal.cause.message : undefined;
      log('message-refused', {
        ...this.#about(trace),
        name,
        refusal: refusal.kind,
        about,
        value,
        detail,
        code,
        trackingId,
        cause,
      });
      if (refusal.kind === 'internal-error' && refusal.cause instanceof Error)
        log('defect', { trace, where: name, why: refusal.cause.message, stack: refusal.cause.stack });
      return {
        response: refusedAnswer(message, refusal, { terminal, now: clock(), traceId: trace }),
        refusal: refusal.kind,
      };
    }
  }

  #format(response: Response, errorDetection: ErrorDetection | undefined): Sent {
    const dialect = this.#dialect;
    return (seen) => formatResponse(response, errorDetection, settled(dialect, seen));
  }

  #drop(trace: string, why: string, bytes: number): void {
    this.#parts.log('message-dropped', { ...this.#about(trace), why, bytes });
  }

  #about(trace: string) {
    const { id: actor, institution } = this.#terminal ?? {};
    return { trace, protocol: 'sip2', peer: this.#peer.address, institution: institution?.code, actor } as const;
  }
}

/** An exchange is found by its message; what is not offered is refused. */
async function perform(message: Request<Exclude<RequestCode, '93' | '97'>>, call: Call): Promise<Response> {
  if (!(message.code in exchanges)) throw new Refusal('service-unsupported', { about: 'service', value: message.code });
  const exchange = exchanges[message.code as ExchangeCode] as (request: Request, call: Call) => Promise<Response>;
  return exchange(message, call);
}

const isPlain = (algorithm: string): boolean => algorithm === '0' || algorithm.trim() === '';

const itemOf = (message: Request): string | undefined =>
  'itemIdentifier' in message && message.itemIdentifier ? message.itemIdentifier.trim() : undefined;
