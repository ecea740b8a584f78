import { expect } from 'chai';
import { Conversation, holdBody } from './conversation.ts';
import { differences, keysIn, type Shape } from './shape.ts';
import * as shapes from './shapes.ts';

for (const answers of ['full', 'sparse'] as const)
  describe(`simulator: the shapes of its ${answers} answers`, () => {
    const alma = new Conversation();
    beforeEach(() => alma.admin('PUT', '/settings', { answers }));

    const expectShape = async (asked: Promise<{ json: unknown }>, shape: Shape) => {
      expect(differences((await asked).json, shape)).to.deep.equal([]);
    };

    it('a user in good standing, a blocked one, one with everything counted, and a list', async () => {
      await expectShape(alma.ask('GET', '/users/ada'), shapes.USER);
      await expectShape(alma.ask('GET', '/users/ben'), shapes.USER);
      await expectShape(alma.ask('GET', '/users/emil?expand=loans,requests,fees'), shapes.USER);
      for (const user of ['gita', 'hugo']) await expectShape(alma.ask('GET', `/users/${user}`), shapes.USER);
      await expectShape(alma.ask('GET', '/users?limit=100'), shapes.USERS);
      await expectShape(alma.ask('GET', '/users?q=last_name~nobody'), shapes.NOTHING);
    });

    it('a loan when made, renewed, listed and returned; no loans', async () => {
      const loan = await alma.lend('ada', '31234000000012');
      expect(differences(loan.json, shapes.LOAN)).to.deep.equal([]);
      await expectShape(alma.ask('POST', `/users/ada/loans/${loan.json.loan_id}?op=renew`), shapes.LOAN);
      await expectShape(alma.ask('GET', '/users/emil/loans'), shapes.LOANS);
      await expectShape(alma.ask('GET', `${alma.item('31234000000020')}/loans`), shapes.LOANS);
      await alma.scan('31234000000012');
      await expectShape(alma.ask('GET', '/users/ada/loans?loan_status=Complete'), shapes.LOANS);
      await expectShape(alma.ask('GET', '/users/ada/loans'), shapes.NOTHING);
    });

    it('items in place, on loan and on the hold shelf; a list of them; a scan', async () => {
      for (const barcode of alma.library.items.all().map(({ barcode }) => barcode)) {
        await expectShape(alma.ask('GET', `${alma.item(barcode)}?expand=due_date,due_date_policy`), shapes.ITEM);
      }
      const { mmsId } = alma.library.itemByBarcode('31234000000012')!;
      await expectShape(alma.ask('GET', `/bibs/${mmsId}/holdings/ALL/items`), shapes.ITEMS);
      await expectShape(alma.scan('31234000000020'), shapes.SCAN);
    });

    it('a bib, bibs, no bibs, a holding, holdings', async () => {
      const { mmsId, holdingId } = alma.library.itemByBarcode('31234000000079')!;
      await expectShape(alma.ask('GET', `/bibs/${mmsId}`), shapes.BIB);
      const { mmsId: ofNetwork } = alma.library.itemByBarcode('31234000000137')!;
      const { json: linked } = await alma.ask('GET', `/bibs/${ofNetwork}`);
      expect(differences(linked, shapes.BIB)).to.deep.equal([]);
      expect(linked.linked_record_id).to.deep.equal({ value: '991000000000137001', type: 'NZ' });
      await expectShape(alma.ask('GET', `/bibs?mms_id=${mmsId}`), shapes.BIBS);
      await expectShape(alma.ask('GET', '/bibs?other_system_id=nowhere'), shapes.BIBS);
      await expectShape(alma.ask('GET', `/bibs/${mmsId}/holdings/${holdingId}`), shapes.HOLDING);
      await expectShape(alma.ask('GET', `/bibs/${mmsId}/holdings`), shapes.HOLDINGS);
    });

    it('requests waiting for a return, on their way and on the shelf; no requests', async () => {
      const { mmsId } = alma.library.itemByBarcode('31234000000020')!;
      await expectShape(
        alma.ask('POST', `/users/ada/requests?mms_id=${mmsId}`, { json: holdBody('MAIN') }),
        shapes.REQUEST,
      );
      await expectShape(alma.ask('GET', '/users/ada/requests'), shapes.REQUESTS);
      await expectShape(alma.ask('GET', '/users/emil/requests'), shapes.REQUESTS);
      await expectShape(alma.ask('GET', '/users/gita/requests'), shapes.REQUESTS);
      await expectShape(alma.ask('GET', '/users/noor/requests'), shapes.NOTHING);
    });

    it('fees untouched and partly paid; no fees', async () => {
      await expectShape(alma.ask('GET', '/users/dora/fees'), shapes.FEES);
      await expectShape(alma.ask('POST', '/users/dora/fees/all?op=pay&amount=5&method=CASH'), shapes.FEES);
      await expectShape(alma.ask('GET', '/users/ada/fees'), shapes.NO_FEES);
    });

    it('libraries', async () => {
      await expectShape(alma.ask('GET', '/conf/libraries'), shapes.LIBRARIES);
      await expectShape(alma.ask('GET', '/conf/libraries/ILL'), shapes.LIBRARY);
    });

    it('refusals of each kind', async () => {
      await expectShape(alma.ask('GET', '/users/nobody'), shapes.REFUSAL);
      await expectShape(alma.ask('GET', '/nowhere'), shapes.WRAPPED);
      await expectShape(alma.ask('POST', '/users', { json: [] }), shapes.WRAPPED);
      await alma.admin('POST', '/faults', { fault: 'refuse-429' });
      await expectShape(alma.ask('GET', '/users/ada'), shapes.LIMIT);
    });

    it('and the comparison itself sees what is absent, unheard of, or of another kind', () => {
      const shape = { id: 'id', 'note?': 'string', list: [{ at: 'date' }] };
      expect(differences({ id: '123456789012345', list: [{ at: '2026-03-02Z' }] }, shape)).to.deep.equal([]);
      expect(differences({ id: 5, list: [{}], more: 1 }, shape)).to.deep.equal([
        '$.id: 5 is not id',
        '$.list[0].at: absent',
        '$.more: unheard of',
      ]);
    });
  });

