/**
 * Every refusal of the simulator: its Alma code and text, {0} and {1} being filled in. The same code means different
 * things on different endpoints (401651, 401664, 40166411 …), so entries are named by meaning. Where no recorded or
 * published text is known the wording is ours; those entries are marked "(ours)".
 */
const ERRORS = {
  GENERAL: ['401652', 'General Error: An error has occurred while processing the request.'],
  FEE_OR_CONF_GENERAL: ['402119', 'General Error - An error has occurred while processing the request.'],
  USER_GENERAL: ['60101', 'General Error: An error has occurred while processing the request.'],
  GENERAL_500: ['GENERAL_ERROR', 'General error.'], // (ours)
  INTERNAL: ['INTERNAL_SERVER_ERROR', 'The web server encountered an unexpected condition.'], // (ours)
  MANDATORY_FIELD_MISSING: ['401664', 'Mandatory field is missing: {0}'],
  PARAMETER_INVALID: ['40166411', 'The parameter {0} is invalid. Received: {1}.'],
  API_KEY_NOT_CONFIGURED: ['UNAUTHORIZED', 'API-key not defined or not configured to allow this API.'],
  // Users
  USER_NOT_FOUND: ['401861', 'User with identifier {0} was not found.'],
  USER_OF_TYPE_NOT_FOUND: ['401890', 'User with identifier {0} of type {1} was not found.'],
  USER_EXISTS: ['401851', 'User with identifier {0} of type {1} already exists.'],
  USER_GROUP_NOT_LEGAL: ['401852', 'Given user group is not legal.'],
  EXTERNAL_ID_MUST_BE_EMPTY: ['401853', 'External Id must be empty for internal user.'],
  EXTERNAL_ID_MISSING: ['401854', 'External Id must be given for external user.'],
  // Which code a real Alma gives here is not known.
  EXTERNAL_ID_INVALID: ['401864', 'Given external id type ({0}) is invalid.'],
  ACCOUNT_TYPE_ILLEGAL: ['401857', 'The given user account type is illegal (must be INTERNAL/EXTERNAL).'],
  USER_NOT_DELETED: ['401850', 'Failed to delete user with identifier {0} of type {1}.'],
  AUTHENTICATION_FAILED: ['401866', 'User authentication failed'],
  SEARCH_FIELD_INVALID: ['401666', '{0} parameter is not valid.'],
  // Loans
  PID_EMPTY: ['401672', 'PID field is empty.'],
  LOAN_NOT_FOUND: ['401823', 'Loan ID {0} does not exist.'],
  NOT_LOANABLE: ['401651', 'Item is not loanable.'],
  NOT_RECEIVED: ['401159', 'Item has not been received by Acquisitions Department'],
  WRONG_DESK: ['401153', 'Item cannot be loaned from this circulation desk.'],
  ON_LOAN_TO_ANOTHER: ['401158', 'Item is on loan to another patron.'], // (ours)
  ON_LOAN_TO_SAME: ['400042', 'Item is already on loan to this patron.'], // (ours)
  // No source gives the code for an item that is held for somebody else. The nearest known one is 401172, the same
  // refusal for a booking ("Item cannot be loaned due to booking request"); the text is ours.
  HELD_FOR_ANOTHER: ['401172', 'Item cannot be loaned: it is requested by another patron.'],
  NOT_A_PATRON: ['401151', 'User does not have an active patron role.'], // (ours)
  CARD_EXPIRED: ['401168', "Patron's card has expired."], // (ours)
  PATRON_BLOCKED: ['401201', '{0}'],
  FEE_LIMIT: ['401163', 'Cash - Limit of {0} exceeded. User has {1}.'],
  LOAN_LIMIT: ['401161', 'Item cannot be loaned due to Loan Limit rules configuration.'],
  CANNOT_RENEW: ['401822', 'Cannot renew loan:  {0} - {1}'],
  DUE_DATE_MISSING: ['401824', 'Due date is not in loan object.'],
  DUE_DATE_PAST: ['401681', 'Due date cannot be in the past.'],
  // Requests
  NOTHING_FULFILS: ['401129', 'No items can fulfill the submitted request.'],
  DUPLICATE_REQUEST: ['401136', 'Failed to save the request: Patron has active request for selected item'],
  NOT_ELIGIBLE: ['401119', 'User is not eligible for this service.'], // (ours)
  PICKUP_LIBRARY_UNKNOWN: ['401891', 'Pickup library with code {0} was not found.'],
  PICKUP_LIBRARY_MISSING: ['401894', 'Missing mandatory field: Pickup location library code.'],
  PICKUP_DESK_UNKNOWN: ['401895', 'Pickup circulation desk with code {0} and library code {1} was not found.'],
  REQUESTED_ITEM_NOT_FOUND: ['60328', 'Physical item not found for request: {0}.'],
  REQUEST_NOT_FOUND: ['401694', 'Request Identifier not found.'],
  REQUEST_ID_NOT_VALID: ['401697', 'Request ID is not valid'],
  REQUEST_ID_UNKNOWN: ['401907', 'Failed to find a request for the given request ID.'],
  // Fees
  FEE_NOT_FOUND: ['401665', 'Fine not found.'],
  FEE_PARAMETER_INVALID: ['401666', '{0} parameter is not valid.'],
  FEE_TYPE_MISSING: ['4019991', 'User fine/fee type is required.'],
  FEE_TYPE_INVALID: ['4019992', 'User fine/fee type invalid entry.'],
  FEE_BARCODE_INVALID: ['4019993', 'User item barcode invalid entry.'],
  FEE_AMOUNT_MISSING: ['4019994', 'User fine/fee original amount is required.'],
  FEE_OWNER_MISSING: ['4019996', 'User fine/fee owner is required.'],
  FEE_OWNER_INVALID: ['4019997', 'User fine/fee owner must be a library and not institution.'],
  // Items and scan-in
  BARCODE_NOT_FOUND: ['401689', 'No items found for barcode {0}.'],
  NO_ITEMS: ['401688', 'Search failed for Items with mmsId {0}, holdings id {1}.'],
  ITEM_NOT_FOUND: ['401683', 'No items found for mms id {0}, holding id {1}, item pid {2}.'], // (ours)
  ITEM_INVALID: ['40166404', 'An invalid field has been entered in the item object.'],
  ITEM_NOT_DELETED: ['401849', 'Item delete errors: {0}'],
  NOT_RETURNED_HERE: ['401160', 'Item cannot be returned at this circulation desk'],
  DESK_MISSING: ['40166415', 'Must send at least one of the following parameters: [circ_desk,department]'],
  SCAN_LIBRARY_INVALID: ['40166410', 'Library {0} is not valid.'], // (ours)
  // Bibs and holdings
  JSON_NOT_SUPPORTED: ['60105', 'JSON is not supported for this API.'],
  MMS_ID_NOT_VALID: ['402203', 'Input parameters mmsId {0} is not valid.'],
  MMS_ID_NOT_NUMERIC: ['402204', 'Input parameters mmsId {0} is not numeric.'],
  BIB_XML_INVALID: ['402209', 'Given bib xml is invalid.'],
  BIB_NOT_DELETED: ['4022020', 'Delete Bib error.'],
  HOLDING_XML_INVALID: ['402211', 'Given holding xml is invalid.'],
  HOLDING_BIB_NOT_FOUND: ['33007', 'No record found for MMS id {0}'],
  HOLDING_NOT_CREATED: ['33008', 'Failed to create holding due to errors: {0}'],
  HOLDING_NOT_FOUND: ['402208', 'Search failed for Holdings ID: {0}'],
  HOLDING_NOT_DELETED: ['60214', 'Holding has been deleted or cannot be deleted.'],
  // Configuration
  CONF_PARAMETER_INVALID: ['401664', 'Parameter value missing or invalid.'],
  // Limits
  PER_SECOND: ['PER_SECOND_THRESHOLD', 'HTTP requests are more than allowed per second. See https://goo.gl/2x1c1M '],
  DAILY: ['DAILY_THRESHOLD', 'HTTP requests are more than allowed per day.'], // (ours)
} as const;

type Name = keyof typeof ERRORS;

/** Alma answers 400 to nearly everything, "not found" too; these are the exceptions. */
const STATUS: Partial<Record<Name, number>> = {
  API_KEY_NOT_CONFIGURED: 401,
  PER_SECOND: 429,
  DAILY: 429,
  GENERAL_500: 500,
};

/** A refusal in the ordinary envelope (JSON or XML). */
export class AlmaError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(name: Name, ...details: string[]) {
    const [code, text] = ERRORS[name];
    super(text.replace(/\{(\d)\}/g, (_, index) => details[Number(index)] ?? ''));
    this.code = code;
    this.status = STATUS[name] ?? 400;
  }

  /** `throw` as an expression, for the right side of `??`. */
  static raise(name: Name, ...details: string[]): never {
    throw new AlmaError(name, ...details);
  }
}

/** The body could not be read: not JSON, or a value outside its enumeration. Has an envelope of its own. */
export class UnreadableBody extends Error {}
