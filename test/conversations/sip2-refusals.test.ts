import { expect } from 'chai';
import { fields, type Kiosk, now } from './kiosk.ts';
import { acceptItem } from './messages.ts';
import { expectLegal } from './sip2-answers.ts';
import { World } from './world.ts';

const ada = '21234000000017';
const ben = '21234000000025';
const cleo = '21234000000033';
const dora = '21234000000041';
const emil = '21234000000058';
const noor = '21234000000066';
const free = '31234000000111';
const unknown = '39999999999999';
const blanks = ' '.repeat(18);

const checkOut = (patron: string, barcode: string, more = '') =>
  `11YN${now()}${blanks}AO01DEMO_INST|AA${patron}|AB${barcode}|AC|${more}`;
const checkIn = (barcode: string, more = '') => `09N${now()}${now()}AP|AO01DEMO_INST|AB${barcode}|AC|${more}`;
const renew = (patron: string, barcode: string, more = '') =>
  `29NN${now()}${blanks}AO01DEMO_INST|AA${patron}|AB${barcode}|AC|${more}`;
const itemInformation = (barcode: string) => `17${now()}AO01DEMO_INST|AB${barcode}|AC|`;

interface Refused {
  readonly message: () => string;
  /** How the answer begins: ok 0, no renewal, magnetic unknown, nothing desensitized or resensitized. */
  readonly start: string;
  readonly says: string;
}

const refused = {
  'a loan to a card that nobody has': {
    message: () => checkOut('29999999999999', free),
    start: '120NUN',
    says: 'This card is not known here. Please ask at the desk.',
  },
  'a loan with a wrong PIN': {
    message: () => checkOut(ada, free, 'AD4321|'),
    start: '120NUN',
    says: 'The PIN is not right. Please try again.',
  },
  'a loan to a blocked patron': {
    message: () => checkOut(ben, free),
    start: '120NUN',
    says: 'This card is blocked. Please ask at the desk.',
  },
  'a loan to a patron whose card has expired': {
    message: () => checkOut(cleo, free),
    start: '120NUN',
    says: 'This card has expired. Please renew it at the desk.',
  },
  'a loan to a patron who owes too much': {
    message: () => checkOut(dora, free),
    start: '120NUN',
    says: 'There are too many unpaid fees on this card. Please pay them first.',
  },
  'a loan of an item that nobody knows': {
    message: () => checkOut(ada, unknown),
    start: '120NUN',
    says: 'This item is not known here. Please ask at the desk.',
  },
  'a loan of an item that stays in the library': {
    message: () => checkOut(ada, '31234000000038'),
    start: '120NUN',
    says: 'This item cannot be borrowed.',
  },
  'a loan of what somebody else has': {
    message: () => checkOut(ada, '31234000000020'),
    start: '120NUN',
    says: 'This item is on loan to somebody else. Please hand it in at the desk.',
  },
  'a loan of what somebody else waits for': {
    message: () => checkOut(noor, '31234000000053'),
    start: '120NUN',
    says: 'This item is reserved for somebody else.',
  },
  'a loan of what lies on the hold shelf for somebody else': {
    message: () => checkOut(ada, '31234000000103'),
    start: '120NUN',
    says: 'This item is reserved for somebody else.',
  },
  'a loan of an item that is missing': {
    message: () => checkOut(ada, '31234000000087'),
    start: '120NUN',
    says: 'This item cannot be borrowed.',
  },
  'a loan without a patron': {
    message: () => checkOut('', free),
    start: '120NUN',
    says: 'The terminal did not send all that is needed. Please call the staff.',
  },
  'a loan without an item': {
    message: () => `11YN${now()}${blanks}AO01DEMO_INST|AA${ada}|AC|`,
    start: '120NUN',
    says: 'The terminal did not send all that is needed. Please call the staff.',
  },
  'the undoing of a return': {
    message: () => checkOut(ada, free, 'BIY|'),
    start: '120NUN',
    says: 'This is not offered here. Please ask at the desk.',
  },
  'the undoing of a loan, which as a return would set off a hold': {
    message: () => checkIn('31234000000053', 'BIY|'),
    start: '100NUY',
    says: 'This is not offered here. Please ask at the desk.',
  },
  'a return of an item that nobody knows': {
    message: () => checkIn(unknown),
    start: '100NUY',
    says: 'This item is not known here. Please ask at the desk.',
  },
  'a return without an item': {
    message: () => `09N${now()}${now()}AP|AO01DEMO_INST|AC|`,
    start: '100NUY',
    says: 'The terminal did not send all that is needed. Please call the staff.',
  },
  'a renewal of what is not on loan': {
    message: () => renew(ada, free),
    start: '300NUN',
    says: 'This item is not on loan to you.',
  },
  'a renewal of what somebody else has': {
    message: () => renew(ada, '31234000000095'),
    start: '300NUN',
    says: 'This item is not on loan to you.',
  },
  'a renewal of what was renewed as often as may be': {
    message: () => renew(emil, '31234000000020'),
    start: '300NUN',
    says: 'This loan cannot be renewed any more.',
  },
  'a loan again of what was renewed as often as may be': {
    message: () => checkOut(emil, '31234000000020'),
    start: '120NUN',
    says: 'This loan cannot be renewed any more.',
  },
  'a renewal with a wrong PIN': {
    message: () => renew(emil, '31234000000095', 'AD4321|'),
    start: '300NUN',
    says: 'The PIN is not right. Please try again.',
  },
  'a renewal to a card that nobody has': {
    message: () => renew('29999999999999', '31234000000095'),
    start: '300NUN',
    says: 'This card is not known here. Please ask at the desk.',
  },
  'a renewal that names no item': {
    message: () => `29NN${now()}${blanks}AO01DEMO_INST|AA${emil}|AJBees at the Window|`,
    start: '300NUN',
    says: 'The terminal did not send all that is needed. Please call the staff.',
  },
  'a question about an item that nobody knows': {
    message: () => itemInformation(unknown),
    start: '1801',
    says: 'This item is not known here. Please ask at the desk.',
  },
  'a question about no item': {
    message: () => itemInformation(' '),
    start: '1801',
    says: 'The terminal did not send all that is needed. Please call the staff.',
  },
} as const satisfies Record<string, Refused>;

