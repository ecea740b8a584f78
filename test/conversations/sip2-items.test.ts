import { expect } from 'chai';
import { until } from '../until.ts';
import { fields, type Kiosk, now } from './kiosk.ts';
import { acceptItem, checkInItem } from './messages.ts';
import { expectLegal } from './sip2-answers.ts';
import { World } from './world.ts';

const ada = '21234000000017';
const emil = '21234000000058';
const noor = '21234000000066';
const gardens = '31234000000111';
const songs = '31234000000046';

const loanMade = /^\/users\/[^/]+\/loans$/;
const loanRenewed = /^\/users\/[^/]+\/loans\/[^/]+$/;
const scan = /^\/bibs\/.*\/items\/[^/]+$/;

/** The simulator counts days in UTC, and its closing time is on the same day in New York. */
const dueIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('SIP2 items', () => {
  let world: World;
  let kiosk: Kiosk;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());
  beforeEach(async () => {
    world.alma.reset();
    kiosk = await world.kiosk();
  });

  it('12 has title, due date and media type, says it is no renewal, and lets the strip be cleared', async () => {
    const answer = await kiosk.checkOut(ada, gardens);
    expectLegal(answer, '12');
    expect(answer.slice(0, 6)).to.equal('121NNY');
    expect(fields(answer, 'AA')).to.deep.equal([ada]);
    expect(fields(answer, 'AB')).to.deep.equal([gardens]);
    expect(fields(answer, 'AJ')).to.deep.equal(['Gardens Between the Tracks']);
    expect(fields(answer, 'AH').join().slice(0, 10)).to.equal(dueIn(28));
    expect(fields(answer, 'CK')).to.deep.equal(['001']);
    expect(fields(answer, 'AF')).to.deep.equal([]);
    expect(world.alma.library.activeLoansBy(world.alma.library.user('ada'))).to.have.lengthOf(1);
  });

  it('10 has permanent location, title and sort bin, and lets the strip be set', async () => {
    await kiosk.checkOut(ada, gardens);
    const answer = await kiosk.checkIn(gardens);
    expectLegal(answer, '10');
    expect(answer.slice(0, 6)).to.equal('101YNN');
    expect(fields(answer, 'AB')).to.deep.equal([gardens]);
    expect(fields(answer, 'AQ')).to.deep.equal(['Main Library']);
    expect(fields(answer, 'AJ')).to.deep.equal(['Gardens Between the Tracks']);
    expect(fields(answer, 'CL')).to.deep.equal(['1']);
    expect(world.alma.library.activeLoansBy(world.alma.library.user('ada'))).to.have.lengthOf(0);
  });

  it('a returned book that waits for somebody goes to the hold shelf, with an alert in words and in code', async () => {
    const answer = await kiosk.checkIn('31234000000053');
    expectLegal(answer, '10');
    expect(answer.slice(0, 6)).to.equal('101YNY');
    expect(fields(answer, 'CL')).to.deep.equal(['2']);
    expect(fields(answer, 'CV')).to.deep.equal(['01']);
    expect(fields(answer, 'AF').join()).to.contain('reserved');
    expect(answer, 'whose it is').not.to.contain('Fairweather').and.not.to.contain(ada);
  });

  it('another library’s book that nobody has fetched yet goes back to the hold shelf, and is said to be foreign', async () => {
    const item = 'FAR-UNFETCHED';
    await world.ncip(acceptItem({ request: 'B-7000', item }));
    const answer = await kiosk.checkIn(item);
    expectLegal(answer, '10');
    expect(answer.slice(0, 6)).to.equal('101YNY');
    expect(fields(answer, 'CL')).to.deep.equal(['2']);
    const [whose, why] = fields(answer, 'AF');
    expect(whose).to.contain('another library');
    expect(why).to.contain('reserved');
    await world.ncip(checkInItem(item));
  });

  it('a book that the bindery or the quarantine waits for goes to no shelf, and is handed to staff', async () => {
    for (const item of ['31234000000152', '31234000000160']) {
      const answer = await kiosk.checkIn(item);
      expectLegal(answer, '10');
      expect(answer.slice(0, 6)).to.equal('101YNY');
      expect(fields(answer, 'CL')).to.deep.equal([]);
      expect(fields(answer, 'AF').join()).to.contain('to the staff');
    }
  });

  it('a book that belongs at another desk is put in the bin for transit, without an alert', async () => {
    const elsewhere = await World.start(['terminals.0.place={ library: ILL, circDesk: ILL_DESK }']);
    try {
      const answer = await (await elsewhere.kiosk()).checkIn(gardens);
      expect(answer.slice(0, 6)).to.equal('101YNN');
      expect(fields(answer, 'CL')).to.deep.equal(['3']);
    } finally {
      await elsewhere.stop();
    }
  });

  it('a magnetic medium is called so, lent and returned', async () => {
    const lent = await kiosk.checkOut(ada, songs);
    expect(lent.slice(0, 6)).to.equal('121NYY');
    expect(fields(lent, 'CK')).to.deep.equal(['006']);
    expect((await kiosk.checkIn(songs)).slice(0, 6)).to.equal('101YYN');
  });

  const statuses = {
    'is available': { barcode: gardens, status: '03' },
    'is on loan': { barcode: '31234000000095', status: '04' },
    'waits on the hold shelf': { barcode: '31234000000103', status: '08' },
    'is missing': { barcode: '31234000000087', status: '13' },
    'stays in the library': { barcode: '31234000000038', status: '03' },
  };
  for (const [name, { barcode, status }] of Object.entries(statuses))
    it(`17 about an item that ${name}`, async () => {
      const answer = await kiosk.itemInformation(barcode);
      expectLegal(answer, '18');
      expect(answer.slice(2, 4)).to.equal(status);
      expect(fields(answer, 'AB')).to.deep.equal([barcode]);
      expect(fields(answer, 'AJ').join()).not.to.equal('');
      expect(fields(answer, 'AH'), 'a due date').to.have.lengthOf(status === '04' ? 1 : 0);
    });

  it('17 about an item with a hold tells how many wait', async () => {
    const answer = await kiosk.itemInformation('31234000000053');
    expectLegal(answer, '18');
    expect(fields(answer, 'CF')).to.deep.equal(['1']);
    expect(fields(await kiosk.itemInformation(gardens), 'CF')).to.deep.equal(['0']);
  });

  it('29 prolongs a loan and says that it is a renewal', async () => {
    const answer = await kiosk.renew(emil, '31234000000095');
    expectLegal(answer, '30');
    expect(answer.slice(0, 4)).to.equal('301Y');
    expect(fields(answer, 'AH').join().slice(0, 10)).to.equal(dueIn(28));
    expect(fields(answer, 'AJ')).to.deep.equal(['Bees at the Window']);
    expect(world.almaCalls('POST', loanRenewed)).to.equal(1);
  });

  it('11 for what the patron has already is a renewal', async () => {
    const answer = await kiosk.checkOut(emil, '31234000000095');
    expectLegal(answer, '12');
    expect(answer.slice(0, 4)).to.equal('121Y');
    expect(fields(answer, 'AH').join().slice(0, 10)).to.equal(dueIn(28));
    expect(world.almaCalls('POST', loanMade)).to.equal(0);
    expect(world.almaCalls('POST', loanRenewed)).to.equal(1);
  });

  it('11 twice within minutes is one loan, even where every word of the second is new', async () => {
    const first = await kiosk.checkOut(ada, gardens);
    world.letPass(5 * 60_000);
    const second = await kiosk.checkOut(ada, gardens);
    expect(second.slice(0, 4)).to.equal('121N');
    expect(fields(second, 'AH')).to.deep.equal(fields(first, 'AH'));
    world.letPass(20 * 60_000);
    expect((await kiosk.checkOut(ada, gardens)).slice(0, 4), 'half an hour later').to.equal('121Y');
    expect(world.almaCalls('POST', loanMade)).to.equal(1);
    expect(world.almaCalls('POST', loanRenewed)).to.equal(1);
  });
});

