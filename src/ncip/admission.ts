import type { Institution, Partner, PinDemand } from '../circulation/context.ts';

/** How a partner shows that a connection is its own. All that is named has to be shown. */
export interface Admit {
  readonly fromAddress?: (address: string) => boolean;
  /** A token in the HTTP header Authorization or in the path. */
  readonly token?: (said: string) => boolean;
  /** SHA-256 fingerprints of client certificates, in 64 small hex digits: one of them. */
  readonly certificates?: readonly string[];
  /**
   * What FromSystemAuthentication or FromAgencyAuthentication must hold. It confirms which partner of those that the
   * connection may be has sent a message, and admits nobody: to read it is to have parsed a stranger's XML.
   */
  readonly messageToken?: (said: string) => boolean;
}

/** A partner as this edge needs it: how it calls itself and how it shows that it is the one. */
export interface NcipPartner {
  readonly partner: Partner;
  /** Its code and the other names under which it sends. */
  readonly names: readonly string[];
  readonly admit: Admit;
  /** What it asks of patrons. */
  readonly pinDemand: PinDemand;
}

/** An institution and who may speak to it. */
export interface NcipInstitution {
  readonly institution: Institution;
  readonly partners: readonly NcipPartner[];
}

/** What a connection and the head of its request show, before a byte of the body has been looked at. */
export interface Credentials {
  readonly address: string;
  /** The SHA-256 fingerprint of the client's certificate, in 64 small hex digits. */
  readonly certificate?: string;
  readonly tokens: readonly string[];
}

/** A connection that may speak, and as whom: the message says as which of them. */
export interface Admission extends NcipInstitution {
  readonly admitted: readonly NcipPartner[];
}

/** Which partners a connection may speak for; `undefined` where that is none: it is a stranger's. */
export function admission(known: NcipInstitution | undefined, credentials: Credentials): Admission | undefined {
  const admitted = known?.partners.filter(({ admit }) => admits(admit, credentials)) ?? [];
  return known === undefined || admitted.length === 0 ? undefined : { ...known, admitted };
}

/** Whether this is some partner's token: where an institution's code should stand, it must not be repeated in a log. */
export function isToken(institutions: Iterable<NcipInstitution>, said: string): boolean {
  return [...institutions].some(({ partners }) => partners.some(({ admit }) => admit.token?.(said)));
}

function admits({ fromAddress, token, certificates }: Admit, credentials: Credentials): boolean {
  const shown = [
    fromAddress?.(credentials.address),
    token && credentials.tokens.some(token),
    certificates && credentials.certificate !== undefined && certificates.includes(credentials.certificate),
  ].filter((each) => each !== undefined);
  return shown.length > 0 && shown.every((each) => each);
}