/** What of Alma's records a refused message must leave as it was. */
function stateOf({ alma: { library } }: World): unknown {
  return structuredClone([library.loans.all(), library.requests.all(), library.items.all(), library.fees.all()]);
}

describe('SIP2 refusals', () => {
  let world: World;
  let kiosk: Kiosk;
  before(async () => {
    world = await World.start();
    kiosk = await world.kiosk();
  });
  after(() => world.stop());
  beforeEach(() => world.alma.reset());

  for (const [name, { message, start, says }] of Object.entries(refused) as [string, Refused][])
    it(`${name} is refused in words, and Alma stays as it was`, async () => {
      const before = stateOf(world);
      const sent = message();
      const answer = await kiosk.say(sent);
      expectLegal(answer, start.slice(0, 2));
      expect(answer.slice(0, start.length)).to.equal(start);
      expect(fields(answer, 'AF')).to.deep.equal([says]);
      // What the terminal compares is echoed as it came, and no date is promised.
      for (const id of ['AA', 'AB'].filter((each) => fields(answer, each).length > 0))
        expect(fields(answer, id)).to.deep.equal(sent.includes(`|${id}`) ? fields(sent, id) : ['']);
      expect(fields(answer, 'AH').join('')).to.equal('');
      expect(stateOf(world)).to.deep.equal(before);
      const told = world.events.findLast(({ event }) => event === 'message-refused');
      expect(told?.facts.name).to.contain(sent.slice(0, 2));
    });

  it('a renewal of what another library lent is refused without asking Alma to renew', async () => {
    await world.ncip(acceptItem({ request: 'B-8001', item: 'FAR-8001' }));
    expect(await kiosk.checkOut(ada, 'FAR-8001')).to.match(/^121/);
    const before = stateOf(world);
    const answer = await kiosk.renew(ada, 'FAR-8001');
    expectLegal(answer, '30');
    expect(answer.slice(0, 6)).to.equal('300NUN');
    expect(fields(answer, 'AF').join()).to.contain('another library');
    expect(stateOf(world)).to.deep.equal(before);
    expect(world.almaCalls('POST', /^\/users\/[^/]+\/loans\/[^/]+$/)).to.equal(0);
  });

  it('the same refusal is given again, since nothing was done that could be remembered', async () => {
    const wrongPin = checkOut(ada, free, 'AD4321|');
    expect(await kiosk.say(wrongPin)).to.match(/^120/);
    expect(await kiosk.say(wrongPin)).to.match(/^120/);
    expect(await kiosk.say(wrongPin.replace('4321', '1234')), 'and the right PIN is not held back').to.match(/^121/);
  });

  it('while Alma does not answer, every message is refused in words that give a reference for the log', async () => {
    await world.fault({ fault: 'html-503', times: 1000 });
    for (const [message, code] of [
      [checkOut(ada, free), '12'],
      [checkIn(free), '10'],
      [renew(emil, '31234000000095'), '30'],
      [itemInformation(free), '18'],
      [`23001${now()}AO01DEMO_INST|AA${ada}|AC|AD|`, '24'],
      [`63001${now()}${' '.repeat(10)}AO01DEMO_INST|AA${ada}|AC|`, '64'],
    ] as const) {
      const answer = await kiosk.say(message);
      expectLegal(answer, code);
      const screen = fields(answer, 'AF').join();
      const reference = /^The library system does not answer\. Please try again later\. \(([a-z2-9]{8})\)$/.exec(
        screen,
      );
      expect(reference, screen).not.to.equal(null);
      const traced = world.events.filter(({ facts }) => facts.trace === reference?.[1]).map(({ event }) => event);
      expect(traced).to.include.members(['message-in', 'message-refused', 'message-out']);
    }
  });
});
