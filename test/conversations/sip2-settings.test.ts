import { expect } from 'chai';
import { offered, withholdable } from '../../src/sip2/exchanges/table.ts';
import { bxString, type RequestCode } from '../../src/sip2/messages.ts';
import { fields, type Kiosk, now } from './kiosk.ts';
import { expectLegal } from './sip2-answers.ts';
import { World } from './world.ts';

const ada = '21234000000017';
const nobody = '29999999999999';
const book = '31234000000111';

/** The delivered configuration with its one terminal set up in another way. */
async function withTerminal(
  settings: readonly string[],
  conversation: (kiosk: Kiosk, world: World) => Promise<void>,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const world = await World.start(
    settings.map((setting) => `terminals.0.${setting}`),
    files,
  );
  try {
    await conversation(await world.kiosk(), world);
  } finally {
    await world.stop();
  }
}

const screenOf = (answer: string) => fields(answer, 'AF');

describe('what one SIP2 terminal is offered', () => {
  const bxWithout = (...withheld: RequestCode[]) =>
    bxString(new Set([...offered].filter((code) => !withheld.includes(code))));

  it('may be less than another: BX says so, and what is withheld is refused like what nobody is offered', () =>
    withTerminal(["withhold=['29', '11']"], async (kiosk, world) => {
      expect(fields(await kiosk.say('9900802.00'), 'BX')).to.deep.equal([bxWithout('29', '11')]);
      const calls = world.alma.calls().length;
      for (const [answer, code] of [
        [await kiosk.renew(ada, book), '30'],
        [await kiosk.checkOut(ada, book), '12'],
        [await kiosk.say(`65${now()}AO|AA${ada}|`), '66'],
      ] as const) {
        expectLegal(answer, code);
        expect(screenOf(answer)).to.deep.equal(['This is not offered here. Please ask at the desk.']);
      }
      expect(world.alma.calls()).to.have.lengthOf(calls);
      expect(await kiosk.patronStatus(ada)).to.match(/^24 {14}/);
    }));

  it('may be nothing but to ask what it is offered', () =>
    withTerminal([`withhold=[${withholdable.map((code) => `'${code}'`)}]`], async (kiosk) => {
      const answer = await kiosk.say('9900802.00');
      expectLegal(answer, '98');
      expect(fields(answer, 'BX')).to.deep.equal([bxString(new Set(['93', '97', '99']))]);
    }));
});

describe('the PIN that one SIP2 terminal demands', () => {
  it('is asked for in words; the card is a valid one, and of the PIN nothing is said', () =>
    withTerminal(['pinDemand=required'], async (kiosk) => {
      for (const answer of [await kiosk.patronStatus(ada), await kiosk.patronInformation(ada)]) {
        expect(screenOf(answer)).to.deep.equal(['Please enter your PIN.']);
        expect(fields(answer, 'BL')).to.deep.equal(['Y']);
        for (const id of ['CQ', 'BV']) expect(fields(answer, id), id).to.deep.equal([]);
        expect(fields(answer, 'AE')).to.deep.equal(['']);
      }
      expect(await kiosk.checkOut(ada, book)).to.match(/^120/);
      expect(await kiosk.checkOut(ada, book, 'AD1234|')).to.match(/^121/);
      expect(fields(await kiosk.patronStatus(ada, '1234'), 'CQ')).to.deep.equal(['Y']);
    }));
});

describe('the language in which a SIP2 terminal speaks', () => {
  const messages = {
    'messages/nb.yaml': 'unknown-patron: Kortet er ikke kjent.\nwith-reference: "{reference}: {words}"\n',
    'messages/fr.yaml': 'unknown-patron: Carte inconnue.\n',
    'messages/fr-CA.yaml': 'unknown-patron: Carte inconnue ici.\n',
  };
  const inEnglish = 'This card is not known here. Please ask at the desk.';
  /** What a 23 about a card that nobody has hears in this language. */
  const told = async (kiosk: Kiosk, language: string) =>
    screenOf(await kiosk.say(`23${language}${now()}AO|AA${nobody}|AC|AD|`)).join();

  it('is its own, and English for the texts that the language lacks', () =>
    withTerminal(
      ['language=nb'],
      async (kiosk, world) => {
        expect(screenOf(await kiosk.checkOut(nobody, book))).to.deep.equal(['Kortet er ikke kjent.']);
        expect(screenOf(await kiosk.itemInformation('1'))).to.deep.equal([
          'This item is not known here. Please ask at the desk.',
        ]);
        await world.fault({ match: { method: 'GET', path: '/users/*' }, fault: 'html-503', times: 4 });
        expect(await told(kiosk, '000')).to.match(/^[a-z2-9]{8}: The library system does not answer\./);
      },
      messages,
    ));

  it('is the one that a 23 or 63 asks for, if the library has that', () =>
    withTerminal(
      ['language=nb'],
      async (kiosk) => {
        expect(await told(kiosk, '002')).to.equal('Carte inconnue.');
        expect(await told(kiosk, '011')).to.equal('Carte inconnue ici.');
        expect(await told(kiosk, '001')).to.equal(inEnglish);
        // German, Belgian, none and one that the standard does not have.
        for (const code of ['003', '026', '   ', '999'])
          expect(await told(kiosk, code), code).to.equal('Kortet er ikke kjent.');
        const information = await kiosk.say(`63011${now()}${' '.repeat(10)}AO|AA${nobody}|AC|`);
        expect(screenOf(information)).to.deep.equal(['Carte inconnue ici.']);
      },
      messages,
    ));

  it('is English where nothing else is said', () =>
    withTerminal([], async (kiosk) => {
      expect(await told(kiosk, '007')).to.equal(inEnglish);
    }));
});
