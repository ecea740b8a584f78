import { XmlCData, XmlElement, XmlText, type XmlTreeNode } from 'libxml2-wasm';
import { type Element, ncipNamespace } from './message.ts';

/** A request of the largest service has about 200 nodes; beyond these limits a document is not worth validating. */
const maxDepth = 64;
const maxNodes = 5000;

/** A document that is larger than any message. */
export class TooLarge extends Error {}

/** Declared at the root for attributes that were sent without a namespace. */
const ownPrefix = 'circgate.ncip';

/**
 * Turns a parsed document into plain data and counts it, so that what follows is bounded: libxml2 computes a path
 * for every schema error, in time that grows with the square of their number.
 *
 * Unqualified `version` and `Scheme` are made qualified in the document itself on the way: most clients that write
 * their XML by hand send them so, though the schema wants `ncip:version`.
 *
 * @throws {TooLarge} when it is too deep or has too many nodes.
 */
export function plainTree(root: XmlElement): Element {
  let nodes = 0;
  if (root.namespaceUri === ncipNamespace) root.addNsDeclaration(ncipNamespace, ownPrefix);

  const visit = (at: XmlElement, depth: number): Element => {
    if (depth > maxDepth) throw new TooLarge(`it is nested more than ${maxDepth} elements deep`);
    const own = at.namespaceUri === ncipNamespace;
    if (own) qualify(at, at === root ? 'version' : 'Scheme');
    const attributes: Record<string, string> = {};
    for (const attribute of at.attrs) {
      count();
      if (attribute.namespaceUri === ncipNamespace) attributes[attribute.name] = attribute.value;
    }
    const children: Element[] = [];
    let text = '';
    for (let node: XmlTreeNode | null = at.firstChild; node !== null; node = node.next) {
      count();
      if (node instanceof XmlElement) children.push(visit(node, depth + 1));
      else if (node instanceof XmlText || node instanceof XmlCData) text += node.content;
    }
    if (own && children.length === 0 && text !== text.trim()) trim(at, text);
    return {
      name: own || at.namespaceUri === '' ? at.name : `{${at.namespaceUri}}${at.name}`,
      ...(Object.keys(attributes).length > 0 && { attributes }),
      children,
      text: unwrapped(text),
      line: at.line,
    };
  };

  const count = (): void => {
    nodes += 1;
    if (nodes > maxNodes) throw new TooLarge(`it has more than ${maxNodes} elements, attributes and other nodes`);
  };

  return visit(root, 1);
}

function qualify(at: XmlElement, name: string): void {
  const attribute = at.attr(name);
  if (attribute === null) return;
  const { value } = attribute;
  attribute.remove();
  at.setAttr(name, value, ownPrefix);
}

/**
 * Blanks around a date or a number mean nothing in XSD (whiteSpace is collapse), but libxml2 refuses a date with them:
 * the document that it validates gets the value without.
 */
function trim(at: XmlElement, text: string): void {
  for (let node = at.firstChild; node !== null; node = at.firstChild) node.remove();
  at.addText(text.trim());
}

/** Some clients indent inside values: a line break and the blanks around it are one space, at the ends nothing. */
const unwrapped = (text: string): string =>
  text
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
