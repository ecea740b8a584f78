import { isDeepStrictEqual } from 'node:util';
import {
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parse,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { below, type Explained, groupsOf, paragraphsOf } from './explained.ts';

/**
 * A file of settings with its comments made anew: values, order and blank lines are the file's own, every comment is
 * the schema's. Throws an Error when a value would become another one.
 */
export function commented(text: string, schema: Explained): string {
  const bare = withoutComments(text);
  const made = new Commented(bare, schema).text();
  if (!isDeepStrictEqual(parse(made), parse(text))) throw new Error('a comment would change a value');
  return made;
}

/** What the lexer says between the pieces of the text: a document begins, a scalar begins, a flow ends early. */
const lexersOwn = ['\u0002', '\u001f', '\u0018'];

/** Stands for a comment; no text of settings has it. */
const mark = '\u0000';

function withoutComments(text: string): string {
  const marked = [...new Lexer().lex(text)]
    .filter((token) => !lexersOwn.includes(token))
    .map((token) => (token.startsWith('#') ? mark : token))
    .join('');
  const lines = marked.split('\n').filter((line) => line.trim() !== mark);
  const bare = lines.map((line) => line.replace(mark, '').trimEnd()).join('\n');
  return `${bare.replace(/\n{3,}/g, '\n\n').trim()}\n`;
}

/** Comments by the number of the line that they belong to, counted from 1. */
class Commented {
  readonly #lines: string[];
  readonly #counter = new LineCounter();
  readonly #above = new Map<number, string[]>();
  readonly #beside = new Map<number, string>();
  readonly #below = new Map<number, string[]>();
  /** What stands in the file already need not be said again. */
  readonly #said = new Set<string>();
  readonly #header: string[];

  constructor(bare: string, schema: Explained) {
    this.#lines = bare.split('\n');
    this.#header = linesOf(schema).map((line) => comment(line));
    this.#visit(parseDocument(bare, { lineCounter: this.#counter }).contents, schema);
  }

  text(): string {
    const body = this.#lines.flatMap((line, index) => {
      const beside = this.#beside.get(index + 1);
      return [
        ...(this.#above.get(index + 1) ?? []),
        beside === undefined ? line : `${line} ${comment(beside)}`,
        ...(this.#below.get(index + 1) ?? []),
      ];
    });
    return [...this.#header, '', ...body].join('\n');
  }

  #visit(node: Node | null, schema: Explained): void {
    if (isSeq(node) && !node.flow) {
      for (const item of node.items) this.#visit(item as Node, schema.items ?? {});
      const last = node.items.at(-1) as Node | undefined;
      if (schema.example !== undefined && last) {
        this.#put(this.#below, this.#lastLine(last), [`- ${schema.example}`], this.#columnOf(last) - 2);
      }
    }
    if (!isMap(node) || node.flow) return;
    for (const pair of node.items) this.#explain(pair, below(schema, nameOf(pair)) ?? {});
    this.#suggest(node, schema);
  }

  #explain(pair: Pair, schema: Explained): void {
    const key = pair.key as Node;
    const line = this.#lineOf(key);
    const said = linesOf(schema);
    if (said.length > 0 && this.#isNew(said)) {
      if (schema.beside) this.#beside.set(line, said.join(' '));
      else {
        const column = this.#lines[line - 1]!.search(/\S/);
        this.#put(this.#above, line, [...said, ...this.#alternative(pair, schema)], column);
      }
    }
    this.#visit(pair.value as Node | null, schema);
  }

  /** Where one word stands for a whole group of settings: what the group would look like. */
  #alternative(pair: Pair, schema: Explained): string[] {
    const group = schema.anyOf && isScalar(pair.value) ? groupsOf(schema)[0] : undefined;
    if (group === undefined) return [];
    const settings = Object.entries(group.properties ?? {}).map(([name, { example, description }]) => {
      const setting = `${name}: ${example}`.padEnd(32);
      return `    ${setting} # ${description}`;
    });
    return [`  ${nameOf(pair)}:`, ...settings];
  }

  /** Settings that the file leaves out are shown behind the one that comes before them in the schema. */
  #suggest(node: YAMLMap, schema: Explained): void {
    let previous: Pair | undefined;
    for (const [name, child] of Object.entries(groupsOf(schema)[0]?.properties ?? {})) {
      const there = node.items.find((pair) => nameOf(pair) === name) as Pair | undefined;
      previous = there ?? previous;
      if (there !== undefined || child.example === undefined || previous === undefined) continue;
      const said = linesOf(child);
      if (!this.#isNew(said)) continue;
      const line = this.#lastLine((previous.value ?? previous.key) as Node);
      // A group that spans lines needs air behind it.
      const air = isMap(previous.value) && !previous.value.flow && !this.#below.has(line) ? [''] : [];
      this.#below.set(line, [...(this.#below.get(line) ?? []), ...air]);
      this.#put(this.#below, line, [...said, `${name}: ${child.example}`], this.#columnOf(node.items[0]!.key as Node));
    }
  }

  #isNew(said: readonly string[]): boolean {
    const text = said.join('\n');
    const isNew = !this.#said.has(text);
    this.#said.add(text);
    return isNew;
  }

  #put(where: Map<number, string[]>, line: number, said: readonly string[], column: number): void {
    const indented = said.map((one) => `${' '.repeat(column)}${comment(one)}`);
    where.set(line, [...(where.get(line) ?? []), ...indented]);
  }

  #lineOf(node: Node): number {
    return this.#counter.linePos(node.range![0]).line;
  }

  /** Counted from 0. */
  #columnOf(node: Node): number {
    return this.#counter.linePos(node.range![0]).col - 1;
  }

  #lastLine(node: Node): number {
    if (isMap(node) && !node.flow) {
      const last = node.items.at(-1)!;
      return this.#lastLine((last.value ?? last.key) as Node);
    }
    if (isSeq(node) && !node.flow) return this.#lastLine(node.items.at(-1) as Node);
    return this.#counter.linePos(Math.max(node.range![0], node.range![1] - 1)).line;
  }
}

/** What stands above a setting. Where its term in Alma still fits behind our own words, the two share a line. */
function linesOf(schema: Explained): string[] {
  const [first = '', second, ...more] = paragraphsOf(schema);
  const oneLine = `${first} ${second}`;
  const short = second?.startsWith('In Alma') && oneLine.length <= 104 && !oneLine.includes('\n');
  const paragraphs = short ? [oneLine, ...more] : paragraphsOf(schema);
  return paragraphs.flatMap((paragraph) => paragraph.split('\n'));
}

const comment = (line: string): string => (line === '' ? '#' : `# ${line}`);

const nameOf = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key);
