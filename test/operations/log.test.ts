import { expect } from 'chai';
import { request } from 'undici';
import { acceptItem, authentication, checkInItem, lookupUser, requestItem, userId } from '../conversations/messages.ts';
import { Command } from './command.ts';
import { Daemon, type Logged } from './daemon.ts';

const ada = '21234000000017';

describe('the log of a session', function () {
  this.timeout(20_000);
  let daemon: Daemon;
  before(async () => {
    daemon = await Daemon.start();
    await daemon.ncip(requestItem({ request: 'R-1', item: '31234000000012' }));
    await (await daemon.kiosk()).checkOut(ada, '31234000000053');
  });
  after(() => daemon.end());

  it('is one JSON object a line, each with its time, level and event first', () => {
    expect(daemon.log.length).to.be.greaterThan(10);
    for (const line of daemon.log) {
      expect(Object.keys(line).slice(0, 3)).to.deep.equal(['at', 'level', 'event']);
      expect(line.at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
  });

  it('tells with one trace id what a broker said, what Alma was asked, what changed, and what was answered', () => {
    const trace = daemon.log.find(({ event, name }) => event === 'message-in' && name === 'RequestItem')?.trace;
    expect(trace).to.match(/^[a-z2-9]{8}$/);
    const story = daemon.log.filter((line) => line.trace === trace);
    const events = story.map(({ event }) => event);
    expect([events[0], events.at(-1)]).to.deep.equal(['message-in', 'message-out']);
    expect(new Set(events)).to.deep.equal(new Set(['message-in', 'alma-call', 'state-change', 'message-out']));
    expect(story.find(({ method }) => method === 'POST')).to.include({ event: 'alma-call', lane: 'broker' });
    expect(story.find(({ event }) => event === 'state-change')).to.include({ request: 'R-1', to: 'requested' });
  });

  it('gives each message a trace id of its own', () => {
    const traces = daemon.log.filter(({ event }) => event === 'message-in').map(({ trace }) => trace);
    // The request, the login, the checkout.
    expect(traces).to.have.length(3);
    expect(new Set(traces).size).to.equal(3);
    const checkout = daemon.log.filter(({ trace }) => trace === traces[2]).map(({ event }) => event);
    expect(checkout).to.include.members(['message-in', 'alma-call', 'message-out']);
  });
});

describe('no secret is in any output', function () {
  this.timeout(20_000);

  it('with every message in the log, at the loudest level, against an Alma that wants a key', async () => {
    const alma = new Command(['simulate-alma', '--port', '0']);
    const url = await alma.until(() => /is at (http:\S+)\/almaws/.exec(alma.stdout)?.[1]);
    const daemon = await Daemon.start(
      [
        'log.level=debug',
        'log.messages=true',
        `institutions.01DEMO_INST.alma={url: "${url}", apiKey: {env: DEMO_ALMA_KEY}}`,
      ],
      { env: { DEMO_ALMA_KEY: 'demo-key' } },
    );
    try {
      await conversations(daemon);
      daemon.command.process.kill('SIGTERM');
      await daemon.command.ended;
      const output = daemon.command.stdout + daemon.command.stderr;

      const texts = textsOf(daemon.log);
      expect(texts.join('\n'), 'the messages are there').to.contain('9300CNkiosk1|CO***|').and.to.contain('AD***|');
      expect(texts.filter((text) => text.includes('AuthenticationInputData>***<'))).not.to.have.length(0);
      expect(
        daemon.log.some(({ event, status }) => event === 'alma-call' && status === 200),
        'the key was right',
      ).to.equal(true);
      for (const secret of ['demo-key', 'kiosk1-secret', 'not-the-password', '973186', 'half-a-pin'])
        expect(output, secret).not.to.contain(secret);
      // The PIN of everybody is part of barcodes as well.
      expect(output).not.to.match(/(?<!\d)1234(?!\d)/);
    } finally {
      await daemon.end();
      await alma.kill();
    }
  });
});

describe('no patron is in any output', function () {
  this.timeout(60_000);

  it('at the delivered level, whatever Alma says of them', async () => {
    const daemon = await Daemon.start();
    try {
      const people = await patrons(daemon);
      await refusals(daemon, people);
      daemon.command.process.kill('SIGTERM');
      await daemon.command.ended;
      const output = daemon.command.stdout + daemon.command.stderr;

      const refused = daemon.log.filter(({ event }) => event === 'message-refused');
      const kinds = new Set(refused.map(({ refusal }) => refusal));
      expect([...kinds]).to.include.members([
        ...['unknown-patron', 'patron-blocked', 'patron-expired', 'fee-limit-exceeded', 'item-held-for-another'],
        ...['item-on-loan-to-another', 'patron-authentication-failed'],
      ]);
      const fees = refused.find(({ refusal }) => refusal === 'fee-limit-exceeded');
      expect(fees, 'what can be told').to.include({ code: '401163' });
      expect(fees?.trackingId).to.be.a('string');
      expect(fees?.cause).to.match(/Cash - Limit of … exceeded\. User has …\.$/);
      const unknown = refused.find(({ refusal }) => refusal === 'unknown-patron');
      expect(unknown?.cause).to.match(/User with identifier … was not found\.$/);

      const words = people.flatMap(({ id, name, barcodes }) => [id, ...name.split(' '), ...barcodes]);
      for (const word of [...words, ...strangers, '25.00', '10.00'])
        expect(output, word).not.to.match(new RegExp(`(?<![\\p{L}\\d])${word}(?![\\p{L}\\d])`, 'iu'));
    } finally {
      await daemon.end();
    }
  });

  it('until somebody asks for it with the level debug', async () => {
    const daemon = await Daemon.start(['log.level=debug']);
    try {
      await daemon.ncip(lookupUser(userId('mrioaaa')));
      const refused = await daemon.event('message-refused');
      expect(refused.detail).to.equal('User with identifier mrioaaa was not found.');
    } finally {
      await daemon.end();
    }
  });
});

interface Person {
  readonly id: string;
  readonly name: string;
  readonly barcodes: readonly string[];
}

/** Everybody whom the simulated library knows, but for the brokers' patron, who is nobody. */
async function patrons(daemon: Daemon): Promise<Person[]> {
  const { body } = await request(`http://127.0.0.1:${daemon.port('Alma simulator')}/simulator/state`);
  const { users } = (await body.json()) as { users: Person[] };
  return users.filter(({ barcodes }) => barcodes.some((barcode) => barcode !== ''));
}

/** Cards that nobody has. */
const strangers = ['mrioaaa', '21234000999999', 'somebody@example.org'];

/** Everybody is asked for, by card and by id, and refused what they may not have, over both protocols. */
async function refusals(daemon: Daemon, people: readonly Person[]): Promise<void> {
  const kiosk = await daemon.kiosk();
  for (const [index, { id, barcodes }] of people.entries()) {
    const [card = id] = barcodes;
    await kiosk.patronStatus(card, '4321');
    // Available, on loan to emil, on the hold shelf for emil.
    for (const item of ['31234000000012', '31234000000020', '31234000000103'])
      if ((await kiosk.checkOut(card, item)).startsWith('121')) await kiosk.checkIn(item);
    await daemon.ncip(lookupUser(authentication('Barcode Id', card) + authentication('PIN', '4321')));
    await daemon.ncip(acceptItem({ request: `B-${index}`, item: `FAR-${index}`, user: id }));
  }
  for (const card of strangers) {
    await kiosk.patronStatus(card, '4321');
    await kiosk.renew(card, '31234000000020');
    await daemon.ncip(lookupUser(userId(card)));
  }
}

const textsOf = (log: readonly Logged[]): string[] =>
  log.flatMap(({ text }) => (typeof text === 'string' ? [text] : []));

/** Every place where a secret may stand, right and wrong, and messages that do not even parse. */
async function conversations(daemon: Daemon): Promise<void> {
  const kiosk = await daemon.kiosk();
  await kiosk.patronStatus(ada, '1234');
  await kiosk.patronStatus(ada, '973186');
  await kiosk.patronInformation(ada, ' '.repeat(10), 'AD1234|ACkiosk1-secret|');
  await kiosk.checkOut(ada, '31234000000061', 'AD973186|ACkiosk1-secret|');
  await kiosk.login('kiosk1', 'not-the-password');
  await kiosk.say('23001 no date at all AO|AA|ADhalf-a-pin|AY0AZ0000');

  const withPin = (pin: string) => authentication('Barcode Id', ada) + authentication('PIN', pin);
  await daemon.ncip(lookupUser(withPin('1234')));
  await daemon.ncip(lookupUser(withPin('973186')));
  await daemon.ncip(lookupUser(withPin('half-a-pin')).slice(0, -60));
  await daemon.ncip(acceptItem({ request: 'B-1', item: 'FAR-0001' }));
  await daemon.ncip(checkInItem('FAR-0001'));
}
