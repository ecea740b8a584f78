import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problems.ts';
import { folderWith } from './folder.ts';
import { broker, env, files, gateway, problems, vocabulary } from './small.ts';

describe('configuration: what is right', () => {
  it('has absolute paths, defaults, and secrets that only reveal() shows', () => {
    using folder = folderWith(files);
    const config = loadConfig(join(folder.path, 'gateway.yaml'), { env, vocabulary });
    expect(config.listen.ncip.tls.key).to.equal(join(folder.path, 'tls/a.key'));
    expect(config.store.file).to.equal(join(folder.path, '../data/x.sqlite'));
    expect(config.sip2.answerWithin).to.equal(8);
    expect(config.listen.sip2Tls).to.equal(undefined);
    const { alma } = config.institutions['01A'] ?? {};
    if (alma === undefined || alma === 'simulator') throw new Error('expected a real Alma');
    expect(alma.apiKey.reveal()).to.equal('l8xx');
    expect(alma.callsPerSecond).to.equal(10);
    expect(config.terminals[0]?.login?.password.reveal()).to.equal('hunter2');
    expect(config.brokers.get('one')?.admit.token?.reveal()).to.equal('tok');
    expect(config.dialects.get('plain')?.charset).to.equal('cp850');
    const printed = `${inspect(config, { depth: 20, showHidden: true })} ${JSON.stringify([config, ...config.brokers])} ${alma.apiKey}`;
    expect(printed).to.include('[secret]');
    for (const secret of ['l8xx', 'hunter2', '"tok"', "'tok'"]) expect(printed).not.to.include(secret);
  });

  it('takes overrides instead of what the file says', () => {
    using folder = folderWith(files);
    const overrides = [
      'listen.ncip.port=8443',
      'listen.sip2={ host: 127.0.0.1, port: 6001 }',
      'terminals.0.id=gate',
      'store.file=":memory:"',
    ];
    const config = loadConfig(join(folder.path, 'gateway.yaml'), { env, vocabulary, overrides });
    expect(config.listen.ncip.port).to.equal(8443);
    expect(config.listen.sip2).to.include({ host: '127.0.0.1', port: 6001, maxConnections: 500 });
    expect(config.terminals[0]?.id).to.equal('gate');
    expect(config.store.file).to.equal(':memory:');
  });
});

