import { wallClock } from '../circulation/calendar.ts';
import type { Circulation } from '../circulation/circulation.ts';
import type { Context } from '../circulation/context.ts';
import type { Instant } from '../circulation/model.ts';
import type { Repeat } from '../circulation/operation.ts';
import type { Words } from '../edge/words.ts';
import { masked } from './mask.ts';
import type { Request, RequestCode } from './messages.ts';
import type { Terminal } from './terminal.ts';

/** What an exchange works with: on whose behalf, from which terminal, at what time. */
export interface Call {
  readonly circulation: Circulation;
  readonly context: Context;
  readonly terminal: Terminal;
  /** What patrons read, in the language of this request. */
  readonly words: Words;
  /** The requests that do real work for this terminal. */
  readonly offered: ReadonlySet<RequestCode>;
  readonly now: Date;
  /** Whether the institution's library system answered lately. */
  readonly online: boolean;
  /** Milliseconds after which the terminal gets an answer, whatever happens. */
  readonly answerWithinMs: number;
}

/** A transaction date: 18 characters, local time of the library (SIP 2.00: four blanks instead of a zone). */
export function sipDate(moment: Instant | Date, { terminal }: Pick<Call, 'terminal'>): string {
  return wallClock(moment, terminal.institution.timeZone, "yyyyMMdd'    'HHmmss");
}

/** A due date for people: AH is free text. */
export function dueDate(due: Instant, { terminal }: Pick<Call, 'terminal'>): string {
  return wallClock(due, terminal.institution.timeZone, 'yyyy-MM-dd HH:mm');
}

/** AO as the terminal said it, because some compare; the institution's code where it said none. */
export function institutionId(request: Request, { terminal }: Pick<Call, 'terminal'>): string {
  const said = 'institutionId' in request ? request.institutionId : '';
  return said.trim() === '' ? terminal.institution.code : said;
}

/**
 * How this message is recognised when it comes again on another connection: by all it says but secrets and AY/AZ.
 * A message without a transaction date is never taken for a repeat: a sorter whose clock is dead says the same words
 * for every return of a book, and a return must not be lost.
 */
export function repeatOf(
  request: Extract<Request, { readonly transactionDate: string }>,
  { terminal }: Pick<Call, 'terminal'>,
): Repeat | undefined {
  if (!/^\d{8}.{4}\d{6}$/.test(request.transactionDate)) return undefined;
  const body = JSON.stringify(masked(request));
  return { key: `sip2/${terminal.institution.code}/${terminal.id}/${body}`, digest: '' };
}
