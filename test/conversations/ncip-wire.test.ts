import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { post } from '../ncip/https.ts';
import { checkInItem, lookupUser, userId, version } from './messages.ts';
import { at, changed, only, prefixed, problemOf } from './ncip-broker.ts';
import { World } from './world.ts';

const niso = 'http://www.niso.org';
const ofAda = lookupUser(userId('ada'), ['Name Information']);
const path = '/ncip/01DEMO_INST';

describe('the wire between a broker and the gateway', () => {
  let world: World;
  before(async () => {
    // A hundred messages at once come over a hundred connections.
    world = await World.start(['listen.ncip.maxConnectionsPerAddress=200']);
  });
  after(() => world.stop());

  const isAda = (answer: string): void => {
    expect(only(answer, 'UserId/UserIdentifierValue')).to.equal('ada');
  };

  describe('the form of a message', () => {
    for (const uri of [
      `${niso}/schemas/ncip/v2_0/imp1/xsd/ncip_v2_0.xsd`,
      `${niso}/schemas/ncip/v2_0/ncip_v2_0.xsd`,
      `${niso}/schemas/ncip/v2_01/ncip_v2_01.xsd`,
      `${niso}/schemas/ncip/v2_0/imp1/xsd/ncip_v2_01.xsd`,
      `${niso}/schemas/ncip/v2_02/ncip_v2_02.xsd`,
      `${niso}/ncip/v2_02/imp1/xsd/ncip_v2_02.xsd`,
      '2.02',
    ]) {
      it(`comes back in the version ${uri}, in a success and in a Problem`, async () => {
        for (const sent of [
          ofAda,
          checkInItem('399'),
          checkInItem('399').replaceAll('ItemIdentifierValue', 'Nonsense'),
        ]) {
          const answer = await world.ncip(sent.replace(version, uri));
          expect(answer).to.match(/^<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?><ns1:NCIPMessage /);
          expect(answer).to.include(` ns1:version="${uri}"`);
        }
      });
    }

    it('may have any prefix or none, and an unqualified version; the answer has ns1', async () => {
      for (const sent of [
        prefixed(ofAda, 'ncip'),
        prefixed(ofAda, ''),
        changed(ofAda, 'ns1:version', 'version'),
        changed(ofAda, '<?xml version="1.0" encoding="UTF-8"?>\n', ''),
      ]) {
        const answer = await world.ncip(sent);
        isAda(answer);
        expect(answer).to.include('<ns1:LookupUserResponse>').and.to.include(`ns1:version="${version}"`);
        expect(answer).not.to.match(/<\/?(?!ns1:)[A-Za-z]/);
      }
    });

    it('may hold comments and processing instructions: they say nothing', async () => {
      const sent = prefixed(ofAda, '')
        .replace(/(?=<(?!\?))/g, '<?a b?><!-- c -->')
        .replace('>ada<', '>a<?d?>d<!-- e -->a<');
      isAda(await world.ncip(sent));
      expect(world.events.filter(({ event }) => event === 'xml-worker-restarted')).to.deep.equal([]);
    });

    it('is answered to whoever sent it: agencies and systems change places', async () => {
      const sent = changed(
        changed(ofAda, '<ns1:FromAgencyId>', '<ns1:FromSystemId>SYS-1</ns1:FromSystemId><ns1:FromAgencyId>'),
        '<ns1:ToAgencyId>',
        '<ns1:ToSystemId>SYS-2</ns1:ToSystemId><ns1:ToAgencyId>',
      );
      const header = at(await world.ncip(sent), 'ResponseHeader/*');
      expect(header.names).to.deep.equal(['FromSystemId', 'FromAgencyId', 'ToSystemId', 'ToAgencyId']);
      expect(header.texts).to.deep.equal(['SYS-2', '01DEMO_INST', 'SYS-1', 'BORROWER-A']);
    });

    it('may be in any encoding that its bytes show, whatever it declares', async () => {
      const barcode = 'Å-øre';
      const sent = checkInItem(barcode);
      const declared = (encoding: string): string => changed(sent, 'UTF-8', encoding);
      for (const bytes of [
        Buffer.from(sent),
        Buffer.from(`\ufeff${sent}`),
        Buffer.from(declared('ISO-8859-1')),
        Buffer.from(declared('ISO-8859-1'), 'latin1'),
        Buffer.from(declared('windows-1252'), 'latin1'),
        Buffer.from(declared('klingon')),
        Buffer.from(`\ufeff${declared('UTF-16')}`, 'utf16le'),
        Buffer.from(`\ufeff${declared('UTF-16')}`, 'utf16le').swap16(),
        Buffer.from(sent, 'utf16le'),
      ]) {
        const { status, text } = await world.post(bytes, {});
        expect(status).to.equal(200);
        expect(problemOf(text)).to.include({ type: 'Unknown Item', value: barcode });
      }
      const broken = Buffer.concat([Buffer.from(sent), Buffer.from([0xff, 0xfe, 0x80])]);
      expect(problemOf((await world.post(broken)).text).type).to.equal('Invalid Message Syntax Error');
    });
  });

  describe('the transport', () => {
    it('takes a message with any Content-Type or none, and compressed', async () => {
      for (const type of ['', 'text/html', 'application/json', 'text/plain; charset=ascii', 'application/octet-stream'])
        isAda((await world.post(ofAda, type === '' ? {} : { 'content-type': type })).text);
      isAda((await world.post(gzipSync(ofAda), { 'content-encoding': 'gzip' })).text);
    });

    const send = (body: string | Buffer, sent: Parameters<typeof post>[2]) =>
      post(world.gateway.ports.ncip, body, { path, ...sent });

    it('says in HTTP what is no NCIP', async () => {
      const get = await send('', { method: 'GET' });
      expect(get.status).to.equal(405);
      expect(get.headers.allow).to.equal('POST');
      expect((await send(ofAda, { path: '/' })).status).to.equal(404);
      expect((await send(ofAda, { path: '/ncip/01DEMO_INST/token/more' })).status).to.equal(404);
      const json = await send('{"barcode": "1"}', { headers: { 'Content-Type': 'application/json' } });
      expect(json.status).to.equal(415);
      expect((await send(ofAda, { headers: { 'Content-Encoding': 'klingon' } })).status).to.equal(415);
    });

    it('refuses ten megabytes, also such as are small when they travel', async () => {
      const large = Buffer.alloc(10_000_000, ' ');
      expect((await send(large, {})).status).to.equal(413);
      expect((await send(gzipSync(large), { headers: { 'Content-Encoding': 'gzip' } })).status).to.equal(413);
      isAda(await world.ncip(ofAda));
    });
  });

  it('answers a hundred LookupUsers at once, each with its own patron', async () => {
    const patrons = ['ada', 'ben', 'cleo', 'dora'];
    const asked = Array.from({ length: 100 }, (_, i) => patrons[i % patrons.length] ?? '');
    const answers = await Promise.all(asked.map((id) => world.ncip(lookupUser(userId(id), ['Name Information']))));
    expect(answers.map((answer) => only(answer, 'LookupUserResponse/UserId/UserIdentifierValue'))).to.deep.equal(asked);
    expect(answers.map((answer) => only(answer, 'GivenName')?.toLowerCase())).to.deep.equal(asked);
  });
});
