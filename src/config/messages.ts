import { join } from 'node:path';
import { z } from 'zod';
import { explain, lines } from './explanation.ts';
import type { Problem } from './problems.ts';
import { namesIn, noSuchFile } from './profiles.ts';
import { settingsVersion, text } from './schema.ts';
import { readSettings, type Source, select } from './source.ts';
import { validate } from './validate.ts';

/** The language that the gateway speaks of itself: its file need not be there. */
const ownLanguage = 'en';

/** The texts that a patron can read: their ids, and the arguments that each can hold as `{argument}`. */
export interface KnownWords {
  readonly wordIds: readonly string[];
  argumentsOf(id: string): readonly string[];
}

/** A library's own words, by the id of the text that they replace. */
export type OwnWords = Readonly<Record<string, string>>;

/** What a file of `messages/` may hold. */
export function messagesSchema({ wordIds, argumentsOf }: KnownWords) {
  return explain(
    z.strictObject({
      version: explain(z.literal(settingsVersion).optional(), { description: 'The version of these settings.' }),
      ...Object.fromEntries(wordIds.map((id) => [id, ownWords(argumentsOf(id)).optional()])),
    }),
    {
      description: lines(
        "The library's own words for what patrons read on a kiosk, in the language that names this file. Take the # away",
        'before a text that you say in another way; for what is left out the gateway has words of its own, in English.',
        'What stands in {braces} is filled in.',
      ),
    },
  );
}

function ownWords(known: readonly string[]) {
  const braced = known.map((name) => `{${name}}`);
  const filled =
    braced.length === 0 ? 'text without {arguments}' : `text with no other arguments than ${braced.join(', ')}`;
  return text.refine((words) => [...words.matchAll(/\{.*?\}/g)].every(([found]) => braced.includes(found)), filled);
}

/**
 * Reads every file of `messages/`: which language a terminal speaks may be the patron's choice. A language that a
 * setting names must have one.
 */
export function readMessages(
  gateway: Source,
  folder: string,
  known: KnownWords,
): { messages: ReadonlyMap<string, OwnWords>; problems: Problem[] } {
  const schema = messagesSchema(known);
  const messages = new Map<string, OwnWords>();
  const problems: Problem[] = [];
  const languages = namesIn(folder);
  for (const language of languages) {
    const source = readSettings(join(folder, `${language}.yaml`));
    // A file in which everything is left out is the delivered one.
    const { settings = {}, problems: wrong } =
      source.value === null ? { settings: {}, problems: [] } : validate(source, schema);
    const { version: _, ...words } = settings as { version?: 1 } & OwnWords;
    messages.set(language, words);
    problems.push(...source.problems, ...wrong);
  }
  for (const { path, value } of ['institutions.*.language', 'terminals.*.language'].flatMap((setting) => [
    ...select(gateway.value, setting),
  ])) {
    if (typeof value !== 'string' || value === ownLanguage || languages.includes(value)) continue;
    problems.push(noSuchFile(gateway, path, value, folder));
  }
  return { messages, problems };
}
