import { Agent } from 'node:https';
import { expect } from 'chai';
import { type Got, post } from '../ncip/https.ts';
import { lookupUser, message, userId } from './messages.ts';
import { only, sentBy, worldWith } from './ncip-broker.ts';
import type { World } from './world.ts';

/** It breaks the schema eight hundred times, which takes the reader of XML some time to say. */
const slow = message('CheckInItem', `<Ext>${'<ProblemDetail q="1"/>'.repeat(800)}</Ext>`);
const ofAda = lookupUser(userId('ada'));
const loopback = 'addresses:\n    - 127.0.0.0/8\n    - ::1';
const path = '/ncip/01DEMO_INST';

describe("a crowd at the brokers' door", () => {
  let world: World;
  before(async () => {
    world = await worldWith(
      {
        BUSY: { [loopback]: 'addresses: [127.0.0.2]' },
        CALM: { [loopback]: 'addresses: [127.0.0.3]' },
      },
      ['institutions.01DEMO_INST.brokers=[BUSY,CALM]', 'listen.ncip.maxConnectionsPerAddress=200'],
    );
  });
  after(() => world.stop());

  const from = (localAddress: string): Agent => new Agent({ localAddress, keepAlive: true });
  const say = (body: string, agent: Agent): Promise<Got> => post(world.gateway.ports.ncip, body, { path, agent });

  /** What the calm broker hears while 150 others are at it, all at once and without a pause. */
  async function heardAmong(address: string, body: string): Promise<{ heard: Got[]; crowd: Got[] }> {
    const [crowded, calm] = [from(address), from('127.0.0.3')];
    const crowd: Got[] = [];
    let goesOn = true;
    const others = Array.from({ length: 150 }, async () => {
      while (goesOn) crowd.push(await say(body, crowded));
    });
    try {
      while (crowd.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const heard: Got[] = [];
      for (let i = 0; i < 12; i += 1) heard.push(await say(sentBy('CALM', ofAda), calm));
      return { heard, crowd };
    } finally {
      goesOn = false;
      await Promise.all(others);
      crowded.destroy();
      calm.destroy();
    }
  }

  const served = ({ status, body }: Got): boolean => status === 200 && only(body, 'UserIdentifierValue') === 'ada';

  it('of strangers keeps no broker from being answered, each time', async () => {
    const { heard } = await heardAmong('127.0.0.4', slow);
    expect(heard.filter(served)).to.have.length(12);
  }).timeout(60_000);

  it("of one broker's own keeps no other broker from being answered", async () => {
    const { heard, crowd } = await heardAmong('127.0.0.2', sentBy('BUSY', slow));
    expect(heard.filter(served)).to.have.length(12);
    // The broker of the crowd hears "later" for what is too much, and an answer for the rest.
    expect([...new Set(crowd.map(({ status }) => status))].toSorted()).to.deep.equal([200, 503]);
  }).timeout(60_000);

  it('has stopped nobody from reading', () => {
    expect(world.events.filter(({ event }) => event === 'xml-worker-restarted')).to.deep.equal([]);
  });
});
