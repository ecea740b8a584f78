import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { openTransport } from '../../src/alma/transport.ts';
import { errorOf, standIn } from './parties.ts';

const call = { method: 'GET', target: '/users/ada', headers: {} };

describe('one exchange with Alma', () => {
  it('has left when it is written to its connection, before any answer', async () => {
    const told: string[] = [];
    const server = await standIn((_request, response) => {
      told.push('asked');
      response.end('{}');
    });
    const transport = openTransport(server.url, 'key', 1_000);
    for (let i = 0; i < 2; i += 1) {
      await transport.send(call, 1_000, () => told.push('left'));
      told.push('answered');
    }
    expect(told).to.deep.equal(['left', 'asked', 'answered', 'left', 'asked', 'answered']);
    await transport.close();
    await server.stop();
  });

  it('has not left while the connection does not come about', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const transport = openTransport(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`, 'key', 200);
    let left = false;
    await errorOf(
      transport.send(call, 2_000, () => {
        left = true;
      }),
    );
    expect(left).to.equal(false);
    await transport.close();
    silent.close();
  });
});