describe('configuration: every problem at once, where it is', () => {
  it('takes no time that a timer cannot wait for: it would be over at once', () => {
    const found = problems({}, { overrides: ['ncip.answerWithin=86401', 'sip2.loginWithin=30000000'] });
    expect(found).to.deep.equal([
      'override: ncip.answerWithin: expected a number of at most 86400, found 86401',
      'override: sip2.loginWithin: expected a number of at most 86400, found 30000000',
    ]);
  });

  it('names wrong values and unknown keys by line, with what was expected and found', () => {
    const wrong = gateway
      .replace('operator: { host: 127.0.0.1, port: 0 }', 'operator: { host: 127.0.0.1, prot: 99999 }')
      .replace('name: A', 'name: 7')
      .replace('Europe/Oslo', 'Mars/Base')
      .replace('10.0.0.0/8', '10.0.0.0/');
    expect(problems({ 'gateway.yaml': wrong })).to.deep.equal([
      'gateway.yaml:4:3: listen.operator.port: missing: expected a number',
      'gateway.yaml:4:32: listen.operator.prot: unknown setting; did you mean "port"?',
      'gateway.yaml:9:11: institutions.01A.name: expected text, found 7; write it in quotes',
      'gateway.yaml:10:15: institutions.01A.timeZone: expected an IANA time zone such as Europe/Oslo, found "Mars/Base"',
      'gateway.yaml:19:17: terminals.0.addresses.0: expected an IP address or a CIDR range such as 10.1.0.0/16, found "10.0.0.0/"',
    ]);
  });

  it('follows the alternative that was meant', () => {
    const wrong = gateway
      .replace('url: https://alma.example', 'url: ftp://alma')
      .replace('brokers: [one]', 'brokers: [one]\n    pin: barcode');
    const profile = broker.replace('{ fixed: partner }', '{ perAgency: { idPrefix: X } }');
    expect(problems({ 'gateway.yaml': wrong, 'brokers/one.yaml': profile })).to.deep.equal([
      'gateway.yaml:12:18: institutions.01A.alma.url: expected an address such as https://api-eu.hosted.exlibrisgroup.com, found "ftp://alma"',
      'gateway.yaml:14:10: institutions.01A.pin: expected none, alma-password or identifier:<type of identifier>, found "barcode"',
      'brokers/one.yaml:5:22: lending.patron.perAgency.userGroup: missing: expected text',
    ]);
  });

  it('says so when a key is written twice, and goes on', () => {
    const wrong = gateway.replace('store:', 'simulator: { host: h, port: x }\nstore:');
    expect(problems({ 'gateway.yaml': wrong })).to.deep.equal([
      'gateway.yaml:6:1: simulator: expected each key once in a group, found it twice',
      'gateway.yaml:6:29: simulator.port: expected a number, found "x"',
    ]);
  });

  for (const [what, yaml, message] of [
    ['a tab', 'listen:\n\tncip: 1\n', 'gateway.yaml:2:1: expected YAML: Tabs are not allowed as indentation'],
    ['an open quote', 'a: 1\nb: "x\n', 'gateway.yaml:3:1: expected YAML: Missing closing "quote'],
    ['an unknown tag', 'a: !secret x\n', 'gateway.yaml:1:4: expected YAML: Unresolved tag: !secret'],
    ['nothing', '# only a comment\n', 'gateway.yaml:1:1: expected a group of settings, found nothing'],
  ] as const) {
    it(`points at ${what}`, () => {
      expect(problems({ 'gateway.yaml': yaml })).to.deep.equal([message]);
    });
  }

  it('points into what an alias repeats', () => {
    const shared = gateway.replace('{ library: M, circDesk: D }', '&desk { library: M, desk: D }');
    const second = "  - { id: k2, institution: 01A, place: *desk, dialect: plain, addresses: ['::1'] }\n";
    expect(problems({ 'gateway.yaml': shared + second })).to.deep.equal([
      'gateway.yaml:17:5: terminals.0.place.circDesk: missing: expected text',
      'gateway.yaml:17:32: terminals.0.place.desk: unknown setting (known: library, circDesk)',
      'gateway.yaml:17:32: terminals.1.place.desk: unknown setting (known: library, circDesk)',
      'gateway.yaml:21:33: terminals.1.place.circDesk: missing: expected text',
    ]);
  });

  it('survives an anchor that is not there', () => {
    expect(problems({ 'gateway.yaml': 'a: *b\n' })[0]).to.match(/^gateway.yaml: expected YAML: Unresolved alias/);
  });

  it('says that there is no file', () => {
    using folder = folderWith();
    const file = join(folder.path, 'gateway.yaml');
    expect(() => loadConfig(file, { vocabulary })).to.throw(ConfigError, `${file}: expected a readable file: ENOENT`);
  });

  it('finds names that lead nowhere, and proposes near ones, although another key is wrong', () => {
    const wrong = gateway
      .replace('[one]', '[oen, two]')
      .replace('institution: 01A', 'institution: 01a')
      .replace('dialect: plain', 'dialect: fancy')
      .replace('name: A', 'nmae: A');
    expect(problems({ 'gateway.yaml': wrong })).to.deep.equal([
      'gateway.yaml:8:3: institutions.01A.name: missing: expected text',
      'gateway.yaml:9:5: institutions.01A.nmae: unknown setting; did you mean "name"?',
      'gateway.yaml:13:15: institutions.01A.brokers.0: expected the name of a file in brokers/, found "oen" (known: one)',
      'gateway.yaml:13:20: institutions.01A.brokers.1: expected the name of a file in brokers/, found "two" (known: one)',
      'gateway.yaml:16:18: terminals.0.institution: expected a key of institutions, found "01a"; did you mean "01A"?',
      'gateway.yaml:18:14: terminals.0.dialect: expected the name of a file in kiosks/, found "fancy" (known: plain)',
    ]);
  });

  it('finds a terminal id and a login that are there twice', () => {
    const second = gateway.slice(gateway.indexOf('  - id: k1'));
    expect(problems({ 'gateway.yaml': gateway + second })).to.deep.equal([
      'gateway.yaml:21:9: terminals.1.id: expected each once, found the terminal id "k1" twice',
      'gateway.yaml:26:20: terminals.1.login.user: expected each once, found the login user "k1" at 01A twice',
    ]);
  });

  it('finds two brokers of one institution with the same code, whatever its case', () => {
    const wrong = gateway.replace('[one]', '[one, two, one]');
    const two = broker.replace('ONE', 'TWO').replace('[Uno]', '[zwei, UNO]');
    expect(problems({ 'gateway.yaml': wrong, 'brokers/two.yaml': two })).to.deep.equal([
      'gateway.yaml:13:25: institutions.01A.brokers.2: expected each once, found the broker "one" twice',
      'brokers/two.yaml:2:21: alsoKnownAs.1: expected a code that no other broker of 01A has, found "UNO", which brokers/one.yaml has too',
    ]);
  });

  it('gives profile and dialect problems their own file and line', () => {
    const changed = {
      'brokers/one.yaml': broker.replace('defaultPickupLocation: M', 'defaultPickupLocation: N'),
      'kiosks/plain.yaml': 'charset: utf8\n',
    };
    expect(problems(changed)).to.deep.equal([
      'brokers/one.yaml:11:26: borrowing.defaultPickupLocation: expected a key of pickupLocations, found "N"',
      'kiosks/plain.yaml:1:10: charset: expected one of "cp850", "utf-8", "iso-8859-1", "ascii-fold", found "utf8"',
    ]);
  });

  it('wants certificates to be there, both or neither', () => {
    const strict = gateway.replace(', makeIfMissing: true', '');
    expect(problems({ 'gateway.yaml': strict })).to.deep.equal([
      'gateway.yaml:3:37: listen.ncip.tls: expected the files tls/a.crt and tls/a.key, found neither',
    ]);
    expect(problems({ 'tls/a.crt': 'x' })).to.deep.equal([
      'gateway.yaml:3:37: listen.ncip.tls: expected tls/a.key beside tls/a.crt, found only the latter',
    ]);
    expect(problems({ 'gateway.yaml': strict, 'tls/a.crt': 'x', 'tls/a.key': 'x' })).to.deep.equal([]);
  });

  it('wants every secret to be somewhere', () => {
    const changed = { 'k1.password': ' \n', 'brokers/one.yaml': broker.replace('one.token', 'none.token') };
    expect(problems(changed, { env: {} })).to.deep.equal([
      'gateway.yaml:12:40: institutions.01A.alma.apiKey: expected a secret in the environment variable ALMA_KEY, which is not set',
      'gateway.yaml:20:24: terminals.0.login.password: expected a secret in k1.password, which is empty',
      'brokers/one.yaml:3:10: admit.token: expected a secret in none.token: ENOENT: no such file or directory',
    ]);
  });

  it('does not repeat a secret that stands where it should not', () => {
    const wrong = gateway.replace('{ env: ALMA_KEY }', 'l8xxVERYSECRET');
    const found = problems(
      { 'gateway.yaml': wrong },
      { overrides: ['terminals.0.login.password=hunter3', 'store.file.x=hunter3'] },
    );
    expect(found).to.deep.equal([
      'gateway.yaml:12:48: institutions.01A.alma.apiKey: expected { env: NAME } or { file: path }, found a string that is not shown here',
      'override: store.file.x: expected a value as in YAML for a setting inside a group of settings',
      'override: terminals.0.login.password: expected { env: NAME } or { file: path }, found a string that is not shown here',
    ]);
  });
});
