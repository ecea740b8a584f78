import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import tls from 'node:tls';
import { checksum } from '../../sip2/checksum.ts';
import { defaultDialect } from '../../sip2/dialect.ts';
import { maskedLine } from '../../sip2/mask.ts';
import type { Said } from './said.ts';

/** A self-check kiosk: SIP2 over TLS with error detection (AY and AZ), trusting exactly the gateway's certificate. */
export class Kiosk {
  readonly #socket: tls.TLSSocket;
  readonly #lines: AsyncIterator<string>;
  #sequence = 0;

  private constructor(socket: tls.TLSSocket) {
    this.#socket = socket;
    this.#lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  }

  static async connect(port: number, certificateFile: string): Promise<Kiosk> {
    const ca = await readFile(certificateFile, 'utf8');
    const socket = tls.connect({ port, host: '127.0.0.1', ca });
    await once(socket, 'secureConnect');
    return new Kiosk(socket);
  }

  /** Sends one message; `answer` is `''` when the connection ends first. */
  async say(message: string): Promise<Said & { answer: string }> {
    const summed = `${message}AY${this.#sequence}AZ`;
    this.#sequence = (this.#sequence + 1) % 10;
    const line = summed + checksum(Buffer.from(summed));
    this.#socket.write(`${line}\r`);
    const { value: answer = '' } = (await this.#lines.next()) as { value?: string };
    return { sent: shown(line), received: shown(answer), answer };
  }

  close(): void {
    this.#socket.destroy();
  }
}

const shown = (line: string): string => maskedLine(Buffer.from(line), { ...defaultDialect, charset: 'utf-8' });

/** A transaction date in the local zone (four blanks), as SIP 2.00 writes it. */
export function transactionDate(): string {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}    ${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
