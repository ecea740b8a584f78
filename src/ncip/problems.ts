import { type Refusal, type RefusalFacts, type RefusalKind, refusalKinds } from '../circulation/refusals.ts';
import { type Element, element, find, textAt } from './message.ts';
import { isOffered, type OfferedService, type ServiceName } from './services.ts';

/** The values of ProblemType that may answer a service (Z39.83-1-2012, Appendix A, normative), word for word. */
export const problemTypes = {
  messaging: [
    'Invalid Message Syntax Error',
    'Protocol Error',
    'Unknown Element',
    'Unknown Scheme',
    'Unknown Value From Known Scheme',
  ],
  general: [
    'Agency Authentication Failed',
    'Invalid Amount',
    'Invalid Date',
    'Needed Data Missing',
    'System Authentication Failed',
    'Temporary Processing Failure',
    'Unauthorized Combination Of Element Values For Agency',
    'Unauthorized Combination Of Element Values For System',
    'Unauthorized Service For Agency',
    'Unauthorized Service For System',
    'Unknown Agency',
    'Unknown System',
    'Unsupported Service',
  ],
  LookupUser: [
    'Element Rule Violated',
    'Non-Unique User',
    'Unknown User',
    'User Access Denied',
    'User Authentication Failed',
  ],
  RequestItem: [
    'Duplicate Request',
    'Element Rule Violated',
    'Item Does Not Circulate',
    'Item Not Available By Need Before Date',
    'Unknown Item',
    'Unknown User',
    'User Authentication Failed',
    'User Blocked',
    'User Ineligible To Request This Item',
  ],
  CheckOutItem: [
    'Item Does Not Circulate',
    'Maximum Check Outs Exceeded',
    'Resource Cannot Be Provided',
    'Unknown Item',
    'Unknown Request',
    'Unknown User',
    'Unsupported Shipping Address Type',
    'User Authentication Failed',
    'User Blocked',
    'User Ineligible To Check Out This Item',
  ],
  CheckInItem: ['Item Not Checked Out', 'Unknown Item'],
  AcceptItem: [
    'Cannot Accept Item',
    'Cannot Guarantee Restrictions On Use',
    'Element Rule Violated',
    'Unknown Item',
    'Unknown Request',
    'Unknown User',
    'User Ineligible To Check Out This Item',
  ],
} as const satisfies Record<OfferedService | 'messaging' | 'general', readonly string[]>;

/** A value that may answer any service. */
type AnyServices = (typeof problemTypes)['messaging' | 'general'][number];
type PerService = { readonly [S in OfferedService]: AnyServices | (typeof problemTypes)[S][number] };

const failure = 'Temporary Processing Failure';

