import type { Alma } from './client.ts';
import type { Endpoint, Ids } from './endpoint.ts';
import { list, number } from './json.ts';

const pageSize = 100;

/**
 * A list of Alma's in full, page by page: its own default gives ten rows. `key` is the name of the rows, which is
 * absent when there are none.
 */
export async function fullList<Path extends string>(
  alma: Alma,
  endpoint: Endpoint<Path>,
  ids: Ids<Path>,
  key: string,
  query: Readonly<Record<string, string>>,
): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (;;) {
    const paged = { ...query, limit: String(pageSize), offset: String(rows.length) };
    const page = await alma.call(endpoint, ids, { query: paged });
    const found = list(page, key);
    rows.push(...found);
    // Some Almas do not count: then a page that is not full is the last.
    const total = number(page, 'total_record_count') ?? (found.length < pageSize ? 0 : Number.POSITIVE_INFINITY);
    if (found.length === 0 || rows.length >= total) return rows;
  }
}
