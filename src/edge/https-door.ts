import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { type Connection, type DoorParts, openDoor } from './door.ts';
import type { TlsIdentity } from './handshakes.ts';

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

const maxHeaderBytes = 16_384;

export interface HttpsDoorParts extends Pick<DoorParts, 'protocol' | 'log'> {
  readonly listen: DoorParts['listen'] & { readonly tls: TlsIdentity };
  readonly app: RequestListener;
  readonly patience?: Patience;
}

export interface HttpsDoor {
  readonly port: number;
  /** Lets nobody in any more, waits for the answers that are owed, closes everything. */
  stop(): Promise<void>;
}

/**
 * An HTTPS server that a slow, silent or foreign peer cannot hold.
 * @throws {Error} Node's own, when the address cannot be had or certificate and key are none.
 */
export async function openHttpsDoor(parts: HttpsDoorParts): Promise<HttpsDoor> {
  const { app, patience = usualPatience, ...doorParts } = parts;
  const server = createServer({
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    connectionsCheckingInterval: patience.interval,
    keepAliveTimeout: patience.idle,
    maxHeaderSize: maxHeaderBytes,
  });
  const connections = new WeakMap<Socket, Connection>();
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    connections.get(socket)?.ending(error.message);
    reject(error, socket);
  });
  const owed = new Owed();
  server.on('request', (request, response) => {
    owed.add();
    response.on('close', () => owed.remove());
    response.on('finish', () => connections.get(request.socket)?.ending('it had its answer'));
    app(request, response);
  });
  // Node starts the clocks for slow peers when a server listens; this one is handed its connections by the door.
  server.emit('listening');

  const door = await openDoor({
    ...doorParts,
    handshakeMs: patience.handshake,
    serve(connection) {
      connections.set(connection.socket, connection);
      server.emit('connection', connection.socket);
    },
  });
  return { port: door.port, stop: () => door.stop(() => drained(server, owed)) };
}

/** Answers first; what is idle or half-sent after that is owed nothing, and the door ends it. */
async function drained(server: Server, owed: Owed): Promise<void> {
  await owed.none();
  server.close();
}

/** The answers that are owed. */
class Owed {
  #count = 0;
  #onNone: (() => void) | undefined;

  add(): void {
    this.#count += 1;
  }

  remove(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onNone?.();
  }

  async none(): Promise<void> {
    if (this.#count > 0)
      await new Promise<void>((resolve) => {
        this.#onNone = resolve;
      });
  }
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
