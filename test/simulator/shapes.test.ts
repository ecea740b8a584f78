import { expect } from 'chai';
import { Conversation, holdBody } from './conversation.ts';
import * as shapes from './shapes.ts';
import { differences, type Shape } from './shapes.ts';

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
      for (const barcode of ['31234000000012', '31234000000020', '31234000000103', '31234000000087']) {
        await expectShape(alma.ask('GET', `${alma.item(barcode)}?expand=due_date,due_date_policy`), shapes.ITEM);
      }
      const { mmsId } = alma.library.itemByBarcode('31234000000012')!;
      await expectShape(alma.ask('GET', `/bibs/${mmsId}/holdings/ALL/items`), shapes.ITEMS);
      await expectShape(alma.scan('31234000000020'), shapes.SCAN);
    });

    it('a bib, bibs, no bibs, a holding, holdings', async () => {
      const { mmsId, holdingId } = alma.library.itemByBarcode('31234000000079')!;
      await expectShape(alma.ask('GET', `/bibs/${mmsId}`), shapes.BIB);
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
