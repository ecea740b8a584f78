import { type AlmaError, UnreadableBody } from './errors.ts';
import type { Library } from './library.ts';

/** One API call, as the handlers see it. */
export interface Call {
  /** Path parameters, percent-decoded one segment at a time. */
  params: Record<string, string>;
  query: URLSearchParams;
  header(name: string): string | undefined;
  contentType: string;
  body: string;
  /** `http://host:port/almaws/v1`: links and redirects are absolute. */
  base: string;
}

/** What a handler gives back; refusals are thrown as AlmaError. `root` is the element's name when XML was asked for. */
export type Answer =
  | { kind: 'entity'; root: string; body: object }
  | { kind: 'empty' }
  | { kind: 'redirect'; location: string }
  | { kind: 'text'; status: number; type: string; text: string };

/** An error that a fault puts into Alma's mouth. */
export interface Misled {
  kind: 'misled';
  code: string;
  message: string;
  status: number;
  /** In XML, whatever was asked for. */
  inXml: boolean;
}

/** How a call ended: an answer, one of the two kinds of refusal, or what a fault made of it. */
export type Outcome = Answer | AlmaError | UnreadableBody | Misled;

type Handler = (library: Library, call: Call) => Answer;

/** One row of the API: method, path under /almaws/v1, and for POSTs that are operations the value of `op`. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With the places of its ids under Alma's own names (`/users/:user_id`). */
  path: string;
  op?: string;
  /** Also meant where the call has no `op`. */
  opMayBeMissing?: true;
  /** A key that may only read may do this too, although it is no GET. */
  onlyReads?: true;
  handle: Handler;
}

export const EMPTY: Answer = { kind: 'empty' };

export function entity(root: string, body: object): Answer {
  return { kind: 'entity', root, body };
}

export function xmlText(text: string): Answer {
  return { kind: 'text', status: 200, type: 'application/xml;charset=UTF-8', text };
}

/** A field of a JSON object as Alma takes it: `"x"`, `{"value":"x"}`, or nothing. */
export function text(field: unknown): string | undefined {
  const value = isObject(field) ? field.value : field;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The JSON object in the body; an empty body counts as an empty object. Real Alma takes XML here too, we do not. */
export function jsonBody(call: Call): Record<string, unknown> {
  if (call.body === '') return {};
  try {
    const parsed: unknown = JSON.parse(call.body);
    if (isObject(parsed)) return parsed;
  } catch {
    // Falls through: a list, a bare value and a syntax error are refused alike.
  }
  throw new UnreadableBody('Cannot deserialize instance of object');
}

/** `true` in the query; anything else, and absence, is false. */
export function flag(call: Call, name: string): boolean {
  return call.query.get(name) === 'true';
}

/**
 * A page of rows (`limit` 0 to 100, default 10, and `offset`) under Alma's key. With no rows at all the key is absent;
 * past the last page it is an empty list. Both are what real Almas answer.
 */
export function page<Row>(call: Call, key: string, rows: Row[], render: (row: Row) => object): Record<string, unknown> {
  const number = (name: string, fallback: number) => {
    const given = Number.parseInt(call.query.get(name) ?? '', 10);
    return Number.isNaN(given) ? fallback : Math.max(0, given);
  };
  const offset = number('offset', 0);
  const limit = Math.min(number('limit', 10), 100);
  if (rows.length === 0) return { total_record_count: 0 };
  return { [key]: rows.slice(offset, offset + limit).map(render), total_record_count: rows.length };
}
