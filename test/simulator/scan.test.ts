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
      /is: Main Library\. Request\/Process Type: Transit for reshelving\./,
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
