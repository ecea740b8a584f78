import { expect } from 'chai';
import { broker, gateway, problems, settings } from './small.ts';

/** The broker's file as one that holds only what differs from the complete one. */
const derived = (own: string): Record<string, string> => ({
  'brokers/base.yaml': broker,
  'brokers/one.yaml': `extends: base\n${own}`,
});

describe('a profile that extends another', () => {
  it('holds only what differs: groups are joined, lists and values replaced, null takes away', () => {
    const config = settings({
      'brokers/base.yaml': broker.replace('[Uno]', '[Uno, Eins]'),
      'brokers/middle.yaml': 'extends: base\nborrowing:\n  itemPolicy: middle\n  location: middle\n',
      'brokers/one.yaml': [
        'extends: middle',
        'alsoKnownAs: [Ein]',
        'lending: { patron: { fixed: null, perAgency: { idPrefix: P-, userGroup: G } } }',
        'borrowing: { location: own, pickupLocations: { N: { library: N, circDesk: D } } }',
        'admit: { addresses: [10.1.0.0/16] }',
      ].join('\n'),
    });
    const one = config.brokers.get('one')!;
    expect([one.code, one.alsoKnownAs]).to.deep.equal(['ONE', ['Ein']]);
    expect(one.lending).to.deep.equal({
      patron: { perAgency: { idPrefix: 'P-', userGroup: 'G' } },
      pickupLibrary: 'ILL',
    });
    expect(one.borrowing).to.include({ location: 'own', itemPolicy: 'middle', automaticReceive: true });
    expect(Object.keys(one.borrowing.pickupLocations)).to.deep.equal(['M', 'N']);
    expect(one.admit.token?.reveal()).to.equal('tok');
    expect(one).not.to.have.any.keys('extends', 'version');
    expect([...config.brokers.keys()]).to.deep.equal(['one']);
  });

  it('is the same for kiosks', () => {
    const config = settings({
      'kiosks/base.yaml': 'charset: utf-8\nhideFields: [CK, CH]\n',
      'kiosks/plain.yaml': 'extends: base\nhideFields: []\n',
    });
    expect(config.dialects.get('plain')).to.include({ charset: 'utf-8' }).and.to.deep.include({ hideFields: [] });
  });

  it('tells a wrong value in the file of the chain where it stands', () => {
    const found = problems({
      'brokers/base.yaml': broker.replace('automaticReceive: true', 'automaticReceive: perhaps\n  itemPolcy: x'),
      'brokers/one.yaml': 'extends: base\nborrowing:\n  barcode: { from: nowhere }\nplace: { desk: X }\n',
    });
    expect(found).to.deep.equal([
      'brokers/one.yaml:3:20: borrowing.barcode.from: expected one of "item-id", "made", found "nowhere"',
      'brokers/one.yaml:4:10: place.desk: unknown setting (known: library, circDesk)',
      'brokers/base.yaml:12:21: borrowing.automaticReceive: expected true or false, found "perhaps"',
      'brokers/base.yaml:13:3: borrowing.itemPolcy: unknown setting; did you mean "itemPolicy"?',
    ]);
  });

  it('is told that it has chosen a second alternative beside the one that it extends, and how to take that away', () => {
    const own = 'code: TWO\nlending: { patron: { perAgency: { idPrefix: P-, userGroup: G } } }\n';
    expect(problems(derived(own))).to.deep.equal([
      'brokers/one.yaml:3:22: lending.patron.perAgency: expected either this or fixed, found both (where a file extends another, "fixed: null" takes that away)',
    ]);
    const wrong = broker.replace('fixed: partner', 'perAgency: { idPrefix: 5, userGroup: 6 }');
    expect(problems({ 'brokers/one.yaml': wrong }).map((problem) => problem.split(': ')[1])).to.deep.equal([
      'lending.patron.perAgency.idPrefix',
      'lending.patron.perAgency.userGroup',
    ]);
  });

  it('overrides what is wrong in another, which need not be whole by itself', () => {
    const half = broker.replace('code: ONE\n', '').replace('automaticReceive: true', 'automaticReceive: perhaps');
    const own = 'extends: base\ncode: ONE\nborrowing: { automaticReceive: false }\n';
    expect(problems({ 'brokers/base.yaml': half, 'brokers/one.yaml': own })).to.deep.equal([]);
  });

  it('tells what is missing at its nearest group in the most specific file', () => {
    const half = broker.replace('  location: temp\n', '').replace('code: ONE\n', '').replace('circDesk: DESK', 'x: y');
    const own = '# Ours.\nextends: base\nborrowing: { itemPolicy: own }\n';
    expect(problems({ 'brokers/base.yaml': half, 'brokers/one.yaml': own })).to.deep.equal([
      'brokers/one.yaml:2:1: code: missing: expected text',
      'brokers/one.yaml:2:1: place.circDesk: missing: expected text',
      'brokers/one.yaml:3:1: borrowing.location: missing: expected text',
      'brokers/base.yaml:3:24: place.x: unknown setting (known: library, circDesk)',
    ]);
  });

  it('is checked beyond its form in the right file too: codes, secrets, pickup locations', () => {
    const found = problems({
      ...derived('borrowing: { defaultPickupLocation: N }\n'),
      'gateway.yaml': gateway.replace('[one]', '[one, two]'),
      'brokers/base.yaml': broker.replace('one.token', 'none.token'),
      'brokers/two.yaml': 'extends: base\ncode: TWO\n',
    });
    expect(found).to.deep.equal([
      'brokers/one.yaml:2:37: borrowing.defaultPickupLocation: expected a key of pickupLocations, found "N"',
      'brokers/base.yaml:2:15: alsoKnownAs.0: expected a code that no other broker of 01A has, found "Uno", which brokers/one.yaml has too',
      // Both have it from there, and it is wrong once.
      'brokers/base.yaml:3:10: admit.token: expected a secret in none.token: ENOENT: no such file or directory',
    ]);
  });

  it('says which file it is that is not there, and does not ask for what that might have held', () => {
    expect(problems({ ...derived('code: ONE\n'), 'brokers/one.yaml': 'code: ONE\nextends: bse\n' })).to.deep.equal([
      'brokers/one.yaml:2:10: extends: expected the name of a file in brokers/, found "bse"; did you mean "base"?',
    ]);
    expect(problems({ 'brokers/one.yaml': `extends: 7\n${broker}` })).to.deep.equal([
      'brokers/one.yaml:1:10: extends: expected text, found 7; write it in quotes',
    ]);
  });

  it('says where a circle closes', () => {
    const found = problems({
      'brokers/one.yaml': 'extends: a\n',
      'brokers/a.yaml': 'extends: b\n',
      'brokers/b.yaml': 'code: B\nextends: a\n',
      'kiosks/plain.yaml': 'extends: plain\n',
    });
    expect(found).to.deep.equal([
      'brokers/b.yaml:2:10: extends: expected a file that does not extend this one, found a > b > a',
      'kiosks/plain.yaml:1:10: extends: expected a file that does not extend this one, found plain > plain',
    ]);
  });

  it('does not hide that a base is no YAML', () => {
    expect(problems({ ...derived(''), 'brokers/base.yaml': 'a: "x\n' })).to.deep.equal([
      'brokers/base.yaml:2:1: expected YAML: Missing closing "quote',
    ]);
  });
});

