import type { SentDocument } from '../sent.ts';
import type { Dialect } from './dialect.ts';
import { ncip2 } from './ncip2.ts';

/** Every dialect that is understood. */
const dialects: readonly Dialect[] = [ncip2];

/** In which answers go out where no message could be read. */
export const usualDialect = ncip2;

/** The dialect of a document; the usual one says what is wrong with a document that is of none. */
export const dialectOf = (document: SentDocument): Dialect =>
  dialects.find((dialect) => dialect.recognises(document)) ?? usualDialect;
