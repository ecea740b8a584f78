import { expect } from 'chai';
import { authentication, lookupUser, userId } from './messages.ts';
import { at, only, problemOf } from './ncip-broker.ts';
import { World } from './world.ts';

const ada = '21234000000017';
const pinElement = '//LookupUser/AuthenticationInput/AuthenticationInputData';
const allTypes = ['Name Information', 'User Address Information', 'User Privilege', 'Block Or Trap', 'User Id'];
const field = (answer: string, path: string): string[] => at(answer, `UserOptionalFields/${path}`).texts;

describe('LookupUser, as a broker meets it', () => {
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  const byId = (id: string, ...types: string[]): Promise<string> => world.ncip(lookupUser(userId(id), types));
  const byInput = (...inputs: [type: string, data: string][]): Promise<string> =>
    world.ncip(lookupUser(inputs.map(([type, data]) => authentication(type, data)).join('')));

  it('finds a patron by barcode and by primary id, and answers with the id that was asked', async () => {
    for (const id of [ada, 'ada']) {
      const answer = await byId(id, 'User Id');
      expect(only(answer, 'LookupUserResponse/UserId/UserIdentifierValue')).to.equal(id);
      expect(only(answer, 'LookupUserResponse/UserId/AgencyId')).to.equal('BORROWER-A');
      expect(field(answer, 'UserId/UserIdentifierValue')).to.deep.equal(['ada', ada]);
    }
  });

  for (const inputs of [
    [['Barcode Id', ada]],
    [['User Id', 'ada']],
    [['username', 'ada']],
    [
      ['Barcode Id', ada],
      ['PIN', '1234'],
    ],
    [
      ['Password', '1234'],
      ['User Id', 'ada'],
    ],
  ] as [string, string][][]) {
    it(`takes AuthenticationInput of ${inputs.map(([type]) => type).join(' and ')}`, async () => {
      const answer = await byInput(...inputs);
      expect(only(answer, 'LookupUserResponse/UserId/UserIdentifierValue')).to.equal('ada');
      expect(only(answer, 'LookupUserResponse/UserId/AgencyId')).to.equal('01DEMO_INST');
    });
  }

  it('refuses a wrong PIN, which is repeated nowhere', async () => {
    for (const type of ['PIN', 'Password']) {
      const answer = await byInput(['Barcode Id', ada], [type, '9871']);
      expect(problemOf(answer)).to.include({ type: 'User Authentication Failed', element: pinElement });
      expect(only(answer, 'Problem/ProblemValue')).to.equal(undefined);
      expect(answer + JSON.stringify(world.events)).not.to.include('9871');
    }
  });

  it('misses an identifier where only a PIN or only an empty identifier comes', async () => {
    const pinAlone = problemOf(await byInput(['PIN', '1234']));
    expect(pinAlone).to.include({ type: 'Needed Data Missing', value: undefined });
    expect(problemOf(await byInput(['Barcode Id', '']))).to.include({ type: 'Needed Data Missing' });
    expect(problemOf(await byId(' '))).to.include({
      type: 'Needed Data Missing',
      element: '//LookupUser/UserId/UserIdentifierValue',
    });
  });

  it('does not let an empty PIN pass for one that was checked', async () => {
    const answer = await byInput(['Barcode Id', ada], ['PIN', '']);
    expect(problemOf(answer).type).to.equal('User Authentication Failed');
    expect(problemOf(answer).detail).not.to.include('checks no PIN');
  });

  it('takes no certificate for a proof that it has not checked', async () => {
    const answer = await byInput(['User Id', 'ada'], ['X.509 Certificate', 'MIIB']);
    expect(problemOf(answer)).to.include({ type: 'User Authentication Failed', element: pinElement });
    expect(problemOf(answer).detail).to.include('"X.509 Certificate"');
  });

  it('leaves out a name that says "Problem", but never a block', async () => {
    const ben = world.alma.library.users.get('ben')!;
    const { lastName, blocks } = ben;
    ben.lastName = 'Problem';
    ben.blocks = blocks.map((block) => ({ ...block, description: 'Problem patron' }));
    const answer = await byId('ben', 'Name Information', 'Block Or Trap');
    Object.assign(ben, { lastName, blocks });
    expect(answer).not.to.include('Problem');
    expect(at(answer, 'UserOptionalFields/*').names).to.deep.equal(['BlockOrTrap']);
  });

  it('refuses UserId together with AuthenticationInput, because the schema has one or the other', async () => {
    const answer = await world.ncip(lookupUser(userId(ada) + authentication('PIN', '1234')));
    expect(problemOf(answer)).to.include({ type: 'Invalid Message Syntax Error', element: '//AuthenticationInput' });
    expect(problemOf(answer).detail).to.match(/line 2, element AuthenticationInput: it is not expected here/);
    expect(answer).not.to.include('1234<');
  });

  for (const [asked, given] of [
    ['Name Information', ['NameInformation']],
    ['User Address Information', ['UserAddressInformation', 'UserAddressInformation', 'UserAddressInformation']],
    ['User Privilege', ['UserPrivilege']],
    ['Block Or Trap', ['BlockOrTrap']],
    ['User Id', ['UserId', 'UserId']],
    ['Date Of Birth', []],
    ['Authentication Input', []],
  ] as const) {
    it(`gives nothing but what was asked for: ${asked}`, async () => {
      expect(at(await byId('ben', asked), 'UserOptionalFields/*').names).to.deep.equal(given);
    });
  }

  it('gives everything that was asked for, in the order of the standard, and nothing unasked', async () => {
    expect(at(await byId('ben', ...allTypes.toReversed()), 'UserOptionalFields/*').names).to.deep.equal([
      'NameInformation',
      'UserAddressInformation',
      'UserAddressInformation',
      'UserAddressInformation',
      'UserPrivilege',
      'BlockOrTrap',
      'UserId',
      'UserId',
    ]);
    expect(at(await byId('ben'), 'UserOptionalFields').names).to.deep.equal([]);
  });

  it('tells where a patron lives and how to reach her', async () => {
    const answer = await byId('ada', 'User Address Information');
    const postal = 'UserAddressInformation/PhysicalAddress/StructuredAddress';
    expect(at(answer, `${postal}/*`).texts).to.deep.equal([
      '12 Harbour Lane',
      'Flat 3',
      'Springfield',
      'MA',
      'USA',
      '01103',
    ]);
    const electronic = 'UserAddressInformation/ElectronicAddress';
    expect(field(answer, `${electronic}/ElectronicAddressType`)).to.deep.equal(['mailto', 'tel']);
    expect(field(answer, `${electronic}/ElectronicAddressData`)).to.deep.equal(['ada@example.org', '+1 413 555 0117']);
  });

  for (const [who, group, status, blocks, days] of [
    ['ada', 'STUDENT', 'Active', [], 365],
    ['ben', 'STUDENT', 'Blocked', ['Blocked by staff'], 365],
    ['cleo', 'STUDENT', 'Expired', [], -30],
    // Owing more than the limit is about the next loan: Alma shows no block, and a request is still taken.
    ['dora', 'STUDENT', 'Active', [], 365],
    ['noor', 'FACULTY', 'Active', [], 730],
  ] as const) {
    it(`says of ${who}: ${group}, ${status}, blocks: ${blocks.join() || 'none'}`, async () => {
      const answer = await byId(who, 'User Privilege', 'Block Or Trap');
      const privilege = (path: string): string | undefined => only(answer, `UserPrivilege/${path}`);
      expect(privilege('AgencyId')).to.equal('01DEMO_INST');
      expect(privilege('AgencyUserPrivilegeType')).to.equal(group);
      expect(privilege('UserPrivilegeStatus/UserPrivilegeStatusType')).to.equal(status);
      const until = Date.parse(privilege('ValidToDate') ?? '');
      expect((until - Date.now()) / 86_400_000, 'days until it ends').to.be.closeTo(days, 1.1);
      expect(field(answer, 'BlockOrTrap/BlockOrTrapType')).to.deep.equal(blocks);
    });
  }

  it('keeps letters outside ASCII', async () => {
    const answer = await byId('noor', 'Name Information');
    expect(only(answer, 'StructuredPersonalUserName/Surname')).to.equal('Ångström-Łukaszewska');
    expect(only(answer, 'StructuredPersonalUserName/GivenName')).to.equal('Noor');
    expect(only(answer, 'UnstructuredPersonalUserName')).to.include('Ångström-Łukaszewska');
  });

  it('says Unknown User of a stranger, whichever way he is named', async () => {
    expect(problemOf(await byId('nobody-1'))).to.include({
      type: 'Unknown User',
      element: '//LookupUser/UserId/UserIdentifierValue',
      value: 'nobody-1',
    });
    expect(problemOf(await byInput(['Barcode Id', 'nobody-2'], ['PIN', '1234'])).type).to.equal('Unknown User');
  });
});

