/**
 * The schema accepts and rejects exactly what the table says. Two readers of the table that share no code (the
 * generator with libxml2, and the RegExps of models.ts) judge the same documents, and must agree on every one.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  alphabetOf,
  fewestChildren,
  isStructure,
  matcherOf,
  models,
  NAMESPACE,
  namesOf,
  Schema,
  schemaText,
  wordOf,
} from './models.ts';

const SEED = 39_83;
const FOREIGN = 'f:foreign';

/** Texts that tell the simple types apart, and for each type which of them are of that type. */
const TEXTS = [
  ...['', ' ', 'word', '2026-09-30T23:59:00', '2026-09-30T23:59:00.5Z', '2026-09-30T23:59:00-05:00', '2026-09-30'],
  ...['2026-09-30 23:59:00', '2026-13-30T23:59:00Z', '2026-09-30T23:59', '0', '1', '+7', ' 12 ', '007', '-3', '1.5'],
  ...['1e3', 'loaned items', 'Loaned Items', 'user fiscal account'],
];
const DATE_TIME = /^\d{4}-(0\d|1[0-2])-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;
const TYPES: Record<string, (text: string) => boolean> = {
  EMPTY: (text) => text === '',
  SchemeValuePair: () => true,
  'xs:string': () => true,
  'xs:dateTime': (text) => DATE_TIME.test(text),
  'xs:integer': (text) => /^[+-]?\d+$/.test(text.trim()),
  'xs:nonNegativeInteger': (text) => /^\+?\d+$/.test(text.trim()),
  'xs:positiveInteger': (text) => /^\+?0*[1-9]\d*$/.test(text.trim()),
};

function isText(model: string, text: string): boolean {
  if (isStructure(model)) return text.trim() === '';
  const values = /\{(.*)\}/.exec(model)?.[1];
  return values === undefined ? TYPES[model]!(text) : values.split(' | ').includes(text);
}

/** An element to be written: what a test bends out of shape. */
interface Tree {
  name: string;
  text: string;
  children: Tree[];
}

const modelOf = (name: string): string => models.get(name) ?? 'xs:string';

function smallest(name: string): Tree {
  const model = modelOf(name);
  if (isStructure(model)) return { name, text: '', children: fewestChildren(model).map(smallest) };
  return { name, text: TEXTS.find((text) => text.trim() !== '' && isText(model, text)) ?? '', children: [] };
}

const NAMESPACES = `xmlns="${NAMESPACE}" xmlns:n="${NAMESPACE}" xmlns:f="urn:foreign"`;
const startTag = (name: string) => (name === 'NCIPMessage' ? `<${name} n:version="2.02"` : `<${name}`);

const xmlOf = ({ name, text, children }: Tree): string =>
  `${startTag(name)}>${text}${children.map(xmlOf).join('')}</${name}>`;

const documentOf = (name: string, content: string, attributes = ''): string =>
  `${startTag(name)} ${NAMESPACES}${attributes}>${content}</${name}>`;

const contentOf = ({ text, children }: Tree): string => text + children.map(xmlOf).join('');

const matchers = new Map([...models].filter(([, model]) => isStructure(model)).map(([n, m]) => [n, matcherOf(m)]));

/** The table's own verdict. In Ext, an element that the table does not know passes unread. */
function conforms({ name, text, children }: Tree): boolean {
  const model = models.get(name);
  if (model === undefined) return true;
  const matcher = matchers.get(name) ?? /^$/;
  return isText(model, text) && matcher.test(wordOf(children.map((child) => child.name))) && children.every(conforms);
}

/** Words of the element's language that between them mention every name of its model: the fewest children first. */
function wordsCovering(model: string): string[] {
  const matcher = matcherOf(model);
  const single = alphabetOf(model).map((name) => wordOf([name]));
  const random = fc.sample(fc.stringMatching(matcher), { seed: SEED, numRuns: 80 });
  const candidates = [...single.filter((word) => matcher.test(word)), ...random].sort((a, b) => a.length - b.length);

  const words = [wordOf(fewestChildren(model))];
  const mentioned = new Set(namesOf(words[0]!));
  for (const word of candidates) {
    const names = namesOf(word);
    if (names.every((name) => mentioned.has(name))) continue;
    words.push(word);
    for (const name of names) mentioned.add(name);
  }
  return words;
}

/** Every word that is one edit away: a child dropped, two neighbours swapped, or any child put in anywhere. */
function* neighboursOf(word: string, alphabet: readonly string[]): Generator<string> {
  const names = namesOf(word);
  for (let at = 0; at <= names.length; at++) {
    for (const name of alphabet) yield wordOf(names.toSpliced(at, 0, name));
    if (at < names.length) yield wordOf(names.toSpliced(at, 1));
    if (at + 1 < names.length) yield wordOf(names.toSpliced(at, 2, names[at + 1]!, names[at]!));
  }
}

