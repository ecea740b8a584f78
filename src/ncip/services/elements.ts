import { instantOf } from '../../circulation/calendar.ts';
import type { Instant, RequestId } from '../../circulation/model.ts';
import { Refusal, type RefusalFacts } from '../../circulation/refusals.ts';
import { type Element, echo, element, find, textAt } from '../message.ts';
import type { ServiceCall } from './service.ts';

/** What more than one service reads from its message or writes into its answer. */

/** @throws {Refusal} `data-missing` where the element is absent or empty. */
export function required(message: Element, path: string, about: RefusalFacts['about']): string {
  const value = textAt(message, path);
  if (value === '') throw new Refusal('data-missing', { about, detail: `${path} is absent or empty` });
  return value;
}

export function requestIdOf(message: Element): RequestId | undefined {
  const value = textAt(message, 'RequestId/RequestIdentifierValue');
  return value === '' ? undefined : { agency: textAt(message, 'RequestId/AgencyId'), value };
}

/** @throws {Refusal} `date-invalid` for a date that has passed, which Alma would refuse in words about its policy. */
export function desiredDue({ message, context, now }: ServiceCall): Instant | undefined {
  const text = textAt(message, 'DesiredDateDue');
  if (text === '') return undefined;
  const due = instantOf(text, context.institution.timeZone);
  if (due === undefined) throw new Refusal('date-invalid', { about: 'due-date', value: text });
  if (Date.parse(due) <= now.getTime()) {
    throw new Refusal('date-invalid', { about: 'due-date', value: text, detail: 'the date has passed' });
  }
  return due;
}

/** The agency that wants the item: the user's, else the one on whose behalf is asked, else the sender. */
export function forAgency(message: Element): string {
  return (
    textAt(message, 'UserId/AgencyId') ||
    textAt(message, 'InitiationHeader/OnBehalfOfAgency/AgencyId') ||
    textAt(message, 'InitiationHeader/FromAgencyId/AgencyId')
  );
}

/** UserId as it was sent, since brokers compare; the patron that was used where only credentials were sent. */
export function userIdAnswer({ message, context }: ServiceCall, patronId: string): Element {
  const sent = find(message, 'UserId');
  return sent === undefined ? userId(context.institution.code, 'Institution Id Number', patronId) : echo(sent);
}

export const userId = (agency: string, type: string, value: string): Element =>
  element(
    'UserId',
    element('AgencyId', agency),
    element('UserIdentifierType', type),
    element('UserIdentifierValue', value),
  );

/** ItemId in the broker's form with the barcode that the library has. */
export function itemIdAnswer(message: Element, barcode: string): Element {
  const value = element('ItemIdentifierValue', barcode);
  const sent = find(message, 'ItemId');
  if (sent === undefined) return element('ItemId', element('ItemIdentifierType', 'Item Barcode'), value);
  const children = echo(sent).children.map((child) => (child.name === 'ItemIdentifierValue' ? value : child));
  return { ...sent, children };
}
