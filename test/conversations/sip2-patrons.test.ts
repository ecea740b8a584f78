import { expect } from 'chai';
import { fields, type Kiosk } from './kiosk.ts';
import { expectLegal } from './sip2-answers.ts';
import { World } from './world.ts';

const cards = {
  ada: '21234000000017',
  ben: '21234000000025',
  cleo: '21234000000033',
  dora: '21234000000041',
  emil: '21234000000058',
  noor: '21234000000066',
};

const lists = ['AS', 'AT', 'AU', 'AV', 'BU', 'CD'];
/** The summary that asks for one list, by the field that answers. */
const wanting = (id: string) => Array.from({ length: 10 }, (_, at) => (lists[at] === id ? 'Y' : ' ')).join('');

/** The six counts of a 64: hold, overdue, charged, fine, recall, unavailable holds. */
const countsOf = (answer: string) => answer.slice(37, 61).match(/.{4}/g) ?? [];

/** The places of the Ys among the 14 flags. */
const flagsOf = (answer: string) => Array.from(answer.slice(2, 16)).flatMap((flag, at) => (flag === 'Y' ? [at] : []));

const passwordChecks = (world: World) => world.almaCalls('POST', /^\/users\/[^/]+$/);

/** Takes and gives back one book often enough for a list that is worth paging. */
async function borrow(kiosk: Kiosk, patron: string, barcodes: readonly string[]): Promise<void> {
  for (const barcode of barcodes) expect((await kiosk.checkOut(patron, barcode)).slice(0, 3), barcode).to.equal('121');
}

