import { Refusal } from '../circulation/refusals.ts';
import type { Meanings } from './errors.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One endpoint of Alma's API, as the file of its area declares it. */
export interface Endpoint<Path extends string = string> {
  readonly method: Method;
  /** With its places unfilled (`/users/{user_id}/loans`): what logs and errors may show. */
  readonly path: Path;
  /** What Alma's codes mean here: 401651 is a loan rule at one endpoint and a missing identifier at another. */
  readonly meanings: Meanings;
  /** Where a 302 leads, at an endpoint that answers with one. */
  readonly redirectsTo?: Endpoint;
}

/** Declares an endpoint. A code without a meaning is `library-system-refused`, with Alma's own text. */
export function endpoint<Path extends `/${string}`>(
  call: `${Method} ${Path}`,
  meanings: Meanings = {},
  redirectsTo?: Endpoint,
): Endpoint<Path> {
  const [method, path] = call.split(' ') as [Method, Path];
  return { method, path, meanings, ...(redirectsTo !== undefined && { redirectsTo }) };
}

type Placeholder<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholder<Rest> : never;

/** The ids that an endpoint's path needs, by the name of their place in it. */
export type Ids<Path extends string> = Readonly<Record<Placeholder<Path>, string>>;

/**
 * The endpoint's path with each id as one percent-encoded segment. There is no other way to a path, so no id can
 * be forgotten: barcodes and primary ids hold `/`, `#`, `%`, `@` and spaces.
 */
export function fill<Path extends string>({ path }: Endpoint<Path>, ids: Ids<Path>): string {
  const byName: Readonly<Record<string, string>> = ids;
  return path.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, byName[name] ?? ''));
}

function segment(name: string, id: string): string {
  // No encoding keeps these one segment: servers resolve `..` and `%2E%2E` alike, and drop empty ones.
  if (id === '' || id === '.' || id === '..') {
    const kinds = { user_id: 'unknown-patron', item_pid: 'unknown-item', request_id: 'unknown-request' } as const;
    throw new Refusal(kinds[name as keyof typeof kinds] ?? 'unknown-item', { value: id });
  }
  return encodeURIComponent(id.toWellFormed());
}

/** The ids in a path that ends like the endpoint's: `fill` backwards. Gives `undefined` for any other path. */
export function idsIn<Path extends string>(endpoint: Endpoint<Path>, path: string): Ids<Path> | undefined {
  const pattern = endpoint.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const groups = new RegExp(`${pattern}$`).exec(path)?.groups;
  if (groups === undefined) return undefined;
  const ids = Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]);
  return Object.fromEntries(ids) as Ids<Path>;
}
