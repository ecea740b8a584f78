import { Refusal, type RefusalKind } from '../circulation/refusals.ts';

/** What a code means: a kind, or a way to tell it from Alma's text where one code stands for two things. */
type Meaning = RefusalKind | ((text: string) => RefusalKind);
type Meanings = Readonly<Record<string, Meaning>>;

const noSuchPatron: Meanings = {
  '401861': 'unknown-patron',
  '401890': 'unknown-patron',
  '4019990': 'unknown-patron',
  '4019998': 'unknown-patron',
};

const noSuchItem: Meanings = {
  '401683': 'unknown-item',
  '401688': 'unknown-item',
  '402203': 'unknown-item',
  '402204': 'unknown-item',
  '40166411': 'unknown-item',
};

const noSuchRequest: Meanings = {
  '401694': 'unknown-request',
  '401697': 'unknown-request',
  '401907': 'unknown-request',
};

/** Why Alma does not serve this patron, the same whether a loan or a request was tried. */
const patronRefused: Meanings = {
  '401119': 'patron-not-eligible',
  '401151': 'patron-not-eligible',
  '401161': 'loan-limit-exceeded',
  // One code for the fee limit ("Cash - Limit of 10.00 exceeded …") and for blocks that staff put on the record.
  '401163': (text) => (/^cash\b|limit of/i.test(text) ? 'fee-limit-exceeded' : 'patron-blocked'),
  '401168': 'patron-expired',
  '401201': 'patron-blocked',
};

/** The profile of a partner, or the tenant's rules, do not fit what the gateway sends. */
const settingsRefused: Meanings = {
  '401664': 'library-system-misconfigured',
  '401852': 'library-system-misconfigured',
  '401853': 'library-system-misconfigured',
  '401854': 'library-system-misconfigured',
  '401857': 'library-system-misconfigured',
  '401863': 'library-system-misconfigured',
  '401864': 'library-system-misconfigured',
};

/**
 * Every endpoint that the gateway calls, with what Alma's codes mean there: the same code means different things on
 * different endpoints (401651 is a loan rule here and a missing identifier there). A code that is not listed is
 * `library-system-refused` with Alma's own text.
 */
export const endpoints = {
  'GET /users/{user_id}': { ...noSuchPatron, '60101': 'library-system-unavailable' },
  'POST /users': settingsRefused,
  /** `op=auth` */
  'POST /users/{user_id}': { ...noSuchPatron, '401866': 'patron-authentication-failed' },

  'GET /users/{user_id}/loans': noSuchPatron,
  'POST /users/{user_id}/loans': {
    ...noSuchPatron,
    ...noSuchItem,
    ...patronRefused,
    '400042': 'item-on-loan-to-another',
    '401153': 'wrong-circulation-desk',
    '401158': 'item-on-loan-to-another',
    '401159': 'item-unavailable',
    '401164': 'item-not-loanable',
    '401172': 'item-held-for-another',
    '401198': 'patron-not-eligible',
    '401605': 'patron-not-eligible',
    '401651': 'item-not-loanable',
    '401664': 'library-system-misconfigured',
    '401672': 'unknown-item',
    '401689': 'unknown-item',
    '401690': 'unknown-item',
    // No published code says that the item waits for somebody else, so the text has to.
    otherwise: (text) =>
      /\brequested by|\bhold shelf/i.test(text) ? 'item-held-for-another' : 'library-system-refused',
  },
  /** `op=renew` */
  'POST /users/{user_id}/loans/{loan_id}': {
    ...noSuchPatron,
    '401822': (text) => (/exceeded|maximum/i.test(text) ? 'renewal-limit-exceeded' : 'item-not-renewable'),
    '401823': 'item-not-on-loan',
  },
  'PUT /users/{user_id}/loans/{loan_id}': { ...noSuchPatron, '401681': 'date-invalid', '401823': 'item-not-on-loan' },

  'GET /users/{user_id}/requests': noSuchPatron,
  'POST /users/{user_id}/requests': {
    ...noSuchPatron,
    ...noSuchItem,
    ...patronRefused,
    '60325': 'unknown-pickup-location',
    '60326': 'unknown-pickup-location',
    '60327': 'unknown-pickup-location',
    '60328': 'unknown-item',
    '60331': 'request-not-possible',
    '401129': 'request-not-possible',
    '401136': 'duplicate-request',
    '401684': 'unknown-item',
    '401891': 'unknown-pickup-location',
    '401894': 'unknown-pickup-location',
    '401895': 'unknown-pickup-location',
  },
  'DELETE /users/{user_id}/requests/{request_id}': { ...noSuchPatron, ...noSuchRequest },
  'GET /users/{user_id}/fees': { ...noSuchPatron, '401651': 'unknown-patron' },

  'GET /items': { ...noSuchItem, '401689': 'unknown-item', '401690': 'unknown-item' },
  'GET /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}': noSuchItem,
  'GET /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}/loans': noSuchItem,
  'GET /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}/requests': noSuchItem,
  /** `op=scan` */
  'POST /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}': {
    ...noSuchItem,
    '401160': 'wrong-circulation-desk',
    '402504': 'unknown-item',
    '40166410': 'library-system-misconfigured',
    '40166415': 'library-system-misconfigured',
  },
  'POST /bibs/{mms_id}/holdings/{holding_id}/items': noSuchItem,
  'DELETE /bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}': noSuchItem,

  'GET /bibs': {},
  'GET /bibs/{mms_id}': noSuchItem,
  'POST /bibs': {},
  'DELETE /bibs/{mms_id}': { ...noSuchItem, '401873': 'unknown-item' },
  'GET /bibs/{mms_id}/holdings': noSuchItem,
  'POST /bibs/{mms_id}/holdings': { ...noSuchItem, '33007': 'unknown-item' },
  'DELETE /bibs/{mms_id}/holdings/{holding_id}': {
    ...noSuchItem,
    '60213': 'unknown-item',
    '60218': 'unknown-item',
    '402208': 'unknown-item',
  },
} as const satisfies Record<`${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`, Meanings>;

