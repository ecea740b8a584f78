/** The namespace of every NCIP 2 element and of its two attributes (Z39.83-1-2012 §8: both are qualified). */
export const ncipNamespace = 'http://www.niso.org/2008/ncip';

/** An element of a message as plain data: what the services read and what they build. */
export interface Element {
  /** The local name; `{uri}name` where the namespace is foreign, so that no lookup takes it for NCIP's. */
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** The element's own text without the indentation around it. */
  readonly text: string;
  /** Where it stood in the message, from 1; 0 for what the gateway made. */
  readonly line: number;
}

export const all = (parent: Element | undefined, name: string): Element[] =>
  parent?.children.filter((child) => child.name === name) ?? [];

/** The first element at a path of names such as `UserId/AgencyId`. */
export function find(parent: Element | undefined, path: string): Element | undefined {
  return path
    .split('/')
    .reduce<Element | undefined>((at, name) => at?.children.find((child) => child.name === name), parent);
}

/** The text at a path; an element that is absent and one that is empty are both `''`. */
export const textAt = (parent: Element | undefined, path: string): string => find(parent, path)?.text ?? '';

/** An element of an answer; what is `undefined` among the content is left out. */
export function element(name: string, ...content: readonly (Element | string | undefined)[]): Element {
  const children = content.filter((part) => typeof part === 'object');
  const text = content.filter((part) => typeof part === 'string').join('');
  return { name, children, text, line: 0 };
}

/** An element of the request for the answer, without its extensions. */
export function echo(source: Element): Element {
  return {
    ...source,
    children: source.children.filter((child) => child.name !== 'Ext').map(echo),
  };
}

/**
 * Drops optional information in which the word "Problem" occurs: several clients take any answer that contains it
 * anywhere for a failure, be it a street or a family's name.
 */
export function withoutProblemWord(content: readonly Element[]): Element[] {
  return content.flatMap((part) => {
    if (!/^(User|Item)OptionalFields$/.test(part.name)) return [part];
    const children = part.children.filter((child) => !says(child, 'Problem'));
    return children.length === 0 ? [] : [{ ...part, children }];
  });
}

function says(part: Element, word: string): boolean {
  return part.text.includes(word) || part.children.some((child) => says(child, word));
}

/** The content in one spelling: equal messages give equal strings however they were indented or prefixed. */
export function canonical(source: Element, leaveOut: (child: Element) => boolean): string {
  const plain = (at: Element): unknown[] => [
    at.name,
    at.text,
    Object.entries(at.attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)),
    ...at.children.filter((child) => !leaveOut(child)).map(plain),
  ];
  return JSON.stringify(plain(source));
}
