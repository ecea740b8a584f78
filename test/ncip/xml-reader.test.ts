import { expect } from 'chai';
import { find, ncipNamespace, textAt } from '../../src/ncip/message.ts';
import { elementOf } from '../../src/ncip/sent.ts';
import { startXmlReader, type XmlReader } from '../../src/ncip/xml-reader.ts';
import { recorder, schemaFile, type Understood, understood, version } from './conversation.ts';

const open = `<NCIPMessage xmlns="${ncipNamespace}" version="${version}">`;
const checkIn = (inside = '', value = '30001'): string =>
  `${open}<CheckInItem>\n<ItemId><ItemIdentifierValue>${value}</ItemIdentifierValue></ItemId>${inside}</CheckInItem></NCIPMessage>`;
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

describe('NCIP XML reader', () => {
  const { log, events } = recorder();
  let reader: XmlReader;
  before(async () => {
    reader = await startXmlReader({ schemaFile, log });
  });
  after(() => reader.close());

  const read = (text: string | Buffer): Promise<Understood> => understood(reader, text);

  async function value(text: string | Buffer): Promise<string> {
    const reading = await read(text);
    if (!reading.ok) throw new Error(reading.detail);
    return textAt(reading.tree, 'ItemId/ItemIdentifierValue');
  }

  async function refused(text: string | Buffer): Promise<Extract<Understood, { ok: false }>> {
    const reading = await read(text);
    if (reading.ok) throw new Error('a refusal was expected');
    return reading;
  }

  describe('reads', () => {
    it('unqualified version and Scheme as if they were qualified', async () => {
      const reading = await read(
        checkIn().replace('<ItemId>', '<ItemId><AgencyId Scheme="http://a.example/s">A</AgencyId>'),
      );
      if (!reading.ok) throw new Error(reading.detail);
      expect(reading.version).to.equal(version);
      expect(find(reading.tree, 'ItemId/AgencyId')?.attributes).to.deep.equal({ Scheme: 'http://a.example/s' });
      expect(find(reading.tree, 'ItemId')?.line).to.equal(2);
    });

    it('unknown elements in Ext, which no lookup finds', async () => {
      const reading = await read(checkIn('<Ext><UserId xmlns="http://other.example">x</UserId></Ext>'));
      if (!reading.ok) throw new Error(reading.detail);
      expect(find(reading.tree, 'Ext/UserId')).to.equal(undefined);
      expect(find(reading.tree, 'Ext')?.children[0]?.name).to.equal('{http://other.example}UserId');
    });

    it('UTF-8 that is declared to be something else', async () => {
      for (const lie of ['ISO-8859-1', 'utf-16', 'us-ascii', 'klingon']) {
        expect(await value(`<?xml version="1.0" encoding="${lie}"?>${checkIn('', 'Ærø€')}`), lie).to.equal('Ærø€');
      }
    });

    it('ISO-8859-1 that is declared so, and UTF-8 and UTF-16 with a byte order mark or without', async () => {
      const latin = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${checkIn('', 'Ærø')}`, 'latin1');
      expect(await value(latin)).to.equal('Ærø');
      expect(await value(`\ufeff${checkIn('', 'Ærø')}`)).to.equal('Ærø');
      const declared = `<?xml version="1.0" encoding="UTF-16"?>${checkIn('', 'Ærø')}`;
      expect(await value(utf16(`\ufeff${declared}`))).to.equal('Ærø');
      expect(await value(utf16(`\ufeff${declared}`).swap16())).to.equal('Ærø');
      expect(await value(utf16(declared))).to.equal('Ærø');
      expect(await value(utf16(declared).swap16())).to.equal('Ærø');
    });

    it('past control characters and references to them, but not past a real reference', async () => {
      expect(await value(checkIn('', '3\u0004000&#4;1&#x1F;&#xD800;\u0000&amp;&#65;'))).to.equal('30001&A');
    });

    it('dates with blanks around them, which libxml2 alone would refuse', async () => {
      const event = '<MandatedAction><DateEventOccurred>\n 2026-11-22T10:00:00 </DateEventOccurred></MandatedAction>';
      const message = checkIn().replace('<ItemId>', `${event}<ItemId>`);
      expect((await read(message)).ok).to.equal(true);
    });

    it('values that are indented or in CDATA', async () => {
      expect(await value(checkIn('', '\n   The long\n   way \n'))).to.equal('The long way');
      expect(await value(checkIn('', '<![CDATA[3<1]]><!-- no --> x'))).to.equal('3<1 x');
    });
  });

  describe('refuses', () => {
    it('a message that breaks the schema, with line, element, and what could be read', async () => {
      const reading = await refused(checkIn('\n<UserId><UserIdentifierValue>u</UserIdentifierValue></UserId>'));
      expect(reading).to.include({ line: 3, element: 'UserId' });
      expect(reading.content?.name).to.equal('CheckInItem');
      expect(reading.detail).to.equal(
        'line 3, element UserId: it is not expected here, expected is ItemElementType, UserElementType, Ext',
      );
    });

    it('a message without namespace or version, with a readable header', async () => {
      const header =
        '<InitiationHeader><FromAgencyId><AgencyId Scheme="%%">A</AgencyId></FromAgencyId></InitiationHeader>';
      const xml = checkIn().replace('<CheckInItem>', `<CheckInItem>${header}`);
      const bare = await refused(xml.replace(` xmlns="${ncipNamespace}"`, ''));
      expect(bare.content?.name).to.equal('CheckInItem');
      expect(textAt(bare.content, 'InitiationHeader/FromAgencyId/AgencyId')).to.equal('A');
      expect(bare.detail).to.include('no message of NCIP 2');
      expect((await refused(xml.replace(` version="${version}"`, ''))).detail).to.include("'version' is required");
    });

    it('what is no XML, with the line', async () => {
      expect(await refused('<a>\n\n</b>')).to.include({ line: 3, element: '' });
      expect((await refused('')).detail).to.equal('line 1: the message is empty');
      expect((await refused(' \n ')).detail).to.include('empty');
      expect((await refused('item=1&user=2')).line).to.equal(1);
      expect((await refused(checkIn('', '&nbsp;'))).detail).to.include('not well-formed');
    });

    it('bytes that are no characters of any declared encoding', async () => {
      const text = Buffer.concat([
        Buffer.from(`${open}\n\n`),
        Buffer.from([0xc3, 0x28]),
        Buffer.from('</NCIPMessage>'),
      ]);
      expect(await refused(text)).to.include({ line: 3 });
    });

    it('every DOCTYPE, without looking further', async () => {
      for (const doctype of ['<!DOCTYPE NCIPMessage []>', '<!DOCTYPE NCIPMessage SYSTEM "http://127.0.0.1:1/x.dtd">']) {
        expect((await refused(doctype + checkIn())).detail, doctype).to.include('DOCTYPE');
      }
    });

    it('an external entity, without opening the file', async () => {
      const xxe = `<!DOCTYPE NCIPMessage [<!ENTITY x SYSTEM "file://${schemaFile}">]>${checkIn('', '&x;')}`;
      const reading = await refused(xxe);
      expect(JSON.stringify(reading)).to.include('DOCTYPE').and.not.to.include('xs:element');
    });
  });

  describe('survives', () => {
    const bomb = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
    const attacks: [string, () => string][] = [
      ['a billion laughs in an element', () => `<!DOCTYPE x [<!ENTITY e0 "ha">${bomb}]>${checkIn('', '&e12;')}`],
      ['a billion laughs in an attribute', () => `<!DOCTYPE x [<!ENTITY e0 "ha">${bomb}]><x a="&e12;"/>`],
      ['elements a thousand deep', () => open + '<Ext>'.repeat(1000) + '</Ext>'.repeat(1000)],
      ['elements a hundred deep', () => `${open}${'<Ext>'.repeat(100)}${'</Ext>'.repeat(100)}</NCIPMessage>`],
      ['55,000 violations of the schema', () => checkIn(`<Ext>${'<ProblemDetail q="1"/>'.repeat(55_000)}</Ext>`)],
      ['2,000 violations of the schema', () => checkIn(`<Ext>${'<ProblemDetail q="1"/>'.repeat(2000)}</Ext>`)],
      ['40,000 attributes', () => `<a ${Array.from({ length: 40_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`],
      ['100,000 comments', () => `${open}${'<!---->'.repeat(100_000)}</NCIPMessage>`],
      ['a value of 900,000 blanks', () => checkIn('<x/>', `a${' '.repeat(900_000)}b`)],
      [
        'an invalid value of 900,000 characters',
        () =>
          checkIn().replace(
            '<ItemId>',
            `<MandatedAction><DateEventOccurred>${' Expected is ( '.repeat(60_000)}</DateEventOccurred></MandatedAction><ItemId>`,
          ),
      ],
    ];
    for (const [name, text] of attacks) {
      it(name, async () => {
        const began = performance.now();
        const { detail } = await refused(text());
        expect(performance.now() - began).to.be.below(1900);
        expect(detail.length).to.be.below(1200);
        expect(await value(checkIn())).to.equal('30001');
        expect(events, 'the worker lived on').to.deep.equal([]);
      });
    }
  });

  it('gives up a message that takes longer than its deadline, and reads the next with a new worker', async () => {
    const own = recorder();
    const hasty = await startXmlReader({ schemaFile, log: own.log, deadline: 200 });
    try {
      // No message is so long: the endpoint takes a megabyte.
      const slow = Buffer.from(checkIn('', 'x'.repeat(100_000_000)));
      const tooSlow = { line: 1, element: '', detail: 'the message cannot be read in reasonable time' };
      expect(await hasty.read(slow, 'test')).to.deep.equal({ unreadable: tooSlow });
      expect(own.events).to.deep.equal([{ event: 'xml-worker-restarted', why: 'Error: no result within 200 ms' }]);
      expect((await understood(hasty, checkIn())).ok).to.equal(true);
    } finally {
      await hasty.close();
    }
  });

  it('says when too many messages of one sender wait, or of all, and reads them all', async () => {
    const small = await startXmlReader({ schemaFile, log, queue: { ofOne: 3, ofAll: 5 } });
    const readings = ['1', '2', '3', '4'].map((id) => small.read(Buffer.from(checkIn('', id)), 'a'));
    // One of the four is at work already.
    expect([small.full('a'), small.full('b')]).to.deep.equal([true, false]);
    readings.push(...['5', '6'].map((id) => small.read(Buffer.from(checkIn('', id)), 'b')));
    expect([small.full('b'), small.full('c')]).to.deep.equal([true, true]);
    const ids = (await Promise.all(readings)).map(
      (reading) => 'root' in reading && textAt(elementOf(reading.root).children[0], 'ItemId/ItemIdentifierValue'),
    );
    expect(ids).to.deep.equal(['1', '2', '3', '4', '5', '6']);
    expect([small.full('a'), small.full('c')]).to.deep.equal([false, false]);
    await small.close();
  });

  it("lets senders take turns: one message is not behind another sender's twenty", async () => {
    const order: string[] = [];
    const one = (id: string, sender: string): Promise<unknown> =>
      reader.read(Buffer.from(checkIn('', id)), sender).then(() => order.push(`${sender}${id}`));
    const many = Array.from({ length: 20 }, (_, i) => one(`${i}`, 'a'));
    await Promise.all([...many, one('0', 'b'), one('1', 'b')]);
    expect(order.slice(0, 5)).to.deep.equal(['a0', 'a1', 'b0', 'a2', 'b1']);
    expect(order.filter((each) => each.startsWith('a'))).to.deep.equal(many.map((_, i) => `a${i}`));
  });

  it('tells every fault of a message, up to fifty', async () => {
    const two = checkIn('<UserId/>').replace('<ItemId>', '<ItemId q="1">');
    expect((await refused(two)).faults.map(({ line, element }) => `${line} ${element}`)).to.deep.equal([
      '2 ItemId',
      '2 UserId',
    ]);
    expect((await refused(checkIn(`<Ext>${'<ProblemDetail q="1"/>'.repeat(500)}</Ext>`))).faults).to.have.length(50);
  });

  it('does not start without a schema', async () => {
    const outcome = await startXmlReader({ schemaFile: '/nowhere.xsd', log }).catch((error: unknown) => String(error));
    expect(outcome).to.include('/nowhere.xsd');
  });
});
