import { readFileSync } from 'node:fs';
import { type Document, isAlias, isCollection, isMap, isNode, isScalar, LineCounter, parse, parseDocument } from 'yaml';
import type { Problem } from './problems.ts';
import { settingsVersion } from './schema.ts';

/** Where a setting stands in its file, from the top: `['listen', 'ncip', 'port']`. */
export type Path = readonly string[];

/** A YAML file as it was read: its plain value, and the way back from a setting to its line. */
export interface Source {
  readonly file: string;
  /** Undefined when the file could not be read; `problems` says why. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** A problem with the setting at `path`, or with its nearest ancestor that the file has. */
  problem(path: Path, message: string, point?: 'key' | 'value'): Problem;
}

/**
 * Reads one file of settings as `readSource` does. A file of another version than ours is not looked into: only that
 * is its problem. A file without a version is the schema's affair.
 */
export function readSettings(file: string, overrides: readonly string[] = []): Source {
  const source = readSource(file, overrides);
  const [version] = select(source.value, 'version');
  if (version === undefined || version.value === settingsVersion) return source;
  const found = `expected ${settingsVersion}, found ${JSON.stringify(version.value)}`;
  const message =
    Number(version.value) > settingsVersion
      ? `${found}: this file is written for a later Circgate; install that, or write it as docs/settings.md says`
      : found;
  return { ...source, value: undefined, problems: [...source.problems, source.problem(version.path, message)] };
}

/**
 * Reads one YAML file; never throws. Each override is `dotted.path=value`, its value written as in YAML, and
 * replaces what the file says.
 */
function readSource(file: string, overrides: readonly string[] = []): Source {
  const unreadable = (message: string): Source => {
    const problem = (path: Path, text: string): Problem => ({ file, key: path.join('.'), message: text });
    return { file, value: undefined, problems: [problem([], message)], problem };
  };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return unreadable(`expected a readable file: ${reason(error)}`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = syntaxProblems(file, document, lines, text);
  // A key written twice leaves a document that still means something; any other mistake leaves guesses.
  const readable = [...document.errors, ...document.warnings].every((error) => error.code === 'DUPLICATE_KEY');
  const overridden: Path[] = [];
  for (const override of readable ? overrides : []) {
    const failure = apply(document, override, overridden);
    if (failure !== undefined) problems.push(failure);
  }
  const problem: Source['problem'] = (path, message, point = 'value') => {
    const from = overridden.findLast((changed) => changed.every((part, i) => path[i] === part));
    if (from !== undefined) return { file: 'override', key: path.join('.'), message };
    const at = lines.linePos(offsetOf(document, path, point));
    return { file, line: at.line, column: at.col, key: path.join('.'), message };
  };
  try {
    return { file, value: readable ? document.toJS() : undefined, problems, problem };
  } catch (error) {
    return unreadable(`expected YAML: ${reason(error)}`);
  }
}

function syntaxProblems(file: string, document: Document, lines: LineCounter, text: string): Problem[] {
  return [...document.errors, ...document.warnings].map((error) => {
    const at = lines.linePos(error.pos[0]);
    const place = { file, line: at.line, column: at.col };
    if (error.code !== 'DUPLICATE_KEY') return { ...place, key: '', message: `expected YAML: ${error.message}` };
    const key = /^[^\s:]*/.exec(text.slice(error.pos[0]))?.[0] ?? '';
    return { ...place, key, message: 'expected each key once in a group, found it twice' };
  });
}

/** Puts one override into the document. Its value may be a secret: no message repeats it. */
function apply(document: Document, override: string, overridden: Path[]): Problem | undefined {
  const equals = override.indexOf('=');
  const key = equals < 0 ? override : override.slice(0, equals);
  const path = key.split('.');
  if (equals < 1 || path.includes('')) {
    return { file: 'override', key: '', message: 'expected dotted.path=value, such as listen.ncip.port=8443' };
  }
  try {
    document.setIn(path, document.createNode(parse(override.slice(equals + 1))));
  } catch {
    return {
      file: 'override',
      key,
      message: 'expected a value as in YAML for a setting inside a group of settings',
    };
  }
  overridden.push(path);
  return undefined;
}

/** The offset of what is at `path`: a group is where its key is, what is missing where its parent is. */
function offsetOf(document: Document, path: Path, point: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node, 0);
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isCollection(node)) break;
    // Of a key that is there twice the last one counts.
    const pair = isMap(node)
      ? node.items.findLast(({ key }) => String(isScalar(key) ? key.value : key) === part)
      : undefined;
    const child: unknown = isMap(node) ? pair?.value : node.get(Number(part), true);
    if (child === undefined) break;
    offset = startOf(pair === undefined || (isScalar(child) && point === 'value') ? child : pair.key, offset);
    node = child;
  }
  return offset;
}

function startOf(node: unknown, otherwise: number): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? otherwise;
}

/** Every setting whose path matches the pattern; `*` stands for any key or index. */
export function* select(value: unknown, pattern: string): Generator<{ path: Path; value: unknown }> {
  yield* walk(value, pattern.split('.'), []);
}

function* walk(value: unknown, pattern: Path, path: Path): Generator<{ path: Path; value: unknown }> {
  const [part, ...rest] = pattern;
  if (part === undefined) {
    yield { path, value };
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (part === '*' || part === key) yield* walk(child, rest, [...path, key]);
  }
}

/** A system error's own words, without the file name that the problem has already. */
export function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, \w+ '.*'$/, '');
}
