import net from 'node:net';
import type { Events, Log } from '../log/events.ts';
import { type Handshakes, type TlsIdentity, tlsHandshakes } from './handshakes.ts';
import { ConnectionCount, type ConnectionLimits } from './limits.ts';
import { type Peer, peerOf } from './peer.ts';

/** Where a door is, what it shows, and how many it holds. */
export interface Listen extends ConnectionLimits {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  /** Absent where the door does not speak TLS. */
  readonly tls?: TlsIdentity;
}

/** A connection that was let in: over TLS where the door speaks it, with the handshake done. */
export interface Connection {
  readonly socket: net.Socket;
  readonly peer: Peer;
  /** Says why it is about to end, for the log; without a word it was the peer who ended it. */
  ending(why: string): void;
}

export interface DoorParts {
  readonly protocol: Events['connection-opened']['protocol'];
  readonly listen: Listen;
  readonly log: Log;
  /** Why nobody at this address may connect; `undefined` where somebody may. Absent where an address decides nothing. */
  readonly refusalOf?: (address: string) => string | undefined;
  readonly serve: (connection: Connection) => void;
  /** Milliseconds that a peer has for its TLS handshake. */
  readonly handshakeMs?: number;
}

export interface Door {
  readonly port: number;
  /** Lets nobody in any more, waits for `drained`, ends what is still connected. */
  stop(drained: () => Promise<void>): Promise<void>;
}

const usualHandshakeMs = 10_000;

/** A peer that has vanished without a word is noticed after some such probes. */
const probeAfterMs = 60_000;

/**
 * Listens. Whoever may not speak here is refused at TCP, before the handshake, which costs us more than the peer.
 * @throws {Error} Node's own, when the address cannot be had or certificate and key are none.
 */
export async function openDoor(parts: DoorParts): Promise<Door> {
  const door = new TcpDoor(parts);
  await door.open();
  return door;
}

class TcpDoor implements Door {
  readonly #parts: DoorParts;
  readonly #server: net.Server;
  readonly #handshakes: Handshakes | undefined;
  readonly #count: ConnectionCount;
  readonly #sockets = new Set<net.Socket>();
  readonly #connections = new Set<Connection>();

  constructor(parts: DoorParts) {
    const { listen, handshakeMs = usualHandshakeMs } = parts;
    this.#parts = parts;
    this.#count = new ConnectionCount(listen);
    this.#handshakes =
      listen.tls &&
      tlsHandshakes(listen.tls, handshakeMs, {
        done: (socket) => this.#letIn(socket),
        failed: (socket, why) => this.#refused(peerOf(socket).address, why),
      });
    const options = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: probeAfterMs };
    this.#server = net.createServer(options, (socket) => this.#accept(socket));
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  async open(): Promise<void> {
    const { host, port } = this.#parts.listen;
    const server = this.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    // A connection that could not be accepted, for want of file descriptors for instance, must not end the daemon.
    server.on('error', (error) => this.#refused('', error.message));
  }

  async stop(drained: () => Promise<void>): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#handshakes?.abandon();
    for (const { ending } of this.#connections) ending('the gateway is stopping');
    await drained();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: net.Socket): void {
    const { address } = peerOf(socket);
    const why = this.#refusalOf(address);
    if (why !== undefined) {
      this.#refused(address, why);
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    this.#count.add(address);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#count.remove(address);
      this.#sockets.delete(socket);
    });
    if (this.#handshakes) this.#handshakes.begin(socket);
    else this.#letIn(socket);
  }

  #refusalOf(address: string): string | undefined {
    if (address === '') return 'it was gone at once';
    return this.#parts.refusalOf?.(address) ?? this.#count.refusal(address);
  }

  #letIn(socket: net.Socket): void {
    const { log, serve } = this.#parts;
    const peer = peerOf(socket);
    // It left in the moment in which its handshake ended.
    if (peer.address === '') return void socket.destroy();
    const facts = this.#facts(peer.address);
    let reason = 'the peer closed it';
    const ending = (why: string): void => {
      reason = why;
    };
    const connection = { socket, peer, ending };
    this.#connections.add(connection);
    socket.on('error', (error) => ending(error.message));
    socket.once('close', () => {
      this.#connections.delete(connection);
      log('connection-closed', { ...facts, why: reason });
    });
    log('connection-opened', facts);
    serve(connection);
  }

  #refused(address: string, why: string): void {
    this.#parts.log('connection-refused', { ...this.#facts(address), why });
  }

  #facts(peer: string) {
    const { protocol, listen } = this.#parts;
    return { protocol, peer, tls: listen.tls !== undefined };
  }
}
