import { expect } from 'chai';
import iconv from 'iconv-lite';
import { checksum } from '../../src/sip2/checksum.ts';
import { fields, type Kiosk, now } from './kiosk.ts';
import { World } from './world.ts';

const ada = '21234000000017';
const ben = '21234000000025';
const noor = '21234000000066';
const danish = '31234000000079';

/** The delivered configuration with another make of kiosk at its only terminal. */
async function withDialect(
  dialect: string,
  conversation: (kiosk: Kiosk) => Promise<void>,
  files: Readonly<Record<string, string>> = {},
) {
  const world = await World.start(['terminals.0.dialect=other'], { 'kiosks/other.yaml': dialect, ...files });
  try {
    const kiosk = await world.kiosk({ login: false });
    // One character a byte: what the bytes mean is what these conversations are about.
    kiosk.socket.setEncoding('latin1');
    await conversation(kiosk);
  } finally {
    await world.stop();
  }
}

const bytesOf = (answer: string) => Buffer.from(answer, 'latin1');

describe('SIP2 dialects', () => {
  const charsets = {
    'utf-8': { name: 'Noor Ångström-Łukaszewska', title: 'Smørrebrød på Østerbro' },
    cp850: { name: 'Noor Ångström-Lukaszewska', title: 'Smørrebrød på Østerbro' },
    'iso-8859-1': { name: 'Noor Ångström-Lukaszewska', title: 'Smørrebrød på Østerbro' },
    'ascii-fold': { name: 'Noor Angstrom-Lukaszewska', title: 'Smorrebrod pa Osterbro' },
  };
  for (const [charset, { name, title }] of Object.entries(charsets))
    it(`a name and a title in ${charset}, each with the checksum of its bytes`, () =>
      withDialect(`charset: ${charset}\n`, async (kiosk) => {
        await kiosk.login();
        const decode = (answer: string) => iconv.decode(bytesOf(answer), charset === 'ascii-fold' ? 'ascii' : charset);
        const patron = await kiosk.sayNumbered(`23001${now()}AO01DEMO_INST|AA${noor}|AC|AD|`, '1');
        expect(fields(decode(patron), 'AE')).to.deep.equal([name]);
        const item = await kiosk.sayNumbered(`17${now()}AO01DEMO_INST|AB${danish}|AC|`, '2');
        expect(fields(decode(item), 'AJ')).to.deep.equal([title]);
        for (const answer of [patron, item])
          expect(answer.slice(-4)).to.equal(checksum(bytesOf(answer).subarray(0, -4)));
      }));

  it('what a terminal sends is read in its charset, and echoed as it came', () =>
    withDialect('charset: cp850\n', async (kiosk) => {
      await kiosk.login();
      const message = iconv.encode(`35${now()}AOBücherei|AAÅse-1|AY1AZ`, 'cp850');
      kiosk.write(Buffer.concat([message, Buffer.from(`${checksum(message)}\r`)]));
      const answer = iconv.decode(bytesOf((await kiosk.line()) ?? ''), 'cp850');
      expect(fields(answer, 'AO')).to.deep.equal(['Bücherei']);
      expect(fields(answer, 'AA')).to.deep.equal(['Åse-1']);
    }));

  it('another delimiter ends every field, and a hidden field is not sent', () =>
    withDialect("charset: utf-8\ndelimiter: '^'\nhideFields: [BE, BF, AE]\n", async (kiosk) => {
      expect(await kiosk.say('9300CNkiosk1^COkiosk1-secret^')).to.equal('941');
      const answer = await kiosk.say(`63001${now()}${' '.repeat(10)}AO01DEMO_INST^AA${ada}^AC^`);
      expect(answer).to.contain(`AA${ada}^AE^`).and.to.contain('^BD12 Harbour Lane');
      expect(answer).not.to.contain('|').and.not.to.contain('^BE').and.not.to.contain('^BF');
    }));

  it('a terminator that the dialect names is used whatever the terminal sends', () =>
    withDialect('charset: utf-8\nterminator: CRLF\n', async (kiosk) => {
      let heard = '';
      kiosk.socket.on('data', (text: string) => {
        heard += text;
      });
      await kiosk.login();
      while (heard.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(heard).to.equal('941\r\n');
    }));

  it('a lenient one takes any checksum, and its own are right all the same', () =>
    withDialect('charset: utf-8\nchecksum: lenient\n', async (kiosk) => {
      expect(await kiosk.say('9300CNkiosk1|COkiosk1-secret|AY0AZ0000')).to.equal('941AY0AZFDFD');
    }));

  it("a library's own words take the place of ours, in a refusal and in a patron's standing", () =>
    withDialect(
      'charset: utf-8\n',
      async (kiosk) => {
        await kiosk.login();
        expect(fields(await kiosk.patronStatus(ben), 'AF')).to.deep.equal(['Please see Ms Hall.']);
        expect(fields(await kiosk.checkOut(ben, '31234000000111'), 'AF')).to.deep.equal(['Please see Ms Hall.']);
        expect(fields(await kiosk.checkOut('nobody', '31234000000111'), 'AF').join()).to.contain('not known');
      },
      { 'messages/en.yaml': 'patron-blocked: Please see Ms Hall.\n' },
    ));
});
