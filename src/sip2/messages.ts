import type { FieldId, FixedName, fields, fixedFields } from './fields.ts';
import type { KindName, ValueOf } from './values.ts';

/**
 * The messages of SIP 2.00, each declared once: its fixed-length fields in order, then its other fields in the order in
 * which they are sent, `?` marking an optional one. Types, parser, formatter, BX and README's table derive from here.
 */
export interface MessageRow {
  readonly name: string;
  readonly fixed: readonly FixedName[];
  readonly fields: readonly (FieldId | `${FieldId}?`)[];
  /** Set on the resend requests, which never carry a sequence number. */
  readonly unnumbered?: true;
}

/** A message from the terminal: also the response that answers it, and its position in BX. */
export interface RequestRow extends MessageRow {
  readonly answer: ResponseCode;
  readonly bx: number;
}

/** Every message that answers a terminal. */
// biome-ignore format: a table
export const responses = {
  '10': { name: 'Checkin Response',
    fixed: ['ok', 'resensitize', 'magneticMedia', 'alert', 'transactionDate'],
    fields: ['AO', 'AB', 'AQ', 'AJ?', 'CL?', 'AA?', 'CK?', 'CH?',
      'CR?', 'CS?', 'CT?', 'CV?', 'CY?', 'DA?', 'AF?', 'AG?'] },
  '12': { name: 'Checkout Response',
    fixed: ['ok', 'renewalOk', 'magneticMedia', 'desensitize', 'transactionDate'],
    fields: ['AO', 'AA', 'AB', 'AJ', 'AH', 'BT?', 'CI?', 'BH?', 'BV?', 'CK?', 'CH?', 'BK?', 'AF?', 'AG?'] },
  // The standard has BW BR BS before AO; there are terminals that look for AO right behind the fixed part.
  '16': { name: 'Hold Response',
    fixed: ['ok', 'available', 'transactionDate'],
    fields: ['AO', 'AA', 'BW?', 'BR?', 'BS?', 'AB?', 'AJ?', 'AF?', 'AG?'] },
  '18': { name: 'Item Information Response',
    fixed: ['circulationStatus', 'securityMarker', 'feeType', 'transactionDate'],
    fields: ['CF?', 'AH?', 'CJ?', 'CM?', 'AB', 'AJ', 'BG?', 'BH?', 'BV?', 'CK?', 'AQ?', 'AP?', 'CH?',
      'CR?', 'CS?', 'CT?', 'CV?', 'CY?', 'DA?', 'AF?', 'AG?'] },
  '20': { name: 'Item Status Update Response',
    fixed: ['itemPropertiesOk', 'transactionDate'],
    fields: ['AB', 'AJ?', 'CH?', 'AF?', 'AG?'] },
  '24': { name: 'Patron Status Response',
    fixed: ['patronStatus', 'language', 'transactionDate'],
    fields: ['AO', 'AA', 'AE', 'BL?', 'CQ?', 'BH?', 'BV?', 'AF?', 'AG?'] },
  '26': { name: 'Patron Enable Response',
    fixed: ['patronStatus', 'language', 'transactionDate'],
    fields: ['AO', 'AA', 'AE', 'BL?', 'CQ?', 'AF?', 'AG?'] },
  '30': { name: 'Renew Response',
    fixed: ['ok', 'renewalOk', 'magneticMedia', 'desensitize', 'transactionDate'],
    fields: ['AO', 'AA', 'AB', 'AJ', 'AH', 'BT?', 'CI?', 'BH?', 'BV?', 'CK?', 'CH?', 'BK?', 'AF?', 'AG?'] },
  '36': { name: 'End Session Response',
    fixed: ['endSession', 'transactionDate'],
    fields: ['AO', 'AA', 'AF?', 'AG?'] },
  '38': { name: 'Fee Paid Response',
    fixed: ['paymentAccepted', 'transactionDate'],
    fields: ['AO', 'AA', 'BK?', 'AF?', 'AG?'] },
  '64': { name: 'Patron Information Response',
    fixed: ['patronStatus', 'language', 'transactionDate', 'holdItemsCount', 'overdueItemsCount',
      'chargedItemsCount', 'fineItemsCount', 'recallItemsCount', 'unavailableHoldsCount'],
    fields: ['AO', 'AA', 'AE', 'BZ?', 'CA?', 'CB?', 'BL?', 'CQ?', 'BH?', 'BV?', 'CC?',
      'AS?', 'AT?', 'AU?', 'AV?', 'BU?', 'CD?', 'BD?', 'BE?', 'BF?', 'AF?', 'AG?'] },
  '66': { name: 'Renew All Response',
    fixed: ['ok', 'renewedCount', 'unrenewedCount', 'transactionDate'],
    fields: ['AO', 'BM?', 'BN?', 'AF?', 'AG?'] },
  '94': { name: 'Login Response', fixed: ['ok'], fields: [] },
  '96': { name: 'Request SC Resend', fixed: [], fields: [], unnumbered: true },
  '98': { name: 'ACS Status',
    fixed: ['onLineStatus', 'checkinOk', 'checkoutOk', 'acsRenewalPolicy', 'statusUpdateOk', 'offLineOk',
      'timeoutPeriod', 'retriesAllowed', 'dateTimeSync', 'protocolVersion'],
    fields: ['AO', 'AM?', 'BX', 'AN?', 'AF?', 'AG?'] },
} as const satisfies Record<string, MessageRow>;

