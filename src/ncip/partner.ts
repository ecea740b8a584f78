import type { Partner } from '../circulation/context.ts';
import { Refusal } from '../circulation/refusals.ts';
import { type Element, find, textAt } from './message.ts';

/** A partner as this edge needs it: how it calls itself and how it shows that it is the one. */
export interface NcipPartner {
  readonly partner: Partner;
  /** Its code and the other names under which it sends. */
  readonly names: readonly string[];
  admits(address: string, token: string | undefined): boolean;
}

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

/**
 * The partner that sent a message, once it has shown who it is: by its address, or by a token in the HTTP header
 * Authorization or in the InitiationHeader. Names are compared without regard to case.
 *
 * @throws {Refusal} `sender-unknown` with the name seen; `sender-not-admitted`.
 */
export function admittedPartner(
  partners: readonly NcipPartner[],
  header: Element | undefined,
  from: { readonly address: string; readonly bearer?: string },
): Partner {
  const names = namesOf(header);
  const found = names
    .map((name) => partners.find((partner) => partner.names.some((known) => equal(known, name))))
    .find((partner) => partner !== undefined);
  if (found === undefined) {
    const [first] = names;
    if (first === undefined)
      throw new Refusal('sender-unknown', { about: 'sender', detail: 'the sender is not named' });
    const seen = first.slice(0, 100);
    throw new Refusal('sender-unknown', { about: 'sender', value: seen, detail: `no partner is known as "${seen}"` });
  }
  const tokens = [
    from.bearer,
    textAt(header, 'FromAgencyAuthentication') || undefined,
    textAt(header, 'FromSystemAuthentication') || undefined,
  ];
  if (!tokens.some((token) => found.admits(from.address, token))) {
    throw new Refusal('sender-not-admitted', { about: 'sender', value: found.partner.code });
  }
  return found.partner;
}

const equal = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
