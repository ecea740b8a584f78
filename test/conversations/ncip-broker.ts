import { readFileSync } from 'node:fs';
import { XmlDocument } from 'libxml2-wasm';
import { World } from './world.ts';

/** What the NCIP conversations need beside messages.ts: other brokers' profiles, and a reader of answers. */

/** The delivered profile under another code, with other lines: each change must find what it replaces. */
function profile(code: string, changes: Readonly<Record<string, string>> = {}): string {
  let text = readFileSync('config/brokers/demo-ill.yaml', 'utf8');
  for (const [line, other] of Object.entries({ 'code: DEMO-ILL': `code: ${code}`, ...changes })) {
    if (!text.includes(line)) throw new Error(`the delivered profile has no "${line}" any more`);
    text = text.replace(line, other);
  }
  return text;
}

/** A world with brokers beside the delivered one; the names of their files are their codes. */
export function worldWith(
  brokers: Readonly<Record<string, Record<string, string>>>,
  overrides: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<World> {
  const codes = Object.keys(brokers);
  const profiles = Object.entries(brokers).map(([code, changes]) => [`brokers/${code}.yaml`, profile(code, changes)]);
  return World.start([`institutions.01DEMO_INST.brokers=[${['demo-ill', ...codes].join()}]`, ...overrides], {
    ...Object.fromEntries(profiles),
    ...files,
  });
}

/** The same message from another partner. */
export const sentBy = (partner: string, message: string): string => {
  const sent = message.replace('>DEMO-ILL<', `>${partner}<`);
  if (sent === message) throw new Error('the message names no partner');
  return sent;
};

/** The same message with one part replaced, which must be there. */
export function changed(message: string, part: string | RegExp, by: string): string {
  const other = message.replace(part, by);
  if (other === message) throw new Error(`the message has no ${part}`);
  return other;
}

/** The same message with another word for its namespace's prefix: `''` makes it the default namespace. */
export function prefixed(message: string, prefix: string): string {
  const tag = prefix === '' ? '' : `${prefix}:`;
  const root = prefix === '' ? 'xmlns=' : `xmlns:${prefix}=`;
  return message
    .replace('xmlns:ns1=', root)
    .replace(/(<\/?)ns1:/g, `$1${tag}`)
    .replaceAll('ns1:version', `${tag}version`);
}

/** The names and the texts of the elements at a path such as `UserOptionalFields/UserId`, anywhere in an answer. */
export function at(answer: string, path: string): { names: string[]; texts: string[] } {
  using document = XmlDocument.fromString(answer);
  const steps = path.replace(/[A-Za-z]+/g, 'n:$&');
  const found = document.find(`//${steps}`, { n: 'http://www.niso.org/2008/ncip' });
  return {
    names: found.map((node) => (node as { name?: string }).name ?? ''),
    texts: found.map((node) => node.content.trim()),
  };
}

/** The text of the only element at a path; `undefined` where there is none. */
export function only(answer: string, path: string): string | undefined {
  const { texts } = at(answer, path);
  if (texts.length > 1) throw new Error(`there are ${texts.length} of ${path} in ${answer}`);
  return texts[0];
}

export interface Said {
  readonly type: string;
  readonly detail: string;
  readonly element: string;
  readonly value: string | undefined;
}

/** The Problem of an answer. An answer without one fails the test that asks. */
export function problemOf(answer: string): Said {
  const part = (name: string): string | undefined => only(answer, `Problem/Problem${name}`);
  const type = part('Type');
  if (type === undefined) throw new Error(`there is no Problem in ${answer}`);
  return { type, detail: part('Detail') ?? '', element: part('Element') ?? '', value: part('Value') };
}

/** One more item of the library, available and on a record of its own; gives its barcode. */
export function shelve({ alma: { library } }: World): string {
  const [model] = library.items.all();
  const bib = model && library.bibs.get(model.mmsId);
  const holding = model && library.holdings.get(model.holdingId);
  if (!model || !bib || !holding) throw new Error('the seed has no item');
  const [mmsId, holdingId, pid] = [library.newId('bib'), library.newId('holding'), library.newId('item')];
  const barcode = `OURS-${pid}`;
  library.bibs.set(mmsId, { ...structuredClone(bib), mmsId });
  library.holdings.set(holdingId, { ...structuredClone(holding), mmsId, holdingId });
  library.items.set(pid, { ...structuredClone(model), mmsId, holdingId, pid, barcode });
  return barcode;
}
