import type { EventName, Events } from './events.ts';

const veil = '…';

/** Nouns and first words of a library system's sentences; any other word with a capital may be somebody's name. */
const capitalised =
  'API An Cannot Cash Circulation Due Error Failed General Given Input Internal Invalid Item Items Key Library Limit Loan ' +
  'Mandatory No Patron Pickup Renew Renewal Request Search The This Title User Users Warning';
const plainCapitalised: ReadonlySet<string> = new Set(capitalised.split(' '));

/** After these comes what they announce: "User with identifier X was not found". */
const announcing: ReadonlySet<string> = new Set(['barcode', 'id', 'identifier', 'name', 'user']);

/**
 * A sentence of a library system about a patron as a log may hold it: without these ids, and without whatever else may
 * be an identifier, a name or an amount. Only plain lower-case words and well-known nouns stay.
 */
export function withoutPatrons(sentence: string, ids: readonly string[] = []): string {
  const withoutIds = ids.filter((id) => id !== '').reduce((text, id) => text.replaceAll(id, veil), sentence);
  const words = withoutIds
    .replace(/"[^"]*"|(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu, veil)
    .split(/\s+/)
    .filter((word) => word !== '');
  const kept = words.map((word, index) => (isPlain(word, words[index - 1]) ? word : veiled(word)));
  return kept.filter((word, index) => word !== veil || kept[index - 1] !== veil).join(' ');
}

function isPlain(word: string, previous: string | undefined): boolean {
  const bare = word.replace(/^[([]+|[)\].,:;!?]+$/g, '');
  if (bare === '' || bare === '-') return true;
  if (plainCapitalised.has(bare)) return true;
  if (!/^[a-z]+(?:['/-][a-z]+)*$/.test(bare)) return false;
  return previous === undefined || !announcing.has(previous.toLowerCase()) || linking.has(bare);
}

/** Words that go on with the sentence where an identifier could stand. */
const linking: ReadonlySet<string> = new Set(['can', 'does', 'group', 'has', 'is', 'may', 'of', 'was', 'with']);

/** The end of the sentence stays. */
const veiled = (word: string): string => veil + (/[.,:;!?]$/.exec(word)?.[0] ?? '');

/** What some events hold of people at a level at which they must not: whole at `debug`, so at the others. */
const discreetly: { readonly [E in EventName]?: (facts: Events[E]) => Events[E] } = {
  'message-refused': ({ detail, cause, ...facts }) => ({
    ...facts,
    ...(facts.value !== undefined && { value: facts.about === 'patron' ? veil : facts.value }),
    // With a code or a cause it is the library system's sentence, of which `cause` has what may be told.
    ...(detail !== undefined && facts.code === undefined && cause === undefined && { detail: withoutValue(detail) }),
    ...(cause !== undefined && { cause: withoutSentence(cause) }),
  }),
  'operation-unknown': ({ why, ...facts }) => ({ ...facts, why: withoutSentence(why) }),
  'operation-given-up': ({ why, ...facts }) => ({ ...facts, why: withoutSentence(why) }),
  'job-failed': ({ why, ...facts }) => ({ ...facts, why: withoutSentence(why) }),
  defect: ({ why, stack, ...facts }) => ({
    ...facts,
    why: withoutSentence(why),
    ...(stack !== undefined && { stack: withoutSentence(stack) }),
  }),
};

/** An event as it may be written at any level but `debug`: without identifiers, names and amounts of patrons. */
export function discreet<E extends EventName>(event: E, facts: Events[E]): Events[E] {
  return discreetly[event]?.(facts) ?? facts;
}

/** The message of a refusal is its kind and then, where there is one, the library system's sentence. */
export function withoutSentence(text: string): string {
  const said = /^((?:Refusal: )?[a-z]+(?:-[a-z]+)+: )(.*)/.exec(text);
  if (said === null) return text;
  const [all, kind = '', sentence = ''] = said;
  return kind + withoutPatrons(sentence) + text.slice(all.length);
}

/** Where a parser names an element. */
const tagName = /(?<=\b(?:mismatch:|[Tt]ag|and) )\S+/g;

/**
 * A validator quotes the value that it does not accept. What a parser names was no name to whoever wrote it where an
 * `&` or a `<` of a value was not escaped: it may be a piece of a PIN.
 */
function withoutValue(detail: string): string {
  const [before, after] = detail.split(/(?<=not well-formed XML: )/, 2);
  if (after !== undefined) return before + withoutPatrons(after.replace(tagName, veil));
  return detail.replace(/'.*'(?= is not )/s, `'${veil}'`);
}
