import type { Refusal } from '../circulation/refusals.ts';
import { say, type Words } from '../edge/words.ts';
import { institutionId, sipDate } from './call.ts';
import { circulationStatus, feeType, language, type PatronStatus, patronStatusNames, securityMarker } from './codes.ts';
import type { ExchangeCode } from './exchanges/exchange.ts';
import { exchangeOf } from './exchanges/table.ts';
import { type FieldId, fieldOf, type fixedFields } from './fields.ts';
import { answerOf, type Request, type Response, type ResponseCode, responses } from './messages.ts';
import type { Terminal } from './terminal.ts';
import type { ValueOf } from './values.ts';

type RefusedFixed = (typeof responses)[Exclude<ResponseCode, '94' | '96'>]['fixed'][number];

const denied = Object.fromEntries(
  patronStatusNames.map((name) => [name, name.endsWith('PrivilegesDenied')]),
) as PatronStatus;

/**
 * What each fixed-length field says in a refused answer: nothing is promised or desensitized, every privilege is denied,
 * a person is called, and what was not looked up is unknown or blank. A new field does not compile without its word.
 */
const nothingPromised: { readonly [N in RefusedFixed]: ValueOf<(typeof fixedFields)[N]['kind']> } = {
  acsRenewalPolicy: false,
  alert: true,
  available: false,
  chargedItemsCount: undefined,
  checkinOk: false,
  checkoutOk: false,
  circulationStatus: circulationStatus.other,
  dateTimeSync: '',
  desensitize: false,
  endSession: true,
  feeType: feeType.other,
  fineItemsCount: undefined,
  holdItemsCount: undefined,
  itemPropertiesOk: false,
  language: language.unknown,
  magneticMedia: 'U',
  offLineOk: false,
  ok: false,
  onLineStatus: false,
  overdueItemsCount: undefined,
  patronStatus: denied,
  paymentAccepted: false,
  protocolVersion: '2.00',
  recallItemsCount: undefined,
  renewalOk: false,
  // These two count what this message did.
  renewedCount: 0,
  unrenewedCount: 0,
  resensitize: false,
  retriesAllowed: 3,
  securityMarker: securityMarker.other,
  statusUpdateOk: false,
  timeoutPeriod: 100,
  transactionDate: '',
  unavailableHoldsCount: undefined,
};

/** The fields that a terminal compares with what it sent. */
const echoed = ['language', 'patronIdentifier', 'itemIdentifier'];

interface Where {
  readonly terminal: Terminal;
  readonly words: Words;
  readonly now: Date;
  readonly traceId: string;
}

/**
 * The legal "no" to any request, with the reason on the screen: made from the row of its response, and from what its
 * exchange adds.
 */
export function refusedAnswer(request: Request<ExchangeCode>, refusal: Refusal, where: Where): Response {
  const code = answerOf(request.code);
  const { fixed, fields } = responses[code];
  const required = fields.filter((field) => !field.endsWith('?')).map((field) => fieldOf(field as FieldId).name);
  const sent = Object.entries(request).filter(([name, value]) => echoed.includes(name) && value !== '');
  const date = sipDate(where.now, where);
  const values: Readonly<Record<string, unknown>> = {
    ...nothingPromised,
    transactionDate: date,
    dateTimeSync: date,
    institutionId: institutionId(request, where),
    ...Object.fromEntries(sent),
  };
  const answer = {
    code,
    ...Object.fromEntries(fixed.map((name) => [name, values[name]])),
    ...Object.fromEntries(required.map((name) => [name, values[name] ?? ''])),
    screenMessage: [screenOf(refusal, where)],
    ...exchangeOf(request.code)?.whenRefused?.(refusal.kind),
  };
  return answer as unknown as Response;
}

/** A reference helps only where staff must find the cause in the log. */
function screenOf({ kind, passing }: Refusal, { words, traceId }: Where): string {
  const text = say(words, kind);
  const askStaff = passing || kind.startsWith('library-system');
  return askStaff ? say(words, 'with-reference', { words: text, reference: traceId }) : text;
}
