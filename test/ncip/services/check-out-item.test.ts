import { expect } from 'chai';
import type { PartnerCheckOutQuestion } from '../../../src/circulation/operations/check-out-for-partner.ts';
import { textAt } from '../../../src/ncip/message.ts';
import { itemOf, loanUntil, message, now, problemTypeOf, startTalk, type Talk } from '../conversation.ts';

const checkOut = (more: string, item = '30001'): string =>
  message(
    'CheckOutItem',
    `<ns1:UserId><ns1:UserIdentifierValue>pseudopatron</ns1:UserIdentifierValue></ns1:UserId>
    <ns1:ItemId><ns1:ItemIdentifierType>Barcode</ns1:ItemIdentifierType>
    <ns1:ItemIdentifierValue>${item}</ns1:ItemIdentifierValue></ns1:ItemId>${more}`,
  );

describe('NCIP CheckOutItem', () => {
  let talk: Talk;
  before(async () => {
    talk = await startTalk();
  });
  after(() => talk.reader.close());

  it('lends until the local time that a date without zone means', async () => {
    const asked: PartnerCheckOutQuestion[] = [];
    const { tree, xml } = await talk.say(checkOut('<ns1:DesiredDateDue>2026-04-30T23:59:00</ns1:DesiredDateDue>'), {
      checkOutForPartner: async (_, question) => {
        asked.push(question);
        return {
          at: now.toISOString(),
          patronId: 'nordloan-patron',
          item: itemOf('30001'),
          loan: loanUntil(question.due ?? ''),
        };
      },
    });
    expect(asked[0]).to.deep.include({ itemId: '30001', forAgency: 'NORD', due: '2026-04-30T21:59:00.000Z' });
    expect(xml).to.include('<ns1:DateDue>2026-04-30T21:59:00.000Z</ns1:DateDue>');
    expect(textAt(tree, 'ItemId/ItemIdentifierType')).to.equal('Barcode');
    expect(textAt(tree, 'UserId/UserIdentifierValue')).to.equal('pseudopatron');
  });

  it('refuses a date that has passed before anything is lent', async () => {
    const said = await talk.say(checkOut('<ns1:DesiredDateDue>2026-03-02T09:59:59Z</ns1:DesiredDateDue>'));
    expect(problemTypeOf(said)).to.equal('Invalid Date');
    expect(textAt(said.tree, 'Problem/ProblemElement')).to.equal('//CheckOutItem/DesiredDateDue');
    expect(textAt(said.tree, 'Problem/ProblemValue')).to.equal('2026-03-02T09:59:59Z');
  });

  it('misses an item whose number is empty', async () => {
    const said = await talk.say(checkOut('', ' '));
    expect(problemTypeOf(said)).to.equal('Needed Data Missing');
    expect(textAt(said.tree, 'Problem/ProblemElement')).to.equal('//CheckOutItem/ItemId/ItemIdentifierValue');
  });
});
