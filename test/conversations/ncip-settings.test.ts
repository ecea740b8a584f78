import { expect } from 'chai';
import { authentication, lookupUser, userId } from './messages.ts';
import { changed, only, problemOf, sentBy } from './ncip-broker.ts';
import { World } from './world.ts';

const ofAda = lookupUser(userId('ada'));
const withPin = lookupUser(authentication('Barcode Id', '21234000000017') + authentication('PIN', '1234'));
const withMessageToken = (message: string, token: string): string =>
  changed(
    message,
    '</ns1:FromAgencyId>',
    `</ns1:FromAgencyId><ns1:FromAgencyAuthentication>${token}</ns1:FromAgencyAuthentication>`,
  );

describe('a broker as its profile sets it up', () => {
  let world: World;
  before(async () => {
    const profiles = {
      SECOND: 'alsoKnownAs: [Zweiter]',
      CONFIRMED: 'admit: { messageToken: { file: message.token } }',
      STRICT: 'pinDemand: required',
    };
    const files = Object.entries(profiles).map(([code, own]) => [
      `brokers/${code}.yaml`,
      `extends: demo-ill\ncode: ${code}\n${own}\n`,
    ]);
    world = await World.start([`institutions.01DEMO_INST.brokers=[demo-ill, ${Object.keys(profiles).join()}]`], {
      ...Object.fromEntries(files),
      'message.token': 'inside-77\n',
    });
  });
  after(() => world.stop());

  const known = (answer: string): string | undefined => only(answer, 'UserId/UserIdentifierValue');

  it('has from the one that it extends what it does not say itself', async () => {
    expect(known(await world.ncip(sentBy('SECOND', ofAda)))).to.equal('ada');
    expect(known(await world.ncip(sentBy('zweiter', ofAda)))).to.equal('ada');
  });

  it('is confirmed by the token in its message', async () => {
    const asked = sentBy('CONFIRMED', ofAda);
    expect(known(await world.ncip(withMessageToken(asked, 'inside-77')))).to.equal('ada');
    for (const message of [asked, withMessageToken(asked, 'inside-78')])
      expect(problemOf(await world.ncip(message)).type).to.equal('Agency Authentication Failed');
  });

  it('must send a PIN where its profile demands one, although the institution does not', async () => {
    expect(problemOf(await world.ncip(sentBy('STRICT', ofAda))).type).to.equal('User Authentication Failed');
    expect(known(await world.ncip(sentBy('STRICT', withPin)))).to.equal('ada');
    expect(known(await world.ncip(ofAda))).to.equal('ada');
  });
});
