import { expect } from 'chai';
import type { PatronQuestion } from '../../../src/circulation/operations/look-up-patron.ts';
import { Refusal } from '../../../src/circulation/refusals.ts';
import { all, find, textAt } from '../../../src/ncip/message.ts';
import { account, byHand, message, problemTypeOf, startTalk, type Talk } from '../conversation.ts';

const byId = (value: string, ...asked: string[]): string =>
  message(
    'LookupUser',
    `<ns1:UserId><ns1:UserIdentifierValue>${value}</ns1:UserIdentifierValue></ns1:UserId>
    ${asked.map((type) => `<ns1:UserElementType>${type}</ns1:UserElementType>`).join('')}`,
  );

const byInput = (...inputs: [type: string, data: string][]): string =>
  message(
    'LookupUser',
    inputs
      .map(
        ([type, data]) => `<ns1:AuthenticationInput>
          <ns1:AuthenticationInputData>${data}</ns1:AuthenticationInputData>
          <ns1:AuthenticationDataFormatType>text</ns1:AuthenticationDataFormatType>
          <ns1:AuthenticationInputType>${type}</ns1:AuthenticationInputType></ns1:AuthenticationInput>`,
      )
      .join(''),
  );

describe('NCIP LookupUser', () => {
  let talk: Talk;
  before(async () => {
    talk = await startTalk();
  });
  after(() => talk.reader.close());

  it('answers a barcode with that barcode and nothing that was not asked for', async () => {
    const questions: PatronQuestion[] = [];
    const said = await talk.say(byHand(byId('B0004711')), {
      lookUpPatron: async (_, question) => {
        questions.push(question);
        return account;
      },
    });
    expect(questions).to.deep.equal([{ patronId: 'B0004711' }]);
    expect(said.refusal).to.equal(undefined);
    expect(said.tree.name).to.equal('LookupUserResponse');
    expect(textAt(said.tree, 'UserId/UserIdentifierValue')).to.equal('B0004711');
    expect(find(said.tree, 'UserOptionalFields')).to.equal(undefined);
    expect(textAt(said.tree, 'ResponseHeader/FromAgencyId/AgencyId')).to.equal('01FJORD_INST');
    expect(textAt(said.tree, 'ResponseHeader/ToAgencyId/AgencyId')).to.equal('NORD');
  });

  it('gives name, addresses, privilege, blocks and ids when they are asked for, whatever the order and case', async () => {
    const blocked = {
      ...account,
      patron: {
        ...account.patron,
        blocks: [{ type: 'LOAN', description: 'Lost three books', note: '', expires: '2026-12-31T22:59:59.000Z' }],
      },
      standing: { ...account.standing, eligible: false, mayBorrow: false, reasons: ['patron-blocked' as const] },
    };
    const asked = ['USER ID', 'Block Or Trap', 'user privilege', 'User Address Information', 'Name Information'];
    const { tree } = await talk.say(byId('u-4711', ...asked), { lookUpPatron: async () => blocked });
    const fields = find(tree, 'UserOptionalFields');
    const name = find(fields, 'NameInformation/PersonalNameInformation');
    expect(textAt(name, 'StructuredPersonalUserName/Surname')).to.equal('Strand');
    expect(textAt(name, 'UnstructuredPersonalUserName')).to.equal('Solveig Strand');
    const [postal, mail, phone] = all(fields, 'UserAddressInformation');
    expect(textAt(postal, 'UserAddressRoleType')).to.equal('Home');
    expect(textAt(postal, 'PhysicalAddress/StructuredAddress/Line2')).to.equal('Entrance C, Third floor');
    expect(textAt(mail, 'ElectronicAddress/ElectronicAddressType')).to.equal('mailto');
    expect(textAt(phone, 'ElectronicAddress/ElectronicAddressData')).to.equal('+47 55 00 00 00');
    expect(textAt(fields, 'UserPrivilege/AgencyUserPrivilegeType')).to.equal('STAFF');
    expect(textAt(fields, 'UserPrivilege/ValidToDate')).to.equal('2027-06-30T21:59:59.000Z');
    expect(textAt(fields, 'UserPrivilege/UserPrivilegeStatus/UserPrivilegeStatusType')).to.equal('Blocked');
    expect(textAt(fields, 'BlockOrTrap/BlockOrTrapType')).to.equal('Lost three books');
    expect(textAt(fields, 'BlockOrTrap/ValidToDate')).to.equal('2026-12-31T22:59:59.000Z');
    expect(all(fields, 'UserId').map((id) => textAt(id, 'UserIdentifierValue'))).to.deep.equal(['u-4711', 'B0004711']);
  });

  for (const [reason, status] of [
    ['patron-inactive', 'Inactive'],
    ['patron-expired', 'Expired'],
    ['loan-limit-exceeded', 'Active'],
  ] as const) {
    it(`says ${status} of a patron whose standing is ${reason}`, async () => {
      const { tree } = await talk.say(byId('u-4711', 'User Privilege'), {
        lookUpPatron: async () => ({ ...account, standing: { ...account.standing, reasons: [reason] } }),
      });
      const privilege = find(tree, 'UserOptionalFields/UserPrivilege');
      expect(textAt(privilege, 'UserPrivilegeStatus/UserPrivilegeStatusType')).to.equal(status);
    });
  }

  it('checks a PIN that comes with a barcode, and answers with the primary id', async () => {
    const questions: PatronQuestion[] = [];
    const { tree } = await talk.say(byInput(['barcode id', 'B0004711'], ['PIN', '8642']), {
      lookUpPatron: async (_, question) => {
        questions.push(question);
        return { ...account, pin: 'matches' };
      },
    });
    expect(questions).to.deep.equal([{ patronId: 'B0004711', pin: '8642' }]);
    expect(textAt(tree, 'UserId/UserIdentifierValue')).to.equal('u-4711');
    expect(textAt(tree, 'UserId/AgencyId')).to.equal('01FJORD_INST');
  });

  for (const type of ['Barcode Id', 'User Id', 'username']) {
    it(`takes AuthenticationInput of the type "${type}" for an identifier`, async () => {
      const said = await talk.say(byInput([type, 'u-4711']), { lookUpPatron: async () => account });
      expect(said.refusal).to.equal(undefined);
    });
  }

  it('refuses a wrong PIN, and names it nowhere', async () => {
    const said = await talk.say(byInput(['User Id', 'u-4711'], ['Password', 'wrong-0000']), {
      lookUpPatron: async () => ({ ...account, pin: 'differs' }),
    });
    expect(problemTypeOf(said)).to.equal('User Authentication Failed');
    expect(textAt(said.tree, 'Problem/ProblemElement')).to.equal(
      '//LookupUser/AuthenticationInput/AuthenticationInputData',
    );
    expect(said.xml + JSON.stringify(said.events)).not.to.include('wrong-0000');
  });

  it('does not pass over a PIN where the library checks none', async () => {
    const said = await talk.say(byInput(['User Id', 'u-4711'], ['PIN', '1']), { lookUpPatron: async () => account });
    expect(problemTypeOf(said)).to.equal('User Authentication Failed');
    expect(textAt(said.tree, 'Problem/ProblemDetail')).to.include('this library checks no PIN');
  });

  it('does not take a certificate for a proof that it has not checked', async () => {
    const said = await talk.say(byInput(['User Id', 'u-4711'], ['X.509 Certificate', 'MIIB']));
    expect(problemTypeOf(said)).to.equal('User Authentication Failed');
  });

  it('misses the identifier when only a PIN comes', async () => {
    const said = await talk.say(byInput(['PIN', '8642']));
    expect(problemTypeOf(said)).to.equal('Needed Data Missing');
  });

  it('never shows an identifier that serves as PIN, not even when it is what was asked for', async () => {
    const { xml } = await talk.say(byId('8642', 'User Id'), { lookUpPatron: async () => account });
    expect(xml).not.to.include('8642');
    expect(xml).to.include('u-4711');
  });

  it('leaves out what says "Problem", but never a block', async () => {
    const { xml, tree } = await talk.say(byId('u-4711', 'Name Information', 'Block Or Trap'), {
      lookUpPatron: async () => ({
        ...account,
        patron: {
          ...account.patron,
          name: { full: 'Pat Problem', given: 'Pat', surname: 'Problem' },
          blocks: [{ type: 'GENERAL', description: 'Problem patron', note: '' }],
        },
      }),
    });
    expect(xml).not.to.include('Problem');
    expect(textAt(tree, 'UserOptionalFields/BlockOrTrap/BlockOrTrapType')).to.equal('GENERAL');
  });

  it('says Unknown User of a patron that the library does not have', async () => {
    const said = await talk.say(byId('nobody'), {
      lookUpPatron: async () => {
        throw new Refusal('unknown-patron', { about: 'patron', value: 'nobody' });
      },
    });
    expect(problemTypeOf(said)).to.equal('Unknown User');
    expect(textAt(said.tree, 'Problem/ProblemElement')).to.equal('//LookupUser/UserId/UserIdentifierValue');
    expect(textAt(said.tree, 'Problem/ProblemValue')).to.equal('nobody');
    expect(said.xml).to.include('<ns1:ProblemDetail>Unknown User: ');
  });
});
