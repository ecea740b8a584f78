import { connect } from 'node:tls';
import { expect } from 'chai';
import { checkInItem, lookupUser, userId } from './messages.ts';
import { changed, problemOf, sentBy, worldWith } from './ncip-broker.ts';
import type { World } from './world.ts';

const ofAda = lookupUser(userId('ada'), ['Name Information']);
const attributes = (count: number): string => Array.from({ length: count }, (_, i) => `a${i}="1"`).join(' ');

describe("an attack on the brokers' door", () => {
  let world: World;
  before(async () => {
    world = await worldWith({ OTHER: {} }, ['listen.ncip.maxConnectionsPerAddress=200']);
  });
  after(() => world.stop());

  const other = sentBy('OTHER', lookupUser(userId('noor'), ['Name Information']));
  const dtd = (declarations: string): string =>
    changed(checkInItem('&e;'), '<ns1:NCIPMessage', `<!DOCTYPE x [${declarations}]><ns1:NCIPMessage`);
  const laughs = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(20)}">`).join('');
  for (const [what, attack] of [
    ['a billion laughs', dtd(`<!ENTITY e0 "ha">${laughs}<!ENTITY e "&e20;">`)],
    ['an external entity', dtd('<!ENTITY e SYSTEM "file:///etc/hostname">')],
    ['an entity from a network', dtd('<!ENTITY e SYSTEM "http://127.0.0.1:9/x">')],
    [
      'an external DTD',
      changed(ofAda, '<ns1:NCIPMessage', '<!DOCTYPE x SYSTEM "file:///etc/hostname"><ns1:NCIPMessage'),
    ],
    ['70,000 elements, each in the other', changed(ofAda, '<ns1:UserId>', '<ns1:UserId>'.repeat(70_000))],
    ['200 elements, each in the other and all closed', checkInItem(`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`)],
    ['60,000 wrong elements', changed(ofAda, '<ns1:UserId>', `${'<ns1:Nonsense/>'.repeat(60_000)}<ns1:UserId>`)],
    ['half a megabyte in one value', checkInItem('9'.repeat(500_000)).replaceAll('ItemIdentifierValue', 'DateDue')],
    ['30,000 attributes', changed(ofAda, 'ns1:version', `${attributes(30_000)} ns1:version`)],
  ] as const) {
    it(`by ${what} gets a Problem, while another broker is served`, async () => {
      const started = performance.now();
      const attacks = Array.from({ length: 8 }, () => world.post(attack));
      const served = world.ncip(other).then((answer) => ({ answer, ms: performance.now() - started }));
      for (const { status, text } of await Promise.all(attacks)) {
        expect(status).to.equal(200);
        expect(problemOf(text).type).to.equal('Invalid Message Syntax Error');
        expect(text.length).to.be.below(3000);
      }
      const { answer, ms } = await served;
      expect(answer).to.include('Ångström');
      expect(ms, 'the other broker waited').to.be.below(2000);
    });
  }

  it('by half messages that never end holds nobody else', async () => {
    const sockets = Array.from({ length: 40 }, () =>
      connect({ port: world.gateway.ports.ncip, host: '127.0.0.1', rejectUnauthorized: false }),
    );
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write(`POST /ncip/01DEMO_INST HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n<NCIPMessage`);
    }
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('secureConnect', resolve))));
    const started = performance.now();
    for (let i = 0; i < 5; i += 1) expect(await world.ncip(other)).to.include('Noor');
    expect(performance.now() - started).to.be.below(2000);
    expect(sockets.every((socket) => !socket.destroyed)).to.equal(true);
    for (const socket of sockets) socket.destroy();
  });
});
