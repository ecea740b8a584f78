import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type ErrorDetail, ParseOption, XmlDocument, XmlError, XmlLibError, XsdValidator } from 'libxml2-wasm';
import { decode } from './encoding.ts';
import { type Element, find, ncipNamespace } from './message.ts';
import { plainTree, TooLarge } from './xml-tree.ts';

/** Runs in a worker thread: libxml2 can be killed there when a message turns out to be an attack. */

/** What became of a message. */
export type Reading =
  | {
      readonly ok: true;
      readonly version: string;
      /** The element inside NCIPMessage. */
      readonly tree: Element;
    }
  | {
      readonly ok: false;
      /** What could still be read: the name inside NCIPMessage, the version, the InitiationHeader. */
      readonly service?: string;
      readonly version?: string;
      readonly header?: Element;
      readonly line: number;
      /** The element at fault, `''` where there is none. */
      readonly element: string;
      /** For people: the line, the element and what is wrong with it. */
      readonly detail: string;
    };

/** `read` gives a `Reading`; `check` the first violation of the schema by an answer, or `undefined`. */
export type Work = { readonly read: Uint8Array } | { readonly check: string };

// No entity is replaced, no DTD is loaded, nothing is fetched.
const option = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET;
const validator = compiledSchema((workerData as { schemaFile: string }).schemaFile);

parentPort?.on('message', (work: Work) => {
  parentPort?.postMessage('read' in work ? read(work.read) : check(work.check));
});
parentPort?.postMessage('ready');

function compiledSchema(file: string): XsdValidator {
  using schema = XmlDocument.fromBuffer(readFileSync(file), { option });
  return XsdValidator.fromDoc(schema);
}

function read(bytes: Uint8Array): Reading {
  const decoded = decode(bytes);
  if ('badLine' in decoded) return unreadable(decoded.badLine, 'there are bytes that are no characters');
  if (decoded.text.trim() === '') return unreadable(1, 'the message is empty');
  try {
    using document = XmlDocument.fromString(decoded.text, { option });
    // A DTD can hold entities: NCIP 2 has none, so a document with one is not even walked.
    if (document.dtd !== null) return unreadable(1, 'a document type declaration (DOCTYPE) is not accepted');
    return validated(document);
  } catch (error) {
    if (error instanceof TooLarge) return unreadable(1, error.message);
    // After a trap or an overflow the whole instance is broken: let it end this worker.
    if (!(error instanceof XmlError)) throw error;
    const [first] = error instanceof XmlLibError ? error.details : [];
    return unreadable(first?.line ?? 1, `it is not well-formed XML: ${first?.message.trim() ?? 'no reason known'}`);
  }
}

function validated(document: XmlDocument): Reading {
  const root = plainTree(document.root);
  const tree = root.children[0];
  const version = root.attributes?.version;
  const fault = firstViolation(document);
  if (fault === undefined && tree !== undefined && version !== undefined) return { ok: true, version, tree };
  const header = find(tree, 'InitiationHeader');
  return {
    ok: false,
    ...(tree !== undefined && { service: tree.name }),
    ...(version !== undefined && { version }),
    ...(header !== undefined && { header: withoutAttributes(header) }),
    ...inPlainWords(fault),
  };
}

function check(answer: string): string | undefined {
  using document = XmlDocument.fromString(answer, { option });
  const fault = firstViolation(document);
  return fault === undefined ? undefined : inPlainWords(fault).detail;
}

function firstViolation(document: XmlDocument): ErrorDetail | undefined {
  try {
    validator.validate(document);
    return undefined;
  } catch (error) {
    if (error instanceof XmlLibError && error.details[0] !== undefined) return error.details[0];
    throw error;
  }
}

/** libxml2 says "Element '{namespace}X': This element is not expected. Expected is one of ( {namespace}Y )." */
function inPlainWords(fault: ErrorDetail | undefined): { line: number; element: string; detail: string } {
  const line = fault?.line ?? 1;
  // Cut, because a value of any length may be quoted in it.
  const message = fault?.message.slice(0, 1000).replaceAll(`{${ncipNamespace}}`, '').trim() ?? 'nothing is in it';
  const [, element = '', attribute, rest = message] =
    /^Element '([^']*)'(?:, attribute '([^']*)')?: (.*?)\.?$/s.exec(message) ?? [];
  const sentence = rest
    .replace(/^This element is not expected\.?/, 'it is not expected here')
    .replace(/^Missing child element\(s\)\.?/, 'something is missing in it')
    .replace(/^No matching global declaration.*/, 'it is no message of NCIP 2 (wrong namespace or name)')
    .replace(/ Expected is (?:one of )?\( (.*) \)/, ', expected is $1')
    .replace(/^The attribute/, 'the attribute');
  const subject = attribute === undefined ? `element ${element}` : `element ${element}, attribute ${attribute}`;
  return { line, element, detail: `line ${line}, ${subject}: ${sentence}` };
}

const unreadable = (line: number, why: string): Reading => ({
  ok: false,
  line,
  element: '',
  detail: `line ${line}: ${why}`,
});

/** An invalid message's attributes could make the answer invalid as well. */
const withoutAttributes = ({ name, children, text, line }: Element): Element => ({
  name,
  children: children.map(withoutAttributes),
  text,
  line,
});
