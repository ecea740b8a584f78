import type { Refusal, RefusalFacts } from '../circulation/refusals.ts';
import { type Element, find, textAt } from './message.ts';

/** Where each thing that a refusal can be about stands below a service's element. */
export type Paths = { readonly [A in NonNullable<RefusalFacts['about']>]: readonly string[] };

/** The same for every service; a service that has something elsewhere says so in its own file. */
const paths: Paths = {
  patron: ['UserId/UserIdentifierValue', 'AuthenticationInput/AuthenticationInputData'],
  item: ['ItemId/ItemIdentifierValue'],
  request: ['RequestId/RequestIdentifierValue'],
  'pickup-location': ['PickupLocation'],
  'due-date': ['DesiredDateDue'],
  sender: [
    'InitiationHeader/ApplicationProfileType',
    'InitiationHeader/FromSystemId',
    'InitiationHeader/FromAgencyId/AgencyId',
  ],
  pin: ['AuthenticationInput/AuthenticationInputData'],
  service: [],
  message: [],
};

/** The path to point at for a refusal: where the value at fault stands, else the first that the message has. */
export function pathOf(
  { about, facts }: Refusal,
  message: Element | undefined,
  own: Partial<Paths> = {},
): string | undefined {
  const candidates = about === undefined ? [] : [...paths[about], ...(own[about] ?? [])];
  const sent = candidates.filter((candidate) => find(message, candidate) !== undefined);
  return sent.find((candidate) => textAt(message, candidate) === facts.value) ?? sent[0] ?? candidates[0];
}

/** What the message says there; never what may be a PIN. */
export function valueAt(message: Element | undefined, path: string | undefined): string | undefined {
  if (path === undefined || path.startsWith('AuthenticationInput')) return undefined;
  const said = find(message, path);
  return said === undefined || said.children.length > 0 ? undefined : said.text;
}
