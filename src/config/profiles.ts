import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { inherited } from './inheritance.ts';
import { suggestion } from './nearest.ts';
import type { Problem } from './problems.ts';
import { readSettings, type Source, select } from './source.ts';
import { validate } from './validate.ts';

/** The profile files that the gateway's file names, by name; `settings` where the file has no problem. */
export type Profiles<T> = ReadonlyMap<string, { readonly source: Source; readonly settings?: T }>;

/**
 * Reads each profile that a setting of `source` names, once: `<folder>/<name>.yaml`, and those that it extends.
 * A name without a file is a problem of the setting, everything else one of the file and line where it stands. A file
 * that is only extended need not be whole.
 */
export function readProfiles<S extends z.ZodType>(
  source: Source,
  settings: string,
  folder: string,
  schema: S,
): { profiles: Profiles<z.output<S>>; problems: Problem[] } {
  const profiles = new Map<string, { source: Source; settings?: z.output<S> }>();
  const problems: Problem[] = [];
  const read = fileReader(folder);
  for (const { path, value: name } of select(source.value, settings)) {
    if (typeof name !== 'string' || profiles.has(name)) continue;
    const own = read(name);
    if (own === undefined) {
      problems.push(noSuchFile(source, path, name, folder));
      continue;
    }
    const { bases, broken } = basesOf(name, own, read, folder);
    const profile = inherited(own, bases);
    problems.push(...profile.problems);
    if (broken !== undefined) {
      // What it does not say itself is not known: nothing is missing in it yet.
      profiles.set(name, { source: own });
      problems.push(broken);
      continue;
    }
    const validated = validate(profile, schema);
    profiles.set(name, { source: profile, settings: validated.settings });
    problems.push(...validated.problems);
  }
  return { profiles, problems };
}

type ReadFile = (name: string) => Source | undefined;

/** Each file of a folder is read once, whoever extends it. */
function fileReader(folder: string): ReadFile {
  const seen = new Map<string, Source | undefined>();
  return (name) => {
    if (!seen.has(name)) {
      const file = join(folder, `${name}.yaml`);
      seen.set(name, existsSync(file) ? readSettings(file) : undefined);
    }
    return seen.get(name);
  };
}

/** What a file extends, the nearest first; `broken` where the way ends in nothing or in itself. */
function basesOf(
  name: string,
  own: Source,
  read: ReadFile,
  folder: string,
): { bases: readonly Source[]; broken?: Problem } {
  const bases: Source[] = [];
  const names = [name];
  for (let last = own; ; ) {
    const [extended] = select(last.value, 'extends');
    // A name that is no text is a problem that the schema sees.
    if (typeof extended?.value !== 'string') return { bases };
    const { path, value: base } = extended;
    if (names.includes(base)) {
      const circle = [...names.slice(names.indexOf(base)), base].join(' > ');
      return { bases, broken: last.problem(path, `expected a file that does not extend this one, found ${circle}`) };
    }
    const source = read(base);
    if (source === undefined) return { bases, broken: noSuchFile(last, path, base, folder) };
    names.push(base);
    bases.push(source);
    last = source;
  }
}

/** The problem of a setting that names a file which is not there. */
export function noSuchFile(source: Source, path: readonly string[], name: string, folder: string): Problem {
  const known = suggestion(name, namesIn(folder));
  return source.problem(path, `expected the name of a file in ${basename(folder)}/, found "${name}"${known}`);
}

/** The names of the settings files in a folder, without `.yaml`; of none where there is no folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => basename(file, '.yaml'));
  } catch {
    return [];
  }
}
