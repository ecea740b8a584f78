import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { expect } from 'chai';
import { certificate, post } from '../ncip/https.ts';
import { lookupUser, userId } from './messages.ts';
import { changed, only, problemOf, worldWith } from './ncip-broker.ts';
import type { World } from './world.ts';

const ofAda = lookupUser(userId('ada'));
const byAddress = 'addresses:\n    - 127.0.0.0/8\n    - ::1';
const ofCertified = changed(ofAda, 'DEMO-ILL</ns1:ApplicationProfileType>', 'CERTIFIED</ns1:ApplicationProfileType>');

describe('a broker with a certificate of its own', () => {
  let world: World;
  let its: { certificate: string; key: string };
  before(async () => {
    its = await certificate();
    const { fingerprint256 } = new X509Certificate(its.certificate);
    world = await worldWith({ CERTIFIED: { [byAddress]: `certificates: ['${fingerprint256}']` } });
  });
  after(() => world.stop());

  async function said(shown?: { certificate: string; key: string }): Promise<string> {
    const agent = new Agent(shown && { cert: shown.certificate, key: shown.key });
    const { body } = await post(world.gateway.ports.ncip, ofCertified, { path: '/ncip/01DEMO_INST', agent });
    agent.destroy();
    return body;
  }

  it('is known by it', async () => {
    expect(only(await said(its), 'UserId/UserIdentifierValue')).to.equal('ada');
    expect(world.events.findLast(({ event }) => event === 'message-out')?.facts.actor).to.equal('CERTIFIED');
  });

  it('is not known without it, nor by another', async () => {
    const calls = world.alma.calls().length;
    for (const shown of [undefined, await certificate()])
      expect(problemOf(await said(shown)).type).to.equal('Agency Authentication Failed');
    expect(world.alma.calls()).to.have.lengthOf(calls);
  });
});
