import { Buffer } from 'node:buffer';
import { checksum } from './checksum.ts';
import { type Charset, type Dialect, decode, encode, terminators, transliterate } from './dialect.ts';
import { type Field, type Layout, requestLayouts, responseLayouts } from './layout.ts';
import type { Request, Response } from './messages.ts';
import { type Kind, kinds } from './values.ts';

/**
 * That a message carries AZ, and under which sequence number. It is decided per message: what a parsed request carried
 * is what its answer is formatted with. A message that is repeated after a resend request carries AZ but no AY.
 */
export interface ErrorDetection {
  /** One character; a terminal that counts past 9 has its last one echoed. */
  readonly sequence?: string;
}

/** What a line turned out to be. A known command with a right checksum always becomes a message, however incomplete. */
export type Parsed<Direction extends string, Message> =
  | { readonly kind: Direction; readonly message: Message; readonly errorDetection?: ErrorDetection }
  /** Error detection is on, and something was lost on the way: the standard's answer is 96. */
  | { readonly kind: 'bad-checksum' }
  /** The standard's answer is silence. */
  | { readonly kind: 'unknown-command'; readonly code: string }
  /** Not SIP2: it does not start with a command of two digits. */
  | { readonly kind: 'malformed' };

/** A line that should be a request. */
export type ParsedRequest = Parsed<'request', Request>;

/** A line that should be a response. */
export type ParsedResponse = Parsed<'response', Response>;

type Values = Record<string, unknown>;

/** Reads a line (without its terminator) that a terminal sent. Never throws. */
export function parseRequest(line: Uint8Array, dialect: Dialect): ParsedRequest {
  return parse('request', requestLayouts, line, dialect) as ParsedRequest;
}

/** Reads a line (without its terminator) that an ACS sent. Never throws. */
export function parseResponse(line: Uint8Array, dialect: Dialect): ParsedResponse {
  return parse('response', responseLayouts, line, dialect) as ParsedResponse;
}

/** The bytes of a request, terminator included; with AY and AZ as `errorDetection` says, without both if undefined. */
export function formatRequest(message: Request, errorDetection: ErrorDetection | undefined, dialect: Dialect): Buffer {
  return format(requestLayouts.get(message.code)!, message, errorDetection, dialect);
}

/** The bytes of a response, terminator included; with AY and AZ as `errorDetection` says, without both if undefined. */
export function formatResponse(
  message: Response,
  errorDetection: ErrorDetection | undefined,
  dialect: Dialect,
): Buffer {
  return format(responseLayouts.get(message.code)!, message, errorDetection, dialect);
}

/** AZ with four digits ends the message; AY, of one character by the standard, may be missing or longer. */
const trailer = /(?:AY(?<sequence>[ -~]{1,2}))?AZ(?<sum>[\dA-Fa-f]{4})$/;
/** AY and AZ are there, but the digits arrived damaged. */
const damagedTrailer = /AY(?<sequence>[ -~]{1,2})AZ(?<sum>[ -~]{0,5})$/;

function parse(
  kind: string,
  layouts: ReadonlyMap<string, Layout>,
  line: Uint8Array,
  dialect: Dialect,
): Parsed<string, unknown> {
  // One character a byte, so that places in the text are places in the line, and the sum is over bytes.
  const bytes = Buffer.from(line).toString('latin1');
  const found = trailer.exec(bytes) ?? damagedTrailer.exec(bytes);
  const sum = found?.groups?.sum ?? '';
  if (found && dialect.checksum === 'auto') {
    const right = checksum(line.subarray(0, line.length - sum.length));
    if (sum.toUpperCase() !== right) return { kind: 'bad-checksum' };
  }
  const code = /^\d\d/.exec(bytes)?.[0];
  if (code === undefined) return { kind: 'malformed' };
  const layout = layouts.get(code);
  if (!layout) return { kind: 'unknown-command', code };

  const body = decode(line.subarray(2, found?.index), dialect.charset);
  const fixedLength = lengthOfFixedPart(body.split(dialect.delimiter, 1)[0] ?? '', layout);
  const message = {
    code,
    ...readFixed(body.slice(0, fixedLength), layout),
    ...readFields(body.slice(fixedLength).split(dialect.delimiter), layout),
  };
  if (!found) return { kind, message };
  const sequence = found.groups?.sequence?.at(-1);
  return { kind, message, errorDetection: sequence === undefined ? {} : { sequence } };
}

