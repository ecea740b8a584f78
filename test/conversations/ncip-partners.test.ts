import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { expect } from 'chai';
import { certificate, post } from '../ncip/https.ts';
import { itemId, lookupUser, userId } from './messages.ts';
import { changed, only, problemOf, sentBy, worldWith } from './ncip-broker.ts';
import type { World } from './world.ts';

const ofAda = lookupUser(userId('ada'));
const byAddress = 'addresses:\n    - 127.0.0.0/8\n    - ::1';
const profileElement = '//LookupUser/InitiationHeader/ApplicationProfileType';
const profileType = '<ns1:ApplicationProfileType>DEMO-ILL</ns1:ApplicationProfileType>';

/** A message whose header holds just these names of its sender. */
const from = ({ system = '', agency = 'SOMEBODY', profile = '' }): string =>
  ofAda
    .replace(profileType, profile)
    .replace('<ns1:FromAgencyId>', `${system && `<ns1:FromSystemId>${system}</ns1:FromSystemId>`}<ns1:FromAgencyId>`)
    .replace('<ns1:AgencyId>BORROWER-A', `<ns1:AgencyId>${agency}`);
const asProfile = (name: string, scheme = ''): string =>
  `<ns1:ApplicationProfileType${scheme && ` ns1:Scheme="${scheme}"`}>${name}</ns1:ApplicationProfileType>`;

