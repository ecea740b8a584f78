import { readFileSync } from 'node:fs';
import { request } from 'undici';
import { parseDocument } from 'yaml';
import type { World } from './world.ts';

/** Worlds that take turns: Alma's 25 calls a second are counted in real time, and one rests while the others work. */
export class Worlds {
  readonly #worlds: readonly World[];
  #turn = 0;

  private constructor(worlds: readonly World[]) {
    this.#worlds = worlds;
  }

  static async start(count: number, start: () => Promise<World>): Promise<Worlds> {
    return new Worlds(await Promise.all(Array.from({ length: count }, start)));
  }

  /** The one that has rested longest, its Alma as new. */
  next(): World {
    const world = this.#worlds[this.#turn++ % this.#worlds.length]!;
    world.alma.reset();
    return world;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#worlds.map((world) => world.stop()));
  }
}

/** The delivered broker profile with these settings (`borrowing.location`) in place of its own. */
export function profile(settings: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(readFileSync('config/brokers/demo-ill.yaml', 'utf8'));
  for (const [path, value] of Object.entries(settings)) document.setIn(path.split('.'), value);
  return String(document);
}

/** What the simulated Alma has of an item, counted: the numbers that a duplicate would change. */
export function almaHas(world: World, barcode: string) {
  const { items, loans, requests } = world.alma.library;
  const copies = items.all().filter((item) => item.barcode === barcode);
  const pids = copies.map(({ pid }) => pid);
  const ofItem = loans.all().filter((loan) => pids.includes(loan.pid));
  return {
    items: copies.length,
    holds: requests.all().filter(({ pid, state }) => pid !== null && pids.includes(pid) && state !== 'HISTORY').length,
    loans: ofItem.filter(({ returned }) => returned === null).length,
    everLent: ofItem.length,
  };
}

/** A return at the staff desk: Alma hears of it, and the gateway does not. */
export async function returnAtDesk(world: World, barcode: string): Promise<void> {
  const { mmsId, holdingId, pid } = world.alma.library.itemByBarcode(barcode)!;
  const path = `/almaws/v1/bibs/${mmsId}/holdings/${holdingId}/items/${pid}`;
  const query = 'op=scan&library=MAIN&circ_desk=DEFAULT_CIRC_DESK';
  const { statusCode, body } = await request(`${world.alma.url}${path}?${query}`, {
    method: 'POST',
    headers: { authorization: 'apikey demo-key', accept: 'application/json' },
  });
  if (statusCode !== 200) throw new Error(`the desk cannot scan: ${await body.text()}`);
  await body.dump();
}

/** How many records of each kind Alma has: equal before and after what must leave nothing behind. */
export function inventory(world: World) {
  const { bibs, holdings, items, requests } = world.alma.library;
  const active = requests.all().filter(({ state }) => state !== 'HISTORY');
  return { bibs: bibs.size, holdings: holdings.size, items: items.size, holds: active.length };
}

/**
 * The calls by which Alma is asked to write, as `POST /users/{}/loans`, in order, since the last reset. Not those of
 * which it took no notice because there were too many in that second.
 */
export function writes(world: World): string[] {
  return world.alma
    .calls()
    .filter(({ method, query, status }) => method !== 'GET' && !query.includes('op=auth') && status !== 429)
    .map(({ method, path }) => `${method} ${path.replace(/\d{10,}|(?<=users\/)[^/]+/g, '{}')}`);
}

/** The way a leg went, state by state, with who moved it. */
export async function way(world: World, sought: string): Promise<string[]> {
  const all = await world.timelines(sought);
  const entries = all.flatMap(({ leg, entries }) => (leg ? entries : []));
  return entries.filter(({ source }) => source !== 'alma').map(({ what, result }) => `${what}: ${result}`);
}