describe('The NCIP schema agrees with its table', () => {
  let schema: Schema;
  let verdicts: { accepted: number; rejected: number };
  let disagreements: string[];

  before(() => {
    schema = new Schema(schemaText);
  });
  after(() => schema[Symbol.dispose]());
  beforeEach(() => {
    verdicts = { accepted: 0, rejected: 0 };
    disagreements = [];
  });

  function compare(xml: string, expected: boolean): void {
    const objection = schema.objection(xml);
    verdicts[expected ? 'accepted' : 'rejected']++;
    if ((objection === undefined) !== expected) {
      disagreements.push(`${expected ? `refused: ${objection?.trim()}` : 'accepted'}: ${xml}`);
    }
  }

  it('on which children an element has, in which order and how often', () => {
    for (const [name, model] of models) {
      if (!isStructure(model) || name === 'Ext') continue;
      const alphabet = alphabetOf(model);
      const words = wordsCovering(model);
      expect(alphabetOf(words.join()), `names tried in ${name}`).to.have.members(alphabet);

      const known = new Map([...alphabet, FOREIGN].map((child) => [child, xmlOf(smallest(child))]));
      const near = words.flatMap((word) => [...neighboursOf(word, [...alphabet, FOREIGN])]);
      for (const word of new Set([...words, ...near])) {
        const content = namesOf(word).map((child) => known.get(child));
        compare(documentOf(name, content.join('')), matchers.get(name)!.test(word));
      }
    }
    expect(disagreements.slice(0, 5)).to.deep.equal([]);
    expect(verdicts.accepted).to.be.greaterThan(4_000);
    expect(verdicts.rejected).to.be.greaterThan(20_000);
  }).timeout(30_000);

  it('on text: of which type it is, and that only simple elements have it', () => {
    for (const [name, model] of models) {
      const small = smallest(name);
      for (const text of TEXTS) compare(documentOf(name, contentOf({ ...small, text })), isText(model, text));
      if (!isStructure(model)) compare(documentOf(name, `${small.text}<AgencyId/>`), false);
    }
    expect(disagreements.slice(0, 5)).to.deep.equal([]);
    expect(verdicts.accepted).to.be.greaterThan(models.size);
    expect(verdicts.rejected).to.be.greaterThan(models.size);
  });

  it('on attributes: a qualified Scheme where a scheme may be named, no other anywhere', () => {
    for (const [name, model] of models) {
      const content = contentOf(smallest(name));
      compare(documentOf(name, content, ' n:Scheme="http://library.example/scheme"'), model === 'SchemeValuePair');
      for (const attribute of [' Scheme="a"', ' version="a"', ' n:scheme="a"', ' f:Scheme="a"']) {
        compare(documentOf(name, content, attribute), false);
      }
    }
    expect(disagreements.slice(0, 5)).to.deep.equal([]);
  });

  it('on whole messages with one thing changed anywhere in them', () => {
    const services = alphabetOf(models.get('NCIPMessage')!).filter((name) => name !== 'Ext');
    const everyName = [...models.keys(), FOREIGN];

    const instance = (name: string, depth: number): fc.Arbitrary<Tree> => {
      if (depth === 0 || !isStructure(modelOf(name)) || name === 'Ext') return fc.constant(smallest(name));
      return fc
        .stringMatching(matchers.get(name)!)
        .chain((word) => fc.tuple(...namesOf(word).map((child) => instance(child, depth - 1))))
        .map((children) => ({ name, text: '', children }));
    };
    const message = fc
      .constantFrom(...services)
      .chain((service) => instance(service, 4))
      .map((child): Tree => ({ name: 'NCIPMessage', text: '', children: [child] }));

    const edits: ((tree: Tree, at: number, name: string, text: string) => void)[] = [
      ({ children }, at) => children.splice(at, 1),
      ({ children }, at) => children.splice(at, 0, ...children.slice(at, at + 1)),
      ({ children }, at) => children.splice(at, 2, ...children.slice(at, at + 2).reverse()),
      ({ children }, at, name) => children.splice(at, 0, smallest(name)),
      (tree, _at, _name, text) => {
        tree.text = text;
      },
    ];
    const everyElement = (tree: Tree): Tree[] => [tree, ...tree.children.flatMap(everyElement)];

    const change = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(...everyName), fc.constantFrom(...TEXTS));
    fc.assert(
      fc.property(message, fc.constantFrom(...edits), change, (whole, edit, [element, child, name, text]) => {
        disagreements = [];
        compare(documentOf('NCIPMessage', contentOf(whole)), true);
        const changed = structuredClone(whole);
        const elements = everyElement(changed);
        const target = elements[element % elements.length]!;
        edit(target, child % (target.children.length + 1), name, text);
        compare(documentOf('NCIPMessage', contentOf(changed)), conforms(changed));
        expect(disagreements.slice(0, 5)).to.deep.equal([]);
      }),
      { seed: SEED, numRuns: 600 },
    );
    expect(verdicts.accepted).to.be.greaterThan(600);
    expect(verdicts.rejected).to.be.greaterThan(200);
  });
});
