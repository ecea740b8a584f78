import { Refusal } from '../circulation/refusals.ts';
import type { Endpoint } from './errors.ts';

type Placeholder<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholder<Rest> : never;

/** The ids that an endpoint's path needs, by the name of their place in it. */
export type Ids<E extends Endpoint> = Readonly<Record<Placeholder<E>, string>>;

export const methodOf = (endpoint: Endpoint): string => endpoint.slice(0, endpoint.indexOf(' '));

/** The path with its places unfilled (`/users/{user_id}/loans`): what logs and errors may show. */
export const templateOf = (endpoint: Endpoint): string => endpoint.slice(endpoint.indexOf(' ') + 1);

/**
 * The endpoint's path with each id as one percent-encoded segment. There is no other way to a path, so no id can
 * be forgotten: barcodes and primary ids hold `/`, `#`, `%`, `@` and spaces.
 */
export function fill<E extends Endpoint>(endpoint: E, ids: Ids<E>): string {
  const byName: Readonly<Record<string, string>> = ids;
  return templateOf(endpoint).replace(/\{(\w+)\}/g, (_, name: string) => segment(name, byName[name] ?? ''));
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
export function idsIn<E extends Endpoint>(endpoint: E, path: string): Ids<E> | undefined {
  const pattern = templateOf(endpoint).replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const groups = new RegExp(`${pattern}$`).exec(path)?.groups;
  if (groups === undefined) return undefined;
  const ids = Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]);
  return Object.fromEntries(ids) as Ids<E>;
}
