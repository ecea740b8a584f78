import { expect } from 'chai';
import { Conversation, refusalIn } from './conversation.ts';

describe('simulator: loans', () => {
  const alma = new Conversation();

  it('run for the days of the item policy and end at closing time', async () => {
    const loan = await alma.lend('ada', '31234000000012');
    expect(loan.json.due_date).to.equal('2026-03-30T22:00:00Z');
    alma.library.itemByBarcode('31234000000061')!.policy = 'ILL';
    const ill = await alma.lend('ada', '31234000000061');
    expect(ill.json.due_date).to.equal('2026-03-16T22:00:00Z');
  });

  it('make the item a LOAN, with a due date where expand asks for it', async () => {
    await alma.lend('ada', '31234000000012');
    const { json } = await alma.ask('GET', `${alma.item('31234000000012')}?expand=due_date`);
    expect(json.item_data.base_status.value).to.equal('0');
    expect(json.item_data.process_type.value).to.equal('LOAN');
    expect(json.item_data.due_date).to.equal('2026-03-30T22:00:00Z');
    const plain = await alma.ask('GET', alma.item('31234000000012'));
    expect(plain.json.item_data).not.to.have.property('due_date');
  });

  const refusals: [user: string, barcode: string, refusal: string][] = [
    ['ada', '31234000000038', '401651 Item is not loanable.'],
    ['ada', '31234000000087', '401651 Item is not loanable.'],
    ['ada', '31234000000020', '401158 Item is on loan to another patron.'],
    ['emil', '31234000000020', '400042 Item is already on loan to this patron.'],
    ['emil', '31234000000053', '401172 Item cannot be loaned: it is requested by another patron.'],
    ['ada', '31234000000103', '401172 Item cannot be loaned: it is requested by another patron.'],
    [
      'ben',
      '31234000000012',
      '401201 GENERAL  -   Blocked by staff. Please see the staff at the desk. Scope: 01DEMO_INST',
    ],
    ['cleo', '31234000000012', "401168 Patron's card has expired."],
    ['dora', '31234000000012', '401163 Cash - Limit of 10.00 exceeded. User has 25.00.'],
    ['nobody', '31234000000012', '401861 User with identifier nobody was not found.'],
    ['ada', '99', '401689 No items found for barcode 99.'],
  ];
  for (const [user, barcode, refusal] of refusals) {
    it(`of ${barcode} to ${user} are refused: ${refusal}`, async () => {
      const before = alma.library.loans.size;
      const reply = await alma.lend(user, barcode);
      expect(reply.status).to.equal(400);
      expect(refusalIn(reply)).to.equal(refusal);
      expect(alma.library.loans.size).to.equal(before);
    });
  }

  it('are refused to inactive users, beyond the loan limit, and of items not yet received', async () => {
    alma.library.user('ada').status = 'INACTIVE';
    expect(refusalIn(await alma.lend('ada', '31234000000012'))).to.match(/^401151 /);
    alma.library.groups.get('STUDENT')!.loanLimit = 2;
    expect(refusalIn(await alma.lend('emil', '31234000000012'))).to.match(/^401161 .*Loan Limit rules/);
    alma.library.itemByBarcode('31234000000012')!.process = 'ACQ';
    expect(refusalIn(await alma.lend('noor', '31234000000012'))).to.match(/^401159 /);
  });

  it('know no limits for the brokers’ patron', async () => {
    alma.library.groups.get('STUDENT')!.loanLimit = 0;
    expect((await alma.lend('pseudopatron', '31234000000012')).status).to.equal(200);
  });

  it('need a library and a desk that exist and serve the location', async () => {
    const elsewhere = await alma.lend('ada', '31234000000012', { library: 'ILL', circ_desk: 'ILL_DESK' });
    expect(refusalIn(elsewhere)).to.equal('401153 Item cannot be loaned from this circulation desk.');
    expect(refusalIn(await alma.lend('ada', '31234000000012', { circ_desk: 'NO_DESK' }))).to.match(
      /^40166411 .*circ_desk/,
    );
    const path = '/users/ada/loans?item_barcode=31234000000012';
    const bare = await alma.ask('POST', path, { json: { circ_desk: { value: 'DEFAULT_CIRC_DESK' } } });
    expect(refusalIn(bare)).to.equal('401664 Mandatory field is missing: library');
    expect(refusalIn(await alma.ask('POST', '/users/ada/loans', { json: {} }))).to.equal('401672 PID field is empty.');
  });

  it('are made by item pid, and from the item’s side, alike', async () => {
    const json = { library: { value: 'MAIN' }, circ_desk: { value: 'DEFAULT_CIRC_DESK' } };
    const { pid } = alma.library.itemByBarcode('31234000000012')!;
    const byPid = await alma.ask('POST', `/users/ada/loans?item_pid=${pid}`, { json });
    expect(byPid.json.item_barcode).to.equal('31234000000012');
    const path = `${alma.item('31234000000061')}/loans`;
    await alma.ask('POST', `${path}?user_id=ada`, { json });
    const { json: list } = await alma.ask('GET', path);
    expect(list.item_loan.map((loan: { user_id: string }) => loan.user_id)).to.deep.equal(['ada']);
  });

  it('fulfil the hold of the same patron, whether named or not', async () => {
    const unnamed = await alma.lend('emil', '31234000000103');
    const [held] = [...alma.library.requests.values()].filter((request) => request.userId === 'emil');
    expect(unnamed.json.request_id.value).to.equal(held!.requestId);
    expect(held!.state).to.equal('HISTORY');
    const [adas] = [...alma.library.requests.values()].filter((request) => request.userId === 'ada');
    const wrong = await alma.lend('ada', '31234000000012', { request_id: adas!.requestId });
    expect(refusalIn(wrong)).to.match(/^401907 /);
    const named = await alma.lend('ada', '31234000000053', { request_id: adas!.requestId });
    expect(named.json.request_id.value).to.equal(adas!.requestId);
    expect((await alma.ask('GET', '/users/ada/requests')).json).to.deep.equal({ total_record_count: 0 });
  });

  it('are listed page by page, in the order asked for, renewable only when asked', async () => {
    const due = async (query: string) => {
      const { json } = await alma.ask('GET', `/users/emil/loans?${query}`);
      return json.item_loan.map((loan: { due_date: string }) => loan.due_date.slice(0, 10));
    };
    expect(await due('order_by=due_date&direction=DESC')).to.deep.equal(['2026-03-12', '2026-02-25']);
    expect(await due('order_by=due_date&direction=ASC')).to.deep.equal(['2026-02-25', '2026-03-12']);
    expect(await due('order_by=due_date&limit=1&offset=1')).to.deep.equal(['2026-03-12']);
    const past = await alma.ask('GET', '/users/emil/loans?offset=10');
    expect(past.json).to.deep.equal({ item_loan: [], total_record_count: 2 });
    const renewable = async (query: string) => {
      const { json } = await alma.ask('GET', `/users/emil/loans?order_by=due_date&${query}`);
      return json.item_loan.map((loan: { renewable: boolean | null }) => loan.renewable);
    };
    expect(await renewable('')).to.deep.equal([null, null]);
    expect(await renewable('expand=renewable')).to.deep.equal([false, true]);
  });

  it('are renewed from today, until the policy has had enough', async () => {
    const { json } = await alma.ask('GET', '/users/emil/loans?order_by=due_date');
    const [overdue, current] = json.item_loan;
    const renewed = await alma.ask('POST', `/users/emil/loans/${current.loan_id}?op=renew`);
    expect(renewed.json.due_date).to.equal('2026-03-30T22:00:00Z');
    expect(renewed.json.process_status).to.equal('RENEW');
    expect(renewed.json.last_renew_date).to.equal('2026-03-02T10:00:00.000Z');
    const refused = await alma.ask('POST', `/users/emil/loans/${overdue.loan_id}?op=renew`);
    expect(refusalIn(refused)).to.equal(`401822 Cannot renew loan:  ${overdue.loan_id} - Item renew period exceeded.`);
  });

  it('are not renewed while somebody waits, nor for a patron who may not borrow', async () => {
    const { json: loan } = await alma.lend('ada', '31234000000012');
    const renew = () => alma.ask('POST', `/users/ada/loans/${loan.loan_id}?op=renew`);
    alma.library.user('ada').expires = new Date('2026-01-01T00:00:00Z');
    expect(refusalIn(await renew())).to.match(/card has expired/);
    alma.library.user('ada').expires = null;
    await alma.hold('noor', '31234000000012');
    expect(refusalIn(await renew())).to.match(/requested by another patron/);
  });

  it('get another due date by PUT, but not one in the past', async () => {
    const { json: loan } = await alma.lend('ada', '31234000000012');
    const put = (json: object) => alma.ask('PUT', `/users/ada/loans/${loan.loan_id}`, { json });
    expect((await put({ due_date: '2026-03-09T22:00:00Z' })).json.due_date).to.equal('2026-03-09T22:00:00Z');
    expect(refusalIn(await put({ due_date: '2026-03-01T22:00:00Z' }))).to.match(/^401681 /);
    expect(refusalIn(await put({}))).to.match(/^401824 /);
    for (const loan_status of ['Active', 'Complete', { value: 'Active' }]) {
      expect((await put({ due_date: '2026-03-09T22:00:00Z', loan_status })).status).to.equal(200);
    }
    const shouted = await put({ due_date: '2026-03-10T22:00:00Z', loan_status: 'ACTIVE' });
    expect(shouted.json.web_service_result.errorList.error.errorCode).to.equal('BAD_REQUEST');
    const { json: again } = await alma.ask('GET', `/users/ada/loans/${loan.loan_id}`);
    expect(again.due_date).to.equal('2026-03-09T22:00:00Z');
    expect(refusalIn(await alma.ask('GET', `/users/noor/loans/${loan.loan_id}`))).to.match(/^401823 /);
  });
});
