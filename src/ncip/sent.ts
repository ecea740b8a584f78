import { type Element, ncipNamespace } from './message.ts';

/** An attribute as it was sent; `''` where it has no namespace. */
export interface SentAttribute {
  readonly namespace: string;
  /** The local name. */
  readonly name: string;
  readonly value: string;
}

/** An element as it was sent: nothing of it is left out, be it valid or not. */
export interface SentElement {
  /** `''` where it has none. */
  readonly namespace: string;
  /** The local name. */
  readonly name: string;
  readonly attributes: readonly SentAttribute[];
  readonly children: readonly SentElement[];
  /** Its own text without the indentation around it: no value of NCIP has blanks at its ends that mean something. */
  readonly text: string;
  /** Where its start tag ends, from 1. */
  readonly line: number;
}

/** A well-formed document. */
export interface SentDocument {
  readonly root: SentElement;
  /** Whether it has a document type declaration; one that declares something is not read at all. */
  readonly doctype: boolean;
}

/** What is wrong with a message. */
export interface Fault {
  readonly line: number;
  /** The local name of the element at fault, `''` where there is none. */
  readonly element: string;
  /** For people: the line, the element and what is wrong with it. */
  readonly detail: string;
}

/**
 * The element as lookups see it: by local names. What was sent without any namespace counts as well, so that the
 * header of an invalid message can still be read; what is foreign is `{uri}name`, so that no lookup takes it for
 * NCIP's.
 */
export function elementOf(sent: SentElement): Element {
  const isOwn = ({ namespace }: { namespace: string }): boolean => namespace === ncipNamespace || namespace === '';
  const attributes = sent.attributes.filter(isOwn);
  return {
    name: isOwn(sent) ? sent.name : `{${sent.namespace}}${sent.name}`,
    ...(attributes.length > 0 && {
      attributes: Object.fromEntries(attributes.map(({ name, value }) => [name, value])),
    }),
    children: sent.children.map(elementOf),
    text: sent.text,
    line: sent.line,
  };
}
