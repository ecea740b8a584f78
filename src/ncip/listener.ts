import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Log } from '../log/events.ts';

export interface ListenOn {
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  /** PEM texts. */
  readonly certificate: string;
  readonly key: string;
}

/** How long a peer may take, in milliseconds: a message that stops half way is over within 30 seconds. */
export interface Patience {
  readonly handshake: number;
  readonly headers: number;
  readonly request: number;
  /** How often the two above are looked at. */
  readonly interval: number;
  readonly idle: number;
}

const usualPatience: Patience = { handshake: 10_000, headers: 10_000, request: 20_000, interval: 2000, idle: 60_000 };

const maxConnections = 500;
const maxHeaderBytes = 16_384;

export interface Listener {
  readonly port: number;
  /** Accepts nothing more, waits for the answers that are owed, closes everything. */
  stop(): Promise<void>;
}

/**
 * An HTTPS server that a slow, silent or foreign peer cannot hold.
 * @throws {Error} when it cannot listen, or certificate and key are none.
 */
export async function startListener(
  on: ListenOn,
  app: RequestListener,
  log: Log,
  patience: Patience = usualPatience,
): Promise<Listener> {
  const server = createServer({
    cert: on.certificate,
    key: on.key,
    handshakeTimeout: patience.handshake,
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    connectionsCheckingInterval: patience.interval,
    keepAliveTimeout: patience.idle,
    maxHeaderSize: maxHeaderBytes,
  });
  server.maxConnections = maxConnections;
  const say = (
    event: 'connection-refused' | 'connection-closed',
    peer: string | undefined,
    tls: boolean,
    why: string,
  ) => log(event, { protocol: 'ncip', peer: peer ?? '', tls, why });

  const handshaking = new Map<string, Socket>();
  const secured = new WeakSet<TLSSocket>();
  server.on('connection', (socket: Socket) => {
    const key = ends(socket);
    handshaking.set(key, socket);
    socket.on('close', () => handshaking.delete(key));
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    secured.add(socket);
    handshaking.delete(ends(socket));
  });
  server.on('tlsClientError', (error, socket) => {
    say('connection-refused', socket.remoteAddress, false, error.message);
    socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as TLSSocket;
    // node passes errors of the handshake on to here as well.
    if (!secured.has(socket)) return;
    say('connection-closed', socket.remoteAddress, true, error.message);
    reject(error, socket);
  });
  server.on('drop', (peer) => say('connection-refused', peer?.remoteAddress, false, 'too many connections'));

  let owed = 0;
  let onNoneOwed: (() => void) | undefined;
  server.on('request', (request, response) => {
    owed += 1;
    response.on('close', () => {
      owed -= 1;
      if (owed === 0) onNoneOwed?.();
    });
    app(request, response);
  });

  await new Promise<void>((resolve, fail) => {
    server.once('error', fail);
    server.listen(on.port, on.host, () => {
      server.off('error', fail);
      // A connection that could not be accepted, for want of file descriptors for instance, must not end the daemon.
      server.on('error', (error) => say('connection-refused', undefined, false, error.message));
      resolve();
    });
  });

  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      if (owed > 0) {
        await new Promise<void>((resolve) => {
          onNoneOwed = resolve;
        });
      }
      // Nobody is owed an answer any more: these are idle, half-sent or not even TLS yet.
      server.closeAllConnections();
      for (const socket of handshaking.values()) socket.destroy();
      await closed;
    },
  };
}

/** What node would have answered itself if nobody had listened for the error. */
function reject(error: NodeJS.ErrnoException, socket: Socket): void {
  const status =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? '408 Request Timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : '400 Bad Request';
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** The same for a TCP socket and the TLS socket on top of it. */
const ends = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;
