import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { suggestion } from './nearest.ts';
import type { Problem } from './problems.ts';
import { readSource, type Source, select } from './source.ts';
import { validate } from './validate.ts';

/** The profile files that the gateway's file names, by name; `settings` where the file has no problem. */
export type Profiles<T> = ReadonlyMap<string, { readonly source: Source; readonly settings?: T }>;

/**
 * Reads each profile that a setting of `source` names, once: `<folder>/<name>.yaml`.
 * A name without a file is a problem of the setting, everything else one of the profile's own file and line.
 */
export function readProfiles<S extends z.ZodType>(
  source: Source,
  settings: string,
  folder: string,
  schema: S,
): { profiles: Profiles<z.output<S>>; problems: Problem[] } {
  const profiles = new Map<string, { source: Source; settings?: z.output<S> }>();
  const problems: Problem[] = [];
  for (const { path, value: name } of select(source.value, settings)) {
    if (typeof name !== 'string' || profiles.has(name)) continue;
    const file = join(folder, `${name}.yaml`);
    if (!existsSync(file)) {
      const message = `expected the name of a file in ${basename(folder)}/, found "${name}"${suggestion(name, namesIn(folder))}`;
      problems.push(source.problem(path, message));
      continue;
    }
    const profile = readSource(file);
    const validated = validate(profile, schema);
    profiles.set(name, { source: profile, settings: validated.settings });
    problems.push(...profile.problems, ...validated.problems);
  }
  return { profiles, problems };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => basename(file, '.yaml'));
  } catch {
    return [];
  }
}
