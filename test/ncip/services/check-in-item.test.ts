import { expect } from 'chai';
import { Refusal } from '../../../src/circulation/refusals.ts';
import { textAt } from '../../../src/ncip/message.ts';
import { byHand, message, now, problemTypeOf, startTalk, type Talk } from '../conversation.ts';

const checkIn = message(
  'CheckInItem',
  `<ns1:ItemId><ns1:AgencyId>NORD</ns1:AgencyId>
  <ns1:ItemIdentifierValue>
    30001
  </ns1:ItemIdentifierValue></ns1:ItemId>`,
);

describe('NCIP CheckInItem', () => {
  let talk: Talk;
  before(async () => {
    talk = await startTalk();
  });
  after(() => talk.reader.close());

  for (const [spelling, xml] of [
    ['the prefix ns1:', checkIn],
    ['the default namespace and an unqualified version', byHand(checkIn)],
  ] as const) {
    it(`takes the item back, in ${spelling}`, async () => {
      const asked: string[] = [];
      const said = await talk.say(xml, {
        checkInForPartner: async (_, { itemId }) => {
          asked.push(itemId);
          return { at: now.toISOString(), barcode: '30001', side: 'lender', alreadyReturned: false };
        },
      });
      expect(asked).to.deep.equal(['30001']);
      expect(said.xml).to.include('<ns1:CheckInItemResponse>').and.not.to.include('Problem');
      expect(textAt(said.tree, 'ItemId/ItemIdentifierValue')).to.equal('30001');
    });
  }

  it('says Item Not Checked Out, in the words that clients route by', async () => {
    const said = await talk.say(checkIn, {
      checkInForPartner: async () => {
        throw new Refusal('item-already-returned', { about: 'item', value: '30001' });
      },
    });
    expect(problemTypeOf(said)).to.equal('Item Not Checked Out');
    expect(textAt(said.tree, 'Problem/ProblemDetail')).to.match(/^Item Not Checked Out: .*\(reference trace-1\)$/);
  });
});
