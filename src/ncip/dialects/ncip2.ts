import { create } from 'xmlbuilder2';
import { type Element, ncipNamespace } from '../message.ts';
import type { Dialect } from './dialect.ts';

/** NCIP 2.0, 2.01 and 2.02, which differ in what they know, not in how they say it: one schema, that of 2.02, does. */
export const ncip2: Dialect = {
  recognises: ({ root }) => root.namespace === ncipNamespace,
  objection: ({ doctype }) =>
    doctype
      ? { line: 1, element: '', detail: 'line 1: a document type declaration (DOCTYPE) is not accepted' }
      : undefined,
  translated: (root) => root,
  defaultVersion: 'http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd',
  serialise,
};

/**
 * The prefix is `ns1:` because some clients look for `<ns1:DateDue>` literally, and the version is the request's
 * because §8 wants the response in the version of the initiation.
 */
function serialise(version: string, body: Element): string {
  const document = create({
    version: '1.0',
    encoding: 'UTF-8',
    standalone: true,
    invalidCharReplacement: '\ufffd',
  }).ele(ncipNamespace, 'ns1:NCIPMessage');
  document.att(ncipNamespace, 'ns1:version', version);
  write(document, body);
  return document.end();
}

function write(parent: ReturnType<typeof create>, part: Element): void {
  const node = parent.ele(ncipNamespace, `ns1:${part.name}`);
  for (const [name, value] of Object.entries(part.attributes ?? {})) node.att(ncipNamespace, `ns1:${name}`, value);
  if (part.text !== '') node.txt(part.text);
  for (const child of part.children) write(node, child);
}
