import { z } from 'zod';
import { suggestion } from './nearest.ts';
import type { Problem } from './problems.ts';
import type { Path, Source } from './source.ts';

/** Names of settings whose value must never be shown, not even a wrong one. */
const secretKeys = new Set(['apiKey', 'password', 'token']);

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
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => source.problem([...path, key], `unknown setting${suggestion(key, known)}`, 'key'));
  }
  const found = path.reduce(child, source.value);
  if (issue.code === 'invalid_union') {
    const branch = meantBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => problemsOf(inner, path, source, schema));
  }
  const shown = path.some((part) => secretKeys.has(part)) ? hide(found) : describe(found);
  const wantsText = issue.code === 'invalid_type' && issue.expected === 'string';
  const quotes = wantsText && (typeof found === 'number' || typeof found === 'boolean') ? '; write it in quotes' : '';
  const message =
    found === undefined ? `missing: expected ${issue.message}` : `expected ${issue.message}, found ${shown}${quotes}`;
  return [source.problem(path, message)];
}

/**
 * Of the alternatives of a union, the one that was meant: not those that want another kind of value altogether,
 * and of the others the one with the fewest mistakes.
 */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const close = branches.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  return close.toSorted((a, b) => a.length - b.length)[0];
}

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

/** What a group of settings at `path` may hold, from the schema itself. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  let here: z.core.$ZodType[] = alternatives(schema);
  for (const part of path) here = here.flatMap((s) => inside(s, part)).flatMap(alternatives);
  return here.flatMap((s) => (s instanceof z.ZodObject ? Object.keys(s.shape) : []));
}

function alternatives(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(alternatives);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return alternatives(schema.unwrap());
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
