import type { RefusalKind } from '../circulation/refusals.ts';

/** The values of ProblemType that may answer any service (Z39.83-1-2012, Appendix A, normative), word for word. */
export const generalProblemTypes = [
  // Messaging Error Type
  'Invalid Message Syntax Error',
  'Protocol Error',
  'Unknown Element',
  'Unknown Scheme',
  'Unknown Value From Known Scheme',
  // General Processing Error
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
] as const;

export type GeneralProblemType = (typeof generalProblemTypes)[number];

/** What every service can say of anything. */
export const failure: GeneralProblemType = 'Temporary Processing Failure';

const notAvailable = [
  'Item Not Available By Need Before Date',
  'Resource Cannot Be Provided',
  'Cannot Accept Item',
] as const;
const ineligible = [
  'User Ineligible To Request This Item',
  'User Ineligible To Check Out This Item',
  'User Access Denied',
] as const;
const blocked = ['User Blocked', 'User Ineligible To Check Out This Item', 'User Access Denied'] as const;
const unproven = ['User Authentication Failed', 'User Ineligible To Check Out This Item'] as const;
const notForLoan = ['Item Does Not Circulate', 'Cannot Accept Item'] as const;
const refused = ['Resource Cannot Be Provided', 'Cannot Accept Item'] as const;

/**
 * The words for a kind of refusal, the best first: a service says the first one that the standard lists for it, and
 * where it lists none, that the processing failed. What one service says in its own way stands in its own file.
 */
export const rankedProblemTypes: { readonly [K in RefusalKind]: readonly string[] } = {
  'unknown-patron': ['Unknown User'],
  'patron-authentication-failed': unproven,
  'pin-required': unproven,
  'patron-inactive': ineligible,
  'patron-expired': ineligible,
  'patron-blocked': blocked,
  'patron-not-eligible': ineligible,
  'fee-limit-exceeded': blocked,
  'loan-limit-exceeded': ['Maximum Check Outs Exceeded', ...ineligible],
  'unknown-item': ['Unknown Item'],
  'item-not-loanable': notForLoan,
  'item-on-loan-to-another': notAvailable,
  'item-held-for-another': notAvailable,
  'item-unavailable': notAvailable,
  'item-not-on-loan': ['Item Not Checked Out', ...notAvailable],
  'item-already-returned': ['Item Not Checked Out', ...notAvailable],
  'item-not-renewable': notAvailable,
  'renewal-limit-exceeded': notAvailable,
  'interlibrary-not-renewable': notAvailable,
  'payment-not-possible': ['Invalid Amount'],
  'wrong-circulation-desk': refused,
  'barcode-in-use': refused,
  'unknown-request': ['Unknown Request', 'Unknown Item'],
  'duplicate-request': ['Duplicate Request', 'Resource Cannot Be Provided', 'Cannot Accept Item'],
  'request-not-possible': notForLoan,
  'unknown-pickup-location': ['Unknown Value From Known Scheme'],
  'sender-unknown': ['Unknown Agency'],
  'sender-not-admitted': ['Agency Authentication Failed'],
  'service-unsupported': ['Unsupported Service'],
  'message-invalid': ['Invalid Message Syntax Error'],
  'data-missing': ['Needed Data Missing'],
  'date-invalid': ['Invalid Date'],
  'still-in-progress': [failure],
  'library-system-unavailable': [failure],
  'library-system-refused': refused,
  'library-system-misconfigured': [failure],
  'internal-error': [failure],
};