describe('SIP2 patrons', () => {
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

  // Charge, renewal, recall and hold privileges are 0 to 3; 10 and 11 are fines and fees.
  const standings = {
    ada: { flags: [], says: undefined },
    ben: { flags: [0, 1, 2, 3], says: 'This card is blocked. Please ask at the desk.' },
    cleo: { flags: [0, 1, 2, 3], says: 'This card has expired. Please renew it at the desk.' },
    dora: { flags: [0, 10, 11], says: 'There are too many unpaid fees on this card. Please pay them first.' },
    emil: { flags: [], says: undefined },
    noor: { flags: [], says: undefined },
  };
  for (const [name, { flags, says }] of Object.entries(standings))
    it(`24 and 64 say the same of ${name}, whether by card or by primary id`, async () => {
      const card = cards[name as keyof typeof cards];
      for (const patron of [card, name]) {
        const status = await kiosk.patronStatus(patron);
        const information = await kiosk.patronInformation(patron);
        expectLegal(status, '24');
        expectLegal(information, '64');
        expect(flagsOf(status)).to.deep.equal(flags);
        expect(flagsOf(information)).to.deep.equal(flags);
        for (const id of ['AO', 'AE', 'BL', 'BH', 'BV', 'AF'])
          expect(fields(status, id), id).to.deep.equal(fields(information, id));
        expect(fields(status, 'AA')).to.deep.equal([patron]);
        expect(fields(status, 'BL')).to.deep.equal(['Y']);
        expect(fields(status, 'AF')).to.deep.equal(says === undefined ? [] : [says]);
      }
    });

  it('64 counts what there is, and tells the limits and how to reach the patron', async () => {
    const answer = await kiosk.patronInformation(cards.emil);
    expect(countsOf(answer)).to.deep.equal(['0001', '0001', '0002', '0000', '    ', '0000']);
    expect(fields(answer, 'BZ')).to.deep.equal(['0020']);
    expect(fields(answer, 'CA')).to.deep.equal(['0005']);
    expect(fields(answer, 'CB')).to.deep.equal(['0050']);
    expect(fields(answer, 'CC')).to.deep.equal(['10.00']);
    expect(fields(answer, 'BD').join()).to.contain('12 Harbour Lane, Flat 3').and.to.contain('01103 Springfield');
    expect(fields(answer, 'BE')).to.deep.equal(['emil@example.org']);
    expect(fields(answer, 'BF')).to.deep.equal(['+1 413 555 0117']);
    for (const id of lists) expect(fields(answer, id), id).to.deep.equal([]);
    expect(fields(answer, 'BV'), 'nothing is owed').to.deep.equal([]);
    expect(countsOf(await kiosk.patronInformation(cards.ada))).to.deep.equal([
      ...['0000', '0000', '0000', '0000', '    ', '0001'],
    ]);
  });

  const contents = {
    AS: { patron: cards.emil, items: ['31234000000103'] },
    AT: { patron: cards.emil, items: ['31234000000020'] },
    AU: { patron: cards.emil, items: ['31234000000020', '31234000000095'] },
    AV: { patron: cards.dora, items: ['31234000000012'] },
    BU: { patron: cards.emil, items: [] },
    CD: { patron: cards.ada, items: ['31234000000053'] },
  };
  for (const [id, { patron, items }] of Object.entries(contents))
    it(`the list ${id} comes when the summary asks for it, and no other list with it`, async () => {
      const answer = await kiosk.patronInformation(patron, wanting(id));
      expectLegal(answer, '64');
      for (const other of lists) expect(fields(answer, other), other).to.have.members(other === id ? items : []);
    });

  it('what is owed is told with its currency, in 24 and 64', async () => {
    for (const answer of [await kiosk.patronStatus(cards.dora), await kiosk.patronInformation(cards.dora)]) {
      expect(fields(answer, 'BH')).to.deep.equal(['USD']);
      expect(fields(answer, 'BV')).to.deep.equal(['25.00']);
    }
    expect(countsOf(await kiosk.patronInformation(cards.dora))[3]).to.equal('0001');
  });

  it('a summary of several Ys or of an unknown one is answered all the same', async () => {
    const several = await kiosk.patronInformation(cards.emil, 'YYY       ');
    expectLegal(several, '64');
    expect(fields(several, 'AS')).to.deep.equal(['31234000000103']);
    for (const summary of ['      Y   ', '         Y', 'NNNNNNYYYY', 'YYYYYYYYYY'])
      expectLegal(await kiosk.patronInformation(cards.emil, summary), '64');
  });

  it('BP and BQ count from 1, include both ends, and change no count', async () => {
    const some = ['31234000000061', '31234000000111', '31234000000129'];
    await borrow(kiosk, cards.noor, some);
    const page = async (more: string) => {
      const answer = await kiosk.patronInformation(cards.noor, wanting('AU'), more);
      expect(countsOf(answer)[2]).to.equal('0003');
      return fields(answer, 'AU');
    };
    const all = await page('');
    expect(all).to.have.members(some);
    expect(await page('BP1|BQ1|')).to.deep.equal(all.slice(0, 1));
    expect(await page('BP2|BQ3|')).to.deep.equal(all.slice(1));
    expect(await page('BP2|')).to.deep.equal(all.slice(1));
    expect(await page('BQ2|')).to.deep.equal(all.slice(0, 2));
    expect(await page('BP4|BQ9|')).to.deep.equal([]);
    expect(await page('BP|BQ|')).to.deep.equal(all);
    expect(await page('BPone|BQtwo|')).to.deep.equal(all);
    expect(await page('BP3|BQ2|')).to.deep.equal([]);
  });

  it('CQ speaks only of a PIN that was sent and checked', async () => {
    const pinned = (pin: string) => kiosk.patronInformation(cards.ada, undefined, `AD${pin}|`);
    expect(fields(await pinned('1234'), 'CQ')).to.deep.equal(['Y']);
    expect(passwordChecks(world)).to.equal(1);
    expect(fields(await pinned(''), 'CQ')).to.deep.equal([]);
    expect(fields(await kiosk.patronInformation(cards.ada), 'CQ')).to.deep.equal([]);
    expect(fields(await kiosk.patronStatus(cards.ada), 'CQ')).to.deep.equal([]);
    expect(passwordChecks(world), 'an empty PIN is not tried').to.equal(1);
    expect(fields(await kiosk.patronStatus(cards.ada, '1234'), 'CQ')).to.deep.equal(['Y']);
  });

  it('who does not know the PIN learns nothing of the patron but that the card is one', async () => {
    const status = await kiosk.patronStatus(cards.emil, '4321');
    const information = await kiosk.patronInformation(cards.emil, wanting('AU'), 'AD4321|');
    expectLegal(status, '24');
    expectLegal(information, '64');
    for (const answer of [status, information]) {
      expect(flagsOf(answer)).to.deep.equal([0, 1, 2, 3]);
      expect(fields(answer, 'BL')).to.deep.equal(['Y']);
      expect(fields(answer, 'CQ')).to.deep.equal(['N']);
      expect(fields(answer, 'AE')).to.deep.equal(['']);
      expect(fields(answer, 'AF')).to.deep.equal(['The PIN is not right. Please try again.']);
      for (const id of [...lists, 'BD', 'BE', 'BF']) expect(fields(answer, id), id).to.deep.equal([]);
    }
  });

  it('a card that is not known is no valid patron', async () => {
    const unknown = '29999999999999';
    for (const answer of [await kiosk.patronStatus(unknown), await kiosk.patronInformation(unknown)]) {
      expect(flagsOf(answer)).to.deep.equal([0, 1, 2, 3]);
      expect(fields(answer, 'AA')).to.deep.equal([unknown]);
      expect(fields(answer, 'BL')).to.deep.equal(['N']);
      expect(fields(answer, 'CQ')).to.deep.equal([]);
      expect(fields(answer, 'AF')).to.deep.equal(['This card is not known here. Please ask at the desk.']);
    }
  });

  // A program that books rooms deletes whom it hears BL N of.
  const unasked: Record<string, { ask(world: World): Promise<Kiosk>; patron: string; says: RegExp }> = {
    'no card was sent': { ask: (from) => from.kiosk(), patron: '  ', says: /did not send all/ },
    'nobody has logged in': { ask: (from) => from.kiosk({ login: false }), patron: cards.ada, says: /not logged in/ },
    'Alma does not answer': {
      async ask(from) {
        await from.fault({ match: { method: 'GET', path: '/users/*' }, fault: 'html-503', times: 100 });
        return from.kiosk();
      },
      patron: cards.ada,
      says: /does not answer/,
    },
  };
  for (const [why, { ask, patron, says }] of Object.entries(unasked))
    it(`nothing is said of a card, and nothing counted, where ${why}`, async () => {
      const terminal = await ask(world);
      for (const answer of [await terminal.patronStatus(patron), await terminal.patronInformation(patron)]) {
        expect(flagsOf(answer)).to.deep.equal([0, 1, 2, 3]);
        expect(fields(answer, 'AA')).to.deep.equal([patron]);
        for (const id of ['BL', 'CQ', 'BV']) expect(fields(answer, id), id).to.deep.equal([]);
        expect(fields(answer, 'AF').join()).to.match(says);
        if (answer.startsWith('64')) expect(countsOf(answer)).to.deep.equal(Array(6).fill('    '));
      }
    });

  it('a blank limit of the library is not told, and the flags follow the limits', async () => {
    const strict = await World.start(['institutions.01DEMO_INST.limits={ loans: 2, overdue: 0, holds: 1 }']);
    try {
      const answer = await (await strict.kiosk()).patronInformation(cards.emil);
      expect(fields(answer, 'CC')).to.deep.equal([]);
      expect(fields(answer, 'CB')).to.deep.equal(['0002']);
      // Charging is denied, 3 for the one hold, 5 for as many loans as allowed, 6 for the one that is overdue.
      expect(flagsOf(answer)).to.deep.equal([0, 3, 5, 6]);
      expect(fields(answer, 'AF')).to.deep.equal(['You have as many items as you may borrow.']);
    } finally {
      await strict.stop();
    }
  });
});

