import { expect } from 'chai';
import { gateway, problems, settings } from './small.ts';

/** The gateway's file in which the terminal and the institution say one thing more. */
function saying({ terminal, institution }: { terminal?: string; institution?: string }): Record<string, string> {
  return {
    'gateway.yaml': gateway
      .replace('dialect: plain', `dialect: plain${terminal === undefined ? '' : `\n    ${terminal}`}`)
      .replace('currency: NOK', `currency: NOK${institution === undefined ? '' : `\n    ${institution}`}`),
  };
}

describe('what is withheld from a terminal', () => {
  it('is nothing, or requests by their codes', () => {
    expect(settings().terminals[0]?.withhold).to.deep.equal([]);
    expect(settings(saying({ terminal: "withhold: ['29']" })).terminals[0]?.withhold).to.deep.equal(['29']);
  });

  it('is a request that it could have', () => {
    expect(problems(saying({ terminal: "withhold: [29, '92', '11']" }))).to.deep.equal([
      'gateway.yaml:19:16: terminals.0.withhold.0: expected text, found 29; write it in quotes',
      'gateway.yaml:19:20: terminals.0.withhold.1: expected the code of a request that is offered, found "92" (known: 11, 29)',
    ]);
  });
});

describe('terminals without a login', () => {
  const without = gateway.replace(/ {4}login: .*\n/, '');
  const second = (more: string): string =>
    `${without}  - { id: k2, institution: 01A, place: { library: M, circDesk: D }, dialect: plain, ${more} }\n`;

  it('share no address, at which neither could be known', () => {
    const found = problems({ 'gateway.yaml': second('addresses: [192.0.2.1, 10.3.4.5]') });
    expect(found.map((problem) => problem.replace(/^.*?:20:\d+: /, ''))).to.deep.equal([
      'terminals.1.addresses: expected addresses that "k1" has not, or a login, because neither has one by which to tell them apart',
    ]);
  });

  it('stand beside each other, and beside one that has a login', () => {
    const login = 'login: { user: k2, password: { file: k1.password } }';
    for (const more of ['addresses: [11.0.0.0/8, "::1"]', `addresses: [10.3.4.5], ${login}`])
      expect(problems({ 'gateway.yaml': second(more) })).to.deep.equal([]);
  });
});

describe('how many connections a door takes', () => {
  const limits = { maxConnections: 500, maxConnectionsPerAddress: 50 };

  it('is said at each door, and 0 is no limit', () => {
    expect(settings().listen.ncip).to.include(limits);
    const other = gateway.replace(
      '  operator:',
      '  sip2: { host: h, port: 1, maxConnections: 0, maxConnectionsPerAddress: 7 }\n  operator:',
    );
    const { listen } = settings({ 'gateway.yaml': other });
    expect(listen.sip2).to.include({ maxConnections: 0, maxConnectionsPerAddress: 7 });
    expect(listen.operator).not.to.have.any.keys(Object.keys(limits));
  });

  it('is no negative number, and stands no longer under sip2', () => {
    const wrong = gateway.replace('port: 0, tls', 'port: 0, maxConnections: -1, tls');
    expect(problems({ 'gateway.yaml': `${wrong}sip2: { maxConnections: 5 }\n` })).to.deep.equal([
      'gateway.yaml:3:53: listen.ncip.maxConnections: expected a number of at least 0, found -1',
      'gateway.yaml:21:9: sip2.maxConnections: unknown setting: each door has its own, listen.sip2.maxConnections and listen.sip2Tls.maxConnections',
    ]);
  });
});

describe("the library's own words", () => {
  it('are read in every language that has a file; English needs none', () => {
    expect([...settings().messages]).to.deep.equal([]);
    const { messages, institutions, terminals } = settings({
      ...saying({ institution: 'language: de', terminal: 'language: nb' }),
      'messages/de.yaml': 'patron-blocked: Bitte fragen Sie an der Theke.\ndue: "{title}: {date}"\n',
      'messages/nb.yaml': 'version: 1\ndue: Til {date}\n',
      'messages/en.yaml': '# Nothing is set.\n',
    });
    expect(Object.fromEntries(messages)).to.deep.equal({
      de: { 'patron-blocked': 'Bitte fragen Sie an der Theke.', due: '{title}: {date}' },
      nb: { due: 'Til {date}' },
      en: {},
    });
    expect([institutions['01A']?.language, terminals[0]?.language]).to.deep.equal(['de', 'nb']);
  });

  it('have a file in every language that a setting names', () => {
    const found = problems({
      ...saying({ institution: 'language: ed', terminal: 'language: no' }),
      'messages/de.yaml': 'due: Bis\n',
    });
    expect(found).to.deep.equal([
      'gateway.yaml:12:15: institutions.01A.language: expected the name of a file in messages/, found "ed" (known: de)',
      'gateway.yaml:20:15: terminals.0.language: expected the name of a file in messages/, found "no" (known: de)',
    ]);
  });

  it('take the place of a text that there is, with the arguments that it has', () => {
    const found = problems({
      'messages/nb.yaml': 'patron-blokced: x\npatron-blocked: Hei {name}\ndue: "{titel} til {date}"\n',
      'messages/sv.yaml': "due: ''\npatron-blocked: [a]\n",
    });
    expect(found).to.deep.equal([
      'messages/nb.yaml:1:1: patron-blokced: unknown setting; did you mean "patron-blocked"?',
      'messages/nb.yaml:2:17: patron-blocked: expected text without {arguments}, found "Hei {name}"',
      'messages/nb.yaml:3:6: due: expected text with no other arguments than {title}, {date}, found "{titel} til {date}"',
      'messages/sv.yaml:1:6: due: expected text that is not empty, found ""',
      'messages/sv.yaml:2:1: patron-blocked: expected text, found a list',
    ]);
  });

  it('stand no longer in a dialect, which says where they went', () => {
    expect(problems({ 'kiosks/plain.yaml': 'screens: { patron-blocked: Ask }\n' })).to.deep.equal([
      "kiosks/plain.yaml:1:1: screens: unknown setting: the library's own words stand in messages/<language>.yaml now, by the same names, for all kiosks",
    ]);
  });
});