/**
 * Where the fixed part ends in the text before the first delimiter. Terminals get its width wrong (a language before
 * the date of a 17, no second date in a 09), so the width counts only where the fixed part looks right and a field or
 * nothing follows it; otherwise the fixed part ends where the message's first known field starts.
 */
function lengthOfFixedPart(head: string, layout: Layout): number {
  const looksRight =
    layout.exact.test(head.slice(0, layout.width)) && /^(?:$|[A-Z][A-Z\d])/.test(head.slice(layout.width));
  const firstField = looksRight ? -1 : head.search(layout.firstField);
  return firstField >= 0 ? firstField : Math.min(layout.width, head.length);
}

/** The most that a fixed part can be too long and still be one: a date. Aligning takes cubic time, so this is a fence. */
const longestStray = 18;

/** The fixed-length fields. A text of the wrong width is aligned by what the fields look like, if that is possible. */
function readFixed(text: string, layout: Layout): Values {
  const isOff = text.length !== layout.width && text.length <= layout.width + longestStray;
  const aligned = isOff ? layout.loose.exec(text)?.slice(1) : undefined;
  let at = 0;
  const entries = layout.fixed.map(({ name, kind, width }, index) => {
    const piece = aligned ? (aligned[index] ?? '') : text.slice(at, at + width);
    at += width;
    return [name, kinds[kind].read(piece)];
  });
  return Object.fromEntries(entries);
}

/** The message's own fields, in any order; of several values of one field the first counts, unless it is repeatable. */
function readFields(sent: readonly string[], layout: Layout): Values {
  const byId = Map.groupBy(sent, (field) => field.slice(0, 2));
  const values: Values = {};
  for (const { id, name, kind, repeatable, required } of layout.fields) {
    const texts = byId.get(id)?.map((field) => field.slice(2));
    // Real terminals leave out AO and AC: a request without a required field is served as if it were empty.
    if (texts === undefined && !required) continue;
    const value = repeatable ? texts : kinds[kind].read(texts?.[0] ?? '');
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function format(
  layout: Layout,
  message: Request | Response,
  errorDetection: ErrorDetection | undefined,
  dialect: Dialect,
): Buffer {
  const values: Values = { ...message };
  const fixed = layout.fixed.map(({ name, kind, width }) => {
    // One byte a character whatever the charset, or the terminal loses its place.
    const text = sendable((kinds[kind] as Kind<unknown>).write(values[name], width), 'ascii-fold', dialect);
    return text.padEnd(width).slice(0, width);
  });
  const fields = layout.fields.flatMap((field) =>
    textsOf(field, values, dialect).map((text) => `${field.id}${text}${dialect.delimiter}`),
  );
  const body = encode(`${message.code}${fixed.join('')}${fields.join('')}`, dialect.charset);
  const end = dialect.terminator === 'auto' ? terminators.CR : terminators[dialect.terminator];
  if (!errorDetection) return Buffer.concat([body, Buffer.from(end)]);

  const sequence = layout.unnumbered ? undefined : errorDetection.sequence;
  const summed = Buffer.concat([body, Buffer.from(sequence === undefined ? 'AZ' : `AY${sequence}AZ`)]);
  return Buffer.concat([summed, Buffer.from(checksum(summed) + end)]);
}

/** The limits (BZ CA CB) are the variable-length fields that are padded, to four digits. */
const countWidth = 4;

/** The texts to send for one field: one empty text for a required field that is absent or hidden, else none. */
function textsOf({ id, name, kind, repeatable, required }: Field, values: Values, dialect: Dialect): string[] {
  const value = values[name];
  if (value === undefined || dialect.hideFields.includes(id)) return required ? [''] : [];
  const texts = repeatable ? (value as readonly string[]) : [(kinds[kind] as Kind<unknown>).write(value, countWidth)];
  return texts.map((text) => cut(sendable(text, dialect.charset, dialect), dialect));
}

/** Text that the charset holds, with blanks for what would end the field or the message. */
function sendable(text: string, charset: Charset, { delimiter }: Dialect): string {
  return transliterate(text.replace(/\p{Cc}/gu, ' '), charset).replaceAll(delimiter, ' ');
}

function cut(text: string, { charset, maxFieldLength }: Dialect): string {
  const bytes = encode(text, charset);
  if (bytes.length <= maxFieldLength) return text;
  // A streaming decoder keeps back a character that was cut in two.
  if (charset === 'utf-8') return new TextDecoder().decode(bytes.subarray(0, maxFieldLength), { stream: true });
  return text.slice(0, maxFieldLength);
}
