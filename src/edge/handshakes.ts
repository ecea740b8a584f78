import type { Socket } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';

/** What a TLS door shows of itself. */
export interface TlsIdentity {
  /** PEM texts. */
  readonly certificate: string;
  readonly key: string;
  /** Ask the client for a certificate. Whose it is the edge decides by its fingerprint, so that any is taken here. */
  readonly asksForCertificate?: boolean;
}

/** TCP connections on their way to being TLS. */
export interface Handshakes {
  begin(socket: Socket): void;
  /** Ends all that are not done yet. */
  abandon(): void;
}

interface Outcomes {
  done(socket: TLSSocket): void;
  /** The TCP connection, which is destroyed after this. */
  failed(socket: Socket, why: string): void;
}

/**
 * Makes TLS of the connections that it is handed. A peer has `ms` milliseconds for its handshake.
 * @throws {Error} when certificate and key are none.
 */
export function tlsHandshakes(identity: TlsIdentity, ms: number, { done, failed }: Outcomes): Handshakes {
  const { certificate, key, asksForCertificate = false } = identity;
  // It never listens: the door does, so that it can count and refuse before any work is done for a peer.
  const server = tls.createServer({
    cert: certificate,
    key,
    handshakeTimeout: ms,
    requestCert: asksForCertificate,
    rejectUnauthorized: false,
  });
  const underWay = new Map<string, Socket>();
  server.on('secureConnection', (socket) => {
    underWay.delete(endsOf(socket));
    socket.allowHalfOpen = true;
    done(socket);
  });
  server.on('tlsClientError', (error, socket) => {
    failed(socket, `no TLS came about: ${error.message}`);
    socket.destroy();
  });
  return {
    begin(socket) {
      // Whoever leaves during the handshake is gone; only who has said something may wait for its answer half-closed.
      socket.allowHalfOpen = false;
      const ends = endsOf(socket);
      underWay.set(ends, socket);
      socket.once('close', () => underWay.delete(ends));
      server.emit('connection', socket);
    },
    abandon() {
      for (const socket of underWay.values()) socket.destroy();
    },
  };
}

/** The same for a TCP socket and for the TLS socket on top of it. */
const endsOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;
