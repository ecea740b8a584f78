import { XmlCData, XmlElement, type XmlNode, XmlText, XmlTreeNode } from 'libxml2-wasm';
import type { SentElement } from './sent.ts';

/** A request of the largest service has about 200 nodes; beyond these limits a document is not worth validating. */
const maxDepth = 64;
const maxNodes = 5000;

/** A document that is larger than any message. */
export class TooLarge extends Error {}

/**
 * Turns a parsed document into plain data and counts it, so that what follows is bounded: libxml2 computes a path
 * for every schema error, in time that grows with the square of their number. Comments and processing instructions
 * are counted and left out: they say nothing to us (XML 1.0, clauses 2.5 and 2.6).
 *
 * @throws {TooLarge} when it is too deep or has too many nodes.
 */
export function sentTree(root: XmlElement): SentElement {
  let nodes = 0;

  const visit = (at: XmlElement, depth: number): SentElement => {
    if (depth > maxDepth) throw new TooLarge(`it is nested more than ${maxDepth} elements deep`);
    const attributes = at.attrs.map(({ namespaceUri, name, value }) => {
      count();
      return { namespace: namespaceUri, name, value };
    });
    const children: SentElement[] = [];
    let text = '';
    for (let node: XmlNode | null = at.firstChild; node !== null; node = nextOf(node)) {
      count();
      if (node instanceof XmlElement) children.push(visit(node, depth + 1));
      else if (node instanceof XmlText || node instanceof XmlCData) text += node.content;
    }
    const { namespaceUri: namespace, name, line } = at;
    return { namespace, name, attributes, children, text: unwrapped(text), line };
  };

  const count = (): void => {
    nodes += 1;
    if (nodes > maxNodes) throw new TooLarge(`it has more than ${maxNodes} elements, attributes and other nodes`);
  };

  return visit(root, 1);
}

/** libxml2-wasm gives a processing instruction no `next`, though it has siblings as any other node. */
function nextOf(node: XmlNode): XmlNode | null {
  return node instanceof XmlTreeNode ? node.next : node.get('following-sibling::node()[1]');
}

/** Some clients indent inside values: a line break and the blanks around it are one space, at the ends nothing. */
const unwrapped = (text: string): string =>
  text
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
