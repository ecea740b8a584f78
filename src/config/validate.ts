import { z } from 'zod';
import { explanationOf } from './explanation.ts';
import { suggestion } from './nearest.ts';
import type { Problem } from './problems.ts';
import type { Path, Source } from './source.ts';

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings',
};

/** The settings that a source holds, or every problem with them. */
export type Validated<T> = { readonly settings: T; readonly problems: readonly [] } | Invalid;
interface Invalid {
  readonly settings?: undefined;
  readonly problems: readonly Problem[];
}

/** Holds a source against its schema. */
export function validate<S extends z.ZodType>(source: Source, schema: S): Validated<z.output<S>> {
  if (source.value === undefined) return { problems: [] };
  // In our schemas every message is what was expected; this map says it where the schema itself does not.
  const result = schema.safeParse(source.value, { error: expectation });
  if (result.success) return { settings: result.data, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, [], source, schema)) };
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, above: Path, source: Source, schema: z.ZodType): Problem[] {
  const path = [...above, ...issue.path.map(String)];
  const found = path.reduce(child, source.value);
  if (issue.code === 'unrecognized_keys') {
    const groups = schemasAt(schema, path);
    const known = groups.flatMap((group) => (group instanceof z.ZodObject ? Object.keys(group.shape) : []));
    return issue.keys.map((key) => {
      const moved = groups.map((group) => explanationOf(group).moved?.[key]).find(Boolean);
      const message = moved === undefined ? unknownSetting(key, known, found) : `unknown setting: ${moved}`;
      return source.problem([...path, key], message, 'key');
    });
  }
  if (issue.code === 'invalid_union') {
    const branch = meantBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => problemsOf(inner, path, source, schema));
  }
  const shown = isSecret(schema, path) ? hide(found) : describe(found);
  const wantsText = issue.code === 'invalid_type' && issue.expected === 'string';
  const quotes = wantsText && (typeof found === 'number' || typeof found === 'boolean') ? '; write it in quotes' : '';
  const message =
    found === undefined ? `missing: expected ${issue.message}` : `expected ${issue.message}, found ${shown}${quotes}`;
  return [source.problem(path, message)];
}

/** A known one is of another alternative than the rest of its group, as where a file extends one that chose that. */
function unknownSetting(key: string, known: readonly string[], group: unknown): string {
  if (!known.includes(key)) return `unknown setting${suggestion(key, known)}`;
  const others = Object.keys(group as object).filter((other) => other !== key && known.includes(other));
  return `expected either this or ${others.join(', ')}, found both (where a file extends another, "${others[0]}: null" takes that away)`;
}

/**
 * Of the alternatives of a union, the one that was meant: not those that want another kind of value altogether,
 * and of the others the one that knows most of its keys, then the one with the fewest mistakes.
 */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const close = branches.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  return close.toSorted((a, b) => unknownKeys(a) - unknownKeys(b) || a.length - b.length)[0];
}

const unknownKeys = (issues: readonly Issue[]): number =>
  issues.reduce((count, issue) => count + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);

function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((v) => JSON.stringify(v)).join(', ')}`;
    case 'invalid_union':
      return issue.errors.map((branch) => branch[0]?.message ?? '').join(' or ');
    case 'too_small':
      if (issue.origin === 'string')
        return issue.minimum === 1 ? 'text that is not empty' : `at least ${issue.minimum} characters`;
      if (issue.origin === 'array') return `a list of at least ${issue.minimum}`;
      return `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `at most ${issue.maximum} characters`;
      return `a number of at most ${issue.maximum}`;
    case 'invalid_key':
      return 'a name that is not empty';
    default:
      return 'another value';
  }
}

/** Every schema that may hold for what is at `path`, with what they are wrapped in. */
function schemasAt(schema: z.ZodType, path: Path): z.core.$ZodType[] {
  let here = alternatives(schema);
  for (const part of path) here = here.flatMap((s) => inside(s, part)).flatMap(alternatives);
  return here;
}

/** Whether a setting, or one that it is in, must never be shown. */
function isSecret(schema: z.ZodType, path: Path): boolean {
  return [...path, ''].some((_, depth) => schemasAt(schema, path.slice(0, depth)).some((s) => explanationOf(s).secret));
}

function alternatives(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return [schema, ...schema.options.flatMap(alternatives)];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return [schema, ...alternatives(schema.unwrap())];
  }
  return [schema];
}

function inside(schema: z.core.$ZodType, key: string): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? [schema.shape[key]] : [];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return schema instanceof z.ZodArray ? [schema.element] : [];
}

function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty group' : 'a group of settings';
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}

function hide(value: unknown): string {
  return typeof value === 'object' ? describe(value) : `a ${typeof value} that is not shown here`;
}