export type Endpoint = keyof typeof endpoints;

/** Codes of the API's own doors: a key that may not do this, a restriction profile, a path that does not exist. */
const anywhere: Meanings = {
  UNAUTHORIZED: 'library-system-misconfigured',
  FORBIDDEN: 'library-system-misconfigured',
  NOT_FOUND: 'library-system-misconfigured',
  '60258': 'library-system-misconfigured',
  '60340': 'library-system-misconfigured',
};

/** What Alma said when it said no: any of its envelopes, read by `failureIn`. Absent parts are empty. */
export interface AlmaFailure {
  readonly code: string;
  /** Alma's sentence, for the peer that asked about the patron in it. */
  readonly text: string;
  /** The same for the log: without identifiers, names and amounts. */
  readonly discreetText: string;
  readonly trackingId: string;
}

/** Alma's no as a refusal, with its code and tracking id for Ex Libris' support desk. */
export function refusalOf(endpoint: Endpoint, status: number, failure: AlmaFailure): Refusal {
  const meanings: Meanings = endpoints[endpoint];
  const meaning =
    meaningIn(meanings, failure.code) ??
    meaningIn(anywhere, failure.code) ??
    byStatus(status, failure) ??
    meaningIn(meanings, 'otherwise');
  const kind = typeof meaning === 'function' ? meaning(failure.text) : meaning;
  const cause = failure.discreetText === '' ? undefined : new AlmaSaid(failure.discreetText);
  return new Refusal(kind ?? 'library-system-refused', factsOf(failure), cause);
}

/** Why a refusal came about, as the log may tell it. */
class AlmaSaid extends Error {
  override readonly name = 'Alma said';
}

/** Own keys only: the code is Alma's text, and `constructor` is not a code. */
const meaningIn = (meanings: Meanings, code: string): Meaning | undefined =>
  Object.hasOwn(meanings, code) ? meanings[code] : undefined;

/** A failure without a code comes from a door before the API: a bad key (text/plain), a proxy, a wrong address. */
function byStatus(status: number, { code, text }: AlmaFailure): Meaning | undefined {
  const unnamed = code === '' && status === 404;
  const atTheDoor = status === 401 || status === 403 || (status >= 300 && status < 400);
  return unnamed || atTheDoor || /^invalid api key/i.test(text) ? 'library-system-misconfigured' : undefined;
}

/** Alma's code, text and tracking id as facts of a refusal; what it did not say is left out. */
export function factsOf({ code, text, trackingId }: AlmaFailure): Refusal['facts'] {
  return {
    ...(text !== '' && { detail: text }),
    ...(code !== '' && { code }),
    ...(trackingId !== '' && { trackingId }),
  };
}
