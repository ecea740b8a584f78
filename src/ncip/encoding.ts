import { isUtf8 } from 'node:buffer';

/** Characters that XML 1.0 (clause 2.2, Char) allows nowhere, and numeric references to them. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const reference = /&#(?:x([0-9a-f]{1,8})|([0-9]{1,10}));/gi;

/** The text of a message, or the line of the first byte that is no character. */
export type Decoded = { readonly text: string } | { readonly badLine: number };

/**
 * Reads a message's characters. The bytes are believed before the declaration, because clients declare ISO-8859-1
 * or UTF-16 and send UTF-8. The declaration is taken out, as it may be a lie, and so are control characters, which
 * some brokers send; no line break is lost, so that line numbers stay the sender's.
 */
export function decode(bytes: Uint8Array): Decoded {
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const readable = new TextDecoder(encoding).decode(bytes);
    return { badLine: lines(readable.slice(0, readable.indexOf('\ufffd'))) + 1 };
  }
  const plain = text
    .replace(/^<\?xml\s[^>]*\?>/, (declaration) => '\n'.repeat(lines(declaration)))
    .replace(illegal, '')
    .replace(reference, (written, hex: string | undefined, decimal: string) =>
      isLegal(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) ? written : '',
    );
  return { text: plain };
}

/** From the byte order mark, then the pattern of `<` in UTF-16, then whether it is UTF-8, then the declaration. */
function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0x3c && second === 0x00) return 'utf-16le';
  if (first === 0x00 && second === 0x3c) return 'utf-16be';
  if (isUtf8(bytes)) return 'utf-8';
  const beginning = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /^<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(beginning)?.[1] ?? 'utf-8';
  return isKnown(declared) ? declared : 'utf-8';
}

function isKnown(encoding: string): boolean {
  try {
    return new TextDecoder(encoding).encoding !== '';
  } catch {
    return false;
  }
}

function isLegal(code: number): boolean {
  return code <= 0x10ffff && !String.fromCodePoint(code).match(illegal);
}

const lines = (text: string): number => text.split('\n').length - 1;
