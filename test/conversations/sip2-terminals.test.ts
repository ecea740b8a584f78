import { once } from 'node:events';
import net from 'node:net';
import { expect } from 'chai';
import { offered } from '../../src/sip2/exchanges/table.ts';
import { bxString, type RequestCode } from '../../src/sip2/messages.ts';
import { until } from '../until.ts';
import { fields, Kiosk, now } from './kiosk.ts';
import { expectLegal } from './sip2-answers.ts';
import { World } from './world.ts';

const ada = '21234000000017';
const book = '31234000000111';

/** One of every request but login and resend, with the response that answers it. */
const requests = (): [message: string, answer: string][] => [
  [`01N${now()}AO01DEMO_INST|ALlost|AA${ada}|AC|`, '24'],
  [`09N${now()}${now()}AP|AO01DEMO_INST|AB${book}|AC|`, '10'],
  [`11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${book}|AC|`, '12'],
  [`15+${now()}AO01DEMO_INST|AA${ada}|AB${book}|`, '16'],
  [`17${now()}AO01DEMO_INST|AB${book}|`, '18'],
  [`19${now()}AO01DEMO_INST|AB${book}|CHgood|`, '20'],
  [`23001${now()}AO01DEMO_INST|AA${ada}|AC|AD|`, '24'],
  [`25${now()}AO01DEMO_INST|AA${ada}|`, '26'],
  [`29NN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${book}|`, '30'],
  [`35${now()}AO01DEMO_INST|AA${ada}|`, '36'],
  [`37${now()}0100USDBV1.00|AO01DEMO_INST|AA${ada}|`, '38'],
  [`63001${now()}${' '.repeat(10)}AO01DEMO_INST|AA${ada}|`, '64'],
  [`65${now()}AO01DEMO_INST|AA${ada}|`, '66'],
];

const isOffered = (message: string): boolean => offered.has(message.slice(0, 2) as RequestCode);

/** The characters that say no: ok 0, every flag N or U, every privilege denied, alert for a person. */
const refusedStarts: Readonly<Record<string, string>> = {
  '10': '100NUY',
  '12': '120NUN',
  '16': '160N',
  '18': '1801',
  '20': '200',
  '24': `24YYYY${' '.repeat(10)}`,
  '26': `26YYYY${' '.repeat(10)}`,
  '30': '300NUN',
  '38': '38N',
  '64': `64YYYY${' '.repeat(10)}`,
  '66': '66000000000',
};

function expectRefusal(answer: string, code: string): void {
  expectLegal(answer, code);
  const start = refusedStarts[code];
  if (start !== undefined) expect(answer.slice(0, start.length)).to.equal(start);
  expect(fields(answer, 'AF'), answer).to.have.lengthOf(1);
}

/** What the log says of the connections that have ended. */
const closings = (world: World) =>
  world.events.filter(({ event }) => event === 'connection-closed').map(({ facts }) => facts.why);

