import { expect } from 'chai';
import { Conversation, holdBody, refusalIn } from './conversation.ts';

describe('simulator: requests', () => {
  const alma = new Conversation();

  it('on an item in place are in process at once, and mark it as requested', async () => {
    const { json } = await alma.hold('noor', '31234000000012');
    expect(json.request_status).to.equal('IN_PROCESS');
    expect(json.task_name).to.equal('Pickup From Shelf');
    expect(json).not.to.have.property('place_in_queue');
    const item = await alma.ask('GET', alma.item('31234000000012'));
    expect(item.json.item_data.requested).to.equal(true);
    expect(item.json.item_data.base_status.value).to.equal('1');
  });

  it('on an item on loan wait in a queue, and move up when it shortens', async () => {
    const first = await alma.hold('ada', '31234000000020');
    const second = await alma.hold('noor', '31234000000020');
    expect([first.json.request_status, first.json.place_in_queue]).to.deep.equal(['NOT_STARTED', 1]);
    expect([second.json.request_status, second.json.place_in_queue]).to.deep.equal(['NOT_STARTED', 2]);
    await alma.ask('DELETE', `/users/ada/requests/${first.json.request_id}?reason=CancelledAtPatronRequest`);
    const { json } = await alma.ask('GET', `/users/noor/requests/${second.json.request_id}`);
    expect(json.place_in_queue).to.equal(1);
  });

  it('for a title take any copy that is free, so that a second copy serves a second reader', async () => {
    const { mmsId, holdingId } = alma.library.itemByBarcode('31234000000012')!;
    const copy = { item_data: { barcode: 'SECOND-COPY' } };
    await alma.ask('POST', `/bibs/${mmsId}/holdings/${holdingId}/items`, { json: copy });
    const place = (user: string) =>
      alma.ask('POST', `/users/${user}/requests?mms_id=${mmsId}`, { json: holdBody('MAIN') });
    const statuses: string[] = [];
    for (const user of ['ada', 'emil', 'noor']) statuses.push((await place(user)).json.request_status);
    expect(statuses).to.deep.equal(['IN_PROCESS', 'IN_PROCESS', 'NOT_STARTED']);
  });

  it('for one copy keep that copy, and leave the other to whoever comes', async () => {
    const { mmsId, holdingId } = alma.library.itemByBarcode('31234000000012')!;
    const copy = { item_data: { barcode: 'SECOND-COPY' } };
    await alma.ask('POST', `/bibs/${mmsId}/holdings/${holdingId}/items`, { json: copy });
    await alma.hold('ada', 'SECOND-COPY');
    expect(refusalIn(await alma.lend('noor', 'SECOND-COPY'))).to.match(/^401172 /);
    expect((await alma.lend('noor', '31234000000012')).status).to.equal(200);
  });

  it('are placed from the title and from the item, and listed there too', async () => {
    const { mmsId } = alma.library.itemByBarcode('31234000000012')!;
    await alma.ask('POST', `/bibs/${mmsId}/requests?user_id=ada`, { json: holdBody('MAIN') });
    const path = alma.item('31234000000061');
    const placed = await alma.ask('POST', `${path}/requests?user_id=ada`, { json: holdBody('MAIN') });
    expect((await alma.ask('GET', `/bibs/${mmsId}/requests`)).json.total_record_count).to.equal(1);
    const { json } = await alma.ask('GET', `${path}/requests`);
    expect(json.user_request[0].request_id).to.equal(placed.json.request_id);
    const cancelled = await alma.ask('DELETE', `${path}/requests/${placed.json.request_id}?reason=X`);
    expect(cancelled.status).to.equal(204);
  });

  it('are refused a second time to the same patron', async () => {
    const text = '401136 Failed to save the request: Patron has active request for selected item';
    expect(refusalIn(await alma.hold('ada', '31234000000053'))).to.equal(text);
    const { mmsId } = alma.library.itemByBarcode('31234000000053')!;
    const title = `/users/ada/requests?mms_id=${mmsId}`;
    expect(refusalIn(await alma.ask('POST', title, { json: holdBody('MAIN') }))).to.equal(text);
    const insisted = await alma.ask('POST', `${title}&allow_same_request=true`, { json: holdBody('MAIN') });
    expect(insisted.status).to.equal(200);
  });

  it('are refused to a patron who has one for another copy of the title, unless the same is allowed', async () => {
    const { mmsId, holdingId } = alma.library.itemByBarcode('31234000000053')!;
    const copy = { item_data: { barcode: 'SECOND-COPY' } };
    await alma.ask('POST', `/bibs/${mmsId}/holdings/${holdingId}/items`, { json: copy });
    expect(refusalIn(await alma.hold('ada', 'SECOND-COPY'))).to.match(/^401136 /);
    const { pid } = alma.library.itemByBarcode('SECOND-COPY')!;
    const path = `/users/ada/requests?item_pid=${pid}`;
    const refused = await alma.ask('POST', `${path}&allow_same_request=false`, { json: holdBody('MAIN') });
    expect(refusalIn(refused)).to.match(/^401136 /);
    expect((await alma.ask('POST', `${path}&allow_same_request=true`, { json: holdBody('MAIN') })).status).to.equal(
      200,
    );
    expect((await alma.hold('noor', 'SECOND-COPY')).status).to.equal(200);
  });

  it('of another type are listed among the holds, and keep the item from nobody', async () => {
    const { json } = await alma.ask('GET', '/users/gita/requests');
    expect(json.user_request.map((request: { request_type: string }) => request.request_type)).to.deep.equal([
      'DIGITIZATION',
    ]);
    expect(json.user_request[0].description).to.equal('v.1 (1911)');
    expect((await alma.ask('GET', '/users/gita/requests?request_type=HOLD')).json.total_record_count).to.equal(0);
    expect((await alma.lend('ada', '31234000000178')).status).to.equal(200);
  });

  it('are cancelled with a letter to the patron, unless the call says that there shall be none', async () => {
    const cancel = async (query: string) => {
      const { json } = await alma.hold('noor', '31234000000012');
      await alma.ask('DELETE', `/users/noor/requests/${json.request_id}?reason=CancelledAtPatronRequest${query}`);
      return json.request_id;
    };
    await cancel('&notify_user=false');
    expect(alma.library.letters).to.deep.equal([]);
    const requestId = await cancel('');
    await cancel('&notify_user=true');
    const { json } = await alma.admin('GET', '/state');
    expect(json.letters).to.have.length(2);
    expect(json.letters[0]).to.deep.equal({
      ...{ at: '2026-03-02T10:00:00.000Z', userId: 'noor', name: 'Request canceled', requestId },
      reason: 'CancelledAtPatronRequest',
    });
  });

  it('that do not exist have another code than those that are over', async () => {
    for (const method of ['GET', 'DELETE']) {
      const reply = await alma.ask(method, '/users/ada/requests/1?reason=X');
      expect(refusalIn(reply)).to.equal('401697 Request ID is not valid');
    }
  });

  it('are refused where no item can ever fulfil them, or the patron has it', async () => {
    const refused = async (user: string, barcode: string) => refusalIn(await alma.hold(user, barcode));
    const text = '401129 No items can fulfill the submitted request.';
    expect(await refused('ada', '31234000000038')).to.equal(text);
    expect(await refused('ada', '31234000000087')).to.equal(text);
    expect(await refused('emil', '31234000000020')).to.equal(text);
  });

  it('are refused to patrons who may not borrow', async () => {
    const refused = async (user: string) => refusalIn(await alma.hold(user, '31234000000012'));
    expect(await refused('ben')).to.match(/^401119 /);
    expect(await refused('cleo')).to.equal("401168 Patron's card has expired.");
    expect(await refused('hugo')).to.match(/^401119 /);
    expect((await alma.hold('gita', '31234000000012')).status).to.equal(200);
  });

  it('need a pickup library and desk that exist', async () => {
    const { pid } = alma.library.itemByBarcode('31234000000012')!;
    const place = async (changes: object) => {
      const json = { ...holdBody('MAIN'), ...changes };
      return refusalIn(await alma.ask('POST', `/users/ada/requests?item_pid=${pid}`, { json }));
    };
    expect(await place({ pickup_location_library: 'ATTIC' })).to.equal(
      '401891 Pickup library with code ATTIC was not found.',
    );
    expect(await place({ pickup_location_library: undefined })).to.equal(
      '401894 Missing mandatory field: Pickup location library code.',
    );
    expect(await place({ pickup_location_circulation_desk: 'X' })).to.equal(
      '401895 Pickup circulation desk with code X and library code MAIN was not found.',
    );
    const none = await alma.ask('POST', '/users/ada/requests?item_pid=3', { json: holdBody('MAIN') });
    expect(refusalIn(none)).to.equal('60328 Physical item not found for request: 3.');
  });

  it('are cancelled with a reason only, stay readable as history, and free the item', async () => {
    const [request] = (await alma.ask('GET', '/users/ada/requests')).json.user_request;
    const path = `/users/ada/requests/${request.request_id}`;
    expect(refusalIn(await alma.ask('DELETE', path))).to.match(/^401664 .*reason/);
    expect((await alma.ask('DELETE', `${path}?reason=CancelledAtPatronRequest`)).status).to.equal(204);
    expect((await alma.ask('GET', path)).json.request_status).to.equal('HISTORY');
    expect((await alma.ask('GET', '/users/ada/requests')).json).to.deep.equal({ total_record_count: 0 });
    expect((await alma.ask('GET', '/users/ada/requests?status=history')).json.total_record_count).to.equal(1);
    expect(refusalIn(await alma.ask('DELETE', `${path}?reason=again`))).to.equal(
      '401694 Request Identifier not found.',
    );
    expect((await alma.lend('emil', '31234000000053')).status).to.equal(200);
  });
});
