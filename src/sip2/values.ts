import { type PatronStatus, patronStatusNames, type SummarySection, summarySections } from './codes.ts';

/**
 * How one kind of value looks on the wire. `shape` is a regular expression source for a fixed-width element of that
 * kind; it is as narrow as finding lost alignment needs, and no narrower.
 */
export interface Kind<T> {
  read(text: string): T;
  write(value: T, width: number): string;
  shape(width: number): string;
}

const anything = (width: number): string => `.{${width}}`;

function readNumber(text: string): number | undefined {
  const digits = text.trim();
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}

/** Text exactly as it came: terminals compare what they are echoed with what they sent. */
const text: Kind<string> = { read: (wire) => wire, write: (value) => value, shape: anything };

/** A short code of fixed width; blanks mean that there is none, which reads as ''. */
const code: Kind<string> = { read: (wire) => wire.trim(), write: (value) => value, shape: anything };

/** `YYYYMMDDZZZZHHMMSS`, with ZZZZ four blanks for local time; 18 blanks are no date, which reads as ''. */
const date: Kind<string> = {
  read: (wire) => wire.trim(),
  write: (value) => value,
  shape: () => '(?:\\d{8}[\\dA-Z ]{4}\\d{6}| {18})',
};

const flag: Kind<boolean> = { read: (wire) => wire === 'Y', write: (value) => (value ? 'Y' : 'N'), shape: anything };

const ok: Kind<boolean> = { read: (wire) => wire === '1', write: (value) => (value ? '1' : '0'), shape: anything };

/** Y, N, or U when the library system cannot tell. */
const flagOrUnknown: Kind<'Y' | 'N' | 'U'> = {
  read: (wire) => (wire === 'Y' || wire === 'N' ? wire : 'U'),
  write: (value) => value,
  shape: anything,
};

/** Zero-padded digits, clamped to the width; a count that is not supported is blanks, never zeros. */
const count: Kind<number | undefined> = {
  read: readNumber,
  write: (value, width) =>
    value === undefined || Number.isNaN(value)
      ? ' '.repeat(width)
      : String(Math.min(Math.max(Math.trunc(value), 0), 10 ** width - 1)).padStart(width, '0'),
  shape: (width) => `[\\d ]{1,${width}}`,
};

/** A whole number of any length, unpadded. */
const number: Kind<number | undefined> = {
  read: readNumber,
  write: (value) => (value === undefined ? '' : String(value)),
  shape: () => '\\d+',
};

const patronStatus: Kind<PatronStatus> = {
  read: (wire) => Object.fromEntries(patronStatusNames.map((name, at) => [name, wire[at] === 'Y'])) as PatronStatus,
  write: (value) => patronStatusNames.map((name) => (value[name] ? 'Y' : ' ')).join(''),
  // Some library systems send 13 positions; the last statement then reads as false.
  shape: (width) => `[YN ]{${width - 1},${width}}`,
};

/** One list is asked for. Of several the first counts; a `Y` in an unassigned position asks for nothing we have. */
const summary: Kind<SummarySection | undefined> = {
  read: (wire) => summarySections.find((_, at) => wire[at] === 'Y'),
  write: (value) => summarySections.map((name) => (name === value ? 'Y' : ' ')).join(''),
  shape: (width) => `[YN ]{${width}}`,
};

/** Every kind of value that a field of SIP 2.00 can hold. */
export const kinds = { text, code, date, flag, ok, flagOrUnknown, count, number, patronStatus, summary };

/** The name of a kind of value. */
export type KindName = keyof typeof kinds;

/** What a value of this kind is in a message. */
export type ValueOf<K extends KindName> = ReturnType<(typeof kinds)[K]['read']>;