describe('the version of a settings file', () => {
  it('must stand in gateway.yaml, and may be left out elsewhere', () => {
    expect(problems({ 'gateway.yaml': gateway.replace('version: 1\n', '') })).to.deep.equal([
      'gateway.yaml:1:1: version: missing: expected 1; write "version: 1" at the top of the file',
    ]);
    expect(
      problems({ 'brokers/one.yaml': `version: 1\n${broker}`, 'kiosks/plain.yaml': 'version: 1\n' }),
    ).to.deep.equal([]);
  });

  it('of a later Circgate is all that is said of a file, whatever else it holds', () => {
    const later = 'this file is written for a later Circgate; install that, or write it as docs/settings.md says';
    expect(
      problems({
        'gateway.yaml': `${gateway.replace('version: 1', 'version: 2')}newer: true\n`,
      }),
    ).to.deep.equal([`gateway.yaml:1:10: version: expected 1, found 2: ${later}`]);
    expect(
      problems({
        'brokers/base.yaml': `version: 3\ntoken: {}\n`,
        'brokers/one.yaml': 'version: 1\nextends: base\n',
        'kiosks/plain.yaml': 'version: one\n',
        'messages/en.yaml': 'version: 2\n',
      }),
    ).to.deep.equal([
      `brokers/base.yaml:1:10: version: expected 1, found 3: ${later}`,
      'kiosks/plain.yaml:1:10: version: expected 1, found "one"',
      `messages/en.yaml:1:10: version: expected 1, found 2: ${later}`,
    ]);
  });
});
