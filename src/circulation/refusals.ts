/**
 * Every reason to say no, once. The edges turn a kind into the words of their wire (`ncip/problem-types.ts`,
 * `edge/words.ts`; both must know every kind to compile) and the adapters turn foreign errors into a kind
 * (`alma/errors.ts` and its areas). A new reason starts here.
 */
export const refusalKinds = {
  'unknown-patron': 'no patron has this identifier',
  'patron-authentication-failed': "the PIN or password is not the patron's",
  'pin-required': 'no PIN was sent, and one is required',
  'patron-inactive': 'the patron record is not active',
  'patron-expired': 'the patron record has expired',
  'patron-blocked': 'a block is on the patron record',
  'patron-not-eligible': 'the patron may not borrow or request this',
  'fee-limit-exceeded': 'the patron owes more than the limit',
  'loan-limit-exceeded': 'the patron has as many loans as allowed',
  'unknown-item': 'no item has this identifier',
  'item-not-loanable': 'the item does not circulate',
  'item-on-loan-to-another': 'another patron has the item',
  'item-held-for-another': 'the item waits for another patron',
  'item-unavailable': 'the item is missing or being processed',
  'item-not-on-loan': 'the item is not on loan',
  'item-already-returned': 'the item was returned before the broker said so',
  'item-not-renewable': 'the loan cannot be renewed',
  'renewal-limit-exceeded': 'the loan was renewed as often or as long as allowed',
  'interlibrary-not-renewable': 'the item belongs to another library, which alone may extend the loan',
  'payment-not-possible': 'the amount, its currency or the fee does not fit what the patron owes',
  'wrong-circulation-desk': 'this desk does not serve the item',
  'barcode-in-use': 'another item of this library has the barcode',
  'unknown-request': 'no request has this identifier',
  'duplicate-request': 'the request exists already, with other contents or for the same patron',
  'request-not-possible': 'no item can fulfil the request',
  'unknown-pickup-location': 'the pickup location is not one of this library',
  'sender-unknown': 'the sender is not configured',
  'sender-not-admitted': 'the sender has not shown who it is',
  'service-unsupported': 'the gateway does not offer this',
  'message-invalid': 'the message does not obey its standard',
  'data-missing': 'something that this needs was not sent',
  'date-invalid': 'a date is not acceptable',
  'still-in-progress': 'this takes longer than an answer may; the work goes on',
  'library-system-unavailable': 'the library system cannot be reached or is too busy',
  'library-system-refused': 'the library system said no for a reason that the gateway does not know',
  'library-system-misconfigured': 'the library system does not accept the gateway or its settings',
  'internal-error': 'a defect of the gateway',
} as const;

export type RefusalKind = keyof typeof refusalKinds;

type About = 'patron' | 'item' | 'request' | 'pickup-location' | 'due-date' | 'sender' | 'service' | 'message' | 'pin';

/** What a kind is about where whoever refuses does not say: an adapter knows Alma's code and not the message. */
const usuallyAbout: { readonly [K in RefusalKind]?: About } = {
  'unknown-patron': 'patron',
  'patron-authentication-failed': 'pin',
  'pin-required': 'pin',
  'patron-inactive': 'patron',
  'patron-expired': 'patron',
  'patron-blocked': 'patron',
  'patron-not-eligible': 'patron',
  'fee-limit-exceeded': 'patron',
  'loan-limit-exceeded': 'patron',
  'unknown-item': 'item',
  'item-not-loanable': 'item',
  'item-on-loan-to-another': 'item',
  'item-held-for-another': 'item',
  'item-unavailable': 'item',
  'item-not-on-loan': 'item',
  'item-already-returned': 'item',
  'item-not-renewable': 'item',
  'renewal-limit-exceeded': 'item',
  'interlibrary-not-renewable': 'item',
  'wrong-circulation-desk': 'item',
  'barcode-in-use': 'item',
  'unknown-request': 'request',
  'duplicate-request': 'request',
  'request-not-possible': 'item',
  'unknown-pickup-location': 'pickup-location',
  'date-invalid': 'due-date',
};

/** Kinds that may go away by themselves: the same message, sent again later, may succeed. */
const passing: ReadonlySet<RefusalKind> = new Set([
  'still-in-progress',
  'library-system-unavailable',
  'internal-error',
] as const);

/** What the edges need to point at the culprit, and what the log needs to find the cause. */
export interface RefusalFacts {
  /** Which thing the refusal is about, in the core's words; the edges know the element or field of it. */
  readonly about?: About;
  /** The offending value as it was received. Never a PIN or password. */
  readonly value?: string;
  /** A sentence for people that adds to the kind's own words: a library system's text, a line and an element. */
  readonly detail?: string;
  /** The library system's error code and tracking id, for its support desk. */
  readonly code?: string;
  readonly trackingId?: string;
}

/** Thrown by operations and adapters, caught once by each edge. */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  readonly facts: RefusalFacts;

  constructor(kind: RefusalKind, facts: RefusalFacts = {}, cause?: unknown) {
    super(`${kind}: ${facts.detail ?? refusalKinds[kind]}`, cause === undefined ? undefined : { cause });
    this.name = 'Refusal';
    this.kind = kind;
    this.facts = facts;
  }

  /** Which thing the refusal is about. */
  get about(): About | undefined {
    return this.facts.about ?? usuallyAbout[this.kind];
  }

  /** Whether the same message may succeed later without anybody changing anything. */
  get passing(): boolean {
    return passing.has(this.kind);
  }
}

/**
 * A write was sent and nobody knows what became of it: a time-out, a lost connection, a 5xx.
 * Only the ledger catches this, and it resolves it by looking (DESIGN: never by repeating).
 */
export class OutcomeUnknown extends Error {
  constructor(what: string, cause?: unknown) {
    super(`the outcome of "${what}" is unknown`, { cause });
    this.name = 'OutcomeUnknown';
  }
}

/** The answer of `find`, or `undefined` where it refuses because there is no such thing. */
export async function unlessUnknown<T>(
  kind: 'unknown-item' | 'unknown-patron',
  find: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof Refusal && error.kind === kind) return undefined;
    throw error;
  }
}

/** Any error as the refusal that the peer gets; what is not a refusal is a defect of ours. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof OutcomeUnknown) return new Refusal('library-system-unavailable', {}, error);
  return new Refusal('internal-error', {}, error);
}