describe('SIP2 PIN policies', () => {
  async function pins(policy: string, conversation: (kiosk: Kiosk, world: World) => Promise<void>): Promise<void> {
    const world = await World.start([`institutions.01DEMO_INST.pin=${policy}`]);
    try {
      await conversation(await world.kiosk(), world);
    } finally {
      await world.stop();
    }
  }

  it('none: the card is enough, no PIN is ever checked, and none is called right', () =>
    pins('none', async (kiosk, world) => {
      const answer = await kiosk.patronStatus(cards.ada, 'whatever');
      expect(fields(answer, 'AE')).to.deep.equal(['Ada Fairweather']);
      expect(fields(answer, 'CQ')).to.deep.equal([]);
      expect(await kiosk.checkOut(cards.ada, '31234000000111', 'ADwhatever|')).to.match(/^121/);
      expect(passwordChecks(world)).to.equal(0);
    }));

  it('alma-password: Alma is asked, for loans and renewals too', () =>
    pins('alma-password', async (kiosk, world) => {
      expect(await kiosk.checkOut(cards.ada, '31234000000111', 'AD4321|')).to.match(/^120/);
      expect(world.almaCalls('POST', /loans/)).to.equal(0);
      expect(await kiosk.checkOut(cards.ada, '31234000000111', 'AD1234|')).to.match(/^121/);
      expect(passwordChecks(world)).to.equal(2);
    }));

  it('identifier: a number on the patron record is the PIN, and Alma is not asked', () =>
    pins('identifier:BARCODE', async (kiosk, world) => {
      expect(fields(await kiosk.patronStatus('ada', cards.ada), 'CQ')).to.deep.equal(['Y']);
      expect(fields(await kiosk.patronStatus('ada', cards.ben), 'CQ')).to.deep.equal(['N']);
      expect(fields(await kiosk.patronStatus('ada', '1234'), 'CQ')).to.deep.equal(['N']);
      expect(passwordChecks(world)).to.equal(0);
    }));

  it('a PIN stands in no log line, whatever became of the message', async () => {
    const world = await World.start(['log.messages=true']);
    try {
      const kiosk = await world.kiosk();
      await kiosk.patronStatus(cards.ada, 'S3CRET-RIGHT');
      await kiosk.checkOut(cards.ada, '31234000000111', 'ADS3CRET-LOAN|');
      kiosk.write('damaged 23|ADS3CRET-NOISE|\r');
      await kiosk.say('9300CNkiosk1|COS3CRET-LOGIN|');
      const log = JSON.stringify(world.events);
      expect(log).to.contain('Patron Status').and.to.contain('***');
      expect(log).not.to.contain('S3CRET').and.not.to.contain('kiosk1-secret');
    } finally {
      await world.stop();
    }
  });
});
