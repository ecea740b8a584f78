import { once } from 'node:events';
import net from 'node:net';
import { expect } from 'chai';
import { expectLegal } from '../conversations/sip2-answers.ts';
import { World } from '../conversations/world.ts';
import { until } from '../until.ts';

describe('the doors', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.stop());

  /** Connects so often, and says nothing. */
  async function silent(port: number, times: number): Promise<net.Socket[]> {
    const sockets = Array.from({ length: times }, () => net.connect(port, '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => undefined);
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return sockets.map((socket) => socket.resume());
  }

  for (const door of ['ncip', 'sip2Tls', 'sip2'] as const)
    it(`${door}: 60 that connect and say nothing hold 50 places, and give them back`, async () => {
      const sockets = await silent(world.gateway.ports[door]!, 60);
      await until(() => sockets.filter(({ closed }) => closed).length === 10);
      const refused = world.events.filter(({ event }) => event === 'connection-refused');
      expect(refused.map(({ facts }) => facts.why)).to.deep.equal(
        Array(10).fill('there are too many connections from this address'),
      );
      const held = sockets.filter(({ closed }) => !closed);
      for (const socket of held) socket.destroy();
      const ended = door === 'sip2' ? 'connection-closed' : 'connection-refused';
      await until(() => world.events.filter(({ event }) => event === ended).length >= 50);
      if (door === 'ncip') expect((await world.post('<a/>')).status).to.equal(200);
      else expectLegal(await (await world.kiosk({ tls: door === 'sip2Tls' })).say('9900802.00'), '98');
    });
});
