import type { Element } from '../message.ts';
import type { Fault, SentDocument, SentElement } from '../sent.ts';

/**
 * What differs between the versions of NCIP. Everything else in this folder speaks the elements of NCIP 2.02: a
 * dialect translates a message into them before anybody looks at it, and an answer out of them at the end.
 */
export interface Dialect {
  /** Whether a document is meant to be of this dialect, valid or not. */
  recognises(document: SentDocument): boolean;
  /** Why a document of this dialect is not even looked at; `undefined` where nothing stands against it. */
  objection(document: SentDocument): Fault | undefined;
  /** The document in the elements and the namespace of NCIP 2.02. */
  translated(root: SentElement): SentElement;
  /** What an answer says when the message's own version cannot be read. */
  readonly defaultVersion: string;
  /** The whole answer as XML: what stands inside NCIPMessage is given in the elements of NCIP 2.02. */
  serialise(version: string, body: Element): string;
}
