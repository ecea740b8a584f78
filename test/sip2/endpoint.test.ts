import { expect } from 'chai';
import type { Circulation } from '../../src/circulation/circulation.ts';
import type { Context } from '../../src/circulation/context.ts';
import { Refusal } from '../../src/circulation/refusals.ts';
import { catalogueOf, type OwnWords } from '../../src/edge/words.ts';
import { defaultDialect } from '../../src/sip2/dialect.ts';
import { offered, withholdable } from '../../src/sip2/exchanges/registry.ts';
import { bxString } from '../../src/sip2/messages.ts';
import { startSip2 } from '../../src/sip2/start.ts';
import type { Terminal } from '../../src/sip2/terminal.ts';
import { fields, Kiosk, now } from '../conversations/kiosk.ts';
import { expectLegal } from '../conversations/sip2-answers.ts';

const languages = (own: Record<string, OwnWords>) => catalogueOf(new Map(Object.entries(own)));

const gate: Terminal = {
  id: 'gate1',
  institution: {
    code: '01FJORD_INST',
    name: 'Fjord Library',
    timeZone: 'Europe/Oslo',
    currency: 'NOK',
    pin: { kind: 'none' },
    limits: {},
  },
  place: { library: 'MAIN', circDesk: 'DESK' },
  dialect: { ...defaultDialect, charset: 'utf-8' },
  admits: () => true,
  pinDemand: 'if-sent',
  sortBins: {},
  withheld: [],
  catalogue: languages({}),
  language: 'en',
};

/** A library in which one card is known, whose PIN must be sent where one is demanded, and no item. */
const oneCardLibrary = new Proxy({} as Circulation, {
  get: (_, name) => async (context: Context, asked: { patronId?: string }) => {
    if (name === 'lookUpPatron' && asked.patronId === '1234' && context.pinDemand === 'required')
      throw new Refusal('pin-required', { about: 'pin' });
    throw new Refusal(name === 'lookUpPatron' ? 'unknown-patron' : 'unknown-item');
  },
});

/** A conversation with a terminal that is set up in this way. */
async function withTerminal(settings: Partial<Terminal>, conversation: (kiosk: Kiosk) => Promise<void>): Promise<void> {
  const door = await startSip2({
    circulation: oneCardLibrary,
    clock: () => new Date(),
    log: () => undefined,
    newTraceId: () => 'abcd2345',
    online: () => true,
    logMessages: false,
    terminals: [{ ...gate, ...settings }],
    settings: { answerWithin: 8, idleAfter: 60, loginWithin: 60, maxBytes: 16_384 },
    listen: { host: '127.0.0.1', port: 0 },
  });
  const kiosk = await Kiosk.connect(door.port);
  try {
    await conversation(kiosk);
  } finally {
    kiosk.close();
    await door.stop();
  }
}

const screenOf = (answer: string) => fields(answer, 'AF');
const patronStatus = (language: string) => `23${language}${now()}AO|AA4711|AC|AD|`;

describe('one SIP2 terminal', () => {
  it('may be offered less than another: BX says so, and what is withheld is refused like what nobody is offered', () =>
    withTerminal({ withheld: ['29', '11'] }, async (kiosk) => {
      const left = new Set([...offered].filter((code) => code !== '29' && code !== '11'));
      expect(fields(await kiosk.say('9900802.00'), 'BX')).to.deep.equal([bxString(left)]);
      for (const [answer, code] of [
        [await kiosk.renew('4711', '30001'), '30'],
        [await kiosk.checkOut('4711', '30001'), '12'],
        [await kiosk.say(`65${now()}AO|AA4711|`), '66'],
      ] as const) {
        expectLegal(answer, code);
        expect(screenOf(answer)).to.deep.equal(['This is not offered here. Please ask at the desk.']);
      }
      expect(screenOf(await kiosk.itemInformation('30001')).join()).to.contain('not known');
    }));

  it('can be denied all but to ask what it is offered', () =>
    withTerminal({ withheld: withholdable }, async (kiosk) => {
      const answer = await kiosk.say('9900802.00');
      expectLegal(answer, '98');
      expect(fields(answer, 'BX')).to.deep.equal([bxString(new Set(['93', '97', '99']))]);
    }));

  const catalogue = languages({
    nb: { 'unknown-patron': 'Kortet er ikke kjent.', 'with-reference': '{reference}: {words}' },
    fr: { 'unknown-patron': 'Carte inconnue.' },
    'fr-CA': { 'unknown-patron': 'Carte inconnue ici.' },
  });

  it('speaks its own language, and English where a text of it is missing', () =>
    withTerminal({ catalogue, language: 'nb' }, async (kiosk) => {
      expect(screenOf(await kiosk.say(patronStatus('000')))).to.deep.equal(['Kortet er ikke kjent.']);
      expect(screenOf(await kiosk.itemInformation('30001'))).to.deep.equal([
        'This item is not known here. Please ask at the desk.',
      ]);
    }));

  it('answers a 23 or 63 in the language that it asks for, if the library has that one', () =>
    withTerminal({ catalogue, language: 'nb' }, async (kiosk) => {
      const told = async (language: string) => screenOf(await kiosk.say(patronStatus(language))).join();
      expect(await told('002')).to.equal('Carte inconnue.');
      expect(await told('011')).to.equal('Carte inconnue ici.');
      // German, English and Belgian: the library has none of them.
      for (const code of ['003', '001', '026', '   ', '999'])
        expect(await told(code)).to.equal('Kortet er ikke kjent.');
      expect(screenOf(await kiosk.say(`63011${now()}${' '.repeat(10)}AO|AA4711|AC|`)).join()).to.contain('ici');
    }));

  it('may demand a PIN: the card is a valid one, and of the PIN nothing is said', () =>
    withTerminal({ pinDemand: 'required' }, async (kiosk) => {
      for (const answer of [await kiosk.patronStatus('1234'), await kiosk.patronInformation('1234')]) {
        expect(screenOf(answer)).to.deep.equal(['Please enter your PIN.']);
        expect(fields(answer, 'BL')).to.deep.equal(['Y']);
        expect(fields(answer, 'CQ')).to.deep.equal([]);
      }
    }));

  it('speaks English where the library has nothing else', () =>
    withTerminal({ language: 'fi' }, async (kiosk) => {
      expect(screenOf(await kiosk.say(patronStatus('007'))).join()).to.contain('This card is not known here.');
    }));
});
