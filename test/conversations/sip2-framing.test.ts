import { once } from 'node:events';
import { expect } from 'chai';
import { checksum } from '../../src/sip2/checksum.ts';
import { fields, type Kiosk, now, numbered } from './kiosk.ts';
import { expectLegal } from './sip2-answers.ts';
import { World } from './world.ts';

const ada = '21234000000017';
const noor = '21234000000066';
const bees = '31234000000111';
const status = '9900802.00';
const endSession = (patron: string) => `35${now()}AO01DEMO_INST|AA${patron}|`;
const loans = /^\/users\/[^/]+\/loans$/;

/** What arrives until this many bytes of it are the end of an answer: for conversations that are about terminators. */
async function heardBy(kiosk: Kiosk, end: string, message: string): Promise<string> {
  let heard = '';
  kiosk.socket.on('data', (text: string) => {
    heard += text;
  });
  kiosk.write(message);
  while (!heard.endsWith(end)) await once(kiosk.socket, 'data');
  return heard;
}

describe('SIP2 framing', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());
  beforeEach(() => world.alma.reset());

  for (const [name, end] of Object.entries({ CR: '\r', CRLF: '\r\n', LF: '\n' }))
    it(`a terminal that ends its messages with ${name} is answered, and in kind`, async () => {
      const kiosk = await world.kiosk({ login: false });
      const login = `9300CNkiosk1|COkiosk1-secret|${end}`;
      expect(await heardBy(kiosk, end, login)).to.equal(`941${end}`);
      const answer = await heardBy(kiosk, end, status + end);
      expectLegal(answer.slice(0, -end.length), '98');
    });

  it('junk before a message is skipped: blank lines, NULs, telnet negotiation', async () => {
    const kiosk = await world.kiosk();
    for (const junk of ['\r\n\r\n', '\0\0\0', '  \t', '\u001b', '\u007f'])
      expectLegal(await kiosk.say(junk + status), '98');
    kiosk.write(Buffer.concat([Buffer.from([0xff, 0xfd, 0x03, 0xff, 0xfb, 0x01]), Buffer.from(`${status}\r`)]));
    expectLegal((await kiosk.line()) ?? '', '98');
  });

  it('messages in one packet are answered one by one and in order, the slow one first', async () => {
    const kiosk = await world.kiosk();
    await world.fault({ match: { method: 'GET', path: '/users/*' }, fault: 'latency', ms: 300 });
    const slow = `23001${now()}AO01DEMO_INST|AA${ada}|AC|AD|`;
    kiosk.write(`${numbered(slow, '1')}\r${numbered(endSession('who'), '2')}\r${numbered(status, '3')}\r`);
    const answers = [await kiosk.line(), await kiosk.line(), await kiosk.line()] as string[];
    expect(answers.map((answer) => answer.slice(0, 2))).to.deep.equal(['24', '36', '98']);
    expect(answers.map((answer) => answer.slice(-9, -4))).to.deep.equal(['AY1AZ', 'AY2AZ', 'AY3AZ']);
  });

  it('a whole visit that trickles in byte by byte is the same conversation', async () => {
    const visit = [
      numbered('9300CNkiosk1|COkiosk1-secret|', '0'),
      numbered(status, '1'),
      numbered(`23001${now()}AO01DEMO_INST|AA${noor}|AC|AD1234|`, '2'),
      numbered(`11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${noor}|AB${bees}|AC|AD1234|`, '3'),
      numbered(`09N${now()}${now()}AP|AO01DEMO_INST|AB${bees}|AC|`, '4'),
      numbered(endSession(noor), '5'),
    ];
    const kiosk = await world.kiosk({ login: false });
    const bytes = Buffer.from(visit.map((message) => `${message}\r\n`).join(''));
    for (const byte of bytes) {
      kiosk.write(Uint8Array.of(byte));
      // Each byte is its own packet: the next one waits until this one has been handed to the network.
      await new Promise(setImmediate);
    }
    for (const [sequence, [code, start]] of Object.entries(['941', '98Y', '24 ', '121', '101', '36Y']).map(
      ([index, begins]) => [index, [begins.slice(0, 2), begins]] as const,
    )) {
      const answer = (await kiosk.line()) ?? '';
      expectLegal(answer, code!);
      expect(answer.slice(0, 3)).to.equal(start);
      expect(answer.slice(-9, -4)).to.equal(`AY${sequence}AZ`);
    }
  });

  it('a last word without a terminator is not carried out', async () => {
    const kiosk = await world.kiosk();
    const half = `11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${bees}|AC|`;
    kiosk.socket.end(half);
    expect(await kiosk.line()).to.equal(undefined);
    expect(world.almaCalls('POST', loans)).to.equal(0);
  });
});

