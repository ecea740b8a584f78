import { expect } from 'chai';
import type { RequestItemQuestion } from '../../../src/circulation/operations/request-item.ts';
import { find, textAt } from '../../../src/ncip/message.ts';
import {
  byHand,
  holdOf,
  itemOf,
  message,
  now,
  partner,
  problemTypeOf,
  type Said,
  startTalk,
  type Talk,
} from '../conversation.ts';

const user = `<ns1:UserId><ns1:AgencyId>TROMSO</ns1:AgencyId>
  <ns1:UserIdentifierValue>borrower-9</ns1:UserIdentifierValue></ns1:UserId>`;
const item = '<ns1:ItemId><ns1:ItemIdentifierValue>30001</ns1:ItemIdentifierValue></ns1:ItemId>';
const record = `<ns1:BibliographicId><ns1:BibliographicRecordId>
  <ns1:BibliographicRecordIdentifier>99123</ns1:BibliographicRecordIdentifier>
  <ns1:BibliographicRecordIdentifierCode>SYSNUMBER</ns1:BibliographicRecordIdentifierCode>
  </ns1:BibliographicRecordId></ns1:BibliographicId>`;
const isbn = `<ns1:BibliographicId><ns1:BibliographicItemId>
  <ns1:BibliographicItemIdentifier>9788200000000</ns1:BibliographicItemIdentifier>
  <ns1:BibliographicItemIdentifierCode>ISBN</ns1:BibliographicItemIdentifierCode>
  </ns1:BibliographicItemId></ns1:BibliographicId>`;
const requestId = `<ns1:RequestId><ns1:AgencyId>NORD</ns1:AgencyId>
  <ns1:RequestIdentifierValue>NL-77</ns1:RequestIdentifierValue></ns1:RequestId>`;
const types = `<ns1:RequestType ns1:Scheme="http://nordloan.example/types">Loan</ns1:RequestType>
  <ns1:RequestScopeType>Bibliographic Item</ns1:RequestScopeType>`;

describe('NCIP RequestItem', () => {
  let talk: Talk;
  before(async () => {
    talk = await startTalk();
  });
  after(() => talk.reader.close());

  async function request(content: string): Promise<Said & { asked: RequestItemQuestion[] }> {
    const asked: RequestItemQuestion[] = [];
    const said = await talk.say(message('RequestItem', content), {
      requestItem: async (context, question) => {
        expect(context).to.include({ source: 'ncip', actor: 'NORDLOAN', message: 'RequestItem', lane: 'broker' });
        expect(context.place).to.equal(partner.place);
        asked.push(question);
        return { at: now.toISOString(), patronId: 'nordloan-patron', hold: holdOf('555'), item: itemOf('30001') };
      },
    });
    return { ...said, asked };
  }

  it('holds a title for the agency of the user and echoes what was asked', async () => {
    const { asked, tree } = await request(user + record + requestId + types);
    expect(asked[0]).to.deep.include({
      target: { mmsId: '99123' },
      request: { agency: 'NORD', value: 'NL-77' },
      forAgency: 'TROMSO',
      partner,
    });
    expect(tree.name).to.equal('RequestItemResponse');
    expect(textAt(tree, 'RequestId/RequestIdentifierValue')).to.equal('NL-77');
    expect(textAt(tree, 'ItemId/ItemIdentifierType')).to.equal('Item Barcode');
    expect(textAt(tree, 'ItemId/ItemIdentifierValue')).to.equal('30001');
    expect(textAt(tree, 'UserId/UserIdentifierValue')).to.equal('borrower-9');
    expect(textAt(tree, 'RequestType')).to.equal('Loan');
    expect(textAt(tree, 'RequestScopeType')).to.equal('Bibliographic Item');
  });

  it('prefers the item where item and title are named', async () => {
    const { asked } = await request(user + record + item + requestId + types);
    expect(asked[0]?.target).to.deep.equal({ barcode: '30001' });
  });

  it("gives the library's own request id to a broker that sent none", async () => {
    const { asked, tree } = await request(user + item + types);
    expect(asked[0]).not.to.have.property('request');
    expect(textAt(tree, 'RequestId/RequestIdentifierValue')).to.equal('555');
    expect(textAt(tree, 'RequestId/AgencyId')).to.equal('01FJORD_INST');
  });

  it('holds for the sender, and answers with its patron, where credentials stand in for the user', async () => {
    const input = `<ns1:AuthenticationInput><ns1:AuthenticationInputData>x</ns1:AuthenticationInputData>
      <ns1:AuthenticationDataFormatType>text</ns1:AuthenticationDataFormatType>
      <ns1:AuthenticationInputType>User Id</ns1:AuthenticationInputType></ns1:AuthenticationInput>`;
    const { asked, tree } = await request(input + item + types);
    expect(asked[0]?.forAgency).to.equal('NORD');
    expect(textAt(tree, 'UserId/UserIdentifierValue')).to.equal('nordloan-patron');
  });

  it('does not take an ISBN for a record number', async () => {
    const said = await talk.say(message('RequestItem', user + isbn + requestId + types));
    expect(problemTypeOf(said)).to.equal('Unknown Item');
    expect(textAt(said.tree, 'Problem/ProblemValue')).to.equal('9788200000000');
    expect(find(said.tree, 'RequestId'), 'no data beside a Problem (§5.3)').to.equal(undefined);
  });

  it('knows a message that comes again in another spelling, and one with other contents', async () => {
    const digests: string[] = [];
    const ask = async (xml: string): Promise<void> => {
      await talk.say(xml, {
        requestItem: async (_, question) => {
          digests.push(question.digest);
          return { at: now.toISOString(), patronId: 'p', hold: holdOf('1') };
        },
      });
    };
    const first = message('RequestItem', user + item + requestId + types);
    await ask(first);
    await ask(
      byHand(first).replaceAll('\n', '').replace('<FromAgencyId>', '<FromSystemId>S2</FromSystemId><FromAgencyId>'),
    );
    await ask(first.replace('30001', '30002'));
    expect(digests).to.have.length(3);
    expect(digests[1]).to.equal(digests[0]);
    expect(digests[2]).not.to.equal(digests[0]);

    const withPin = (pin: string): string =>
      [['User Id', 'u-1'] as const, ['PIN', pin] as const]
        .map(
          ([type, data]) => `<ns1:AuthenticationInput><ns1:AuthenticationInputData>${data}</ns1:AuthenticationInputData>
            <ns1:AuthenticationDataFormatType>text</ns1:AuthenticationDataFormatType>
            <ns1:AuthenticationInputType>${type}</ns1:AuthenticationInputType></ns1:AuthenticationInput>`,
        )
        .join('');
    await ask(message('RequestItem', withPin('1234') + item + types));
    await ask(message('RequestItem', withPin('9876') + item + types));
    expect(digests[4], 'a PIN could be guessed from a digest').to.equal(digests[3]);
  });
});