describe('LookupUser where the library checks PINs in another way', () => {
  const identified = (data: string, pin: string): string =>
    lookupUser(authentication('Barcode Id', data) + authentication('PIN', pin), ['User Id']);

  it('refuses a PIN where the library checks none: it cannot say that the PIN is right', async () => {
    const world = await World.start(['institutions.01DEMO_INST.pin=none']);
    try {
      const answer = await world.ncip(identified(ada, '1234'));
      expect(problemOf(answer).type).to.equal('User Authentication Failed');
      expect(problemOf(answer).detail).to.include('this library checks no PIN');
      const without = await world.ncip(lookupUser(authentication('Barcode Id', ada)));
      expect(only(without, 'UserId/UserIdentifierValue')).to.equal('ada');
    } finally {
      await world.stop();
    }
  });

  it('checks a PIN against an identifier, and never shows that identifier', async () => {
    const world = await World.start(['institutions.01DEMO_INST.pin=identifier:05']);
    try {
      world.alma.library.users.get('ada')?.identifiers.push({ type: '05', value: '77881' });
      const right = await world.ncip(identified(ada, '77881'));
      expect(field(right, 'UserId/UserIdentifierValue')).to.deep.equal(['ada', ada]);
      expect(right).not.to.include('77881');
      for (const wrong of ['1234', '7788', '']) {
        expect(problemOf(await world.ncip(identified(ada, wrong))).type).to.equal('User Authentication Failed');
      }
      // Alma finds a user by any identifier, and so by the PIN: what was asked for is not echoed then.
      const byPin = await world.ncip(lookupUser(userId('77881'), allTypes));
      expect(byPin).not.to.include('77881');
      expect(JSON.stringify(world.events)).not.to.include('77881');
    } finally {
      await world.stop();
    }
  });
});