describe('simulator: between full and sparse answers', () => {
  const alma = new Conversation();
  const loanOf = async (user: string) => (await alma.ask('GET', `/users/${user}/loans`)).json.item_loan[0];

  it('lies every key of the shapes: the full ones have them all', async () => {
    const { mmsId, holdingId } = alma.library.itemByBarcode('31234000000053')!;
    const asked = async (...paths: string[]) =>
      Promise.all(paths.map(async (path) => (await alma.ask('GET', path)).json));
    await alma.ask('POST', `/users/emil/loans/${(await loanOf('emil')).loan_id}?op=renew`);
    const emils = (await loanOf('emil')).loan_id;
    await alma.ask('POST', `/users/emil/loans/${emils}?op=renew`);
    await alma.lend('emil', '31234000000103');
    await alma.scan('31234000000103');
    const atDesk = { ...holdBody('MAIN'), pickup_location_circulation_desk: 'HOLDS_DESK' };
    const { mmsId: wanted } = alma.library.itemByBarcode('31234000000020')!;
    await alma.ask('POST', `/users/noor/requests?mms_id=${wanted}`, { json: atDesk });
    const items = ['31234000000020', '31234000000137', '31234000000152'].map(
      (barcode) => `${alma.item(barcode)}?expand=due_date,due_date_policy`,
    );
    const seen: [shape: Shape, answers: unknown[]][] = [
      [shapes.USER, await asked('/users/gita?expand=loans,requests,fees', '/users/hugo', '/users/ada')],
      [shapes.LOANS, await asked('/users/emil/loans', '/users/emil/loans?loan_status=Complete')],
      [shapes.ITEM, await asked(...items)],
      [shapes.BIB, await asked(`/bibs/${mmsId}`)],
      [shapes.HOLDING, await asked(`/bibs/${mmsId}/holdings/${holdingId}`)],
      [shapes.REQUESTS, await asked('/users/gita/requests', '/users/ada/requests', '/users/noor/requests')],
    ];
    for (const [shape, answers] of seen) {
      const given = new Set(keysIn(answers));
      expect(keysIn(shape).filter((key) => !given.has(key))).to.deep.equal([]);
    }
  });

  it('the sparse ones say the same with less', async () => {
    await alma.hold('noor', '31234000000020');
    const full = await alma.ask('GET', '/users/noor/requests');
    const emil = await alma.ask('GET', '/users/emil?expand=loans');
    expect(emil.json.loans.value).to.equal(2);
    await alma.admin('PUT', '/settings', { answers: 'sparse' });
    const sparse = await alma.ask('GET', '/users/noor/requests');
    expect([sparse.json.total_record_count, sparse.json.user_request[0].place_in_queue]).to.deep.equal(['1', '1']);
    expect(sparse.json.user_request[0].material_type).to.deep.equal({});
    expect(sparse.json.user_request[0]).not.to.have.any.keys('comment', 'holding_id', 'last_interest_date');
    expect(full.json.user_request[0]).to.include.all.keys('comment', 'holding_id', 'last_interest_date');
    const user = await alma.ask('GET', '/users/emil?expand=loans');
    expect(user.json.loans.value).to.equal('2');
    expect(user.json).not.to.have.any.keys('requests', 'fees');
    const { json: item } = await alma.ask('GET', alma.item('31234000000012'));
    expect([item.item_data.requested, item.bib_data.isbn]).to.deep.equal([null, 9780000000019]);
    expect(item.item_data).not.to.have.any.keys('is_magnetic', 'arrival_date', 'break_indicator');
    expect((await alma.ask('GET', alma.item('31234000000046'))).json.item_data.is_magnetic).to.equal(true);
    const { mmsId } = alma.library.itemByBarcode('31234000000012')!;
    expect((await alma.ask('GET', `/bibs/${mmsId}/holdings/ALL/items`)).json).to.have.all.keys('item');
  });

  it('one is chosen in words that make sense', async () => {
    const said = async (body: unknown) => (await alma.admin('PUT', '/settings', body)).json.error;
    expect(await said({ answers: 'short' })).to.equal('"answers" must be full or sparse');
    expect(await said({ sisProfiles: 'SIS' })).to.equal('"sisProfiles" must be a list of codes');
    expect(await said({ answer: 'full' })).to.match(/^there is no setting "answer"/);
    expect((await alma.admin('GET', '/state')).json.settings).to.deep.equal({
      ...{ sisProfiles: ['SIS', 'ILL'], answers: 'full' },
    });
  });
});
