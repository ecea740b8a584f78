import { expect } from 'chai';
import { Conversation, refusalIn } from './conversation.ts';

describe('simulator: scan-in', () => {
  const alma = new Conversation();

  it('closes the loan and sends the item back to its shelf', async () => {
    const { json } = await alma.scan('31234000000020');
    expect(json.item_data.base_status.value).to.equal('1');
    expect(json.item_data.process_type).to.deep.equal({ value: '', desc: null });
    expect(json.additional_info).to.equal(
      "Item's destination is: Reshelve to Main Stacks. Request/Process Type: . " +
        'Requester: . Requester ID: . Place in Queue: 0',
    );
    const closed = await alma.ask('GET', '/users/emil/loans?loan_status=Complete');
    expect(closed.json.item_loan[0].loan_status).to.equal('COMPLETE');
    expect(closed.json.item_loan[0].return_date).to.equal('2026-03-02T10:00:00.000Z');
    const item = await alma.ask('GET', `${alma.item('31234000000020')}/loans`);
    expect(item.json).to.deep.equal({ total_record_count: 0 });
  });

  it('keeps the request of a loan made by request in the history', async () => {
    const { json: loan } = await alma.lend('emil', '31234000000103');
    await alma.scan('31234000000103');
    const { json } = await alma.ask('GET', `/users/emil/requests/${loan.request_id.value}`);
    expect(json.request_status).to.equal('HISTORY');
  });

  it('puts an item on the hold shelf of the desk where its reader will come', async () => {
    await alma.hold('ada', '31234000000020');
    const { json } = await alma.scan('31234000000020');
    expect(json.item_data.process_type.value).to.equal('HOLDSHELF');
    expect(json.additional_info).to.equal(
      "Item's destination is: On Hold Shelf. Request/Process Type: Patron physical item request. " +
        'Requester: Fairweather, Ada. Requester ID: ada. Place in Queue: 1',
    );
    const { json: requests } = await alma.ask('GET', '/users/ada/requests');
    expect(requests.user_request[1].request_status).to.equal('ON_HOLD_SHELF');
    expect(requests.user_request[1].expiry_date).to.equal('2026-03-09Z');
  });

  it('sends an item in transit to a reader elsewhere, and home again afterwards', async () => {
    await alma.hold('ada', '31234000000012', 'ILL');
    const sent = await alma.scan('31234000000012');
    expect(sent.json.item_data.process_type.value).to.equal('TRANSIT');
    expect(sent.json.additional_info).to.match(
      /^Item's destination is: Resource Sharing Library\. .*Requester ID: ada/,
    );
    const arrived = await alma.scan('31234000000012', 'ILL', 'ILL_DESK');
    expect(arrived.json.item_data.process_type.value).to.equal('HOLDSHELF');
    const lent = await alma.lend('ada', '31234000000012', { library: 'ILL', circ_desk: 'ILL_DESK' });
    expect(lent.json.library.value).to.equal('ILL');
    const returned = await alma.scan('31234000000012', 'ILL', 'ILL_DESK');
    expect(returned.json.additional_info).to.match(
      /is: Main Library\. Request\/Process Type: Transit for reshelving\. Requester: \. Requester ID: \. Place in Queue: 1$/,
    );
    expect((await alma.ask('GET', alma.item('31234000000012'))).json.item_data.process_type.value).to.equal('TRANSIT');
    const home = await alma.scan('31234000000012');
    expect(home.json.item_data.base_status.value).to.equal('1');
  });

  it('gives a title-level hold the copy that comes in', async () => {
    const { mmsId, pid } = alma.library.itemByBarcode('31234000000020')!;
    const json = { request_type: 'HOLD', pickup_location_type: 'LIBRARY', pickup_location_library: 'MAIN' };
    const placed = await alma.ask('POST', `/users/ada/requests?mms_id=${mmsId}`, { json });
    expect(placed.json.barcode).to.equal(null);
    await alma.scan('31234000000020');
    const { json: request } = await alma.ask('GET', `/users/ada/requests/${placed.json.request_id}`);
    expect(request.item_id).to.equal(pid);
  });

  it('finds what was missing', async () => {
    const { json } = await alma.scan('31234000000087');
    expect(json.item_data.base_status.value).to.equal('1');
  });

  it('leaves what a department has with the department, until that is done with it', async () => {
    for (const [barcode, work, department] of [
      ['31234000000152', 'Binding', 'BINDERY'],
      ['31234000000160', 'Quarantine', 'QUARANTINE'],
    ] as const) {
      const { json } = await alma.scan(barcode);
      expect(json.item_data.process_type.value).to.equal('WORK_ORDER_DEPARTMENT');
      expect(json.item_data.work_order_type.desc).to.equal(work);
      expect(json.item_data.base_status.value).to.equal('0');
      expect(json.additional_info).to.match(
        new RegExp(`^Item's destination is: Manage Locally \\(${work}\\)\\. Request/Process Type: ${work}\\.`),
      );
      expect(refusalIn(await alma.lend('ada', barcode))).to.match(/^401651 /);
      const inside = (query: string) =>
        alma.ask('POST', `${alma.item(barcode)}?op=scan&library=MAIN&department=${department}${query}`);
      expect((await inside('')).json.item_data.process_type.value).to.equal('WORK_ORDER_DEPARTMENT');
      const done = await inside('&done=true');
      expect([done.json.item_data.process_type.value, done.json.item_data.work_order_type.value]).to.deep.equal([
        '',
        '',
      ]);
    }
    alma.library.itemByBarcode('31234000000012')!.process = 'ACQ';
    const { json } = await alma.scan('31234000000012');
    expect(json.item_data.process_type.value).to.equal('ACQ');
    expect(json.additional_info).to.contain('Manage Locally (Acquisitions/Technical Services)');
  });

  it('is refused at a desk that may not take the item back, and changes nothing there', async () => {
    const refused = await alma.scan('31234000000020', 'MAIN', 'INFO_DESK');
    expect(refusalIn(refused)).to.equal('401160 Item cannot be returned at this circulation desk');
    expect(alma.library.activeLoansBy(alma.library.user('emil')).length).to.equal(2);
    expect((await alma.lend('ada', '31234000000012', { circ_desk: 'INFO_DESK' })).status).to.equal(200);
  });

  it('sends an item in transit from a desk of its own library that does not reshelve', async () => {
    const { json } = await alma.scan('31234000000020', 'MAIN', 'NIGHT_DESK');
    expect(json.item_data.process_type.value).to.equal('TRANSIT');
    expect(json.additional_info).to.match(/is: Main Library\. Request\/Process Type: Transit for reshelving\./);
    expect(alma.library.activeLoansBy(alma.library.user('emil')).length).to.equal(1);
    expect(refusalIn(await alma.lend('ada', '31234000000012', { circ_desk: 'NIGHT_DESK' }))).to.match(/^401153 /);
    expect((await alma.scan('31234000000020')).json.item_data.process_type.value).to.equal('');
  });

  it('sends what is wanted from a desk without a hold shelf to one that has one', async () => {
    await alma.hold('ada', '31234000000020');
    const { json } = await alma.scan('31234000000020', 'MAIN', 'NIGHT_DESK');
    expect([json.item_data.process_type.value, json.item_data.requested]).to.deep.equal(['TRANSIT', true]);
    expect((await alma.scan('31234000000020')).json.item_data.process_type.value).to.equal('HOLDSHELF');
  });

  it('at a desk that processes its hold shelf waits there until place_on_hold_shelf', async () => {
    const { json: hold } = await alma.hold('ada', '31234000000020');
    const scan = (query = '') => {
      const asked = `op=scan&library=MAIN&circ_desk=HOLDS_DESK${query}`;
      return alma.ask('POST', `${alma.item('31234000000020')}?${asked}`);
    };
    const status = async () => (await alma.ask('GET', `/users/ada/requests/${hold.request_id}`)).json.request_status;
    expect((await scan()).json.item_data.process_type.value).to.equal('REQUESTED');
    expect(await status()).to.equal('HOLD_SHELF_PROCESSING');
    expect((await scan('&place_on_hold_shelf=true')).json.item_data.process_type.value).to.equal('HOLDSHELF');
    expect(await status()).to.equal('ON_HOLD_SHELF');
    expect((await scan()).json.item_data.process_type.value).to.equal('HOLDSHELF');
  });

  it('serves the request that it names, and refuses one that the item cannot serve', async () => {
    await alma.hold('ada', '31234000000020');
    const { json: second } = await alma.hold('noor', '31234000000020');
    const asked = `${alma.item('31234000000020')}?op=scan&library=MAIN&circ_desk=DEFAULT_CIRC_DESK`;
    const refused = await alma.ask('POST', `${asked}&request_id=3`);
    expect(refusalIn(refused)).to.equal('40166411 The parameter request_id is invalid. Received: 3.');
    expect(alma.library.activeLoansBy(alma.library.user('emil')).length).to.equal(2);
    const { json } = await alma.ask('POST', `${asked}&request_id=${second.request_id}`);
    expect(json.additional_info).to.contain('Requester ID: noor.');
    const { json: again } = await alma.ask('GET', `/users/noor/requests/${second.request_id}`);
    expect(again.request_status).to.equal('ON_HOLD_SHELF');
  });

  it('changes nothing when repeated', async () => {
    const first = await alma.scan('31234000000103');
    const second = await alma.scan('31234000000103');
    expect(second.json).to.deep.equal(first.json);
    expect(second.json.item_data.process_type.value).to.equal('HOLDSHELF');
  });

  it('needs a library, a desk or department, and an item', async () => {
    const path = alma.item('31234000000020');
    const refused = async (asked: string) => refusalIn(await alma.ask('POST', asked));
    expect(await refused(`${path}?op=scan&library=MAIN`)).to.equal(
      '40166415 Must send at least one of the following parameters: [circ_desk,department]',
    );
    expect(await refused(`${path}?op=scan&library=ATTIC&circ_desk=X`)).to.match(/^40166410 /);
    expect(await refused(`${path}?op=scan&library=MAIN&circ_desk=X`)).to.match(/^40166411 .*circ_desk/);
    expect(await refused('/bibs/1/holdings/2/items/3?op=scan&library=MAIN&circ_desk=X')).to.equal(
      '40166411 The parameter item_pid is invalid. Received: 3.',
    );
    expect(alma.library.activeLoanOf(alma.library.itemByBarcode('31234000000020')!.pid)).not.to.equal(undefined);
    expect((await alma.ask('POST', `${path}?op=scan&library=MAIN&department=CATALOGUING`)).status).to.equal(200);
  });
});
