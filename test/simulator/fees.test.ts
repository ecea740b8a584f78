import { expect } from 'chai';
import { Conversation, refusalIn } from './conversation.ts';

describe('simulator: fees', () => {
  const alma = new Conversation();
  const charge = (json: object) => alma.ask('POST', '/users/ada/fees', { json });
  const fee = { type: { value: 'OTHER' }, original_amount: 2.5, owner: { value: 'MAIN' } };

  it('are listed with their sum; none is a list without a list', async () => {
    const { json } = await alma.ask('GET', '/users/dora/fees');
    expect([json.total_record_count, json.total_sum, json.currency]).to.deep.equal([1, 25, 'USD']);
    expect(json.fee[0]).not.to.have.property('transaction');
    const none = await alma.ask('GET', '/users/ada/fees');
    expect(none.json).to.deep.equal({ total_record_count: 0, total_sum: 0, currency: 'USD' });
  });

  it('are charged, also for an item', async () => {
    const { json } = await charge({ ...fee, barcode: { value: '31234000000012' }, comment: 'Coffee' });
    expect([json.balance, json.original_amount, json.comment]).to.deep.equal([2.5, 2.5, 'Coffee']);
    expect(json.title).to.equal("The Lighthouse Keeper's Almanac");
    expect((await alma.ask('GET', `/users/ada/fees/${json.id}`)).json).to.deep.equal(json);
  });

  it('are refused without type, amount or owner', async () => {
    const refused = async (changes: object) => refusalIn(await charge({ ...fee, ...changes })).split(' ')[0];
    expect(await refused({ type: undefined })).to.equal('4019991');
    expect(await refused({ type: { value: 'BRIBE' } })).to.equal('4019992');
    expect(await refused({ barcode: { value: '99' } })).to.equal('4019993');
    expect(await refused({ original_amount: 0 })).to.equal('4019994');
    expect(await refused({ owner: undefined })).to.equal('4019996');
    expect(await refused({ owner: { value: '01DEMO_INST' } })).to.equal('4019997');
  });

  it('are paid in parts, each kept with its external transaction id', async () => {
    const { json: owed } = await alma.ask('GET', '/users/dora/fees');
    const path = `/users/dora/fees/${owed.fee[0].id}?op=pay&method=CREDIT_CARD`;
    const paid = await alma.ask('POST', `${path}&amount=10.10&external_transaction_id=till-7`);
    expect(paid.json.balance).to.equal(14.9);
    expect(paid.json.transaction[0].external_transaction_id).to.equal('till-7');
    const rest = await alma.ask('POST', `${path}&amount=14.90&external_transaction_id=till-8`);
    expect([rest.json.balance, rest.json.status.value]).to.deep.equal([0, 'CLOSED']);
    const closed = await alma.ask('GET', '/users/dora/fees?status=CLOSED');
    expect(closed.json.fee[0].transaction.length).to.equal(2);
  });

  it('are paid all together, oldest first; the answer is what remains', async () => {
    await charge({ ...fee, original_amount: '1.20' });
    await charge({ ...fee, original_amount: 3 });
    const part = await alma.ask('POST', '/users/ada/fees/all?op=pay&method=ONLINE&amount=2');
    expect([part.json.total_record_count, part.json.total_sum]).to.deep.equal([1, 2.2]);
    const all = await alma.ask('POST', '/users/ada/fees/all?op=pay&method=CASH&amount=ALL');
    expect(all.json).to.deep.equal({ total_record_count: 0, total_sum: 0, currency: 'USD' });
  });

  it('are not paid without a method, for nothing, or by more than is owed', async () => {
    const refused = async (query: string) => refusalIn(await alma.ask('POST', `/users/dora/fees/all?op=pay&${query}`));
    expect(await refused('amount=5')).to.equal('401666 method parameter is not valid.');
    expect(await refused('amount=-5&method=CASH')).to.equal('401666 amount parameter is not valid.');
    expect(await refused('amount=25.01&method=CASH')).to.equal('401666 amount parameter is not valid.');
    expect(refusalIn(await alma.ask('POST', '/users/dora/fees/1?op=pay&method=CASH'))).to.equal(
      '401665 Fine not found.',
    );
    expect(alma.library.owedBy(alma.library.user('dora'))).to.equal(2500);
  });

  it('once paid no longer keep the patron from borrowing', async () => {
    await alma.ask('POST', '/users/dora/fees/all?op=pay&method=CASH&amount=15');
    expect((await alma.lend('dora', '31234000000012')).status).to.equal(200);
  });
});
