import type { Path, Source } from './source.ts';

/**
 * A file together with those that it extends, as one source: the most specific first. Groups are joined key by key,
 * everything else is replaced, and `key: null` takes away what a base says. A problem is told where its value stands;
 * one with what stands nowhere, in the most specific file.
 */
export function inherited(own: Source, bases: readonly Source[]): Source {
  const chain = [own, ...bases];
  const values = chain.map(({ value }) => value);
  return {
    file: own.file,
    // Half a chain would be a profile that nobody wrote.
    value: values.includes(undefined) ? undefined : values.reduceRight(joined),
    problems: chain.flatMap(({ problems }) => problems),
    problem: (path, message, point) =>
      (chain.find(({ value }) => holds(value, path)) ?? own).problem(path, message, point),
  };
}

function joined(base: unknown, own: unknown): unknown {
  if (!isGroup(base) || !isGroup(own)) return own;
  const all = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    if (value === null && all.has(key)) all.delete(key);
    else all.set(key, all.has(key) ? joined(all.get(key), value) : value);
  }
  return Object.fromEntries(all);
}

/** Whether a file itself says something at this path. */
function holds(value: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
  return holds((value as Record<string, unknown>)[key], rest);
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
