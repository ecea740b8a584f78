import { Buffer } from 'node:buffer';
import iconv from 'iconv-lite';
import type { FieldId } from './fields.ts';

/** What ends a message on the wire. */
export type Terminator = keyof typeof terminators;

/** How text becomes bytes; `ascii-fold` sends plain ASCII and takes UTF-8 or Latin-1. */
export type Charset = 'cp850' | 'utf-8' | 'iso-8859-1' | 'ascii-fold';

/** How one kind of terminal departs from SIP 2.00. A dialect is data; no code asks whose terminal it is. */
export interface Dialect {
  readonly charset: Charset;
  /** `auto` answers with what the peer used last (see `settled`). */
  readonly terminator: 'auto' | Terminator;
  /** Ends a field: one printable ASCII character. */
  readonly delimiter: string;
  /** Fields whose values are never sent. One that the standard requires is sent empty. */
  readonly hideFields: readonly FieldId[];
  /** `auto`: error detection is on when a message carries AZ, which must then be right. `lenient`: any AZ passes. */
  readonly checksum: 'auto' | 'lenient';
  /** Longest value that is sent, in encoded bytes: a terminal that reserved 255 for it counts those. */
  readonly maxFieldLength: number;
}

/** SIP 2.00 as written: its default charset "English 850", its delimiter and its longest field. */
export const defaultDialect: Dialect = {
  charset: 'cp850',
  terminator: 'auto',
  delimiter: '|',
  hideFields: [],
  checksum: 'auto',
  maxFieldLength: 255,
};

/** The bytes of each terminator. */
export const terminators = { CR: '\r', CRLF: '\r\n', LF: '\n' } as const;

/** The dialect to answer in: `auto` is settled by the terminator that the peer was seen to use. */
export function settled(dialect: Dialect, seen: Terminator): Dialect {
  return dialect.terminator === 'auto' ? { ...dialect, terminator: seen } : dialect;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Bytes to text. Never fails: bytes that claim to be UTF-8 and are not are taken for Latin-1, in which every byte has
 * a meaning. A declared single-byte charset is believed, because every sequence is legal in it.
 */
export function decode(bytes: Uint8Array, charset: Charset): string {
  if (charset === 'cp850') return iconv.decode(bytes, 'cp850');
  if (charset === 'iso-8859-1') return Buffer.from(bytes).toString('latin1');
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

/** Text to bytes; the text holds only what the charset can (see `transliterate`). */
export function encode(text: string, charset: Charset): Buffer {
  if (charset === 'cp850') return iconv.encode(text, 'cp850');
  return Buffer.from(text, charset === 'utf-8' ? 'utf8' : 'latin1');
}

const cp850 = new Set(
  iconv.decode(
    Uint8Array.from({ length: 256 }, (_, byte) => byte),
    'cp850',
  ),
);

const holds: Readonly<Record<Charset, (character: string) => boolean>> = {
  cp850: (character) => cp850.has(character),
  'utf-8': (character) => character.isWellFormed(),
  'iso-8859-1': (character) => character <= '\u00ff',
  'ascii-fold': (character) => character <= '\u007f',
};

/** Characters of Latin scripts and of printed titles that Unicode does not decompose. */
const lookalikes: Readonly<Record<string, string>> = {
  ...{ Æ: 'AE', æ: 'ae', Œ: 'OE', œ: 'oe', Ø: 'O', ø: 'o', ß: 'ss', ẞ: 'SS', Ł: 'L', ł: 'l', Þ: 'Th', þ: 'th' },
  ...{ Ð: 'D', ð: 'd', Đ: 'D', đ: 'd', Ħ: 'H', ħ: 'h', ı: 'i', Ŧ: 'T', ŧ: 't', '€': 'EUR', '«': '"', '»': '"' },
  ...{ '‘': "'", '’': "'", '‚': "'", '“': '"', '”': '"', '„': '"', '‐': '-', '‑': '-', '–': '-', '—': '-' },
};

/**
 * Text as the charset can hold it: what it lacks loses its diacritics, is written with what looks alike, or becomes
 * `?`. A title is better read as "Lodz" than as boxes.
 */
export function transliterate(text: string, charset: Charset): string {
  const has = holds[charset];
  if (charset === 'utf-8') return text.isWellFormed() ? text : Array.from(text, (c) => (has(c) ? c : '?')).join('');
  return Array.from(text.normalize('NFC'), (character) => {
    if (has(character)) return character;
    const bare = Array.from(character.normalize('NFKD').replace(/\p{M}/gu, ''), (part) => lookalikes[part] ?? part);
    // A combining mark with nothing to sit on leaves nothing.
    return bare.map((part) => (part.split('').every(has) ? part : '?')).join('');
  }).join('');
}
