import type { SentElement } from './sent.ts';

/**
 * Writes a tree for the validator with one line break in each start tag, so that the line of a fault says which
 * element it is of: the element of index `line - 2` in `elements`, whose own line is the sender's.
 */
export function xmlText(root: SentElement): { readonly text: string; readonly elements: readonly SentElement[] } {
  const elements: SentElement[] = [];
  const prefixes = new Map([['http://www.w3.org/XML/1998/namespace', 'xml:']]);
  const prefixed = (namespace: string, name: string): string => {
    if (namespace === '') return name;
    if (!prefixes.has(namespace)) prefixes.set(namespace, `n${prefixes.size}:`);
    return `${prefixes.get(namespace)}${name}`;
  };

  const content = ({ text, children }: SentElement): string => escaped(text) + children.map(whole).join('');
  const startTag = (element: SentElement): string => {
    elements.push(element);
    const attributes = element.attributes.map(
      ({ namespace, name, value }) => ` ${prefixed(namespace, name)}="${escaped(value)}"`,
    );
    return `<${prefixed(element.namespace, element.name)}${attributes.join('')}`;
  };
  const whole = (element: SentElement): string =>
    `${startTag(element)}\n>${content(element)}</${prefixed(element.namespace, element.name)}>`;

  // The root's start tag is closed last: only then is it known which prefixes it has to declare.
  const start = startTag(root);
  const inside = content(root);
  const end = `</${prefixed(root.namespace, root.name)}>`;
  const declared = [...prefixes].filter(([, prefix]) => prefix !== 'xml:');
  const declarations = declared.map(([uri, prefix]) => ` xmlns:${prefix.slice(0, -1)}="${escaped(uri)}"`);
  return { text: `${start}${declarations.join('')}\n>${inside}${end}`, elements };
}

const written: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Line breaks are written as references as well: they would be counted. */
const escaped = (text: string): string =>
  text.replace(/[&<>"\t\n\r]/g, (sign) => written[sign] ?? `&#${sign.charCodeAt(0)};`);
