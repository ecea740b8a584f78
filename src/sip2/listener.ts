import net from 'node:net';
import tls from 'node:tls';
import type { Log } from '../log/events.ts';
import { type Frame, Framer } from './frame.ts';
import { Session, type SessionParts } from './session.ts';
import { type Terminal, terminalsAt } from './terminal.ts';

export interface Sip2Settings {
  /** All in seconds. */
  readonly answerWithin: number;
  readonly idleAfter: number;
  readonly loginWithin: number;
  /** The longest message in bytes. */
  readonly maxBytes: number;
  readonly maxConnections: number;
}

export interface Sip2Parts extends Omit<SessionParts, 'answerWithinMs'> {
  readonly terminals: readonly Terminal[];
  readonly settings: Sip2Settings;
}

export interface Sip2Listener {
  readonly port: number;
  /** Takes no new connections, answers what has arrived, closes. */
  stop(): Promise<void>;
}

interface Listen {
  readonly host: string;
  readonly port: number;
  /** PEM texts; absent for a plain listener. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** An unfinished message is given up after this time. */
const halfMessageMs = 30_000;

/** A peer that sends faster than it is answered, or reads slower, has to wait when so many messages are queued. */
const queueLimit = 64;

/**
 * Listens for terminals. Rejects with Node's own error where the address cannot be had.
 */
export async function startSip2(parts: Sip2Parts, listen: Listen): Promise<Sip2Listener> {
  const connections = new Set<Connection>();
  const isTls = listen.tls !== undefined;
  const accept = (socket: net.Socket): void => {
    const peer = plainAddress(socket.remoteAddress ?? '');
    const candidates = terminalsAt(parts.terminals, peer);
    const why = reasonToRefuse(candidates, connections.size, parts.settings.maxConnections);
    if (why !== undefined) {
      parts.log('connection-refused', { protocol: 'sip2', peer, tls: isTls, why });
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    const session = new Session(
      { ...parts, answerWithinMs: parts.settings.answerWithin * 1000 },
      { address: peer, tls: isTls, candidates },
    );
    const connection = new Connection(socket, session, parts.settings, parts.log, (why) => {
      connections.delete(connection);
      parts.log('connection-closed', { protocol: 'sip2', peer, tls: isTls, why });
    });
    connections.add(connection);
    parts.log('connection-opened', { protocol: 'sip2', peer, tls: isTls });
  };

  const server = listen.tls
    ? tls.createServer(
        { cert: listen.tls.certificate, key: listen.tls.key, handshakeTimeout: 10_000, allowHalfOpen: true },
        accept,
      )
    : net.createServer({ allowHalfOpen: true }, accept);
  if (isTls) reportHandshakes(server as tls.Server, parts.log);
  // With those that have not finished their handshake: they are nobody's connection yet, and would hold up a stop.
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  server.removeAllListeners('error');
  server.on('error', (error) => parts.log('defect', { where: 'SIP2 listener', why: error.message }));

  return {
    port: (server.address() as net.AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...connections].map((connection) => connection.drain()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function reasonToRefuse(candidates: readonly Terminal[], connections: number, limit: number): string | undefined {
  if (connections >= limit) return 'there are too many connections';
  return candidates.length === 0 ? 'no terminal is configured at this address' : undefined;
}

/** One socket: bytes to frames, frames to the session one after the other, answers back in the same order. */
class Connection {
  readonly #socket: net.Socket;
  readonly #session: Session;
  readonly #framer: Framer;
  readonly #log: Log;
  #work: Promise<void> = Promise.resolve();
  #queued = 0;
  #halfMessage: NodeJS.Timeout | undefined;
  #why = 'the terminal closed it';
  #stopping = false;
  /** Whether the conversation was ended from this side: what the peer still sends is not carried out. */
  #closing = false;

  constructor(socket: net.Socket, session: Session, settings: Sip2Settings, log: Log, closed: (why: string) => void) {
    this.#log = log;
    this.#socket = socket;
    this.#session = session;
    this.#framer = new Framer({ maxLineBytes: settings.maxBytes });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.setTimeout(settings.idleAfter * 1000, () => this.#close('nothing was said for too long'));
    const login = setTimeout(() => {
      if (session.awaitsLogin) this.#close('no login came in time');
    }, settings.loginWithin * 1000);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('drain', () => this.#regulate());
    // A peer that has said its last word still gets its answers.
    socket.on('end', () => void this.#work.then(() => socket.end()));
    socket.on('error', (error) => {
      this.#why = error.message;
    });
    socket.on('close', () => {
      clearTimeout(login);
      clearTimeout(this.#halfMessage);
      closed(this.#why);
    });
  }

  /** Answers what has arrived and closes. */
  async drain(): Promise<void> {
    this.#stopping = true;
    this.#why = 'the gateway is stopping';
    this.#regulate();
    await this.#work;
    await new Promise<void>((resolve) => {
      if (this.#socket.destroyed) return resolve();
      this.#socket.once('close', () => resolve());
      this.#socket.end();
      // A peer that does not close its own half must not hold up the stop.
      setTimeout(() => this.#socket.destroy(), 500).unref();
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
      if (this.#socket.isPaused()) this.#halfMessage = this.#startClock();
      else this.#close('a message stopped half way');
    }, halfMessageMs);
  }

  #regulate(): void {
    const full = this.#stopping || this.#queued >= queueLimit || this.#socket.writableNeedDrain;
    if (full) this.#socket.pause();
    else this.#socket.resume();
  }

  async #answer(frame: Frame): Promise<void> {
    if (this.#closing) return;
    try {
      const answer = await this.#session.answer(frame, () => this.#framer.terminator);
      if (answer && this.#socket.writable) this.#socket.write(answer);
      if (this.#session.exhausted) this.#close('too many wrong logins');
    } catch (error) {
      this.#defect(error);
    }
    this.#queued -= 1;
    this.#regulate();
  }

  /** A ClientHello on the plain port: the peer would wait for ever for an answer that it can read. */
  #isForeignTls(chunk: Buffer): boolean {
    return (
      !(this.#socket instanceof tls.TLSSocket) &&
      this.#socket.bytesRead === chunk.length &&
      chunk[0] === 0x16 &&
      chunk[1] === 0x03
    );
  }

  /** An answer could not even be refused: the terminal connects again, and nobody else notices. */
  #defect(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.#log('defect', { where: 'SIP2 session', why: message, stack });
    this.#close('a defect of the gateway');
  }

  #close(why: string): void {
    this.#why = why;
    this.#closing = true;
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), 500).unref();
  }
}

function reportHandshakes(server: tls.Server, log: Log): void {
  server.on('tlsClientError', (error, socket) => {
    const peer = plainAddress(socket.remoteAddress ?? '');
    log('connection-refused', { protocol: 'sip2', peer, tls: true, why: `no TLS came about: ${error.message}` });
    socket.destroy();
  });
}

/** An IPv4 address as such, also where the socket shows it mapped into IPv6. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');
