import { wallClock } from '../circulation/calendar.ts';
import type { Circulation } from '../circulation/circulation.ts';
import type { Context } from '../circulation/context.ts';
import type { Instant } from '../circulation/model.ts';
import type { Repeat } from '../circulation/operation.ts';
import type { AnswerTo, Request, RequestCode, Response } from './messages.ts';
import { redacted } from './redact.ts';
import type { Terminal } from './terminal.ts';

/** What an exchange works with: on whose behalf, from which terminal, at what time. */
export interface Call {
  readonly circulation: Circulation;
  readonly context: Context;
  readonly terminal: Terminal;
  readonly now: Date;
  /** Whether the institution's library system answered lately. */
  readonly online: boolean;
  /** Milliseconds after which the terminal gets an answer, whatever happens. */
  readonly answerWithinMs: number;
}

/** One request and its answer: the happy path only, since every refusal is answered by `refused.ts`. */
export type Exchange<C extends RequestCode> = (request: Request<C>, call: Call) => Promise<Response<AnswerTo<C>>>;

/** A transaction date: 18 characters, local time of the library (SIP 2.00: four blanks instead of a zone). */
export function sipDate(moment: Instant | Date, { terminal }: Pick<Call, 'terminal'>): string {
  return wallClock(moment, terminal.institution.timeZone, "yyyyMMdd'    'HHmmss");
}

/** A due date for people: AH is free text. */
export function dueDate(due: Instant, { terminal }: Pick<Call, 'terminal'>): string {
  return wallClock(due, terminal.institution.timeZone, 'yyyy-MM-dd HH:mm');
}

/** AO as the terminal said it, because some compare; the institution's code where it said none. */
export function institutionId(
  request: { readonly institutionId: string },
  { terminal }: Pick<Call, 'terminal'>,
): string {
  return request.institutionId.trim() === '' ? terminal.institution.code : request.institutionId;
}

/**
 * How this message is recognised when it comes again on another connection: by all it says but secrets and AY/AZ.
 * A message without a transaction date is never taken for a repeat: a sorter whose clock is dead says the same words
 * for every return of a book, and a return must not be lost.
 */
export function repeatOf(
  request: Request<'09' | '11' | '29'>,
  { terminal }: Pick<Call, 'terminal'>,
): Repeat | undefined {
  if (!/^\d{8}.{4}\d{6}$/.test(request.transactionDate)) return undefined;
  const body = JSON.stringify(redacted(request));
  return { key: `sip2/${terminal.institution.code}/${terminal.id}/${body}`, digest: '' };
}

/** SIP2 media type (CK) of Alma's physical material type; other where the standard has none. */
export function mediaTypeOf(materialType: string): string {
  return mediaTypes[materialType] ?? '000';
}

const mediaTypes: Readonly<Record<string, string>> = {
  BOOK: '001',
  ISSUE: '002',
  ISSBD: '003',
  AUDIOCASSETTE: '004',
  VIDEOCASSETTE: '005',
  CD: '006',
  CDROM: '006',
  DVD: '006',
  DVDRM: '006',
  BLURAY: '006',
  FLOPPY_DISK: '007',
};
