import type { RefusalKind } from '../circulation/refusals.ts';
import type { StandingReason } from '../circulation/standing.ts';

/**
 * What a patron reads (AF) for each kind of refusal: short, plain, and saying what to do. A dialect file may put a
 * library's own words in the place of any of them.
 */
const screens: { readonly [K in RefusalKind]: string } = {
  'unknown-patron': 'This card is not known here. Please ask at the desk.',
  'patron-authentication-failed': 'The PIN is not right. Please try again.',
  'pin-required': 'Please enter your PIN.',
  'patron-inactive': 'This card is not active. Please ask at the desk.',
  'patron-expired': 'This card has expired. Please renew it at the desk.',
  'patron-blocked': 'This card is blocked. Please ask at the desk.',
  'patron-not-eligible': 'This card cannot be used for this item. Please ask at the desk.',
  'fee-limit-exceeded': 'There are too many unpaid fees on this card. Please pay them first.',
  'loan-limit-exceeded': 'You have as many items as you may borrow.',
  'unknown-item': 'This item is not known here. Please ask at the desk.',
  'item-not-loanable': 'This item cannot be borrowed.',
  'item-on-loan-to-another': 'This item is on loan to somebody else. Please hand it in at the desk.',
  'item-held-for-another': 'This item is reserved for somebody else.',
  'item-unavailable': 'This item cannot be borrowed at the moment. Please ask at the desk.',
  'item-not-on-loan': 'This item is not on loan to you.',
  'item-already-returned': 'This item has been returned already.',
  'item-not-renewable': 'This loan cannot be renewed.',
  'renewal-limit-exceeded': 'This loan cannot be renewed any more.',
  'interlibrary-not-renewable': 'This item belongs to another library. Please ask at the desk for more time.',
  'wrong-circulation-desk': 'This item cannot be handled here. Please take it to another desk.',
  'barcode-in-use': 'This barcode is used twice. Please ask at the desk.',
  'unknown-request': 'This request is not known.',
  'duplicate-request': 'You have requested this already.',
  'request-not-possible': 'This cannot be requested.',
  'unknown-pickup-location': 'This pickup location is not known.',
  'sender-unknown': 'This terminal is not known. Please call the staff.',
  'sender-not-admitted': 'This terminal has not logged in. Please call the staff.',
  'service-unsupported': 'This is not offered here. Please ask at the desk.',
  'message-invalid': 'The terminal sent something that could not be read. Please call the staff.',
  'data-missing': 'The terminal did not send all that is needed. Please call the staff.',
  'date-invalid': 'The date is not possible.',
  'still-in-progress': 'This takes longer than usual. Please try again in a moment.',
  'library-system-unavailable': 'The library system does not answer. Please try again later.',
  'library-system-refused': 'The library system does not allow this. Please ask at the desk.',
  'library-system-misconfigured': 'The library system is not set up for this. Please call the staff.',
  'internal-error': 'Something went wrong. Please call the staff.',
};

/** What a patron reads about a book that another library lent. */
export const otherLibraryScreens = {
  checkedOut: 'This item belongs to another library and cannot be renewed here.',
  checkedIn: 'This item belongs to another library. Please hand it in at the desk.',
  information: 'This item belongs to another library.',
} as const;

export const heldScreen = 'This item is reserved for somebody else. Please hand it in at the desk.';

type Words = Readonly<Partial<Record<RefusalKind, string>>>;

/** The words for a kind, the library's own before ours. */
export const screenFor = (kind: RefusalKind | StandingReason, own: Words): string => own[kind] ?? screens[kind];