describe('SIP2 terminals', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  it('a request before the login is refused legally and never reaches Alma', async () => {
    const kiosk = await world.kiosk({ login: false });
    for (const [message, code] of requests()) {
      const answer = await kiosk.say(message);
      expectRefusal(answer, code);
      expect(fields(answer, 'AF')).to.deep.equal(['This terminal has not logged in. Please call the staff.']);
    }
    expect(world.alma.calls()).to.have.lengthOf(0);
    expect(await kiosk.login()).to.equal('941');
    expect(await kiosk.patronStatus(ada)).to.match(/^24 {14}/);
  });

  it('the requests that are not offered are refused legally and never reach Alma', async () => {
    const kiosk = await world.kiosk();
    const calls = world.alma.calls().length;
    for (const [message, code] of requests().filter(([text]) => !isOffered(text))) {
      const answer = await kiosk.say(message);
      expectRefusal(answer, code);
      expect(fields(answer, 'AF')).to.deep.equal(['This is not offered here. Please ask at the desk.']);
    }
    expect(world.alma.calls()).to.have.lengthOf(calls);
  });

  it('99 is answered with what is offered, how long to wait, and the library clock', async () => {
    const kiosk = await world.kiosk();
    const newYork = () => new Date().toLocaleString('sv', { timeZone: 'America/New_York' }).replace(/\D/g, '');
    const before = newYork();
    const answer = await kiosk.say('9900802.00');
    expectLegal(answer, '98');
    // On-line, check-in, check-out and renewals; no status updates, nothing replayed off line; 10.0 s, 3 times.
    expect(answer.slice(2, 14)).to.equal('YYYYNN100003');
    const clock = answer.slice(14, 22) + answer.slice(26, 32);
    expect(before <= clock && clock <= newYork(), clock).to.equal(true);
    expect(fields(answer, 'BX')).to.deep.equal([bxString(offered)]);
    expect(fields(answer, 'AO')).to.deep.equal(['01DEMO_INST']);
    expect(fields(answer, 'AM')).to.deep.equal(['Demo University Library']);
    expect(fields(answer, 'AN')).to.deep.equal(['kiosk1']);
  });

  it('real work is done for exactly those that BX promises', async () => {
    const kiosk = await world.kiosk();
    const positions = ['23', '11', '09', '01', '99', '97', '93', '63', '35', '37', '17', '19', '25', '15', '29', '65'];
    const promised = fields(await kiosk.say('9900802.00'), 'BX').join('');
    for (const [message] of requests()) {
      const refused = (await kiosk.say(message)).includes('This is not offered here');
      expect(promised[positions.indexOf(message.slice(0, 2))], message).to.equal(refused ? 'N' : 'Y');
    }
  });

  it('98 says off-line while Alma does not answer, and on-line when it does again', async () => {
    const kiosk = await world.kiosk();
    await world.fault({ match: {}, fault: 'html-503', times: 1000 });
    expect(fields(await kiosk.patronStatus(ada), 'AF').join()).to.contain('does not answer');
    const answer = await kiosk.say('9900802.00');
    expectLegal(answer, '98');
    expect(answer.slice(0, 3)).to.equal('98N');
    world.alma.reset();
    expect(await kiosk.patronStatus(ada)).to.match(/^24 {14}/);
    expect((await kiosk.say('9900802.00')).slice(0, 3)).to.equal('98Y');
  });

  it('a wrong login is refused, on a live session too, and what it opened is closed again', async () => {
    const kiosk = await world.kiosk();
    expect(await kiosk.patronStatus(ada)).to.match(/^24 {14}/);
    expect(await kiosk.login('kiosk1', 'guessed')).to.equal('940');
    expectRefusal(await kiosk.patronStatus(ada), '24');
    expect(await kiosk.login('kiosk2')).to.equal('940');
    expect(await kiosk.say('9310CNkiosk1|COkiosk1-secret|'), 'an encryption that nobody agreed on').to.equal('940');
    expect(await kiosk.login()).to.equal('941');
    expect(await kiosk.patronStatus(ada)).to.match(/^24 {14}/);
  });

  it('too many wrong logins close the connection; what was sent behind them is not carried out', async () => {
    const kiosk = await world.kiosk({ login: false });
    const guesses = Array.from({ length: 5 }, (_, guess) => `9300CNkiosk1|CO${guess}|\r`).join('');
    const calls = world.alma.calls().length;
    kiosk.write(`${guesses}9300CNkiosk1|COkiosk1-secret|\r11YN${now()}${now()}AO|AA${ada}|AB${book}|AC|\r`);
    for (let guess = 0; guess < 5; guess++) expect(await kiosk.line()).to.equal('940');
    expect(await kiosk.line()).to.equal(undefined);
    expect(world.alma.calls()).to.have.lengthOf(calls);
    await until(() => closings(world).includes('too many wrong logins'));
  });

  it('35 ends a visit, and the terminal goes on', async () => {
    const kiosk = await world.kiosk();
    const answer = await kiosk.say(`35${now()}AO01DEMO_INST|AA${ada}|`);
    expectLegal(answer, '36');
    expect(answer.slice(0, 3)).to.equal('36Y');
    expect(fields(answer, 'AA')).to.deep.equal([ada]);
    expect(await kiosk.patronStatus(ada)).to.match(/^24 {14}/);
  });

  it('real terminals leave out what the standard requires: no AO, no AC, blanks for dates', async () => {
    const kiosk = await world.kiosk();
    const answer = await kiosk.say(`23   ${' '.repeat(18)}AA${ada}|`);
    expectLegal(answer, '24');
    expect(answer.slice(16, 19), 'the language').to.equal('000');
    expect(fields(answer, 'AO')).to.deep.equal(['01DEMO_INST']);
    expect(fields(answer, 'AE')).to.deep.equal(['Ada Fairweather']);
  });
});

