import { expect } from 'chai';
import { Conversation, refusalIn } from './conversation.ts';

const BIB = `<bib><suppress_from_publishing>true</suppress_from_publishing><record>
  <leader>00000nam a2200000 a 4500</leader>
  <datafield tag="035" ind1=" " ind2=" "><subfield code="a">(GATE)ill-42</subfield></datafield>
  <datafield tag="100" ind1="1" ind2=" "><subfield code="a">Çelik, Deniz</subfield></datafield>
  <datafield tag="245" ind1="1" ind2="0"><subfield code="a">Salt &amp; snow :</subfield>
    <subfield code="b">a journey</subfield></datafield></record></bib>`;

const holding = (library: string, location: string) => `<holding><record><leader>00000nx  a2200000zn 4500</leader>
  <datafield tag="852" ind1=" " ind2=" "><subfield code="b">${library}</subfield>
  <subfield code="c">${location}</subfield><subfield code="h">ILL 42</subfield></datafield></record></holding>`;

describe('simulator: bibs and holdings', () => {
  const alma = new Conversation();

  it('are made as a gateway makes a temporary item, and unmade in reverse order', async () => {
    const bib = await alma.ask('POST', '/bibs', { xml: BIB });
    expect(bib.json.title).to.equal('Salt & snow : a journey');
    expect(bib.json.author).to.equal('Çelik, Deniz');
    expect(bib.json.suppress_from_publishing).to.equal('true');
    expect(bib.json.anies[0]).to.contain(`<controlfield tag="001">${bib.json.mms_id}</controlfield>`);
    const found = await alma.ask('GET', `/bibs?other_system_id=${encodeURIComponent('(GATE)ill-42')}`);
    expect(found.json.bib[0].mms_id).to.equal(bib.json.mms_id);

    const bibPath = `/bibs/${bib.json.mms_id}`;
    const made = await alma.ask('POST', `${bibPath}/holdings`, { xml: holding('ILL', 'ill_temp') });
    const holdings = await alma.ask('GET', `${bibPath}/holdings`);
    expect(holdings.json.holding[0].holding_id).to.equal(made.json.holding_id);
    const holdingPath = `${bibPath}/holdings/${made.json.holding_id}`;
    const json = { item_data: { barcode: 'ILL-42', policy: { value: 'ILL' } } };
    const item = await alma.ask('POST', `${holdingPath}/items`, { json });
    expect(item.json.item_data.location.value).to.equal('ill_temp');
    expect(item.json.holding_data.call_number).to.equal('ILL 42');

    expect(refusalIn(await alma.ask('DELETE', holdingPath))).to.match(/^60214 /);
    expect(refusalIn(await alma.ask('DELETE', `${bibPath}?override=true`))).to.match(/^4022020 /);
    expect((await alma.ask('DELETE', `${holdingPath}/items/${item.json.item_data.pid}`)).status).to.equal(204);
    expect(refusalIn(await alma.ask('DELETE', bibPath))).to.match(/^4022020 /);
    expect((await alma.ask('DELETE', holdingPath)).status).to.equal(204);
    expect((await alma.ask('DELETE', bibPath)).status).to.equal(204);
    expect(refusalIn(await alma.ask('GET', bibPath))).to.equal(
      `402203 Input parameters mmsId ${bib.json.mms_id} is not valid.`,
    );
  });

  it('are taken from MARCXML with its namespace as well', async () => {
    const xml = BIB.replace('<record>', '<record xmlns="http://www.loc.gov/MARC21/slim">');
    expect((await alma.ask('POST', '/bibs', { xml })).json.title).to.equal('Salt & snow : a journey');
  });

  it('go with their holdings when overridden, or with the last holding', async () => {
    const make = async () => {
      const { mms_id } = (await alma.ask('POST', '/bibs', { xml: BIB })).json;
      const { json } = await alma.ask('POST', `/bibs/${mms_id}/holdings`, { xml: holding('ILL', 'ill_temp') });
      return { mms: mms_id, path: `/bibs/${mms_id}/holdings/${json.holding_id}` };
    };
    const [first, second] = [await make(), await make()];
    expect((await alma.ask('DELETE', `/bibs/${first.mms}?override=true`)).status).to.equal(204);
    expect((await alma.ask('DELETE', `${second.path}?bib=delete`)).status).to.equal(204);
    expect((await alma.ask('GET', `/bibs?mms_id=${first.mms},${second.mms}`)).json).to.deep.equal({
      bib: [],
      total_record_count: 0,
    });
  });

  it('are not taken as JSON, as broken XML, without a title, or for a location that does not exist', async () => {
    const { mmsId } = alma.library.itemByBarcode('31234000000012')!;
    expect(refusalIn(await alma.ask('POST', '/bibs', { json: {} }))).to.equal(
      '60105 JSON is not supported for this API.',
    );
    expect(refusalIn(await alma.ask('POST', '/bibs', { xml: '<bib><record>' }))).to.match(/^402209 /);
    expect(refusalIn(await alma.ask('POST', '/bibs', { xml: '<bib><record/></bib>' }))).to.match(/^402209 /);
    const attic = await alma.ask('POST', `/bibs/${mmsId}/holdings`, { xml: holding('MAIN', 'attic') });
    expect(refusalIn(attic)).to.match(/^33008 .*MAIN\/attic/);
    const nowhere = await alma.ask('POST', '/bibs/99/holdings', { xml: holding('MAIN', 'stacks') });
    expect(refusalIn(nowhere)).to.equal('33007 No record found for MMS id 99');
    expect(refusalIn(await alma.ask('GET', '/bibs/x99'))).to.equal('402204 Input parameters mmsId x99 is not numeric.');
  });
});