describe('SIP2 messages that come again', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());
  beforeEach(() => world.alma.reset());

  const date = () => now();
  const repeatable: [what: string, body: () => string, start: string, call: RegExp][] = [
    ['a loan', () => `11YN${date()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${gardens}|AC|AD1234|`, '121', loanMade],
    ['a return', () => `09N${date()}${date()}AP|AO01DEMO_INST|AB${gardens}|AC|`, '101', scan],
    ['a renewal', () => `29NN${date()}${' '.repeat(18)}AO|AA${emil}|AB31234000000095|AC|`, '301', loanRenewed],
  ];
  for (const [what, body, start, call] of repeatable)
    it(`${what}: after a reconnect the stored outcome, to the letter, and nothing is done again`, async () => {
      const message = body();
      const kiosk = await world.kiosk();
      const first = await kiosk.sayNumbered(message, '1');
      expect(first.slice(0, 3)).to.equal(start);
      kiosk.close();
      world.letPass(60_000);
      for (const sequence of ['1', '2']) {
        const again = await (await world.kiosk()).sayNumbered(message, sequence);
        expect(again.slice(0, -9)).to.equal(first.slice(0, -9));
      }
      expect(await (await world.kiosk()).say(message)).to.equal(first.slice(0, -9));
      expect(world.almaCalls('POST', call)).to.equal(1);
    });

  it('the same loan on two connections at the same moment is one loan', async () => {
    const message = `11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${noor}|AB${gardens}|AC|`;
    const kiosks = [await world.kiosk(), await world.kiosk()];
    const [one, other] = await Promise.all(kiosks.map((kiosk) => kiosk.say(message)));
    expect(one).to.match(/^121N/);
    expect(other).to.equal(one);
    expect(world.almaCalls('POST', loanMade)).to.equal(1);
  });

  it('a message without a transaction date is never taken for a repeat', async () => {
    const kiosk = await world.kiosk();
    const back = `09N${' '.repeat(36)}AP|AO01DEMO_INST|AB${gardens}|AC|`;
    expect(await kiosk.say(back)).to.match(/^101/);
    await kiosk.checkOut(ada, gardens);
    expect(await kiosk.say(back)).to.match(/^101/);
    expect(world.almaCalls('POST', scan)).to.equal(2);
    expect(world.alma.library.activeLoansBy(world.alma.library.user('ada'))).to.have.lengthOf(0);
  });

  it('an answer that Alma lost is found by looking, and the loan is made once', async () => {
    const kiosk = await world.kiosk();
    await world.fault({ match: { method: 'POST', path: '/users/*/loans' }, fault: 'drop-response' });
    const answer = await kiosk.checkOut(ada, gardens);
    expect(answer.slice(0, 4)).to.equal('121N');
    expect(world.almaCalls('POST', loanMade)).to.equal(1);
  });

  it('too slow an Alma: "please try again" in time, and the repeat gets the outcome of the first', async () => {
    const hurried = await World.start(['sip2.answerWithin=0.5']);
    try {
      const kiosk = await hurried.kiosk();
      await hurried.fault({ match: { method: 'POST', path: '/users/*/loans' }, fault: 'latency', ms: 900 });
      const message = `11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${gardens}|AC|`;
      const started = performance.now();
      const first = await kiosk.say(message);
      expect(performance.now() - started).to.be.within(450, 850);
      expectLegal(first, '12');
      expect(first.slice(0, 6)).to.equal('120NUN');
      expect(fields(first, 'AF').join())
        .to.contain('try again')
        .and.to.match(/\([a-z2-9]{8}\)/);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(await kiosk.say(message)).to.match(/^121N/);
      expect(hurried.almaCalls('POST', loanMade)).to.equal(1);
    } finally {
      await hurried.stop();
    }
  });

  it('the same AY and AZ hear "please try again" once, and then what became of the first', async () => {
    const hurried = await World.start(['sip2.answerWithin=0.5']);
    try {
      const kiosk = await hurried.kiosk();
      await hurried.fault({ match: { method: 'POST', path: '/users/*/loans' }, fault: 'latency', ms: 900 });
      const message = `11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${gardens}|AC|`;
      const first = await kiosk.sayNumbered(message, '3');
      expect(first)
        .to.match(/^120NUN/)
        .and.to.contain('try again');
      expect(await kiosk.say('97AZFEF5'), 'what a terminal did not hear is repeated as it was').to.equal(first);
      const { library } = hurried.alma;
      await until(() => library.activeLoansBy(library.user('ada')).length > 0);
      const second = await kiosk.sayNumbered(message, '3');
      expect(second).to.match(/^121N/);
      expect(await kiosk.sayNumbered(message, '3'), 'which is its answer from now on').to.equal(second);
      expect(hurried.almaCalls('POST', loanMade)).to.equal(1);
    } finally {
      await hurried.stop();
    }
  });

  it('the same AY and AZ after "does not answer" are tried again', async () => {
    const kiosk = await world.kiosk();
    await world.fault({ match: { method: 'GET', path: '/users/*' }, fault: 'html-503', times: 4 });
    const message = `23001${now()}AO01DEMO_INST|AA${ada}|AC|AD|`;
    expect(fields(await kiosk.sayNumbered(message, '5'), 'AF').join()).to.contain('does not answer');
    expect(await kiosk.sayNumbered(message, '5')).to.match(/^24 {14}/);
  });
});

