import type { Part } from './broker.ts';
import { transactionDate } from './kiosk.ts';
import { ncip, type Step, sip2 } from './step.ts';

/** One side of an interlibrary loan. */
interface Act {
  readonly title: string;
  /** By what the timeline is found afterwards. */
  readonly request: string;
  readonly steps: readonly Step[];
}

const ourBook = '31234000000012';
const theirBook = 'FAR-0042';
const ada = '21234000000017';

const userId = (value: string): Part => ['UserId', [['UserIdentifierValue', value]]];
const itemId = (value: string): Part => ['ItemId', [['ItemIdentifierValue', value]]];
const requestId = (value: string): Part => [
  'RequestId',
  [
    ['AgencyId', 'FAR-LIB'],
    ['RequestIdentifierValue', value],
  ],
];
const authentication = (type: string, data: string): Part => [
  'AuthenticationInput',
  [
    ['AuthenticationInputData', data],
    ['AuthenticationDataFormatType', 'text'],
    ['AuthenticationInputType', type],
  ],
];
/** Months ahead, so that no calendar makes the demo fail. */
const due = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);

const checkin = (barcode: string): string =>
  `09N${transactionDate()}${transactionDate()}AP|AO01DEMO_INST|AB${barcode}|AC|`;

const lending: Act = {
  title: 'We lend: a patron of another library wants a book of ours',
  request: 'R-1001',
  steps: [
    ncip(
      'The broker asks for the book: Alma gets a hold on it, for the partner.',
      'RequestItem',
      [
        userId('patron-of-far-lib'),
        itemId(ourBook),
        requestId('R-1001'),
        ['RequestType', 'Hold'],
        ['RequestScopeType', 'Item'],
      ],
      'R-1001',
    ),
    ncip(
      'The book is sent: Alma has a loan to the partner, due when the broker says.',
      'CheckOutItem',
      [userId('pseudopatron'), itemId(ourBook), requestId('R-1001'), ['DesiredDateDue', `${due}T23:59:00`]],
      ourBook,
    ),
    sip2(
      'A kiosk with a return slot says who it is (this time only; its password is masked here).',
      'Login 93',
      ({ login }) => `9300CN${login.user}|CO${login.password}|`,
      { start: '941' },
    ),
    sip2(
      'The book is back and goes into the return slot, before the broker says anything: the gateway notes it.',
      'Checkin 09',
      () => checkin(ourBook),
      { start: '101', fields: [`AB${ourBook}`] },
    ),
    ncip(
      "The broker's own return comes after the kiosk's: a success, and nothing is done twice.",
      'CheckInItem',
      [itemId(ourBook)],
      ourBook,
    ),
  ],
};

const borrowing: Act = {
  title: 'We borrow: our patron Ada gets a book from another library',
  request: 'B-2001',
  steps: [
    ncip(
      'The broker asks who Ada is, with her card and PIN (masked here).',
      'LookupUser',
      [authentication('Barcode Id', ada), authentication('PIN', '1234'), ['UserElementType', 'User Id']],
      'ada',
    ),
    ncip(
      "The book has come: the gateway makes a short-lived record and item in Alma and puts it on Ada's hold shelf.",
      'AcceptItem',
      [
        requestId('B-2001'),
        ['RequestedActionType', 'Hold For Pickup And Notify'],
        userId(ada),
        itemId(theirBook),
        ['DateForReturn', `${due}T23:59:00`],
        [
          'ItemOptionalFields',
          [
            [
              'BibliographicDescription',
              [
                ['Author', 'Doe, Jane'],
                ['Title', 'A Book from Far Away'],
              ],
            ],
          ],
        ],
        ['PickupLocation', 'MAIN'],
      ],
      theirBook,
    ),
    sip2(
      'At the kiosk Ada sees that something waits for her (field AS).',
      'Patron Information 63',
      () => `63001${transactionDate()}Y         AO01DEMO_INST|AA${ada}|AC|`,
      { start: '64', fields: [`AS${theirBook}`] },
    ),
    sip2(
      'She takes it with her: an Alma loan, due when the lender wants it back (field AH).',
      'Checkout 11',
      () => `11YN${transactionDate()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${theirBook}|AC|`,
      { start: '121', fields: [`AB${theirBook}`] },
    ),
    sip2(
      'She brings it back to the kiosk, which sorts it out for the journey home (alert, fields CL and CV).',
      'Checkin 09',
      () => checkin(theirBook),
      { start: '101YNY', fields: [`AB${theirBook}`] },
    ),
    ncip(
      'The broker sends it home: the record and the item leave Alma again.',
      'CheckInItem',
      [itemId(theirBook)],
      theirBook,
    ),
  ],
};

export const story: readonly Act[] = [lending, borrowing];
