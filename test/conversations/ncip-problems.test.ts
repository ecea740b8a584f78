import { expect } from 'chai';
import { type RefusalKind, refusalKinds } from '../../src/circulation/refusals.ts';
import {
  acceptItem,
  authentication,
  checkInItem,
  checkOutItem,
  lookupUser,
  message,
  requestItem,
  userId,
} from './messages.ts';
import { problemOf, sentBy, shelve, worldWith } from './ncip-broker.ts';
import type { World } from './world.ts';

type Library = World['alma']['library'];
const partnersPatron = (library: Library) => library.users.get('pseudopatron')!;

/** A refusal that a broker can meet: what is amiss, what it says then, and what it hears. */
interface Row {
  readonly kind: RefusalKind;
  readonly amiss?: (library: Library) => void;
  /** What happened before, and must succeed. */
  readonly earlier?: (item: string) => string;
  readonly says: (item: string) => string;
  readonly hears: readonly [type: string, element: string, value: string | undefined];
}

const onItem = 'ItemId/ItemIdentifierValue';
const onUser = 'UserId/UserIdentifierValue';
const onProfile = 'InitiationHeader/ApplicationProfileType';
const out = (item: string): string => checkOutItem({ request: `R-${item}`, item });
const ours = 'the item';

/** `the item` among the values is a new, available item of the library's. */
const rows: readonly Row[] = [
  {
    kind: 'unknown-patron',
    says: () => lookupUser(userId('nobody')),
    hears: ['Unknown User', `//LookupUser/${onUser}`, 'nobody'],
  },
  {
    kind: 'patron-authentication-failed',
    says: () => lookupUser(authentication('User Id', 'ada') + authentication('PIN', '0')),
    hears: ['User Authentication Failed', '//LookupUser/AuthenticationInput/AuthenticationInputData', undefined],
  },
  {
    kind: 'pin-required',
    says: () => sentBy('DEMANDING', lookupUser(authentication('User Id', 'ada'))),
    hears: ['User Authentication Failed', '//LookupUser/AuthenticationInput/AuthenticationInputData', undefined],
  },
  {
    kind: 'patron-not-eligible',
    amiss: (library) => (partnersPatron(library).status = 'INACTIVE'),
    says: (item) => requestItem({ request: `R-${item}`, item }),
    hears: ['User Ineligible To Request This Item', `//RequestItem/${onUser}`, 'patron-of-a'],
  },
  {
    kind: 'patron-not-eligible',
    says: (item) => acceptItem({ request: `R-${item}`, item: `FAR-${item}`, user: 'ben' }),
    hears: ['User Ineligible To Check Out This Item', `//AcceptItem/${onUser}`, 'ben'],
  },
  {
    kind: 'patron-expired',
    amiss: (library) => (partnersPatron(library).expires = new Date(0)),
    says: out,
    hears: ['User Ineligible To Check Out This Item', `//CheckOutItem/${onUser}`, 'pseudopatron'],
  },
  {
    kind: 'patron-blocked',
    amiss: (library) => partnersPatron(library).blocks.push({ description: 'Lost', note: '', since: new Date() }),
    says: out,
    hears: ['User Blocked', `//CheckOutItem/${onUser}`, 'pseudopatron'],
  },
  {
    kind: 'fee-limit-exceeded',
    amiss: (library) => {
      for (const fee of library.fees.values()) fee.userId = 'pseudopatron';
      library.groups.get('PARTNER')!.feeLimit = 100;
    },
    says: out,
    hears: ['User Blocked', `//CheckOutItem/${onUser}`, 'pseudopatron'],
  },
  {
    kind: 'loan-limit-exceeded',
    amiss: (library) => (library.groups.get('PARTNER')!.loanLimit = 0),
    says: out,
    hears: ['Maximum Check Outs Exceeded', `//CheckOutItem/${onUser}`, 'pseudopatron'],
  },
  { kind: 'unknown-item', says: () => checkInItem('399'), hears: ['Unknown Item', `//CheckInItem/${onItem}`, '399'] },
  {
    kind: 'item-not-loanable',
    says: () => out('31234000000038'),
    hears: ['Item Does Not Circulate', `//CheckOutItem/${onItem}`, '31234000000038'],
  },
  {
    kind: 'item-on-loan-to-another',
    says: () => out('31234000000095'),
    hears: ['Resource Cannot Be Provided', `//CheckOutItem/${onItem}`, '31234000000095'],
  },
  {
    kind: 'item-held-for-another',
    says: () => out('31234000000053'),
    hears: ['Resource Cannot Be Provided', `//CheckOutItem/${onItem}`, '31234000000053'],
  },
  {
    kind: 'item-unavailable',
    amiss: (library) => (library.itemByBarcode('31234000000079')!.process = 'ACQ'),
    says: () => out('31234000000079'),
    hears: ['Resource Cannot Be Provided', `//CheckOutItem/${onItem}`, '31234000000079'],
  },
  {
    kind: 'item-not-on-loan',
    earlier: (item) => requestItem({ request: `R-${item}`, item }),
    says: checkInItem,
    hears: ['Item Not Checked Out', `//CheckInItem/${onItem}`, ours],
  },
  {
    kind: 'item-already-returned',
    earlier: (item) => sentBy('STRICT', out(item)),
    // Staff take it back at the desk: nothing passes through the gateway.
    amiss: (library) => {
      for (const loan of library.activeLoansBy(partnersPatron(library)))
        loan.returned = { at: library.now(), library: 'MAIN', desk: 'DEFAULT_CIRC_DESK' };
    },
    says: (item) => sentBy('STRICT', checkInItem(item)),
    hears: ['Item Not Checked Out', `//CheckInItem/${onItem}`, ours],
  },
  {
    kind: 'wrong-circulation-desk',
    says: (item) => sentBy('STUDENT', out(item)),
    hears: ['Resource Cannot Be Provided', `//CheckOutItem/${onItem}`, ours],
  },
  {
    kind: 'barcode-in-use',
    says: (item) => acceptItem({ request: `R-${item}`, item }),
    hears: ['Cannot Accept Item', `//AcceptItem/${onItem}`, ours],
  },
  {
    kind: 'duplicate-request',
    earlier: (item) => requestItem({ request: 'R-twice', item }),
    says: () => requestItem({ request: 'R-twice', item: '31234000000111' }),
    hears: ['Duplicate Request', '//RequestItem/RequestId/RequestIdentifierValue', 'R-twice'],
  },
  {
    kind: 'unknown-pickup-location',
    says: (item) => acceptItem({ request: `R-${item}`, item: `FAR-${item}`, pickup: 'Attic' }),
    hears: ['Unknown Value From Known Scheme', '//AcceptItem/PickupLocation', 'Attic'],
  },
  {
    kind: 'sender-unknown',
    says: (item) => sentBy('STRANGER', checkInItem(item)),
    hears: ['Unknown Agency', `//CheckInItem/${onProfile}`, 'STRANGER'],
  },
  {
    kind: 'sender-not-admitted',
    says: (item) => sentBy('FARAWAY', checkInItem(item)),
    hears: ['Agency Authentication Failed', `//CheckInItem/${onProfile}`, 'FARAWAY'],
  },
  {
    kind: 'service-unsupported',
    says: (item) => checkInItem(item).replaceAll('CheckInItem', 'DeleteItem'),
    hears: ['Unsupported Service', '//DeleteItem', 'DeleteItem'],
  },
  {
    kind: 'message-invalid',
    says: () => message('CheckInItem', '<ItemId/>'),
    hears: ['Invalid Message Syntax Error', '//ItemId', undefined],
  },
  {
    kind: 'data-missing',
    says: () => checkInItem('  '),
    hears: ['Needed Data Missing', `//CheckInItem/${onItem}`, ''],
  },
  {
    kind: 'date-invalid',
    says: (item) => checkOutItem({ request: `R-${item}`, item, due: '2001-01-01T00:00:00Z' }),
    hears: ['Invalid Date', '//CheckOutItem/DesiredDateDue', '2001-01-01T00:00:00Z'],
  },
  {
    kind: 'library-system-refused',
    says: (item) => sentBy('NOPLACE', acceptItem({ request: `R-${item}`, item: `FAR-${item}` })),
    hears: ['Cannot Accept Item', '//AcceptItem', undefined],
  },
  {
    kind: 'library-system-misconfigured',
    amiss: (library) => library.apiKeys.clear(),
    says: () => lookupUser(userId('emil')),
    hears: ['Temporary Processing Failure', '//LookupUser', undefined],
  },
];

