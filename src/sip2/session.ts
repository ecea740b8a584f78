import { Refusal } from '../circulation/refusals.ts';
import type { Peer } from '../edge/peer.ts';
import { type Answer, type AnswerParts, answer } from './answer.ts';
import { type ErrorDetection, formatResponse, parseRequest } from './codec.ts';
import { type Dialect, defaultDialect, settled, type Terminator } from './dialect.ts';
import type { ExchangeCode } from './exchanges/exchange.ts';
import type { Frame } from './frame.ts';
import { masked, maskedLine } from './mask.ts';
import { type Request, type RequestCode, type Response, requests } from './messages.ts';
import { knownByAddress, knownByLogin, type Terminal } from './terminal.ts';

/** What a session needs besides its connection. */
export interface SessionParts extends AnswerParts {
  readonly newTraceId: () => string;
  readonly logMessages: boolean;
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
  /** The terminals that may be behind the address; at least one. */
  readonly #candidates: readonly Terminal[];
  #terminal: Terminal | undefined;
  /** What a 97 asks for: whatever was sent last, a 96 too. */
  #lastAnswer: Sent | undefined;
  /** The last message that was served with AY and AZ, for the one that comes twice. */
  #lastServed: { readonly line: string; readonly answer: Sent; readonly at: number } | undefined;
  #failedLogins = 0;

  constructor(parts: SessionParts, peer: Peer, candidates: readonly Terminal[]) {
    this.#parts = parts;
    this.#peer = peer;
    this.#candidates = candidates;
    this.#terminal = knownByAddress(candidates);
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
    return (this.#terminal ?? this.#candidates[0])?.dialect ?? defaultDialect;
  }

  /**
   * Answers one frame. Gives `undefined` where the standard asks for silence (an unknown command, noise).
   * Frames of one session are handed in one after the other.
   */
  async answer(frame: Frame, terminator: () => Terminator): Promise<Buffer | undefined> {
    const sent = await this.#answerTo(frame);
    if (sent === undefined) return undefined;
    this.#lastAnswer = sent;
    return sent(terminator());
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
    const { response, refusal } = await this.#respond(trace, message, frame.line);
    const sent = this.#format(response, errorDetection);
    // "Try again" is no answer to the one that tries again: it is served anew, and the ledger knows what became of it.
    const final = line !== undefined && !refusal?.passing;
    this.#lastServed = final ? { line, answer: sent, at: this.#parts.clock().getTime() } : undefined;
    return sent;
  }

  /** SIP 2.00: a message with the AY and AZ of the one before is that message, and is not executed again. */
  #isRepeat(line: string): boolean {
    if (line !== this.#lastServed?.line) return false;
    return this.#parts.clock().getTime() - this.#lastServed.at < repeatsWithinMs;
  }

  async #respond(trace: string, message: Request<Exclude<RequestCode, '97'>>, line: Uint8Array): Promise<Answer> {
    const { log, logMessages } = this.#parts;
    const name = `${message.code} ${requests[message.code].name}`;
    const start = performance.now();
    const item = itemOf(message);
    const text = logMessages ? maskedLine(line, this.#dialect) : undefined;
    log('message-in', { ...this.#about(trace), name, bytes: line.length, item, text });
    const answered = message.code === '93' ? this.#login(message) : await this.#serve(trace, name, message);
    const said = logMessages ? JSON.stringify(masked(answered.response)) : undefined;
    const ms = Math.round(performance.now() - start);
    log('message-out', { ...this.#about(trace), name, ms, refusal: answered.refusal?.kind, item, text: said });
    return answered;
  }

  /** 93: a wrong login also ends the one before it. */
  #login(message: Request<'93'>): Answer {
    const { loginUserId, loginPassword, uidAlgorithm, pwdAlgorithm } = message;
    const plain = isPlain(uidAlgorithm) && isPlain(pwdAlgorithm);
    this.#terminal = plain ? knownByLogin(this.#candidates, loginUserId, loginPassword) : undefined;
    const ok = this.#terminal !== undefined;
    this.#failedLogins = ok ? 0 : this.#failedLogins + 1;
    const { address: peer, tls } = this.#peer;
    this.#parts.log('terminal-login', { protocol: 'sip2', peer, tls, terminal: this.#terminal?.id, ok });
    return { response: { code: '94', ok }, ...(!ok && { refusal: new Refusal('sender-not-admitted') }) };
  }

  #serve(traceId: string, name: string, message: Request<ExchangeCode>): Promise<Answer> {
    // Before a login the answer still needs an institution's words; nothing is done in its name.
    const terminal = this.#terminal ?? this.#candidates[0]!;
    if (message.code === '99') {
      const { address: peer, tls } = this.#peer;
      const status = { terminal: terminal.id, status: message.statusCode };
      this.#parts.log('terminal-status', { protocol: 'sip2', peer, tls, ...status });
    }
    const told = { ...this.#about(traceId), name };
    return answer(this.#parts, message, { terminal, admitted: !this.awaitsLogin, told });
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

const isPlain = (algorithm: string): boolean => algorithm === '0' || algorithm.trim() === '';

const itemOf = (message: Request): string | undefined =>
  'itemIdentifier' in message && message.itemIdentifier ? message.itemIdentifier.trim() : undefined;
