import { expect } from 'chai';
import { asRefusal, type Refusal } from '../../src/circulation/refusals.ts';
import { type Element, element } from '../../src/ncip/message.ts';
import { admittedPartner, type NcipPartner } from '../../src/ncip/partner.ts';
import { partner } from './conversation.ts';

const known = (code: string, ...aliases: string[]): NcipPartner => ({
  partner: { ...partner, code },
  names: [code, ...aliases],
  admits: (address, token) => address === '192.0.2.1' || token === `token-of-${code}`,
});
const partners = [known('ALPHA', 'Alpha Loans'), known('BETA'), known('NORTH')];

const profile = (text: string, scheme?: string): Element => ({
  ...element('ApplicationProfileType', text),
  ...(scheme !== undefined && { attributes: { Scheme: scheme } }),
});
const agency = (code: string): Element => element('FromAgencyId', element('AgencyId', code));
const header = (...content: Element[]): Element => element('InitiationHeader', ...content);

const found = (sent: Element | undefined, from = { address: '192.0.2.1' } as { address: string; bearer?: string }) =>
  admittedPartner(partners, sent, from).code;

function refused(sent: Element | undefined, from?: { address: string; bearer?: string }): Refusal {
  try {
    found(sent, from);
  } catch (error) {
    return asRefusal(error);
  }
  throw new Error('a refusal was expected');
}

describe('NCIP partner', () => {
  it('is named by ApplicationProfileType before system and agency, without regard to case', () => {
    expect(found(header(element('FromSystemId', 'NORTH'), agency('BETA'), profile('alpha')))).to.equal('ALPHA');
    expect(found(header(agency('BETA'), profile('ALPHA LOANS')))).to.equal('ALPHA');
  });

  it('is named by system, then by agency, where the profile is a version', () => {
    expect(found(header(element('FromSystemId', 'North'), agency('BETA'), profile('2.00')))).to.equal('NORTH');
    const scheme = 'http://profiles.example/schemes/CircILLApplicationProfileType.scm';
    expect(found(header(agency('BETA'), profile('ALPHA', scheme)))).to.equal('BETA');
    expect(found(header(agency('beta')))).to.equal('BETA');
  });

  it('is unknown under any other name, which the refusal tells', () => {
    const refusal = refused(header(agency('GAMMA'), profile('DELTA')));
    expect(refusal.kind).to.equal('sender-unknown');
    expect(refusal.facts).to.deep.include({
      about: 'sender',
      value: 'DELTA',
      detail: 'no partner is known as "DELTA"',
    });
    expect(refused(undefined).kind).to.equal('sender-unknown');
    expect(refused(header(agency(''))).kind).to.equal('sender-unknown');
  });

  it('is admitted by its address, or by its token in the HTTP or the NCIP header', () => {
    const elsewhere = '198.51.100.7';
    expect(found(header(agency('BETA')), { address: elsewhere, bearer: 'token-of-BETA' })).to.equal('BETA');
    for (const name of ['FromAgencyAuthentication', 'FromSystemAuthentication']) {
      expect(found(header(agency('BETA'), element(name, 'token-of-BETA')), { address: elsewhere })).to.equal('BETA');
    }
  });

  it("is not admitted with no token or another partner's, and the token stays out of the refusal", () => {
    for (const bearer of [undefined, 'token-of-ALPHA']) {
      const refusal = refused(header(agency('BETA')), { address: '198.51.100.7', ...(bearer && { bearer }) });
      expect(refusal.kind).to.equal('sender-not-admitted');
      expect(JSON.stringify(refusal.facts)).not.to.include('token-of');
    }
  });
});
