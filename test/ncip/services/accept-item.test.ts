import { expect } from 'chai';
import type { AcceptItemQuestion } from '../../../src/circulation/operations/accept-item.ts';
import { Refusal } from '../../../src/circulation/refusals.ts';
import { find, textAt } from '../../../src/ncip/message.ts';
import { byHand, itemOf, message, now, partner, problemTypeOf, startTalk, type Talk } from '../conversation.ts';

const requestId = `<ns1:RequestId><ns1:AgencyId>NORD</ns1:AgencyId>
  <ns1:RequestIdentifierValue>NL-78</ns1:RequestIdentifierValue></ns1:RequestId>
  <ns1:RequestedActionType>Hold For Pickup</ns1:RequestedActionType>`;
const user = '<ns1:UserId><ns1:UserIdentifierValue>B0004711</ns1:UserIdentifierValue></ns1:UserId>';
const item = `<ns1:ItemId><ns1:ItemIdentifierType>Broker Number</ns1:ItemIdentifierType>
  <ns1:ItemIdentifierValue>TN-9</ns1:ItemIdentifierValue></ns1:ItemId>`;
const rest = `<ns1:DateForReturn>2026-09-30T23:59:00+02:00</ns1:DateForReturn>
  <ns1:ItemOptionalFields><ns1:BibliographicDescription><ns1:Author>Nansen, F.</ns1:Author>
  <ns1:PublicationDate>1897</ns1:PublicationDate><ns1:Publisher>Aschehoug</ns1:Publisher>
  <ns1:Title>Problems of polar
    travel</ns1:Title></ns1:BibliographicDescription></ns1:ItemOptionalFields>
  <ns1:PickupLocation>MAIN</ns1:PickupLocation>`;

describe('NCIP AcceptItem', () => {
  let talk: Talk;
  before(async () => {
    talk = await startTalk();
  });
  after(() => talk.reader.close());

  it('hands over all that the broker knows, and answers with the barcode but without the title', async () => {
    const asked: AcceptItemQuestion[] = [];
    const said = await talk.say(byHand(message('AcceptItem', requestId + user + item + rest)), {
      acceptItem: async (_, question) => {
        asked.push(question);
        return { at: now.toISOString(), patronId: 'u-4711', item: itemOf('ILL-TN-9') };
      },
    });
    const [{ digest, ...question } = { digest: '' }] = asked;
    expect(digest).to.match(/^[0-9a-f]{64}$/);
    expect(question).to.deep.equal({
      partner,
      request: { agency: 'NORD', value: 'NL-78' },
      itemId: 'TN-9',
      patronId: 'B0004711',
      due: '2026-09-30T21:59:00.000Z',
      pickupLocation: 'MAIN',
      bib: {
        title: 'Problems of polar travel',
        author: 'Nansen, F.',
        publisher: 'Aschehoug',
        publicationDate: '1897',
      },
    });
    expect(textAt(said.tree, 'RequestId/RequestIdentifierValue')).to.equal('NL-78');
    expect(textAt(said.tree, 'ItemId/ItemIdentifierType')).to.equal('Broker Number');
    expect(textAt(said.tree, 'ItemId/ItemIdentifierValue')).to.equal('ILL-TN-9');
    expect(said.xml).not.to.include('Problem');
  });

  it('tells the barcode that was made where the broker sent no ItemId', async () => {
    const { tree } = await talk.say(message('AcceptItem', requestId + user), {
      acceptItem: async (_, question) => {
        expect(question).not.to.have.any.keys('itemId', 'due', 'pickupLocation');
        return { at: now.toISOString(), patronId: 'u-4711', item: itemOf('MADE-1') };
      },
    });
    expect(textAt(tree, 'ItemId/ItemIdentifierType')).to.equal('Item Barcode');
    expect(textAt(tree, 'ItemId/ItemIdentifierValue')).to.equal('MADE-1');
  });

  it('needs to know for whom the item is, though the schema does not', async () => {
    const said = await talk.say(message('AcceptItem', requestId + item));
    expect(problemTypeOf(said)).to.equal('Needed Data Missing');
    expect(textAt(said.tree, 'Problem/ProblemElement')).to.equal('//AcceptItem/UserId/UserIdentifierValue');
    expect(find(said.tree, 'RequestId')).to.equal(undefined);
  });

  it('has no "User Blocked" in its list and says what it has', async () => {
    const said = await talk.say(message('AcceptItem', requestId + user + item), {
      acceptItem: async () => {
        throw new Refusal('patron-blocked', { about: 'patron', value: 'B0004711' });
      },
    });
    expect(problemTypeOf(said)).to.equal('User Ineligible To Check Out This Item');
  });
});
