/**
 * The table of content models, read a second time and by another route than schemas/generate.ts: a model becomes a
 * RegExp over the names of the children. The tests hold the schema against it.
 */
import { readFileSync } from 'node:fs';
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';

export const NAMESPACE = 'http://www.niso.org/2008/ncip';

export const tableText = readFileSync(new URL('../../schemas/ncip-2.02.models.txt', import.meta.url), 'utf8');
export const schemaText = readFileSync(new URL('../../schemas/ncip_v2_02.xsd', import.meta.url), 'utf8');

/** Every element's model as the table writes it, without the attributes that may follow the brackets. */
export const models: ReadonlyMap<string, string> = new Map(
  tableText
    .replaceAll(/\n +/g, ' ')
    .split('\n')
    .filter((line) => /^\w/.test(line))
    .map((line): [string, string] => [line.split(' ', 1)[0]!, line.replace(/^\w+ /, '').replace(/ @.*$/, '')]),
);

export const isStructure = (model: string): boolean => model.startsWith('(');

/** The names that a model mentions. */
export const alphabetOf = (model: string): string[] => [...new Set(model.match(/\w+/g))];

/** A model as a RegExp over words, a word being child names that each end with a semicolon: `ItemId;UserId;`. */
export function matcherOf(model: string): RegExp {
  const pattern = model.replaceAll(/\w+/g, '(?:$&;)').replaceAll(/[\s,]/g, '').replaceAll('(?:ANY;)', '(?:[\\w:]+;)');
  return new RegExp(`^${pattern}$`);
}

export const wordOf = (names: readonly string[]): string => names.map((name) => `${name};`).join('');
export const namesOf = (word: string): string[] => word.split(';').slice(0, -1);

/** The fewest children that satisfy a model, found by striking out whatever may be absent, innermost brackets first. */
export function fewestChildren(model: string): string[] {
  const required = (sequence: string) => sequence.match(/\w+(?![\w?*])/g) ?? [];
  const shortest = (choice: string) =>
    choice
      .split('|')
      .map(required)
      .reduce((a, b) => (b.length < a.length ? b : a));
  let text = model;
  while (text.includes('(')) {
    text = text.replaceAll(/\(([^()]*)\)([?*]?)/g, (_, body: string, optional: string) =>
      optional ? '' : shortest(body).join(','),
    );
  }
  return required(text);
}

/** The schema on disk, compiled. `objection` gives the schema's complaint about a document, or undefined for none. */
export class Schema implements Disposable {
  readonly #source: XmlDocument;
  readonly #validator: XsdValidator;

  /** Throws an XmlError when the text is not a schema that libxml2 can compile. */
  constructor(text: string) {
    this.#source = XmlDocument.fromString(text);
    this.#validator = XsdValidator.fromDoc(this.#source);
  }

  objection(xml: string): string | undefined {
    using document = XmlDocument.fromString(xml);
    try {
      this.#validator.validate(document);
      return undefined;
    } catch (error) {
      if (error instanceof XmlValidateError) return error.message;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#validator.dispose();
    this.#source.dispose();
  }
}
