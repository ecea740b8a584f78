import { Refusal } from '../circulation/refusals.ts';
import type { Admission, NcipPartner } from './admission.ts';
import { type Element, find, textAt } from './message.ts';

/** Whether ApplicationProfileType names a version of a circulation profile instead of a partner. */
function isProfileVersion(profile: Element): boolean {
  const scheme = profile.attributes?.Scheme?.toLowerCase() ?? '';
  return profile.text === '2.00' || scheme.endsWith('circillapplicationprofiletype.scm');
}

/** The names that the sender gives itself, the one that decides first. */
function namesOf(header: Element | undefined): string[] {
  const profile = find(header, 'ApplicationProfileType');
  const names = [
    profile !== undefined && !isProfileVersion(profile) ? profile.text : '',
    textAt(header, 'FromSystemId'),
    textAt(header, 'FromAgencyId/AgencyId'),
  ];
  return names.filter((name) => name !== '');
}

/** The first of the names that is one of these partners'. Capitals do not matter. */
function named(names: readonly string[], partners: readonly NcipPartner[]): NcipPartner | undefined {
  return names
    .map((name) => partners.find((partner) => partner.names.some((known) => equal(known, name))))
    .find((partner) => partner !== undefined);
}

/**
 * The partner that sent a message: the connection says who it may be, the message which of them it is, and its own
 * token, where the partner has one, confirms it. Else why it is nobody: `sender-unknown` with the name seen, or
 * `sender-not-admitted` of a partner that has shown too little.
 */
export function senderOf({ partners, admitted }: Admission, header: Element | undefined): NcipPartner | Refusal {
  const names = namesOf(header);
  const sender = named(names, admitted);
  if (sender !== undefined) return isConfirmed(sender, header) ? sender : notAdmitted(sender, unconfirmed);
  const elsewhere = named(names, partners);
  if (elsewhere !== undefined) return notAdmitted(elsewhere, notShown);
  const [first] = names;
  if (first === undefined) return new Refusal('sender-unknown', { about: 'sender', detail: 'the sender is not named' });
  const seen = first.slice(0, 100);
  return new Refusal('sender-unknown', { about: 'sender', value: seen, detail: `no partner is known as "${seen}"` });
}

function isConfirmed({ admit: { messageToken } }: NcipPartner, header: Element | undefined): boolean {
  if (messageToken === undefined) return true;
  const tokens = ['FromSystemAuthentication', 'FromAgencyAuthentication'].map((name) => textAt(header, name));
  return tokens.some(messageToken);
}

const notShown = 'is not shown by the address, the token or the certificate of this connection';
const unconfirmed = 'is not confirmed by FromSystemAuthentication or FromAgencyAuthentication';

function notAdmitted({ partner: { code } }: NcipPartner, why: string): Refusal {
  return new Refusal('sender-not-admitted', { about: 'sender', value: code, detail: `"${code}" ${why}` });
}

const equal = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