describe('SIP2 terminals by address', () => {
  const place = '{ library: MAIN, circDesk: DEFAULT_CIRC_DESK }';
  const gate = (id: string, address: string) =>
    `{ id: ${id}, institution: 01DEMO_INST, place: ${place}, dialect: standard, addresses: [${address}] }`;

  async function inWorld(overrides: string[], conversation: (world: World) => Promise<void>): Promise<void> {
    const world = await World.start(overrides);
    try {
      await conversation(world);
    } finally {
      await world.stop();
    }
  }

  it('an address that no terminal has is not served, with and without TLS', () =>
    inWorld(['terminals.0.addresses=[10.20.30.0/24]'], async (world) => {
      for (const tls of [false, true]) {
        // Over TLS it is refused before the handshake, which would cost us more than the stranger.
        const stranger = net.connect(tls ? world.gateway.ports.sip2Tls! : world.gateway.ports.sip2!, '127.0.0.1');
        stranger.on('error', () => undefined).resume();
        await once(stranger, 'close');
      }
      const refused = world.events.filter(({ event }) => event === 'connection-refused');
      expect(refused.map(({ facts }) => facts.why)).to.deep.equal(
        Array(2).fill('no terminal is configured at this address'),
      );
    }));

  it('a terminal without a login is known by its address', () =>
    inWorld([`terminals=[${gate('gate1', '127.0.0.0/8')}]`], async (world) => {
      const kiosk = await world.kiosk({ login: false });
      expect(fields(await kiosk.say('9900802.00'), 'AN')).to.deep.equal(['gate1']);
      expect(await kiosk.patronStatus(ada)).to.match(/^24 {14}/);
      expect(await kiosk.login(), 'a login that it does not need').to.equal('941');
      expect(await kiosk.patronStatus(ada)).to.match(/^24 {14}/);
    }));

  it('several at one address are told apart by their login', () =>
    inWorld([`terminals.1=${gate('gate1', '127.0.0.1')}`], async (world) => {
      const kiosk = await world.kiosk({ login: false });
      expect(fields(await kiosk.say('9900802.00'), 'AN')).to.deep.equal(['gate1']);
      expect(await kiosk.login()).to.equal('941');
      expect(fields(await kiosk.say('9900802.00'), 'AN')).to.deep.equal(['kiosk1']);
    }));

  it('the limit of connections holds, and one that ends makes room', () =>
    inWorld(['listen.sip2.maxConnections=2'], async (world) => {
      const [first, second] = [await world.kiosk(), await world.kiosk()];
      const third = await Kiosk.connect(world.gateway.ports.sip2!);
      expect(await third.line()).to.equal(undefined);
      expectLegal(await second.say('9900802.00'), '98');
      first.close();
      await until(() => closings(world).length > 0);
      expectLegal(await (await world.kiosk()).say('9900802.00'), '98');
    }));

  it('one that never logs in is not kept; 98 leaves more time than an answer may take', () =>
    inWorld(['sip2.loginWithin=0.3', 'sip2.answerWithin=15'], async (world) => {
      const idle = await world.kiosk({ login: false });
      const kiosk = await world.kiosk();
      expect(await idle.line()).to.equal(undefined);
      const tenths = Number((await kiosk.say('9900802.00')).slice(8, 11));
      expect(tenths).to.be.greaterThan(150);
    }));
});