describe('which broker a message is from', () => {
  let world: World;
  let client: { certificate: string; key: string };
  before(async () => {
    client = await certificate();
    const fingerprint = new X509Certificate(client.certificate).fingerprint256;
    world = await worldWith(
      {
        OTHER: { 'alsoKnownAs: []': 'alsoKnownAs: [Other Broker, OB-1]' },
        TOKEN: { [byAddress]: 'token: { file: brokers/token.secret }' },
        BOTH: { [byAddress]: `${byAddress}\n  token: { file: brokers/token.secret }` },
        CONFIRMED: { [byAddress]: `${byAddress}\n  messageToken: { file: brokers/token.secret }` },
        CERTIFIED: { [byAddress]: `certificates: ["${fingerprint}"]` },
        FARAWAY: { [byAddress]: 'addresses: [192.0.2.0/24]' },
      },
      ['log.messages=true'],
      { 'brokers/token.secret': 'let-me-in-77\n' },
    );
  });
  after(() => world.stop());

  const actor = (): unknown => world.events.findLast(({ event }) => event === 'message-out')?.facts.actor;

  for (const [how, message, partner] of [
    ['ApplicationProfileType', from({ profile: asProfile('DEMO-ILL') }), 'DEMO-ILL'],
    ['ApplicationProfileType in small letters', from({ profile: asProfile('demo-ill') }), 'DEMO-ILL'],
    ['FromSystemId', from({ system: 'Demo-Ill' }), 'DEMO-ILL'],
    ['FromAgencyId', from({ agency: 'DEMO-ILL' }), 'DEMO-ILL'],
    ['another name of it', from({ agency: 'other broker' }), 'OTHER'],
    [
      'ApplicationProfileType before FromSystemId',
      from({ system: 'OTHER', profile: asProfile('DEMO-ILL') }),
      'DEMO-ILL',
    ],
    ['FromSystemId before FromAgencyId', from({ system: 'OTHER', agency: 'DEMO-ILL' }), 'OTHER'],
    ['FromSystemId, the profile being a version', from({ system: 'OTHER', profile: asProfile('2.00') }), 'OTHER'],
    [
      'FromAgencyId, the profile being of a scheme of versions',
      from({
        agency: 'OTHER',
        profile: asProfile(
          'DEMO-ILL',
          'http://oclc.org/ncip/schemes/application-profile/CircIllApplicationProfileType.scm',
        ),
      }),
      'OTHER',
    ],
    ['FromSystemId, the profile being unknown', from({ system: 'OTHER', profile: asProfile('Whatever 3') }), 'OTHER'],
  ] as const) {
    it(`is told by ${how}`, async () => {
      expect(only(await world.ncip(message), 'UserId/UserIdentifierValue')).to.equal('ada');
      expect(actor()).to.equal(partner);
    });
  }

  it('is asked of nobody else: an unknown name is named, and nothing happens', async () => {
    const calls = world.alma.calls().length;
    const strange = problemOf(await world.ncip(from({ profile: asProfile('EZ-STRANGER') })));
    expect(strange).to.include({ type: 'Unknown Agency', element: profileElement, value: 'EZ-STRANGER' });
    expect(strange.detail).to.include('"EZ-STRANGER"');
    const agency = problemOf(await world.ncip(from({ agency: 'NOT-HERE' })));
    expect(agency).to.include({
      type: 'Unknown Agency',
      element: '//LookupUser/InitiationHeader/FromAgencyId/AgencyId',
      value: 'NOT-HERE',
    });
    expect(world.alma.calls()).to.have.length(calls);
  });

  it('points at the element in which the name stands, be the profile a version only', async () => {
    const versioned = problemOf(await world.ncip(from({ system: 'NOBODY', profile: asProfile('2.00') })));
    expect(versioned).to.include({
      type: 'Unknown Agency',
      element: '//LookupUser/InitiationHeader/FromSystemId',
      value: 'NOBODY',
    });
  });

  it('has to be said: without a header nobody is known', async () => {
    const none = problemOf(await world.ncip(changed(ofAda, /<ns1:InitiationHeader>.*<\/ns1:InitiationHeader>/, '')));
    expect(none).to.include({ type: 'Unknown Agency', element: profileElement, value: undefined });
    expect(none.detail).to.include('the sender is not named');
  });

  describe('with a token', () => {
    const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
    const inHeader = (partner: string, token: string): string =>
      changed(
        sentBy(partner, ofAda),
        '</ns1:FromAgencyId>',
        `</ns1:FromAgencyId><ns1:FromAgencyAuthentication>${token}</ns1:FromAgencyAuthentication>`,
      );
    const inSystem = (partner: string, token: string): string =>
      changed(
        sentBy(partner, ofAda),
        '<ns1:FromAgencyId>',
        `<ns1:FromSystemAuthentication>${token}</ns1:FromSystemAuthentication><ns1:FromAgencyId>`,
      );
    const said = async (message: string, headers: Record<string, string> = {}): Promise<string> =>
      (await world.post(message, headers)).text;

    const inPath = async (message: string, token: string): Promise<string> =>
      (await world.post(message, {}, `/ncip/01DEMO_INST/${token}`)).text;
    const isSecret = (): void => {
      expect(JSON.stringify(world.events)).not.to.match(/guess|let-me-in/);
    };

    for (const partner of ['TOKEN', 'BOTH']) {
      it(`admits ${partner} by the HTTP header or by the path`, async () => {
        for (const answer of [
          await said(sentBy(partner, ofAda), bearer('let-me-in-77')),
          await inPath(sentBy(partner, ofAda), 'let-me-in-77'),
        ])
          expect(only(answer, 'UserId/UserIdentifierValue')).to.equal('ada');
        isSecret();
      });

      it(`refuses ${partner} without the token, with another, or with one in the message, and repeats none`, async () => {
        const calls = world.alma.calls().length;
        for (const answer of [
          await said(sentBy(partner, ofAda)),
          await said(sentBy(partner, ofAda), bearer('guess-1')),
          await inPath(sentBy(partner, ofAda), 'guess-2'),
          await said(inHeader(partner, 'let-me-in-77')),
          await said(inSystem(partner, 'let-me-in-77')),
          await said(inHeader(partner, '')),
        ]) {
          expect(problemOf(answer)).to.include({ type: 'Agency Authentication Failed', element: profileElement });
          expect(answer).not.to.match(/guess|let-me-in/);
        }
        isSecret();
        expect(world.alma.calls()).to.have.length(calls);
      });
    }

    it('in the message confirms a partner that has one there, and no other token does', async () => {
      for (const confirmed of [inHeader('CONFIRMED', 'let-me-in-77'), inSystem('CONFIRMED', 'let-me-in-77')])
        expect(only(await said(confirmed), 'UserId/UserIdentifierValue')).to.equal('ada');
      for (const refused of [
        await said(sentBy('CONFIRMED', ofAda)),
        await said(sentBy('CONFIRMED', ofAda), bearer('let-me-in-77')),
        await said(inHeader('CONFIRMED', 'guess-3')),
      ])
        expect(problemOf(refused).type).to.equal('Agency Authentication Failed');
      isSecret();
    });

    it('in a path that is wrong gets into no log', async () => {
      const send = (sent: Parameters<typeof post>[2]) => post(world.gateway.ports.ncip, ofAda, sent);
      const [at, none] = ['/ncip/01DEMO_INST/let-me-in-77', '/ncip/01OTHER_INST/let-me-in-77'];
      expect((await send({ path: `${at}/more` })).status).to.equal(404);
      expect((await send({ path: `${at}%zz` })).status).to.equal(400);
      expect((await send({ path: at, method: 'GET' })).status).to.equal(405);
      expect((await send({ path: none })).status).to.equal(200);
      isSecret();
    });

    it('is not needed by a client that shows its certificate', async () => {
      const { certificate: cert, key } = client;
      const send = async (agent: Agent): Promise<string> =>
        (await post(world.gateway.ports.ncip, sentBy('CERTIFIED', ofAda), { path: '/ncip/01DEMO_INST', agent })).body;
      expect(only(await send(new Agent({ cert, key })), 'UserId/UserIdentifierValue')).to.equal('ada');
      expect(problemOf(await send(new Agent())).type).to.equal('Agency Authentication Failed');
      const another = await certificate();
      const other = await send(new Agent({ cert: another.certificate, key: another.key }));
      expect(problemOf(other).type).to.equal('Agency Authentication Failed');
    });

    it('refuses a broker from a foreign address, also one with an unsupported service', async () => {
      expect(problemOf(await said(sentBy('FARAWAY', ofAda))).type).to.equal('Agency Authentication Failed');
      const deletion = changed(
        sentBy('FARAWAY', ofAda).replaceAll('LookupUser', 'DeleteItem'),
        /<ns1:UserId>.*<\/ns1:UserId>/,
        itemId('1').replace(/<(\/?)/g, '<$1ns1:'),
      );
      expect(problemOf(await said(deletion)).type).to.equal('Agency Authentication Failed');
    });
  });
});