describe('SIP2 items of other libraries', () => {
  it('are lent with a warning, not renewed, sent home, and still known when Alma has forgotten them', async () => {
    const world = await World.start();
    try {
      const item = 'FAR-7001';
      await world.ncip(acceptItem({ request: 'B-7001', item, title: 'Letters from an Island' }));
      const kiosk = await world.kiosk();
      expect((await kiosk.itemInformation(item)).slice(0, 4), 'on the hold shelf').to.equal('1808');

      const lent = await kiosk.checkOut(ada, item);
      expect(lent.slice(0, 3)).to.equal('121');
      expect(fields(lent, 'AF').join()).to.contain('another library');
      const again = await kiosk.checkOut(ada, item);
      expect(again.slice(0, 4), 'no renewal').to.equal('121N');
      expect(fields(again, 'AH')).to.deep.equal(fields(lent, 'AH'));

      const returned = await kiosk.checkIn(item);
      expect(returned.slice(0, 6)).to.equal('101YNY');
      expect(fields(returned, 'CL')).to.deep.equal(['4']);
      await world.ncip(checkInItem(item));
      expect(world.alma.library.itemByBarcode(item)).to.equal(undefined);

      const known = await kiosk.itemInformation(item);
      expectLegal(known, '18');
      expect(known.slice(0, 4)).to.equal('1801');
      expect(fields(known, 'AJ')).to.deep.equal(['Letters from an Island']);
      expect(fields(known, 'AF').join()).to.contain('another library');
    } finally {
      await world.stop();
    }
  });
});
