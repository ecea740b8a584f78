import { expect } from 'chai';
import fc from 'fast-check';
import { canonical, type Element } from '../../src/ncip/message.ts';
import { startXmlReader, type XmlReader } from '../../src/ncip/xml-reader.ts';
import { recorder, schemaFile, understood, version } from './conversation.ts';

/** No input may end or stall the worker: things that XML knows and NCIP does not, put anywhere into a message. */

const seed = 39_83;

/** What XML lets stand wherever an element may stand, and what says nothing. */
const silent = ['<?a b?>', '<?xml-stylesheet href="x"?>', '<!-- c -->', '<!---->', '<?a?><?b?>', '<!-- <a> --><?c ?>'];
const others = [
  ...['<![CDATA[x]]>', '<![CDATA[]]>', '<![CDATA[', ']]>', '&amp;', '&#65;', '&#0;', '&x;', '&', ' ', '\n\t', '\u00a0'],
  ...[
    '<',
    '>',
    '"',
    '<a>',
    '</a>',
    '<a/>',
    '<!DOCTYPE a>',
    '<!DOCTYPE a [<!ENTITY x "y">]>',
    '<?',
    '?>',
    '<!--',
    '-->',
  ],
  ...['<?xml version="1.0"?>', '\u0000', '\ufeff', '\ud800', 'xmlns:a=""', ' a="1"', ' xmlns="urn:x"', 'xsi:nil="1"'],
];

const message = `<ns1:NCIPMessage xmlns:ns1="http://www.niso.org/2008/ncip" ns1:version="${version}">
<ns1:LookupUser><ns1:InitiationHeader><ns1:FromAgencyId><ns1:AgencyId ns1:Scheme="s">A</ns1:AgencyId></ns1:FromAgencyId>
<ns1:ToAgencyId><ns1:AgencyId>B</ns1:AgencyId></ns1:ToAgencyId></ns1:InitiationHeader>
<ns1:UserId><ns1:UserIdentifierValue>u-4711</ns1:UserIdentifierValue></ns1:UserId>
<ns1:UserElementType>User Id</ns1:UserElementType><ns1:Ext/></ns1:LookupUser></ns1:NCIPMessage>`;

/** Where markup ends or a text goes on: every place outside a tag. */
const outside = Array.from({ length: message.length + 1 }, (_, at) => at).filter(
  (at) => message.lastIndexOf('<', at - 1) <= message.lastIndexOf('>', at - 1),
);

/** The message with things put in; the places are given in any order. */
function withNoise(noise: readonly (readonly [at: number, what: string])[]): string {
  return noise
    .toSorted(([a], [b]) => b - a)
    .reduce((text, [at, what]) => text.slice(0, at) + what + text.slice(at), message);
}

describe('noise in a message', () => {
  const { log, events } = recorder();
  let reader: XmlReader;
  let plain: string;
  before(async () => {
    reader = await startXmlReader({ schemaFile, log });
    plain = await content(message);
  });
  after(() => reader.close());
  afterEach(() => {
    expect(events, 'the worker lived on').to.deep.equal([]);
  });

  const spelling = (tree: Element): string => canonical(tree, () => false);
  async function content(text: string): Promise<string> {
    const read = await understood(reader, text);
    if (!read.ok) throw new Error(`${read.detail}\n${text}`);
    return spelling(read.tree);
  }

  it('says nothing where it is a comment or a processing instruction, wherever one may stand', async () => {
    for (const what of silent) for (const at of outside) expect(await content(withNoise([[at, what]]))).to.equal(plain);
  }).timeout(60_000);

  it('says nothing either when there is much of it', async () => {
    const noise = fc.array(fc.tuple(fc.constantFrom(...outside), fc.constantFrom(...silent)), { maxLength: 60 });
    const property = fc.asyncProperty(noise, async (put) => {
      expect(await content(withNoise(put))).to.equal(plain);
    });
    await fc.assert(property, { seed, numRuns: 200 });
  }).timeout(60_000);

  it('of any other kind, at any place, ends no worker', async () => {
    for (const what of [...silent, ...others]) {
      const everywhere = Array.from({ length: message.length + 1 }, (_, at) => withNoise([[at, what]]));
      // A hundred at a time, as the reader would refuse more.
      for (let from = 0; from < everywhere.length; from += 100)
        await Promise.all(everywhere.slice(from, from + 100).map((text) => understood(reader, text)));
    }
  }).timeout(120_000);

  it('of many kinds at once ends no worker either', async () => {
    const place = fc.nat({ max: message.length });
    const noise = fc.array(fc.tuple(place, fc.constantFrom(...silent, ...others)), { maxLength: 12 });
    const property = fc.asyncProperty(noise, async (put) => void (await understood(reader, withNoise(put))));
    await fc.assert(property, { seed, numRuns: 500 });
  }).timeout(60_000);

  it('that is all there is of a message makes it too large, not slow', async () => {
    for (const what of ['<?a?>', '<!---->', '<![CDATA[]]>', '<a/>']) {
      const filled = message.replace('<ns1:Ext/>', `<ns1:Ext>${what.repeat(900_000 / what.length)}</ns1:Ext>`);
      const read = await understood(reader, filled);
      expect(read.ok ? '' : read.detail, what).to.match(/more than 5000 elements|not well-formed/);
    }
  });
});
