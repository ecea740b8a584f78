import type { Refusal } from '../circulation/refusals.ts';
import { circulationStatus, feeType, language, type PatronStatus, patronStatusNames, securityMarker } from './codes.ts';
import { sipDate } from './exchange.ts';
import type { AnswerTo, Request, RequestCode, Response } from './messages.ts';
import { languageOf } from './patron.ts';
import { screenFor } from './screens.ts';
import type { Terminal } from './terminal.ts';

interface Where {
  readonly terminal: Terminal;
  readonly now: Date;
  readonly traceId: string;
}

type RefusableCode = Exclude<RequestCode, '93' | '97'>;

/**
 * The legal "no" to each request, with the reason on the screen. Nothing is promised: ok is 0, nothing is
 * desensitized, every privilege is denied, and a patron counts as valid only where the card was known.
 */
export function refusedAnswer(request: Request<RefusableCode>, refusal: Refusal, where: Where): Response {
  const build = answers[request.code] as (request: Request, no: No) => Response;
  return build(request, no(request, refusal, where));
}

interface No {
  readonly kind: Refusal['kind'];
  readonly date: string;
  readonly screenMessage: readonly string[];
  readonly institutionId: string;
  readonly terminal: Terminal;
}

function no(request: Request<RefusableCode>, { kind, passing }: Refusal, { terminal, now, traceId }: Where): No {
  const words = screenFor(kind, terminal.screens);
  const askStaff = passing || kind.startsWith('library-system');
  const said = 'institutionId' in request ? request.institutionId.trim() : '';
  return {
    kind,
    date: sipDate(now, { terminal }),
    // A reference helps only where staff must find the cause in the log.
    screenMessage: [askStaff ? `${words} (${traceId})` : words],
    institutionId: said === '' ? terminal.institution.code : said,
    terminal,
  };
}

const denied = Object.fromEntries(
  patronStatusNames.map((name) => [name, name.endsWith('PrivilegesDenied')]),
) as PatronStatus;

/** A patron of whom nothing is told. */
const patron = ({ kind, date, screenMessage, institutionId }: No) => ({
  patronStatus: denied,
  transactionDate: date,
  institutionId,
  personalName: '',
  validPatron: kind === 'patron-authentication-failed',
  ...(kind === 'patron-authentication-failed' && { validPatronPassword: false }),
  screenMessage,
});

const loan = (request: Request<'11' | '29'>, { date, screenMessage, institutionId }: No) => ({
  ok: false,
  renewalOk: false,
  magneticMedia: 'U' as const,
  desensitize: false,
  transactionDate: date,
  institutionId,
  patronIdentifier: request.patronIdentifier,
  itemIdentifier: request.itemIdentifier ?? '',
  titleIdentifier: '',
  dueDate: '',
  screenMessage,
});

const basic = (request: { readonly patronIdentifier: string }, { date, screenMessage, institutionId }: No) => ({
  transactionDate: date,
  institutionId,
  patronIdentifier: request.patronIdentifier,
  screenMessage,
});

const answers: { readonly [C in RefusableCode]: (request: Request<C>, no: No) => Response<AnswerTo<C>> } = {
  '01': (request, no) => ({
    code: '24',
    language: language.unknown,
    patronIdentifier: request.patronIdentifier,
    ...patron(no),
  }),
  '09': (request, { date, screenMessage, institutionId }) => ({
    code: '10',
    ok: false,
    resensitize: false,
    magneticMedia: 'U',
    alert: true,
    transactionDate: date,
    institutionId,
    itemIdentifier: request.itemIdentifier,
    permanentLocation: '',
    screenMessage,
  }),
  '11': (request, no) => ({ code: '12', ...loan(request, no) }),
  '15': (request, no) => ({ code: '16', ok: false, available: false, ...basic(request, no) }),
  '17': (request, { date, screenMessage }) => ({
    code: '18',
    circulationStatus: circulationStatus.other,
    securityMarker: securityMarker.other,
    feeType: feeType.other,
    transactionDate: date,
    itemIdentifier: request.itemIdentifier,
    titleIdentifier: '',
    screenMessage,
  }),
  '19': (request, { date, screenMessage }) => ({
    code: '20',
    itemPropertiesOk: false,
    transactionDate: date,
    itemIdentifier: request.itemIdentifier,
    screenMessage,
  }),
  '23': (request, no) => ({
    code: '24',
    language: languageOf(request),
    patronIdentifier: request.patronIdentifier,
    ...patron(no),
  }),
  '25': (request, no) => ({
    code: '26',
    language: language.unknown,
    patronIdentifier: request.patronIdentifier,
    ...patron(no),
  }),
  '29': (request, no) => ({ code: '30', ...loan(request, no) }),
  '35': (request, no) => ({ code: '36', endSession: true, ...basic(request, no) }),
  '37': (request, no) => ({ code: '38', paymentAccepted: false, ...basic(request, no) }),
  '63': (request, no) => ({
    code: '64',
    language: languageOf(request),
    patronIdentifier: request.patronIdentifier,
    holdItemsCount: 0,
    overdueItemsCount: 0,
    chargedItemsCount: 0,
    fineItemsCount: 0,
    recallItemsCount: undefined,
    unavailableHoldsCount: 0,
    ...patron(no),
  }),
  '65': (_request, { date, screenMessage, institutionId }) => ({
    code: '66',
    ok: false,
    renewedCount: 0,
    unrenewedCount: 0,
    transactionDate: date,
    institutionId,
    screenMessage,
  }),
  '99': (_request, { date, screenMessage, terminal }) => ({
    code: '98',
    onLineStatus: false,
    checkinOk: false,
    checkoutOk: false,
    acsRenewalPolicy: false,
    statusUpdateOk: false,
    offLineOk: false,
    timeoutPeriod: 100,
    retriesAllowed: 3,
    dateTimeSync: date,
    protocolVersion: '2.00',
    institutionId: terminal.institution.code,
    supportedMessages: '',
    screenMessage,
  }),
};