/** Every message that a terminal sends. */
// biome-ignore format: a table
export const requests = {
  '01': { name: 'Block Patron', answer: '24', bx: 3,
    fixed: ['cardRetained', 'transactionDate'],
    fields: ['AO', 'AL', 'AA', 'AC'] },
  '09': { name: 'Checkin', answer: '10', bx: 2,
    fixed: ['noBlock', 'transactionDate', 'returnDate'],
    fields: ['AP', 'AO', 'AB', 'AC', 'CH?', 'BI?'] },
  '11': { name: 'Checkout', answer: '12', bx: 1,
    fixed: ['scRenewalPolicy', 'noBlock', 'transactionDate', 'nbDueDate'],
    fields: ['AO', 'AA', 'AB', 'AC', 'CH?', 'AD?', 'BO?', 'BI?'] },
  '15': { name: 'Hold', answer: '16', bx: 13,
    fixed: ['holdMode', 'transactionDate'],
    fields: ['BW?', 'BS?', 'BY?', 'AO', 'AA', 'AD?', 'AB?', 'AJ?', 'AC?', 'BO?'] },
  '17': { name: 'Item Information', answer: '18', bx: 10,
    fixed: ['transactionDate'],
    fields: ['AO', 'AB', 'AC?'] },
  '19': { name: 'Item Status Update', answer: '20', bx: 11,
    fixed: ['transactionDate'],
    fields: ['AO', 'AB', 'AC?', 'CH'] },
  '23': { name: 'Patron Status', answer: '24', bx: 0,
    fixed: ['language', 'transactionDate'],
    fields: ['AO', 'AA', 'AC', 'AD'] },
  '25': { name: 'Patron Enable', answer: '26', bx: 12,
    fixed: ['transactionDate'],
    fields: ['AO', 'AA', 'AC?', 'AD?'] },
  '29': { name: 'Renew', answer: '30', bx: 14,
    fixed: ['thirdPartyAllowed', 'noBlock', 'transactionDate', 'nbDueDate'],
    fields: ['AO', 'AA', 'AD?', 'AB?', 'AJ?', 'AC?', 'CH?', 'BO?'] },
  '35': { name: 'End Patron Session', answer: '36', bx: 8,
    fixed: ['transactionDate'],
    fields: ['AO', 'AA', 'AC?', 'AD?'] },
  '37': { name: 'Fee Paid', answer: '38', bx: 9,
    fixed: ['transactionDate', 'feeType', 'paymentType', 'currencyType'],
    fields: ['BV', 'AO', 'AA', 'AC?', 'AD?', 'CG?', 'BK?'] },
  '63': { name: 'Patron Information', answer: '64', bx: 7,
    fixed: ['language', 'transactionDate', 'summary'],
    fields: ['AO', 'AA', 'AC?', 'AD?', 'BP?', 'BQ?'] },
  '65': { name: 'Renew All', answer: '66', bx: 15,
    fixed: ['transactionDate'],
    fields: ['AO', 'AA', 'AD?', 'AC?', 'BO?'] },
  '93': { name: 'Login', answer: '94', bx: 6,
    fixed: ['uidAlgorithm', 'pwdAlgorithm'],
    fields: ['CN', 'CO', 'CP?'] },
  // Answered by the previous response once more; by 96 when there was none.
  '97': { name: 'Request ACS Resend', answer: '96', bx: 5, fixed: [], fields: [], unnumbered: true },
  '99': { name: 'SC Status', answer: '98', bx: 4,
    fixed: ['statusCode', 'maxPrintWidth', 'protocolVersion'],
    fields: [] },
} as const satisfies Record<string, RequestRow>;

