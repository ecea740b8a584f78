import type { Connection } from '../edge/door.ts';
import type { Log } from '../log/events.ts';
import { type Frame, Framer } from './frame.ts';
import { Session, type SessionParts } from './session.ts';
import { type Terminal, terminalsAt } from './terminal.ts';

/** An unfinished message is given up after this time. */
const halfMessageMs = 30_000;

/** A peer that sends faster than it is answered, or reads slower, has to wait when so many messages are queued. */
const queueLimit = 64;

export interface EndpointParts extends Omit<SessionParts, 'answerWithinMs'> {
  readonly terminals: readonly Terminal[];
  readonly settings: {
    /** All in seconds. */
    readonly answerWithin: number;
    readonly idleAfter: number;
    readonly loginWithin: number;
    /** The longest message in bytes. */
    readonly maxBytes: number;
  };
}

/** The side of the edge that has sockets. */
export interface Endpoint {
  /** Why nobody at this address may connect; `undefined` where a terminal may. */
  refusalOf(address: string): string | undefined;
  serve(connection: Connection): void;
  /** Answers what has arrived and ends every conversation. */
  drain(): Promise<void>;
}

/** One conversation for each connection. */
export function sip2Endpoint(parts: EndpointParts): Endpoint {
  const { terminals } = parts;
  const conversations = new Set<Conversation>();
  return {
    refusalOf: (address) =>
      terminalsAt(terminals, address).length === 0 ? 'no terminal is configured at this address' : undefined,
    serve(connection) {
      const conversation = new Conversation(connection, parts);
      conversations.add(conversation);
      connection.socket.once('close', () => conversations.delete(conversation));
    },
    drain: async () => {
      await Promise.all(Array.from(conversations, (conversation) => conversation.drain()));
    },
  };
}

/** One socket: bytes to frames, frames to the session one after the other, answers back in the same order. */
class Conversation {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #framer: Framer;
  readonly #log: Log;
  #work: Promise<void> = Promise.resolve();
  #queued = 0;
  #halfMessage: NodeJS.Timeout | undefined;
  #stopping = false;
  /** Whether the conversation was ended from this side: what the peer still sends is not carried out. */
  #closing = false;

  constructor(connection: Connection, parts: EndpointParts) {
    const { settings } = parts;
    const { socket, peer } = connection;
    this.#connection = connection;
    this.#log = parts.log;
    const answerWithinMs = settings.answerWithin * 1000;
    this.#session = new Session({ ...parts, answerWithinMs }, peer, terminalsAt(parts.terminals, peer.address));
    this.#framer = new Framer({ maxLineBytes: settings.maxBytes });
    socket.setTimeout(settings.idleAfter * 1000, () => this.#close('nothing was said for too long'));
    const login = setTimeout(() => {
      if (this.#session.awaitsLogin) this.#close('no login came in time');
    }, settings.loginWithin * 1000);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('drain', () => this.#regulate());
    // A peer that has said its last word still gets its answers.
    socket.on('end', () => void this.#work.then(() => socket.end()));
    socket.on('close', () => {
      clearTimeout(login);
      clearTimeout(this.#halfMessage);
    });
  }

  /** Answers what has arrived and closes. */
  async drain(): Promise<void> {
    const { socket } = this.#connection;
    this.#stopping = true;
    this.#regulate();
    await this.#work;
    await new Promise<void>((resolve) => {
      if (socket.destroyed) return resolve();
      socket.once('close', () => resolve());
      this.#end();
    });
  }

  #take(chunk: Buffer): void {
    if (this.#isForeignTls(chunk)) {
      this.#close('it speaks TLS on the port without TLS');
      return;
    }
    const frames = this.#framer.push(chunk);
    for (const frame of frames) {
      this.#queued += 1;
      this.#work = this.#work.then(() => this.#answer(frame));
    }
    this.#regulate();
    // The clock of an unfinished message runs from its first byte: a peer that trickles does not stop it.
    if (frames.length > 0 || !this.#framer.pending) {
      clearTimeout(this.#halfMessage);
      this.#halfMessage = undefined;
    }
    if (this.#framer.pending) this.#halfMessage ??= this.#startClock();
  }

  /** Ends a conversation that stopped half way, unless it is we who keep the rest waiting. */
  #startClock(): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.#connection.socket.isPaused()) this.#halfMessage = this.#startClock();
      else this.#close('a message stopped half way');
    }, halfMessageMs);
  }

  #regulate(): void {
    const { socket } = this.#connection;
    const full = this.#stopping || this.#queued >= queueLimit || socket.writableNeedDrain;
    if (full) socket.pause();
    else socket.resume();
  }

  async #answer(frame: Frame): Promise<void> {
    if (this.#closing) return;
    try {
      const answer = await this.#session.answer(frame, () => this.#framer.terminator);
      const { socket } = this.#connection;
      if (answer && socket.writable) socket.write(answer);
      if (this.#session.exhausted) this.#close('too many wrong logins');
    } catch (error) {
      this.#defect(error);
    }
    this.#queued -= 1;
    this.#regulate();
  }

  /** A ClientHello on the plain port: the peer would wait for ever for an answer that it can read. */
  #isForeignTls(chunk: Buffer): boolean {
    const { socket, peer } = this.#connection;
    return !peer.tls && socket.bytesRead === chunk.length && chunk[0] === 0x16 && chunk[1] === 0x03;
  }

  /** An answer could not even be refused: the terminal connects again, and nobody else notices. */
  #defect(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.#log('defect', { where: 'SIP2 session', why: message, stack });
    this.#close('a defect of the gateway');
  }

  #close(why: string): void {
    this.#connection.ending(why);
    this.#closing = true;
    this.#end();
  }

  #end(): void {
    const { socket } = this.#connection;
    socket.end();
    // A peer that does not close its own half must not hold up anything.
    setTimeout(() => socket.destroy(), 500).unref();
  }
}
