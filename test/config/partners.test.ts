import { expect } from 'chai';
import { broker, gateway, problems, settings } from './small.ts';

const withAdmit = (admit: string): Record<string, string> => ({
  'brokers/one.yaml': broker.replace('admit: { token: { file: one.token } }', `admit: ${admit}`),
  'message.token': 'from inside\n',
});
const fingerprint = 'AB:'.repeat(31).concat('cd');

describe('how a broker shows who it is', () => {
  it('is an address, a token, a certificate, or several of them', () => {
    expect(problems(withAdmit('{ addresses: [10.0.0.1] }'))).to.deep.equal([]);
    const config = settings(withAdmit(`{ certificates: ["${fingerprint}"], messageToken: { file: message.token } }`));
    const { admit } = config.brokers.get('one')!;
    expect(admit.certificates).to.deep.equal([fingerprint]);
    expect(admit.messageToken?.reveal()).to.equal('from inside');
    expect(JSON.stringify(admit)).not.to.contain('from inside');
    expect(problems(withAdmit('{}'))).to.deep.equal([
      'brokers/one.yaml:3:1: admit: expected addresses, a token or certificates, found an empty group',
    ]);
  });

  it('is never a token inside the message alone, which is read too late', () => {
    expect(problems(withAdmit('{ messageToken: { file: message.token } }'))).to.deep.equal([
      'brokers/one.yaml:3:1: admit: expected addresses, a token or certificates beside messageToken, which confirms a broker and lets nobody in, found a group of settings',
    ]);
  });

  it('is a whole fingerprint, and no secret is shown or missing', () => {
    expect(problems(withAdmit('{ certificates: [AB:CD, 12], messageToken: hunter2 }'))).to.deep.equal([
      'brokers/one.yaml:3:25: admit.certificates.0: expected the SHA-256 fingerprint of a certificate: 64 hexadecimal digits, with colons or without, found "AB:CD"',
      'brokers/one.yaml:3:32: admit.certificates.1: expected text, found 12; write it in quotes',
      'brokers/one.yaml:3:51: admit.messageToken: expected { env: NAME } or { file: path }, found a string that is not shown here',
    ]);
    expect(problems(withAdmit('{ addresses: [::1], messageToken: { file: none.token } }'))).to.deep.equal([
      'brokers/one.yaml:3:28: admit.messageToken: expected a secret in none.token: ENOENT: no such file or directory',
    ]);
  });
});

describe('whether a PIN is demanded', () => {
  const checked = gateway.replace('currency: NOK', 'currency: NOK\n    pin: alma-password');

  it('is said by the institution, and by a terminal or a broker for itself', () => {
    const config = settings({
      'gateway.yaml': checked.replace('dialect: plain', 'dialect: plain\n    pinDemand: required'),
    });
    expect(config.institutions['01A']?.pinDemand).to.equal('if-sent');
    expect(config.terminals[0]?.pinDemand).to.equal('required');
    expect(config.brokers.get('one')?.pinDemand).to.equal(undefined);
  });

  it('is refused where none is checked, at each place that demands one', () => {
    const why = 'expected if-sent, found "required", but 01A checks no PIN (pin: none); say there how it is checked';
    const demanding = (from: string): string =>
      from
        .replace('currency: NOK', 'currency: NOK\n    pinDemand: required')
        .replace('dialect: plain', 'dialect: plain\n    pinDemand: required');
    const changed = { 'brokers/base.yaml': `${broker}pinDemand: required\n`, 'brokers/one.yaml': 'extends: base\n' };
    expect(problems({ ...changed, 'gateway.yaml': demanding(gateway) })).to.deep.equal([
      `gateway.yaml:12:16: institutions.01A.pinDemand: ${why}`,
      `gateway.yaml:20:16: terminals.0.pinDemand: ${why}`,
      `brokers/base.yaml:13:12: pinDemand: ${why}`,
    ]);
    expect(problems({ ...changed, 'gateway.yaml': demanding(checked) })).to.deep.equal([]);
  });

  it('is one of two words', () => {
    expect(
      problems({ 'gateway.yaml': checked.replace('currency: NOK', 'currency: NOK\n    pinDemand: always') }),
    ).to.deep.equal([
      'gateway.yaml:12:16: institutions.01A.pinDemand: expected one of "required", "if-sent", found "always"',
    ]);
  });
});
