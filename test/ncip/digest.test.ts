import { expect } from 'chai';
import { holdOf, message, now, startTalk, type Talk } from './conversation.ts';

/** What the core is told of a message so that it knows it again. On the wire only a repeat's answer shows of it. */
describe('the digest of an NCIP message', () => {
  let talk: Talk;
  before(async () => {
    talk = await startTalk();
  });
  after(() => talk.reader.close());

  async function digestOf(content: string): Promise<string> {
    let digest = '';
    await talk.say(message('RequestItem', content), {
      requestItem: async (_, question) => {
        digest = question.digest;
        return { at: now.toISOString(), patronId: 'p', hold: holdOf('1') };
      },
    });
    return digest;
  }

  const item = '<ns1:ItemId><ns1:ItemIdentifierValue>30001</ns1:ItemIdentifierValue></ns1:ItemId>';
  const types = '<ns1:RequestType>Loan</ns1:RequestType><ns1:RequestScopeType>Item</ns1:RequestScopeType>';
  const input = (type: string, data: string): string =>
    `<ns1:AuthenticationInput><ns1:AuthenticationInputData>${data}</ns1:AuthenticationInputData>
      <ns1:AuthenticationDataFormatType>text</ns1:AuthenticationDataFormatType>
      <ns1:AuthenticationInputType>${type}</ns1:AuthenticationInputType></ns1:AuthenticationInput>`;

  it('is of who the user is, but of no PIN, which could be guessed from it', async () => {
    const of = (user: string, pin: string): Promise<string> =>
      digestOf(input('User Id', user) + input('PIN', pin) + item + types);
    const digest = await of('u-1', '1234');
    expect(digest).to.match(/^[0-9a-f]{64}$/);
    expect(await of('u-1', '9876')).to.equal(digest);
    expect(await of('u-2', '1234')).not.to.equal(digest);
  });
});
