import net from 'node:net';
import tls from 'node:tls';
import { checksum } from '../../src/sip2/checksum.ts';

/** A transaction date; each message of a conversation takes the next second, as a real clock would. */
let second = 0;
export function now(): string {
  second += 1;
  const time = new Date(Date.UTC(2026, 10, 22, 10, 0, second));
  const [date = '', clock = ''] = time.toISOString().split('T');
  return `${date.replaceAll('-', '')}    ${clock.slice(0, 8).replaceAll(':', '')}`;
}

/** A terminal: it writes lines and reads lines, over a real socket. */
export class Kiosk {
  readonly socket: net.Socket;
  #received = '';
  #closed = false;
  readonly #waiting: (() => void)[] = [];

  private constructor(socket: net.Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.#received += text;
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed = true;
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async connect(port: number, overTls = false): Promise<Kiosk> {
    const socket = overTls
      ? tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : net.connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => {
      socket.once(overTls ? 'secureConnect' : 'connect', () => resolve());
      socket.once('error', reject);
    });
    return new Kiosk(socket);
  }

  /** Sends bytes as they are. */
  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next line that arrives (without its terminator), or `undefined` when the connection ends first. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#received.indexOf('\r');
      if (end >= 0) {
        const line = this.#received.slice(0, end);
        this.#received = this.#received.slice(end + 1).replace(/^\n/, '');
        return line;
      }
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Whether nothing arrives within this time. */
  async isSilentFor(ms: number): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return this.#received === '';
  }

  /** Sends one message and gives its answer. */
  async say(message: string): Promise<string> {
    this.write(`${message}\r`);
    const answer = await this.line();
    if (answer === undefined) throw new Error(`the connection ended without an answer to ${message}`);
    return answer;
  }

  /** The same with AY and AZ. */
  async sayNumbered(message: string, sequence: string): Promise<string> {
    return this.say(numbered(message, sequence));
  }

  async login(user = 'kiosk1', password = 'kiosk1-secret'): Promise<string> {
    return this.say(`9300CN${user}|CO${password}|`);
  }

  checkOut(patron: string, barcode: string, more = ''): Promise<string> {
    return this.say(`11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${patron}|AB${barcode}|AC|${more}`);
  }

  checkIn(barcode: string, more = ''): Promise<string> {
    const date = now();
    return this.say(`09N${date}${date}AP|AO01DEMO_INST|AB${barcode}|AC|${more}`);
  }

  renew(patron: string, barcode: string): Promise<string> {
    return this.say(`29NN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${patron}|AB${barcode}|AC|`);
  }

  /** `summary`: ten characters, a Y where a list is wanted. */
  patronInformation(patron: string, summary = ' '.repeat(10), more = ''): Promise<string> {
    return this.say(`63001${now()}${summary}AO01DEMO_INST|AA${patron}|AC|${more}`);
  }

  patronStatus(patron: string, pin = ''): Promise<string> {
    return this.say(`23001${now()}AO01DEMO_INST|AA${patron}|AC|AD${pin}|`);
  }

  itemInformation(barcode: string): Promise<string> {
    return this.say(`17${now()}AO01DEMO_INST|AB${barcode}|AC|`);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** A message with AY and AZ, without its terminator. */
export function numbered(message: string, sequence: string): string {
  const summed = `${message}AY${sequence}AZ`;
  return summed + checksum(Buffer.from(summed));
}

/** The values of one field of an answer, in order. */
export function fields(answer: string, id: string): string[] {
  return answer.split('|').flatMap((part, index) => {
    const at = index === 0 ? part.search(new RegExp(`${id}`)) : part.startsWith(id) ? 0 : -1;
    return at >= 0 ? [part.slice(at + 2)] : [];
  });
}