/** A service's lists have no word for everything: each row says the nearest one that the service does have. */
const rows = {
  unknownPatron: {
    LookupUser: 'Unknown User',
    RequestItem: 'Unknown User',
    CheckOutItem: 'Unknown User',
    CheckInItem: failure,
    AcceptItem: 'Unknown User',
  },
  wrongPin: {
    LookupUser: 'User Authentication Failed',
    RequestItem: 'User Authentication Failed',
    CheckOutItem: 'User Authentication Failed',
    CheckInItem: failure,
    AcceptItem: 'User Ineligible To Check Out This Item',
  },
  blocked: {
    LookupUser: 'User Access Denied',
    RequestItem: 'User Blocked',
    CheckOutItem: 'User Blocked',
    CheckInItem: failure,
    AcceptItem: 'User Ineligible To Check Out This Item',
  },
  ineligible: {
    LookupUser: 'User Access Denied',
    RequestItem: 'User Ineligible To Request This Item',
    CheckOutItem: 'User Ineligible To Check Out This Item',
    CheckInItem: failure,
    AcceptItem: 'User Ineligible To Check Out This Item',
  },
  tooManyLoans: {
    LookupUser: 'User Access Denied',
    RequestItem: 'User Ineligible To Request This Item',
    CheckOutItem: 'Maximum Check Outs Exceeded',
    CheckInItem: failure,
    AcceptItem: 'User Ineligible To Check Out This Item',
  },
  unknownItem: {
    LookupUser: failure,
    RequestItem: 'Unknown Item',
    CheckOutItem: 'Unknown Item',
    CheckInItem: 'Unknown Item',
    AcceptItem: 'Unknown Item',
  },
  notForLoan: {
    LookupUser: failure,
    RequestItem: 'Item Does Not Circulate',
    CheckOutItem: 'Item Does Not Circulate',
    CheckInItem: failure,
    AcceptItem: 'Cannot Accept Item',
  },
  notAvailable: {
    LookupUser: failure,
    RequestItem: 'Item Not Available By Need Before Date',
    CheckOutItem: 'Resource Cannot Be Provided',
    CheckInItem: failure,
    AcceptItem: 'Cannot Accept Item',
  },
  notOnLoan: {
    LookupUser: failure,
    RequestItem: 'Item Not Available By Need Before Date',
    CheckOutItem: 'Resource Cannot Be Provided',
    CheckInItem: 'Item Not Checked Out',
    AcceptItem: 'Cannot Accept Item',
  },
  unknownRequest: {
    LookupUser: failure,
    RequestItem: 'Element Rule Violated',
    CheckOutItem: 'Unknown Request',
    CheckInItem: 'Unknown Item',
    AcceptItem: 'Unknown Request',
  },
  duplicate: {
    LookupUser: failure,
    RequestItem: 'Duplicate Request',
    CheckOutItem: 'Resource Cannot Be Provided',
    CheckInItem: 'Unauthorized Combination Of Element Values For Agency',
    AcceptItem: 'Cannot Accept Item',
  },
  libraryRefused: {
    LookupUser: failure,
    RequestItem: 'Element Rule Violated',
    CheckOutItem: 'Resource Cannot Be Provided',
    CheckInItem: failure,
    AcceptItem: 'Cannot Accept Item',
  },
} as const satisfies Record<string, PerService>;

const problems: { readonly [K in RefusalKind]: AnyServices | PerService } = {
  'unknown-patron': rows.unknownPatron,
  'patron-authentication-failed': rows.wrongPin,
  'pin-required': rows.wrongPin,
  'patron-inactive': rows.ineligible,
  'patron-expired': rows.ineligible,
  'patron-blocked': rows.blocked,
  'patron-not-eligible': rows.ineligible,
  'fee-limit-exceeded': rows.blocked,
  'loan-limit-exceeded': rows.tooManyLoans,
  'unknown-item': rows.unknownItem,
  'item-not-loanable': rows.notForLoan,
  'item-on-loan-to-another': rows.notAvailable,
  'item-held-for-another': rows.notAvailable,
  'item-unavailable': rows.notAvailable,
  'item-not-on-loan': rows.notOnLoan,
  'item-already-returned': rows.notOnLoan,
  'item-not-renewable': rows.notAvailable,
  'renewal-limit-exceeded': rows.notAvailable,
  'interlibrary-not-renewable': rows.notAvailable,
  'wrong-circulation-desk': rows.libraryRefused,
  'barcode-in-use': rows.libraryRefused,
  'unknown-request': rows.unknownRequest,
  'duplicate-request': rows.duplicate,
  'request-not-possible': rows.notForLoan,
  'unknown-pickup-location': 'Unknown Value From Known Scheme',
  'sender-unknown': 'Unknown Agency',
  'sender-not-admitted': 'Agency Authentication Failed',
  'service-unsupported': 'Unsupported Service',
  'message-invalid': 'Invalid Message Syntax Error',
  'data-missing': 'Needed Data Missing',
  'date-invalid': 'Invalid Date',
  'still-in-progress': failure,
  'library-system-unavailable': failure,
  'library-system-refused': rows.libraryRefused,
  'library-system-misconfigured': failure,
  'internal-error': failure,
};