describe('SIP2 error detection', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());
  beforeEach(() => world.alma.reset());

  it('is decided message by message: AY and AZ come back to those who send them', async () => {
    const kiosk = await world.kiosk();
    expect(await kiosk.say(status)).not.to.match(/AZ[0-9A-F]{4}$/);
    expect(await kiosk.sayNumbered(status, '7')).to.match(/\|AY7AZ[0-9A-F]{4}$/);
    expect(await kiosk.say(`${status}AY1AZfca0`), 'lower-case digits').to.match(/\|AY1AZ[0-9A-F]{4}$/);
    expect(await kiosk.say(status)).not.to.match(/AZ[0-9A-F]{4}$/);
    expect(await kiosk.say(`${status}AY1AZFCA1`)).to.equal('96AZFEF6');
  });

  it('the checksum of an answer is that of its bytes, a Norwegian name included', async () => {
    const kiosk = await world.kiosk();
    const answer = await kiosk.sayNumbered(`23001${now()}AO01DEMO_INST|AA${noor}|AC|AD|`, '4');
    expect(fields(answer, 'AE')).to.deep.equal(['Noor Ångström-Łukaszewska']);
    expect(answer.slice(-4)).to.equal(checksum(Buffer.from(answer.slice(0, -4))));
    expect(answer.slice(-4)).not.to.equal(checksum(Buffer.from(answer.slice(0, -4), 'latin1')));
  });

  it('a damaged message is asked for again, nothing is done, and its repeat is carried out once', async () => {
    const kiosk = await world.kiosk();
    const loan = `11YN${now()}${' '.repeat(18)}AO01DEMO_INST|AA${ada}|AB${bees}|AC|`;
    expect(await kiosk.say(numbered(loan, '3').replace(bees, '31234000000129'))).to.equal('96AZFEF6');
    expect(world.alma.calls()).to.have.lengthOf(0);
    const answer = await kiosk.sayNumbered(loan, '3');
    expect(answer).to.match(/^121.*AY3AZ/);
    // After 96 a terminal may also repeat without AY: the loan is known by what it says.
    const withoutAY = `${loan}AZ`;
    const again = await kiosk.say(withoutAY + checksum(Buffer.from(withoutAY)));
    expect(again.slice(0, 24)).to.equal(answer.slice(0, 24));
    expect(again).to.match(/\|AZ[0-9A-F]{4}$/);
    expect(world.almaCalls('POST', loans)).to.equal(1);
  });

  it('97 brings the previous answer of this session again, whatever it was', async () => {
    const kiosk = await world.kiosk();
    const first = await kiosk.sayNumbered(`23001${now()}AO01DEMO_INST|AA${ada}|AC|AD1234|`, '1');
    const calls = world.alma.calls().length;
    expect(await kiosk.say('97AZFEF5')).to.equal(first);
    expect(await kiosk.say('97AZFEF5')).to.equal(first);
    expect(await kiosk.say('97')).to.equal(first);
    expect(await kiosk.say('9900802.00AY1AZ0000')).to.equal('96AZFEF6');
    expect(await kiosk.say('97AZFEF5'), 'a 96 is an answer too').to.equal('96AZFEF6');
    expect(world.alma.calls()).to.have.lengthOf(calls);
  });

  it('97 first of all is answered by 96, and never by what another terminal was told', async () => {
    const other = await world.kiosk();
    expectLegal(await other.patronInformation(ada), '64');
    const kiosk = await world.kiosk({ login: false });
    expect(await kiosk.say('97')).to.equal('96');
    const reconnected = await world.kiosk({ login: false });
    expect(await reconnected.say('97AZFEF5')).to.equal('96AZFEF6');
    expect(await kiosk.login()).to.equal('941');
    expect(await kiosk.say('97')).to.equal('941');
  });

  it('the same AY and AZ twice is one message: the previous answer, and nothing is executed', async () => {
    const kiosk = await world.kiosk();
    // No transaction date: only AY and AZ can tell that this is the same return.
    const back = `09N${' '.repeat(36)}AP|AO01DEMO_INST|AB${bees}|AC|`;
    const first = await kiosk.sayNumbered(back, '5');
    expect(first).to.match(/^101/);
    const calls = world.alma.calls().length;
    expect(await kiosk.sayNumbered(back, '5')).to.equal(first);
    expect(world.alma.calls()).to.have.lengthOf(calls);
    expect(await kiosk.say(`${numbered(back, '5').slice(0, -4)}0000`), 'one repeat is damaged').to.equal('96AZFEF6');
    expect(await kiosk.sayNumbered(back, '5'), 'and repeated once more').to.equal(first);
    expect(await kiosk.say('97AZFEF5')).to.equal(first);
    expect(world.alma.calls()).to.have.lengthOf(calls);
    expect(await kiosk.sayNumbered(back, '6')).to.match(/^101.*AY6AZ/);
    expect(world.alma.calls().length, 'the next number is the next return').to.be.greaterThan(calls);
  });

  it('a terminal that counts always the same AY is served anew when it says the same minutes later', async () => {
    const kiosk = await world.kiosk();
    const first = await kiosk.sayNumbered(status, '4');
    world.letPass(5 * 60_000);
    const second = await kiosk.sayNumbered(status, '4');
    const clockOf = (answer: string) => answer.slice(14, 32);
    expect(clockOf(second)).not.to.equal(clockOf(first));
  });

  it('unknown commands are met with silence, unknown fields are ignored', async () => {
    const kiosk = await world.kiosk();
    for (const unknown of ['00', '05N', '77whatever|AA|', '98YYYYNN100003', numbered('71N|', '1')])
      kiosk.write(`${unknown}\r`);
    kiosk.write(`23001${now()}AO01DEMO_INST|ZZ1|AA${ada}|XYabc|AC|AD|AFno|\r`);
    const answer = (await kiosk.line()) ?? '';
    expectLegal(answer, '24');
    expect(fields(answer, 'AE')).to.deep.equal(['Ada Fairweather']);
  });
});
