import type { Dialect } from './dialects/dialect.ts';
import { dialectOf, usualDialect } from './dialects/table.ts';
import type { Element } from './message.ts';
import { elementOf, type Fault, type SentElement } from './sent.ts';
import type { Reading } from './xml-worker.ts';

/** A message as far as it could be read, which may be in part or not at all. */
export interface Received {
  readonly dialect: Dialect;
  /** The version that the message states, else its dialect's usual one: that of the answer (Z39.83-1 §8). */
  readonly version: string;
  /** NCIPMessage with all that is in it; absent where the bytes are not a document of this dialect. */
  readonly root?: SentElement;
  /** What stands inside NCIPMessage, as lookups see it. */
  readonly content?: Element;
  /** Why there is no root. */
  readonly unreadable?: Fault;
}

/** Finds the dialect of what was read, and translates it. */
export function received(reading: Reading): Received {
  if ('unreadable' in reading) {
    return { dialect: usualDialect, version: usualDialect.defaultVersion, unreadable: reading.unreadable };
  }
  const dialect = dialectOf(reading);
  const root = dialect.translated(reading.root);
  const whole = elementOf(root);
  const [content] = whole.children;
  const unreadable = dialect.objection(reading);
  return {
    dialect,
    version: whole.attributes?.version ?? dialect.defaultVersion,
    ...(content !== undefined && { content }),
    ...(unreadable === undefined ? { root } : { unreadable }),
  };
}