type Requests = typeof requests;
type Responses = typeof responses;
type Fields = typeof fields;

/** The command of a message from the terminal. */
export type RequestCode = keyof Requests;

/** The command of a message to the terminal. */
export type ResponseCode = keyof Responses;

type FieldValue<I extends FieldId> = Fields[I] extends { repeatable: true }
  ? readonly string[]
  : Fields[I] extends { kind: infer K extends KindName }
    ? Exclude<ValueOf<K>, undefined>
    : string;

type RequiredIds<R extends MessageRow> = Extract<R['fields'][number], FieldId>;
type OptionalIds<R extends MessageRow> = R['fields'][number] extends infer F
  ? F extends `${infer I}?`
    ? I
    : never
  : never;

type Body<R extends MessageRow> = {
  readonly [N in R['fixed'][number]]: ValueOf<(typeof fixedFields)[N]['kind']>;
} & { readonly [I in RequiredIds<R> as Fields[I]['name']]: FieldValue<I> } & {
  readonly [I in OptionalIds<R> & FieldId as Fields[I]['name']]?: FieldValue<I>;
};

type Flat<T> = { [K in keyof T]: T[K] };

/** A message from the terminal: `code`, and every field by the standard's name. */
export type Request<C extends RequestCode = RequestCode> = {
  [K in C]: Flat<{ readonly code: K } & Body<Requests[K]>>;
}[C];

/** A message to the terminal: `code`, and every field by the standard's name. */
export type Response<C extends ResponseCode = ResponseCode> = {
  [K in C]: Flat<{ readonly code: K } & Body<Responses[K]>>;
}[C];

/** The response that answers a request. */
export type AnswerTo<C extends RequestCode> = Requests[C]['answer'];

/** Every request's command, in ascending order. */
export const requestCodes: readonly RequestCode[] = (Object.keys(requests) as RequestCode[]).sort();

/** The command of the response that answers this request. */
export function answerOf<C extends RequestCode>(code: C): AnswerTo<C> {
  return requests[code].answer;
}

/** The value of BX (98): one character for each request, `Y` at the positions of those that are supported. */
export function bxString(supported: ReadonlySet<RequestCode>): string {
  const positions = requestCodes.toSorted((a, b) => requests[a].bx - requests[b].bx);
  return positions.map((code) => (supported.has(code) ? 'Y' : 'N')).join('');
}

/** One request as README's table of messages shows it. */
export interface MessageTableRow {
  readonly code: RequestCode;
  readonly name: string;
  readonly bx: number;
  readonly answer: ResponseCode;
  readonly answerName: string;
  /** Identifiers in sending order, `?` marking an optional field. */
  readonly fields: string;
  readonly answerFields: string;
}

/** Every request with its response, in ascending order of commands. */
export function messageTable(): MessageTableRow[] {
  return requestCodes.map((code) => {
    const { name, bx, answer, fields } = requests[code];
    const response = responses[answer];
    return {
      code,
      name,
      bx,
      answer,
      answerName: response.name,
      fields: fields.join(' '),
      answerFields: response.fields.join(' '),
    };
  });
}
