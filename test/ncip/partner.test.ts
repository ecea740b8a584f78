import { expect } from 'chai';
import { Refusal } from '../../src/circulation/refusals.ts';
import { type Admit, admission, type Credentials, type NcipPartner } from '../../src/ncip/admission.ts';
import { type Element, element } from '../../src/ncip/message.ts';
import { senderOf } from '../../src/ncip/partner.ts';
import { institution, partner } from './conversation.ts';

const known = (code: string, admit: Admit, ...aliases: string[]): NcipPartner => ({
  partner: { ...partner, code },
  names: [code, ...aliases],
  admit,
  pinDemand: 'if-sent',
});
const here: Credentials = { address: '192.0.2.1', tokens: [] };
const fromHere = { fromAddress: (address: string) => address === here.address };
const partners = [known('ALPHA', fromHere, 'Alpha Loans'), known('BETA', fromHere), known('NORTH', fromHere)];

const profile = (text: string, scheme?: string): Element => ({
  ...element('ApplicationProfileType', text),
  ...(scheme !== undefined && { attributes: { Scheme: scheme } }),
});
const agency = (code: string): Element => element('FromAgencyId', element('AgencyId', code));
const header = (...content: Element[]): Element => element('InitiationHeader', ...content);

/** Who may speak from there. */
const admitted = (all: readonly NcipPartner[], credentials: Credentials): string[] =>
  admission({ institution, partners: all }, credentials)?.admitted.map((one) => one.partner.code) ?? [];

/** Whose message that is; the connection may be all of `from`. */
const sender = (sent: Element | undefined, from = partners): NcipPartner | Refusal =>
  senderOf({ institution, partners: [...partners, known('ELSEWHERE', {})], admitted: from }, sent);

const found = (sent: Element): string => {
  const one = sender(sent);
  return one instanceof Refusal ? one.message : one.partner.code;
};

function refused(sent: Element | undefined, from?: NcipPartner[]): Refusal {
  const one = sender(sent, from);
  if (!(one instanceof Refusal)) throw new Error('a refusal was expected');
  return one;
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

  it('is looked for among those that the connection may be, and not admitted under another name', () => {
    expect(found(header(agency('BETA'), profile('ELSEWHERE')))).to.equal('BETA');
    expect(refused(header(agency('ELSEWHERE')))).to.deep.include({ kind: 'sender-not-admitted' });
    expect(refused(header(agency('ELSEWHERE'))).facts).to.include({
      value: 'ELSEWHERE',
      detail: '"ELSEWHERE" is not shown by the address, the token or the certificate of this connection',
    });
  });

  it('with a token of its own in the message is confirmed by it, and by no other', () => {
    const [both] = [known('BOTH', { ...fromHere, messageToken: (said) => said === 'mine-77' })];
    for (const name of ['FromAgencyAuthentication', 'FromSystemAuthentication']) {
      expect(sender(header(agency('BOTH'), element(name, 'mine-77')), [both])).to.equal(both);
      const other = refused(header(agency('BOTH'), element(name, 'guess-1')), [both]);
      expect(other.kind).to.equal('sender-not-admitted');
      expect(other.facts.detail).to.include('not confirmed');
      expect(JSON.stringify(other.facts)).not.to.match(/guess-1|mine-77/);
    }
    expect(refused(header(agency('BOTH')), [both]).kind).to.equal('sender-not-admitted');
  });
});

describe('NCIP admission', () => {
  const digits = 'ab'.repeat(32);
  const token = { token: (said: string) => said === 'let-me-in' };
  const certificate = { certificates: [digits] };
  const all = [
    known('ADDRESS', fromHere),
    known('TOKEN', token),
    known('CERTIFICATE', certificate),
    known('ALL', { ...fromHere, ...token, ...certificate }),
    known('NOTHING', {}),
    known('MESSAGE', { messageToken: () => true }),
  ];
  const there = { address: '198.51.100.7' };

  it('is by an address, a token or a certificate, and by all of them where a partner names more than one', () => {
    expect(admitted(all, here)).to.deep.equal(['ADDRESS']);
    expect(admitted(all, { ...there, tokens: ['guess', 'let-me-in'] })).to.deep.equal(['TOKEN']);
    expect(admitted(all, { ...there, tokens: [], certificate: digits })).to.deep.equal(['CERTIFICATE']);
    const everything = { ...here, tokens: ['let-me-in'], certificate: digits };
    expect(admitted(all, everything)).to.deep.equal(['ADDRESS', 'TOKEN', 'CERTIFICATE', 'ALL']);
  });

  it('is for nobody who shows others, and never by the message alone', () => {
    expect(admission({ institution, partners: all }, { ...there, tokens: ['guess'], certificate: 'cd' })).to.equal(
      undefined,
    );
    expect(admission(undefined, here)).to.equal(undefined);
  });
});
