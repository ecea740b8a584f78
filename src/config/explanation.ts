import { z } from 'zod';

/**
 * What a person is told about a setting, beside what its schema checks. The comments of the delivered files and
 * `docs/settings.md` are made of it (`npm run settings`).
 */
export interface Explanation {
  /** In our words. A line that starts with a space keeps its columns. */
  readonly description?: string;
  /** What Alma calls the same, or where Alma shows it. */
  readonly alma?: string;
  /** What to change in the delivered value before a library works with it. */
  readonly realLibrary?: string;
  /** A value as it is written in YAML, shown where the file has none; for a list that is there, one more item. */
  readonly example?: string;
  /** Short enough to stand behind the value instead of above it. */
  readonly beside?: true;
  /** Which values there are, where the schema's own form does not say it to a person. */
  readonly values?: string;
  /** Whatever stands there is never shown, not even a wrong one. */
  readonly secret?: true;
  /** Settings that stood in this group once, and what holds instead. */
  readonly moved?: Readonly<Record<string, string>>;
}

/** The schema with its explanation. What it explained before stays where this says nothing else. */
export function explain<S extends z.ZodType>(schema: S, explanation: Explanation): S {
  return schema.meta({ ...schema.meta(), ...explanation });
}

/** The explanation of exactly this schema, if it has one. */
export function explanationOf(schema: z.core.$ZodType): Explanation {
  return z.globalRegistry.get(schema) ?? {};
}

/** One text of several lines. */
export const lines = (...each: string[]): string => each.join('\n');
