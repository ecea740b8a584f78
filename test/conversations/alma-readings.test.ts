import { expect } from 'chai';
import { almaHas, inventory, profile } from './core-state.ts';
import { fields, type Kiosk } from './kiosk.ts';
import { acceptItem, checkInItem, lookupUser, requestItem, userId } from './messages.ts';
import { problemOf, sentBy, shelve } from './ncip-broker.ts';
import { textOf, World } from './world.ts';

const ada = '21234000000017';
const emil = '21234000000058';
const item = '31234000000012';

/** What the kiosk's screen shows, without the reference for the telephone. */
const words = (answer: string): string =>
  fields(answer, 'AF')
    .join(' ')
    .replace(/ \(\w{8}\)$/, '');
const tryLater = 'The library system does not answer. Please try again later.';
const callStaff = 'The library system is not set up for this. Please call the staff.';

/** The parameters of the calls of this kind that Alma had since its last reset. */
const sent = (world: World, method: string, path: RegExp): Record<string, string>[] =>
  world.alma
    .calls()
    .filter((call) => call.method === method && path.test(call.path))
    .map(({ query }) => Object.fromEntries(new URLSearchParams(query)));

const scans = /\/items\/\d+$/;
const cancellations = /\/requests\/\d+$/;

describe("Alma's answers, as brokers and kiosks hear them", () => {
  let world: World;
  let kiosk: Kiosk;
  before(async () => {
    const profiles = {
      nodesk: { 'borrowing.pickupLocations.MAIN.circDesk': 'GONE' },
      shelving: {
        'borrowing.pickupLocations.MAIN': { library: 'MAIN', circDesk: 'HOLDS_DESK', holdShelfProcessing: true },
      },
      nosystem: { 'lending.patron': { perAgency: { idPrefix: 'X-', userGroup: 'PARTNER', externalId: 'NOWHERE' } } },
      system: { 'lending.patron': { perAgency: { idPrefix: 'Y-', userGroup: 'PARTNER', externalId: 'SIS' } } },
    };
    const files = Object.entries(profiles).map(([code, settings]) => [
      `brokers/${code}.yaml`,
      profile({ code, ...settings }),
    ]);
    const brokers = `institutions.01DEMO_INST.brokers=[demo-ill, ${Object.keys(profiles).join(', ')}]`;
    // Quick repeats, and a short rest for an Alma that is away.
    world = await World.start([brokers], Object.fromEntries(files), { pauseMs: 5, breakForMs: 300 });
  });
  beforeEach(async () => {
    world.alma.reset();
    kiosk = await world.kiosk();
    // What Alma did in an earlier test is over, and forgotten.
    await until(isOnline);
    expect(await kiosk.patronStatus(emil)).to.contain('BLY');
    world.alma.reset();
  });
  after(() => world.stop());

  const readiness = async (): Promise<Record<string, string>> => {
    const answer = await fetch(`http://127.0.0.1:${world.gateway.ports.operator}/readyz`);
    return ((await answer.json()) as { parts: Record<string, string> }).parts;
  };
  /** What the log says of the last message that was refused. */
  const refusal = () => world.events.findLast(({ event }) => event === 'message-refused')?.facts;
  const isOnline = async (): Promise<boolean> => (await kiosk.say('9900302.00')).startsWith('98Y');

  describe('a parameter that is not valid', () => {
    it('is a wrong setting and no unknown item, where Alma names the desk', async () => {
      const before = inventory(world);
      const message = acceptItem({ request: 'AR-1', item: 'READ-1' }).replace('DEMO-ILL', 'nodesk');
      expect(problemOf(await world.ncip(message)).type).to.equal('Temporary Processing Failure');
      expect(refusal()).to.include({ refusal: 'library-system-misconfigured', code: '40166411' });
      expect(inventory(world)).to.deep.equal(before);
    });

    it('is an unknown item where Alma names the item', async () => {
      const { pid } = world.alma.library.itemByBarcode(item)!;
      const text = `The parameter item_pid is invalid. Received: ${pid}.`;
      await world.fault({ match: { method: 'POST', op: 'scan' }, fault: 'general-400', code: '40166411', text });
      expect(words(await kiosk.checkIn(item))).to.equal('This item is not known here. Please ask at the desk.');
      const desk = 'The parameter circ_desk is invalid. Received: X.';
      await world.fault({ match: { method: 'POST', op: 'scan' }, fault: 'general-400', code: '40166411', text: desk });
      expect(words(await kiosk.checkIn(item))).to.equal(callStaff);
    });
  });

  describe('a deletion', () => {
    for (const [n, code] of ['401873', '402203', '40166411'].entries())
      it(`that ends with ${code} is not done while the record is there, and can be asked for again`, async () => {
        const before = inventory(world);
        const barcode = `READ-DEL-${n}`;
        await world.ncip(acceptItem({ request: `AD-${n}`, item: barcode }));
        const text = 'Input parameter mms_id or parameter override is not valid.';
        await world.fault({ match: { method: 'DELETE', path: '/bibs/*' }, fault: 'general-400', code, text });
        expect(await world.ncip(checkInItem(barcode))).to.contain('Problem');
        expect(inventory(world).bibs, 'the record is still there').to.equal(before.bibs + 1);
        expect(await world.legState(`AD-${n}`)).not.to.equal('closed');
        expect(textOf(await world.ncip(checkInItem(barcode)), 'ItemIdentifierValue')).to.equal(barcode);
        expect(inventory(world)).to.deep.equal(before);
        expect(await world.legState(`AD-${n}`)).to.equal('closed');
      });

    it('of what somebody has deleted by hand is done', async () => {
      const before = inventory(world);
      await world.ncip(acceptItem({ request: 'AD-9', item: 'READ-DEL-9' }));
      const { mmsId } = world.alma.library.itemByBarcode('READ-DEL-9')!;
      const code = '402203';
      await world.fault({ match: { method: 'DELETE', path: '/bibs/*' }, fault: 'general-400-after-execute', code });
      expect(textOf(await world.ncip(checkInItem('READ-DEL-9')), 'ItemIdentifierValue')).to.equal('READ-DEL-9');
      expect(world.alma.library.bibs.has(mmsId)).to.equal(false);
      expect(inventory(world)).to.deep.equal(before);
    });
  });

  describe('a general error', () => {
    for (const code of ['401652', '402119', '60101'])
      it(`of a loan (${code}) says nothing: what Alma made is found, what it did not make is for later`, async () => {
        const loans = { method: 'POST', path: '/users/*/loans' };
        await world.fault({ match: loans, fault: 'general-400-after-execute', code });
        expect(await kiosk.checkOut(ada, item)).to.match(/^121/);
        expect(almaHas(world, item)).to.include({ loans: 1, everLent: 1 });

        const other = shelve(world);
        await world.fault({ match: loans, fault: 'general-400', code });
        const answer = await kiosk.checkOut(ada, other);
        expect(answer).to.match(/^120/);
        expect(words(answer)).to.equal(tryLater);
        expect(almaHas(world, other).everLent).to.equal(0);
      });

    for (const fault of ['general-400', 'general-500-json', 'internal-400', 'xml-error', 'html-503'])
      it(`of a read (${fault}) says nothing against a patron or an item`, async () => {
        await world.fault({ match: { method: 'GET', path: '/users/*' }, fault, times: 8 });
        const status = await kiosk.patronStatus(ada);
        expect(words(status)).to.equal(tryLater);
        expect(fields(status, 'BL'), 'valid patron').to.deep.equal([]);
        const problem = problemOf(await world.ncip(lookupUser(userId(ada))));
        expect(problem.type).to.equal('Temporary Processing Failure');
        expect(fields(await kiosk.patronStatus(emil), 'BL')).to.deep.equal(['Y']);
        await world.fault({ match: { method: 'GET', path: '/items' }, fault, times: 4 });
        const refused = problemOf(await world.ncip(requestItem({ request: `AG-${fault}`, item })));
        expect(refused.type).to.equal('Temporary Processing Failure');
      });
  });

  describe('one record that Alma stumbles over', () => {
    for (const fault of ['internal-400', 'general-500-json', 'html-503', 'drop-response'])
      it(`(${fault}) is a trouble of its own: everybody else is served, and Alma is on-line`, async () => {
        await world.fault({ match: { path: `/users/${ada}` }, fault, times: 1000 });
        for (let time = 0; time < 6; time++) expect(words(await kiosk.patronStatus(ada))).to.equal(tryLater);
        expect(await isOnline()).to.equal(true);
        expect(fields(await kiosk.patronStatus(emil), 'BL')).to.deep.equal(['Y']);
        expect((await readiness())['alma 01DEMO_INST']).to.equal('ok');
      });

    it('but when every record fails Alma is left alone, and found again without anybody asking', async () => {
      await world.fault({ match: {}, fault: 'html-503', times: 1000 });
      for (const card of [ada, emil]) await kiosk.patronStatus(card);
      expect(await isOnline()).to.equal(false);
      expect((await readiness())['alma 01DEMO_INST']).to.equal('unreachable');
      const calls = world.alma.calls().length;
      expect(words(await kiosk.checkOut(ada, item))).to.equal(tryLater);
      expect(world.alma.calls().length - calls, 'one of ours may ask meanwhile').to.be.within(0, 1);
      world.alma.reset();
      await until(isOnline);
      expect((await readiness())['alma 01DEMO_INST']).to.equal('ok');
    });
  });

  it('a key that Alma does not take is told to operators, and the terminals are off-line until it does', async () => {
    const { apiKeys } = world.alma.library;
    const right = apiKeys.get('demo-key')!;
    apiKeys.delete('demo-key');
    expect(words(await kiosk.patronStatus(ada))).to.equal(callStaff);
    expect(await isOnline()).to.equal(false);
    expect((await readiness())['alma 01DEMO_INST']).to.equal('refused: Invalid API Key');
    // It is no outage that might be over in a moment.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await isOnline()).to.equal(false);
    expect((await readiness())['alma 01DEMO_INST']).to.equal('refused: Invalid API Key');
    apiKeys.set('demo-key', right);
    await until(isOnline);
    expect((await readiness())['alma 01DEMO_INST']).to.equal('ok');
  });

  describe('what is sent', () => {
    it('a hold of ours is taken back without a letter to the patron', async () => {
      await world.ncip(acceptItem({ request: 'AN-1', item: 'READ-N1' }));
      await world.ncip(checkInItem('READ-N1'));
      await world.ncip(acceptItem({ request: 'AN-2', item: 'READ-N2' }).replace('DEMO-ILL', 'nodesk'));
      const letters = sent(world, 'DELETE', cancellations).map(({ notify_user }) => notify_user);
      expect(letters).to.deep.equal(['false', 'false']);
      expect(world.alma.library.letters).to.deep.equal([]);
    });

    it('two libraries may have two copies of one title on the record that stands for both', async () => {
      const { library } = world.alma;
      const [first, second] = [shelve(world), shelve(world)];
      const { mmsId, holdingId } = library.itemByBarcode(first)!;
      Object.assign(library.itemByBarcode(second)!, { mmsId, holdingId });
      for (const [n, barcode] of [first, second].entries())
        expect(await world.ncip(requestItem({ request: `AT-${n}`, item: barcode }))).not.to.contain('Problem');
      expect([almaHas(world, first).holds, almaHas(world, second).holds]).to.deep.equal([1, 1]);
    });

    it("only an item's hold for the record that stands for all libraries may be one of several", async () => {
      await world.ncip(requestItem({ request: 'AS-1', item: shelve(world) }));
      await world.ncip(requestItem({ request: 'AS-2', mmsId: world.alma.library.itemByBarcode(item)!.mmsId }));
      await world.ncip(acceptItem({ request: 'AS-3', item: 'READ-S3' }));
      const allowed = sent(world, 'POST', /\/requests$/).map(({ allow_same_request }) => allow_same_request);
      expect(allowed).to.deep.equal(['true', undefined, undefined]);
    });

    it('a receipt names its hold, and the shelf where the desk processes that', async () => {
      await world.ncip(acceptItem({ request: 'AH-1', item: 'READ-H1' }));
      await world.ncip(acceptItem({ request: 'AH-2', item: 'READ-H2' }).replace('DEMO-ILL', 'shelving'));
      await kiosk.checkIn(shelve(world));
      const requestOf = (barcode: string) => {
        const { pid } = world.alma.library.itemByBarcode(barcode)!;
        return world.alma.library.requests.all().find((request) => request.pid === pid)?.requestId;
      };
      const receipts = sent(world, 'POST', scans).map(({ request_id, place_on_hold_shelf }) => [
        request_id,
        place_on_hold_shelf,
      ]);
      expect(receipts).to.deep.equal([
        [requestOf('READ-H1'), undefined],
        [requestOf('READ-H2'), 'true'],
        [undefined, undefined],
      ]);
      const { pid } = world.alma.library.itemByBarcode('READ-H2')!;
      const waiting = world.alma.library.requests.all().find((request) => request.pid === pid);
      expect(waiting?.state, 'at the desk with hold shelf processing').to.equal('ON_HOLD_SHELF');
    });

    it('a user that Alma will not have is a wrong setting, which the log names', async () => {
      const message = sentBy('nosystem', requestItem({ request: 'AX-1', item: shelve(world) }));
      expect(problemOf(await world.ncip(message)).type).to.equal('Temporary Processing Failure');
      expect(refusal()?.refusal).to.equal('library-system-misconfigured');
      const named = 'userGroup "PARTNER" and externalId "NOWHERE" of lending.patron.perAgency';
      expect(refusal()?.cause).to.contain(named);
      const welcome = sentBy('system', requestItem({ request: 'AX-2', item: shelve(world) }));
      expect(await world.ncip(welcome)).not.to.contain('Problem');
    });
  });

  it('an item is where its temporary location is, while it is there', async () => {
    const seeded = world.alma.library.itemByBarcode(item)!;
    const tomorrow = new Date(Date.now() + 86_400_000);
    seeded.temporary = { library: 'ILL', location: 'ill_temp', policy: 'ILL', until: tomorrow };
    expect(fields(await kiosk.itemInformation(item), 'AQ')).to.deep.equal(['Resource Sharing Library']);
    seeded.temporary = null;
    expect(fields(await kiosk.itemInformation(item), 'AQ')).to.deep.equal(['Main Library']);
  });

  describe('in another shape', () => {
    it('a 429 as a page is a 429: a loan is tried again, and made once', async () => {
      await world.fault({ match: { method: 'POST', path: '/users/*/loans' }, fault: 'html-429' });
      expect(await kiosk.checkOut(ada, item)).to.match(/^121/);
      expect(almaHas(world, item)).to.include({ loans: 1, everLent: 1 });
    });

    it('a refusal in XML is the same refusal', async () => {
      const text = 'Cash - Limit of 10.00 exceeded. User has 25.00 &#38; more.';
      const match = { method: 'POST', path: '/users/*/loans' };
      await world.fault({ match, fault: 'xml-error', code: '401163', text });
      const said = 'There are too many unpaid fees on this card. Please pay them first.';
      expect(words(await kiosk.checkOut(ada, item))).to.equal(said);
    });
  });

  /** Waits until it is so, for some seconds at most. */
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    for (let time = 0; time < 50; time++) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('it did not come about');
  }
});
