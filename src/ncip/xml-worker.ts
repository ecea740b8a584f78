import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { ParseOption, XmlDocument, XmlError, XmlLibError, XsdValidator } from 'libxml2-wasm';
import { decode } from './encoding.ts';
import { faultOf } from './schema-fault.ts';
import type { Fault, SentDocument, SentElement } from './sent.ts';
import { xmlText } from './xml-text.ts';
import { sentTree, TooLarge } from './xml-tree.ts';

/** Runs in a worker thread: libxml2 can be killed there when a message turns out to be an attack. */

/** What became of a message's bytes: a document, or the reason why there is none. */
export type Reading = SentDocument | { readonly unreadable: Fault };

/**
 * `read` gives a `Reading`; `validate` the `Fault`s of a tree by the schema; `check` the first fault of an answer's
 * text, or `undefined`.
 */
export type Work = { readonly read: Uint8Array } | { readonly validate: SentElement } | { readonly check: string };

/** More of them tell nobody more. */
const maxFaults = 50;

// No entity is replaced, no DTD is loaded, nothing is fetched.
const option = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET;
const validator = compiledSchema((workerData as { schemaFile: string }).schemaFile);

parentPort?.on('message', (work: Work) => {
  parentPort?.postMessage(done(work));
});
parentPort?.postMessage('ready');

function compiledSchema(file: string): XsdValidator {
  using schema = XmlDocument.fromBuffer(readFileSync(file), { option });
  return XsdValidator.fromDoc(schema);
}

function done(work: Work): unknown {
  if ('read' in work) return read(work.read);
  if ('check' in work) return faults(work.check)[0];
  const { text, elements } = xmlText(work.validate);
  return faults(text, elements);
}

function read(bytes: Uint8Array): Reading {
  const decoded = decode(bytes);
  if ('badLine' in decoded) return unreadable(decoded.badLine, 'there are bytes that are no characters');
  const { text } = decoded;
  if (text.trim() === '') return unreadable(1, 'the message is empty');
  // Whatever a DTD declares can be made to multiply, and starts with one of these; no version of NCIP has need of it.
  if (text.includes('<!DOCTYPE') && /<!(?:ENTITY|ATTLIST|ELEMENT|NOTATION)/.test(text)) {
    return unreadable(1, 'a document type declaration (DOCTYPE) that declares anything itself is not accepted');
  }
  try {
    using document = XmlDocument.fromString(text, { option });
    return { root: sentTree(document.root), doctype: document.dtd !== null };
  } catch (error) {
    if (error instanceof TooLarge) return unreadable(1, error.message);
    // After a trap or an overflow the whole instance is broken: let it end this worker.
    if (!(error instanceof XmlError)) throw error;
    const [first] = error instanceof XmlLibError ? error.details : [];
    return unreadable(first?.line ?? 1, `it is not well-formed XML: ${first?.message.trim() ?? 'no reason known'}`);
  }
}

const unreadable = (line: number, why: string): Reading => ({
  unreadable: { line, element: '', detail: `line ${line}: ${why}` },
});

/** What the schema finds wrong; the lines are those of `elements`, where they are given. */
function faults(text: string, elements?: readonly SentElement[]): Fault[] {
  using document = XmlDocument.fromString(text, { option });
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    if (!(error instanceof XmlLibError) || error.details[0] === undefined) throw error;
    return error.details
      .slice(0, maxFaults)
      .map(({ line, message }) => faultOf(elements?.[line - 2]?.line ?? line, message));
  }
}
