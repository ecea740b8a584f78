import net from 'node:net';
import type { Events, Log } from '../log/events.ts';
import { plainAddress } from './address.ts';
import { type TlsIdentity, tlsHandshakes } from './handshakes.ts';
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
  const { protocol, listen, log, refusalOf, serve, handshakeMs = usualHandshakeMs } = parts;
  const count = new ConnectionCount(listen);
  const sockets = new Set<net.Socket>();
  const connections = new Set<Connection>();
  const facts = (peer: string) => ({ protocol, peer, tls: listen.tls !== undefined });
  const handshakes =
    listen.tls &&
    tlsHandshakes(listen.tls, handshakeMs, {
      done: (socket) => letIn(socket),
      failed: (socket, why) => log('connection-refused', { ...facts(plainAddress(socket.remoteAddress ?? '')), why }),
    });

  const letIn = (socket: net.Socket): void => {
    const peer = peerOf(socket);
    let reason = 'the peer closed it';
    const ending = (why: string): void => {
      reason = why;
    };
    const connection = { socket, peer, ending };
    connections.add(connection);
    socket.on('error', (error) => ending(error.message));
    socket.once('close', () => {
      connections.delete(connection);
      log('connection-closed', { ...facts(peer.address), why: reason });
    });
    log('connection-opened', facts(peer.address));
    serve(connection);
  };

  const server = net.createServer(
    { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: probeAfterMs },
    (socket) => {
      const { address } = peerOf(socket);
      const why = address === '' ? 'it was gone at once' : (refusalOf?.(address) ?? count.refusal(address));
      if (why !== undefined) {
        log('connection-refused', { ...facts(address), why });
        socket.on('error', () => undefined);
        socket.destroy();
        return;
      }
      count.add(address);
      sockets.add(socket);
      socket.once('close', () => {
        count.remove(address);
        sockets.delete(socket);
      });
      if (handshakes) handshakes.begin(socket);
      else letIn(socket);
    },
  );
  await listening(server, listen);
  // A connection that could not be accepted, for want of file descriptors for instance, must not end the daemon.
  server.on('error', (error) => log('connection-refused', { ...facts(''), why: error.message }));

  return {
    port: (server.address() as net.AddressInfo).port,
    async stop(drained) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      handshakes?.abandon();
      for (const { ending } of connections) ending('the gateway is stopping');
      await drained();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listening(server: net.Server, { host, port }: Listen): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
