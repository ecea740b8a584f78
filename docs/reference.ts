import { type Explained, paragraphsOf } from './explained.ts';

/** One kind of settings file. */
export interface Kind {
  /** Where such files are. */
  readonly files: string;
  readonly schema: Explained;
}

/** The reference of all settings, in Markdown. */
export function reference(kinds: readonly Kind[]): string {
  const parts = kinds.flatMap(({ files, schema }) => [
    `## ${files}`,
    ...paragraphsOf(schema).map(markdown),
    ...settingsIn(schema, ''),
  ]);
  return `${['# Settings', intro, ...parts].join('\n\n')}\n`;
}

const intro = [
  'Made from `src/config/schema*.ts` by `npm run settings`, like the comments of the delivered files. Where a setting has',
  'no default it must be given, unless it is said to be optional. `circgate check` names every mistake with its file,',
  'line and key.',
].join('\n');

/** The settings of a group, each with what is inside it. */
function settingsIn(group: Explained, path: string): string[] {
  return Object.entries(group.properties ?? {}).flatMap(([name, setting]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const optional = group.required?.includes(name) !== true && setting.default === undefined;
    return [
      `### \`${here}\``,
      formOf(setting, optional),
      ...paragraphsOf(setting).map(markdown),
      ...inside(setting, here),
    ];
  });
}

function inside(setting: Explained, path: string): string[] {
  if (setting.secret) return [];
  const { anyOf = [], items, additionalProperties } = setting;
  return [
    ...settingsIn(setting, path),
    ...anyOf.flatMap((one) => inside(one, path)),
    ...(items ? inside(items, `${path}[]`) : []),
    ...(additionalProperties ? inside(additionalProperties, `${path}.<name>`) : []),
  ];
}

/** Which values there are, and which holds where there is none. */
function formOf(setting: Explained, optional: boolean): string {
  const byDefault = isGroup(setting) ? undefined : setting.default;
  const otherwise = byDefault === undefined ? '' : ` Default: ${code(byDefault)}.`;
  return `*${valuesOf(setting)}${optional ? ', optional' : ''}.*${otherwise}`;
}

function valuesOf(setting: Explained): string {
  const { values, anyOf, items, additionalProperties, type } = setting;
  if (values !== undefined) return values;
  if (setting.enum !== undefined) return setting.enum.map(code).join(', ');
  if (setting.const !== undefined) return code(setting.const);
  if (anyOf !== undefined) return anyOf.map(valuesOf).join(' or ');
  if (items !== undefined) return `a list; each: ${valuesOf(items)}`;
  if (additionalProperties) return 'a group of settings, by names of your own';
  if (type === 'boolean') return 'true or false';
  if (type === 'integer' || type === 'number') return numberOf(setting);
  return type === 'string' ? 'text' : 'a group of settings';
}

function numberOf({ type, minimum, exclusiveMinimum, maximum }: Explained): string {
  const what = type === 'integer' ? 'a whole number' : 'a number';
  if (exclusiveMinimum !== undefined) {
    const end = maximum === undefined ? '' : `, at most ${maximum}`;
    return `${what} above ${exclusiveMinimum}${end}`;
  }
  // A whole number has an upper end also where nobody has set one.
  const from = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? '' : ` from ${minimum}`;
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? `${what}${from}`
    : `${what}${from} to ${maximum}`;
}

const isGroup = ({ properties }: Explained): boolean => properties !== undefined;

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** Prose as sentences; lines that keep their columns as a block of their own. */
function markdown(paragraph: string): string {
  const blocks: string[][] = [];
  for (const line of paragraph.split('\n')) {
    const last = blocks.at(-1);
    if (last !== undefined && last[0] !== '' && keepsColumns(last[0]!) === keepsColumns(line) && line !== '')
      last.push(line);
    else blocks.push([line]);
  }
  return blocks
    .filter(([first]) => first !== '')
    .map((block) => (keepsColumns(block[0]!) ? fenced(block.join('\n')) : sentence(block.join('\n'))))
    .join('\n\n');
}

const keepsColumns = (line: string): boolean => line.startsWith(' ');

const fenced = (block: string): string => `\`\`\`text\n${block}\n\`\`\``;

const sentence = (words: string): string => `${capital(words)}${/[.:?!"]$/.test(words) ? '' : '.'}`;
