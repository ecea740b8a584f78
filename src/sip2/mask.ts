import { type Dialect, decode } from './dialect.ts';
import { type FieldId, fields, secretFields } from './fields.ts';
import type { Request, Response } from './messages.ts';

const mask = '***';
const secretNames: ReadonlySet<string> = new Set(secretFields.map((id: FieldId) => fields[id].name));

/** The message as a log may show it: PINs and passwords masked, empty ones left empty. */
export function masked<M extends Request | Response>(message: M): M {
  const shown = Object.entries(message).map(([name, value]) => [name, secretNames.has(name) && value ? mask : value]);
  return Object.fromEntries(shown) as M;
}

/**
 * A line as a log may show it, whether or not it parses. Where a line cannot be trusted, neither can the places of its
 * fields: whatever follows the identifier of a secret field, up to the next delimiter, is masked, even inside other
 * words. A log that hides too much is a nuisance; one that shows a PIN is a breach.
 */
export function maskedLine(line: Uint8Array, dialect: Dialect): string {
  return decode(line, dialect.charset)
    .split(dialect.delimiter)
    .map((field) => field.replace(new RegExp(`(${secretFields.join('|')}).+`, 's'), `$1${mask}`))
    .join(dialect.delimiter);
}
