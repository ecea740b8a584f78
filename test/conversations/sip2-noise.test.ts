import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { expect } from 'chai';
import { type Kiosk, now, numbered } from './kiosk.ts';
import { expectLegal } from './sip2-answers.ts';
import { World } from './world.ts';

const status = '9900802.00';
const ada = '21234000000017';

/** What a connection hears until it ends. */
async function wholeStory(socket: net.Socket): Promise<string> {
  // One that is kept open must fail the test and not hold up the end of all tests.
  socket.setTimeout(2_000, () => socket.destroy(new Error('it was kept open')));
  let heard = '';
  socket.on('data', (bytes: Buffer | string) => {
    heard += bytes.toString('latin1');
  });
  socket.on('error', (error) => {
    heard += error.message.includes('kept open') ? error.message : '';
  });
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return heard;
}

describe('SIP2 bad input', () => {
  let world: World;
  let neighbour: Kiosk;
  before(async () => {
    world = await World.start();
    neighbour = await world.kiosk();
  });
  after(() => world.stop());
  afterEach('the kiosk beside it has noticed nothing', async () => {
    expectLegal(await neighbour.say(status), '98');
    expect(world.events.filter(({ event }) => event === 'defect')).to.deep.equal([]);
  });

  it('binary noise is dropped, and the connection serves on', async () => {
    const kiosk = await world.kiosk();
    for (let burst = 0; burst < 20; burst++) {
      // Without digits at the front of a line, so that no burst is a command by accident.
      kiosk.write(
        Buffer.concat([Buffer.from('~'), randomBytes(500).map((byte) => (byte === 13 || byte === 10 ? 0 : byte))]),
      );
      kiosk.write('\r');
    }
    kiosk.write(`${numbered(status, '9')}\r`);
    let answer = await kiosk.line();
    // A burst may by chance end as a message with error detection does.
    while (answer === '96AZFEF6') answer = await kiosk.line();
    expectLegal(answer ?? '', '98');
    expect(answer).to.contain('AY9AZ');
  });

  it('a line of a megabyte is not kept and not served, and the next message is', async () => {
    const kiosk = await world.kiosk();
    kiosk.write(`63001${now()}${' '.repeat(10)}AO01DEMO_INST|AA${'9'.repeat(1_000_000)}|\r`);
    const calls = world.alma.calls().length;
    expect(await kiosk.line(), 'what was lost is asked for again').to.equal('96AZFEF6');
    expectLegal(await kiosk.say(status), '98');
    expect(world.alma.calls()).to.have.lengthOf(calls);
  });

  it('a value of 10,000 characters comes back cut to what a field may hold', async () => {
    const kiosk = await world.kiosk();
    const answer = await kiosk.say(`35${now()}AO01DEMO_INST|AA${'9'.repeat(10_000)}|`);
    expect(answer).to.match(/\|AA9{255}\|$/);
  });

  it('half a message and then silence keeps nobody else waiting', async () => {
    const kiosk = await world.kiosk();
    kiosk.write(`63001${now()}`);
    expectLegal(await neighbour.say(status), '98');
    expect(await kiosk.isSilentFor(50)).to.equal(true);
    kiosk.write(`${' '.repeat(10)}AO01DEMO_INST|AA${ada}|AC|\r`);
    expectLegal((await kiosk.line()) ?? '', '64');
  });

  it('a TLS ClientHello on the plain port is closed at once', async () => {
    const socket = tls.connect({ port: world.gateway.ports.sip2!, host: '127.0.0.1', rejectUnauthorized: false });
    expect(await wholeStory(socket)).to.equal('');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const why = world.events.flatMap(({ event, facts }) => (event === 'connection-closed' ? [facts.why] : []));
    expect(why).to.include('it speaks TLS on the port without TLS');
  });

  it('a plain client on the TLS port is closed at once, and hears no SIP2', async () => {
    const socket = net.connect(world.gateway.ports.sip2Tls!, '127.0.0.1');
    socket.write('9300CNkiosk1|COkiosk1-secret|\r');
    expect(await wholeStory(socket)).not.to.contain('94');
    const refused = world.events.findLast(({ event }) => event === 'connection-refused');
    expect(refused?.facts).to.include({ protocol: 'sip2', tls: true });
  });

  it('200 messages in one packet are answered, each once and in order', async () => {
    const kiosk = await world.kiosk();
    const asked = Array.from({ length: 200 }, (_, at) => (at % 40 === 0 ? ada : `visitor-${at}`));
    const messages = asked.map((patron, at) =>
      patron === ada ? `23001${now()}AO|AA${ada}|AC|AD|AC${at}|` : `35${now()}AO01DEMO_INST|AA${patron}|`,
    );
    kiosk.write(messages.map((message) => `${message}\r`).join(''));
    const answered: string[] = [];
    for (let at = 0; at < 200; at++) answered.push(/AA([^|]*)/.exec((await kiosk.line()) ?? '')?.[1] ?? '');
    expect(answered).to.deep.equal(asked);
    expect(await kiosk.isSilentFor(30)).to.equal(true);
  });

  it('a terminal that says its last word and closes its half still hears the answer, 100 of them too', async () => {
    for (const tlsToo of [false, true]) {
      const kiosk = await world.kiosk({ tls: tlsToo });
      const messages = Array.from({ length: 100 }, (_, at) => `35${now()}AO01DEMO_INST|AA${at}|\r`);
      await world.fault({ match: { method: 'GET', path: '/users/*' }, fault: 'latency', ms: 200 });
      kiosk.socket.end(`${messages.join('')}23001${now()}AO|AA${ada}|AC|AD|\r`);
      for (let at = 0; at < 100; at++) expect(await kiosk.line()).to.contain(`|AA${at}|`);
      expect(await kiosk.line(), 'the slow one').to.match(/^24 {14}/);
      expect(await kiosk.line(), 'and then the gateway closes too').to.equal(undefined);
    }
  });

  it('one that vanishes in the middle of a request leaves no trace on the others', async () => {
    await world.fault({ match: { method: 'GET', path: '/users/*' }, fault: 'latency', ms: 200 });
    const kiosk = await world.kiosk();
    kiosk.write(`23001${now()}AO|AA${ada}|AC|AD|\r`);
    kiosk.socket.resetAndDestroy();
    expectLegal(await neighbour.patronStatus(ada), '24');
  });

  it('one that asks without end and never listens is made to wait, and is not kept in memory', async () => {
    const deaf = net.connect(world.gateway.ports.sip2!, '127.0.0.1');
    deaf.on('error', () => undefined);
    deaf.pause();
    const long = '9'.repeat(255);
    // Refused, since nobody has logged in: as many bytes of answer as can be had for little work.
    const batch = `11YN${now()}${now()}AO${long}|AA${long}|AB${long}|AC|\r`.repeat(500);
    // When nothing more is taken for a while the other side has stopped reading: all buffers are full.
    let batches = 0;
    for (let quiet = 0; quiet < 20 && batches < 100; quiet = deaf.writableLength === 0 ? 0 : quiet + 1) {
      if (deaf.writableLength === 0) {
        deaf.write(batch);
        batches += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(batches).to.be.lessThan(100);
    const served = world.events.filter(({ event }) => event === 'message-in').length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(world.events.filter(({ event }) => event === 'message-in')).to.have.lengthOf(served);
    deaf.destroy();
  });
});

describe('SIP2 stop', () => {
  it('answers what is under way, and waits neither for the silent nor for the half-connected', async () => {
    const world = await World.start();
    const silent = await world.kiosk();
    const kiosk = await world.kiosk();
    const handshaking = net.connect(world.gateway.ports.sip2Tls!, '127.0.0.1');
    handshaking.on('error', () => undefined);
    await once(handshaking, 'connect');
    await world.fault({ match: { method: 'GET', path: '/users/*' }, fault: 'latency', ms: 300 });
    kiosk.write(`23001${now()}AO01DEMO_INST|AA${ada}|AC|AD|\r`);
    // The question is on its way to Alma, whose answer takes longer than this.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(world.alma.calls()).to.have.lengthOf(1);
    const started = performance.now();
    const stopping = world.gateway.stop();
    expectLegal((await kiosk.line()) ?? '', '24');
    expect(await silent.line()).to.equal(undefined);
    await stopping;
    expect(performance.now() - started).to.be.lessThan(3_000);
    await world.stop();
  });
});