/** The others: those that take time are met in other files, and why a broker can meet none of the rest. */
const elsewhere: readonly RefusalKind[] = [
  'patron-inactive', // Alma says only that such a patron is not eligible
  'item-not-renewable', // only where a broker renews
  'renewal-limit-exceeded',
  'interlibrary-not-renewable',
  'payment-not-possible', // only at a kiosk
  'unknown-request', // no service about a request alone
  'request-not-possible', // in ncip-lending.test.ts
  'still-in-progress', // in ncip-time.test.ts
  'library-system-unavailable', // there too
  'internal-error', // would be a defect
];

describe('what a broker hears when the gateway says no', () => {
  let world: World;
  before(async () => {
    world = await worldWith(
      {
        STRICT: { 'alreadyReturned: success': 'alreadyReturned: problem' },
        DEMANDING: { 'alreadyReturned: success': 'alreadyReturned: success\npinDemand: required' },
        STUDENT: { 'fixed: pseudopatron': 'fixed: emil' },
        FARAWAY: { '127.0.0.0/8\n    - ::1': '192.0.2.0/24' },
        NOPLACE: { 'location: ill_temp': 'location: nowhere' },
      },
      ['ncip.checkAnswers=true'],
    );
  });
  after(() => world.stop());

  it('is tried for every kind of refusal', () => {
    const tried = [...rows.map(({ kind }) => kind), ...elsewhere];
    expect([...new Set(tried)].toSorted()).to.deep.equal(Object.keys(refusalKinds).toSorted());
  });

  for (const { kind, amiss, earlier, says, hears } of rows) {
    const [type, element, value] = hears;
    it(`${kind}: "${type}" at ${element}`, async () => {
      const { library } = world.alma;
      const item = shelve(world);
      if (earlier) expect(await world.ncip(earlier(item))).not.to.include('Problem');
      const saved = structuredClone([library.users, library.groups, library.fees, library.apiKeys].map((t) => [...t]));
      amiss?.(library);
      try {
        const answer = await world.ncip(says(item));
        expect(problemOf(answer)).to.include({ type, element, value: value === ours ? item : value });
        const refused = world.events.findLast(({ event }) => event === 'message-refused');
        expect(refused?.facts.refusal).to.equal(kind);
        expect(problemOf(answer).detail).to.match(new RegExp(`^${type}: .* \\(reference ${refused?.facts.trace}\\)$`));
      } finally {
        const [users = [], groups = [], fees = [], keys = []] = saved;
        for (const [id, user] of users) library.users.set(id, user as never);
        for (const [id, group] of groups) library.groups.set(id, group as never);
        for (const [id, fee] of fees) library.fees.set(id, fee as never);
        for (const [id, rights] of keys) library.apiKeys.set(id, rights as never);
      }
    });
  }

  it('was no defect of ours, and every answer held its own check against the schema', () => {
    expect(world.events.filter(({ event }) => event === 'defect')).to.deep.equal([]);
  });
});
