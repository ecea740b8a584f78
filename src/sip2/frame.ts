import type { Terminator } from './dialect.ts';

/** What came off the wire between two terminators. A line is handed on without terminator and leading junk. */
export type Frame =
  | { readonly kind: 'line'; readonly line: Uint8Array }
  /** A line longer than the limit; it was dropped, only its length in bytes is known. */
  | { readonly kind: 'too-long'; readonly bytes: number };

const CR = 0x0d;
const LF = 0x0a;

// Telnet commands (RFC 854). Serial adapters that speak telnet open with option negotiation before the first message.
const IAC = 0xff;
const SB = 250;
const SE = 240;
const WILL = 251;

type Telnet = 'none' | 'command' | 'option' | 'subnegotiation' | 'subnegotiation-command';

/**
 * Cuts a byte stream into messages. SIP 2.00 ends a message with CR; terminals also send CRLF or LF, so each of the
 * three ends a message here. The frames do not depend on how the stream was cut into chunks, and at most one line
 * of the permitted length is held in memory.
 */
export class Framer {
  readonly #maxLineBytes: number;
  #line: number[] = [];
  #length = 0;
  #afterCR = false;
  #telnet: Telnet = 'none';
  #terminator: Terminator = 'CR';

  constructor(options: { readonly maxLineBytes?: number } = {}) {
    this.#maxLineBytes = options.maxLineBytes ?? 16 * 1024;
  }

  /**
   * The terminator that the peer put behind its last message, CR before the first. Ask when answering and not when
   * framing: a message is complete at its CR, and the LF of a CRLF may come one packet later.
   */
  get terminator(): Terminator {
    return this.#terminator;
  }

  /** Whether a message has begun that no terminator has ended yet. */
  get pending(): boolean {
    return this.#length > 0;
  }

  /** Takes the next bytes of the stream and gives the messages that they complete, in order. */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    for (const byte of chunk) {
      if (this.#isTelnet(byte)) continue;
      const frame = this.#take(byte);
      if (frame) frames.push(frame);
    }
    return frames;
  }

  #take(byte: number): Frame | undefined {
    const afterCR = this.#afterCR;
    this.#afterCR = false;
    if (byte === CR || byte === LF) {
      if (this.#length > 0) return this.#end(byte);
      if (byte === LF && afterCR) this.#terminator = 'CRLF';
      return undefined;
    }
    // No command starts with a control character, a blank or a byte beyond ASCII.
    if (this.#length === 0 && (byte <= 0x20 || byte >= 0x7f)) return undefined;
    this.#length += 1;
    if (this.#length <= this.#maxLineBytes) this.#line.push(byte);
    return undefined;
  }

  #end(byte: number): Frame {
    this.#terminator = byte === CR ? 'CR' : 'LF';
    this.#afterCR = byte === CR;
    const frame: Frame =
      this.#length > this.#maxLineBytes
        ? { kind: 'too-long', bytes: this.#length }
        : { kind: 'line', line: Uint8Array.from(this.#line) };
    this.#line = [];
    this.#length = 0;
    return frame;
  }

  /** Whether the byte belongs to a telnet sequence in front of a message. */
  #isTelnet(byte: number): boolean {
    switch (this.#telnet) {
      case 'none':
        if (byte !== IAC || this.#length > 0) return false;
        this.#telnet = 'command';
        return true;
      case 'command':
        this.#telnet = byte === SB ? 'subnegotiation' : byte >= WILL && byte < IAC ? 'option' : 'none';
        // A lone IAC was line noise, and this byte may well be the first of a command.
        return byte >= SE;
      case 'option':
        this.#telnet = 'none';
        return true;
      case 'subnegotiation':
        // A subnegotiation that never ends must not swallow the messages behind it.
        if (byte === CR || byte === LF) this.#telnet = 'none';
        else if (byte === IAC) this.#telnet = 'subnegotiation-command';
        return this.#telnet !== 'none';
      case 'subnegotiation-command':
        this.#telnet = byte === SE ? 'none' : 'subnegotiation';
        return true;
    }
  }
}