/** Where each thing stands in a message: the first path that the message has is the one to point at. */
const paths: { readonly [A in NonNullable<RefusalFacts['about']>]: readonly string[] } = {
  patron: ['UserId/UserIdentifierValue', 'AuthenticationInput/AuthenticationInputData'],
  item: [
    'ItemId/ItemIdentifierValue',
    'BibliographicId/BibliographicRecordId/BibliographicRecordIdentifier',
    'BibliographicId/BibliographicItemId/BibliographicItemIdentifier',
  ],
  request: ['RequestId/RequestIdentifierValue'],
  'pickup-location': ['PickupLocation'],
  'due-date': ['DesiredDateDue', 'DateForReturn'],
  sender: [
    'InitiationHeader/ApplicationProfileType',
    'InitiationHeader/FromSystemId',
    'InitiationHeader/FromAgencyId/AgencyId',
  ],
  pin: ['AuthenticationInput/AuthenticationInputData'],
  service: [],
  message: [],
};

/** The standard's word for a kind of refusal, as far as the service knows that word. */
export function problemType(kind: RefusalKind, service: ServiceName | undefined): string {
  const row = problems[kind];
  if (typeof row === 'string') return row;
  return service !== undefined && isOffered(service) ? row[service] : failure;
}

/** Where a refusal happened: what is known of the message that is answered. */
export interface Refused {
  readonly service: ServiceName | undefined;
  /** The service's element, where it could be read. */
  readonly tree?: Element;
  /** The element that breaks the schema. */
  readonly faulty?: string;
  readonly traceId: string;
}

/** The Problem for a refusal: ProblemType, ProblemDetail, ProblemElement?, ProblemValue? (no Scheme, as Alma does). */
export function problem(refusal: Refusal, where: Refused): Element {
  const type = problemType(refusal.kind, where.service);
  const path = pathTo(refusal, where.tree);
  const value = refusal.facts.value ?? valueAt(where.tree, path);
  return element(
    'Problem',
    element('ProblemType', type),
    element('ProblemDetail', problemDetail(type, refusal, where.traceId)),
    element('ProblemElement', problemElement(path, where)),
    value === undefined ? undefined : element('ProblemValue', value),
  );
}

/**
 * One sentence: the type's words, ours, the library system's, and the reference under which the log has the rest.
 * Clients route by the words of other types wherever they occur, so a detail that holds any stays in the log.
 */
function problemDetail(type: string, refusal: Refusal, traceId: string): string {
  const { detail } = refusal.facts;
  const misleading = Object.values(problemTypes)
    .flat()
    .some((other) => other !== type && detail?.includes(other));
  const more = detail === undefined || misleading ? '' : `: ${detail}`;
  return `${type}: ${refusalKinds[refusal.kind]}${more} (reference ${traceId})`;
}

function problemElement(path: string | undefined, { service, faulty }: Refused): string {
  if (faulty !== undefined && faulty !== '') return `//${faulty}`;
  const root = service ?? 'NCIPMessage';
  return path === undefined ? `//${root}` : `//${root}/${path}`;
}

/** The element that the refusal is about, as a path below the service's element: where the value stands, if it does. */
function pathTo({ about, facts }: Refusal, tree: Element | undefined): string | undefined {
  const candidates = about === undefined ? [] : paths[about];
  const sent = candidates.filter((candidate) => find(tree, candidate) !== undefined);
  return sent.find((candidate) => textAt(tree, candidate) === facts.value) ?? sent[0] ?? candidates[0];
}

/** What the message says there; never what may be a PIN. */
function valueAt(tree: Element | undefined, path: string | undefined): string | undefined {
  if (path === undefined || path.startsWith('AuthenticationInput')) return undefined;
  const said = find(tree, path);
  return said === undefined || said.children.length > 0 ? undefined : said.text;
}
