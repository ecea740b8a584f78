import { expect } from 'chai';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { Conversation, NOW, refusalIn } from './conversation.ts';

describe('simulator: transport', () => {
  const calls: { method: string; path: string; status: number; ms: number }[] = [];
  const alma = new Conversation({ log: (call) => calls.push(call) });

  it('answers the self tests of each area in XML', async () => {
    for (const path of ['/conf/test', '/users/operation/test', '/bibs/test']) {
      const get = await alma.ask('GET', path);
      expect(get.text).to.equal('<test>GET - OK - institutionCode: 01DEMO_INST</test>');
      expect((await alma.ask('POST', path)).text).to.equal('<test>POST - OK</test>');
    }
  });

  it('describes libraries and desks, with and without a slash at the end', async () => {
    const { json } = await alma.ask('GET', '/conf/libraries');
    const codes = json.library.map((library: { code: string }) => library.code);
    expect(codes).to.deep.equal(['MAIN', 'ILL']);
    const desks = await alma.ask('GET', '/conf/libraries/ILL/circ-desks/');
    expect(desks.json.circ_desk[0].code).to.equal('ILL_DESK');
    const desk = await alma.ask('GET', '/conf/libraries/MAIN/circ-desks/DEFAULT_CIRC_DESK');
    const locations = desk.json.location.map((location: { location_code: string }) => location.location_code);
    expect(locations).to.deep.equal(['stacks', 'reference', 'media']);
    expect(refusalIn(await alma.ask('GET', '/conf/libraries/ATTIC'))).to.match(/^401664 /);
    expect(refusalIn(await alma.ask('GET', '/conf/libraries/MAIN/circ-desks/X'))).to.match(/^401664 /);
  });

  it('writes XML unless JSON is asked for, by header or in the query', async () => {
    const xml = await alma.ask('GET', '/users/ada', { headers: { accept: '*/*' } });
    expect(xml.headers['content-type']).to.match(/^application\/xml/);
    expect(xml.text).to.contain('<user_group desc="Student">STUDENT</user_group>');
    const asked = await alma.ask('GET', '/users/ada?format=json', { headers: { accept: 'application/xml' } });
    expect(asked.json.primary_id).to.equal('ada');
    const refused = await alma.ask('GET', '/users/nobody', { headers: { accept: 'application/xml' } });
    expect(refused.status).to.equal(400);
    expect(refused.text).to.match(
      /^<\?xml version="1.0" encoding="UTF-8" standalone="yes"\?><web_service_result xmlns="http:\/\/com\/exlibris\/urm\/general\/xmlbeans"><errorsExist>true<\/errorsExist><errorList><error><errorCode>401861</,
    );
  });

  it('gives every refusal a tracking id that can be quoted', async () => {
    const [first, second] = [await alma.ask('GET', '/users/x'), await alma.ask('GET', '/users/x')];
    const id = (reply: typeof first) => reply.json.errorList.error[0].trackingId;
    expect(id(first)).to.match(/^E01-0203100000-[A-Z0-9]{5}-AWAE\d{10}$/);
    expect(id(first)).not.to.equal(id(second));
  });

  it('takes the key from the header or the query, and refuses wrong, missing and read-only ones', async () => {
    const withKey = (authorization: string, path = '/users/ada', method = 'GET') =>
      alma.ask(method, path, { headers: { authorization } });
    expect((await withKey('', '/users/ada?apikey=demo-key')).status).to.equal(200);
    const wrong = await withKey('apikey nonsense');
    expect([wrong.status, wrong.text]).to.deep.equal([400, 'Invalid API Key']);
    expect(wrong.headers['content-type']).to.equal('text/plain;charset=UTF-8');
    const missing = await withKey('');
    expect([missing.status, refusalIn(missing)]).to.deep.equal([
      401,
      'UNAUTHORIZED API-key not defined or not configured to allow this API.',
    ]);
    expect((await withKey('apikey demo-read-only-key')).status).to.equal(200);
    expect((await withKey('apikey demo-read-only-key', '/users/noor', 'DELETE')).status).to.equal(401);
    expect(alma.library.users.has('noor')).to.equal(true);
  });

  it('wraps unreadable bodies and unknown paths in envelopes of their own', async () => {
    const error = (reply: { json: { web_service_result: { errorList: { error: { errorCode: string } } } } }) =>
      reply.json.web_service_result.errorList.error.errorCode;
    const broken = await alma.ask('POST', '/users', {
      xml: '{"first_name":',
      headers: { 'content-type': 'application/json' },
    });
    expect([broken.status, error(broken)]).to.deep.equal([400, 'BAD_REQUEST']);
    const { pid } = alma.library.itemByBarcode('31234000000012')!;
    const path = `/users/ada/requests?item_pid=${pid}`;
    const odd = await alma.ask('POST', path, { json: { request_type: 'WISH', pickup_location_library: 'MAIN' } });
    expect([odd.status, error(odd)]).to.deep.equal([400, 'BAD_REQUEST']);
    const encoding = await alma.ask('GET', '/users/%zz');
    expect([encoding.status, error(encoding)]).to.deep.equal([400, 'BAD_REQUEST']);
    for (const unknown of ['/loans', '/users/ada/loans/1?op=cancel']) {
      const reply = await alma.ask('POST', unknown, { json: {} });
      expect([reply.status, error(reply)]).to.deep.equal([404, 'NOT_FOUND']);
    }
    const large = await alma.ask('POST', '/users', { json: { first_name: 'x'.repeat(1_100_000) } });
    expect([large.status, error(large)]).to.deep.equal([413, 'REQUEST_TOO_LARGE']);
  });

  it('reads ids one segment at a time', async () => {
    const barcode = 'a/b %#?é';
    alma.library.user('ada').identifiers.push({ type: 'BARCODE', value: barcode });
    const { json } = await alma.ask('GET', `/users/${encodeURIComponent(barcode)}/requests`);
    expect(json.user_request[0].user_primary_id).to.equal('ada');
  });

  it('keeps a list of calls, without key and password, and hands each to the log', async () => {
    calls.length = 0;
    await alma.ask('POST', '/users/ada?op=auth&password=1234&apikey=demo-key');
    expect(alma.simulator.calls()).to.deep.equal([
      {
        ...{ at: NOW, key: 'demo', method: 'POST', template: '/users/{user_id}?op=auth', path: '/users/ada' },
        ...{ query: 'op=auth', status: 204, counted: true, fault: null },
      },
    ]);
    expect(calls.map(({ method, path, status }) => `${method} ${path} ${status}`)).to.deep.equal([
      'POST /users/ada 204',
    ]);
  });

  it('goes back to the same seed, with the same ids', async () => {
    const first = await alma.lend('ada', '31234000000012');
    alma.simulator.reset();
    expect(alma.simulator.calls()).to.deep.equal([]);
    const second = await alma.lend('ada', '31234000000012');
    expect(second.json).to.deep.equal(first.json);
    await alma.admin('POST', '/reset');
    const state = await alma.admin('GET', '/state');
    const item = state.json.items.find((row: { barcode: string }) => row.barcode === '31234000000012');
    expect(item).to.include({ process: 'in place', onLoanTo: null });
    expect(state.json.calls).to.equal(0);
  });

  it('cannot listen where somebody else does, and says so as Node does', async () => {
    const taken = { host: '127.0.0.1', port: alma.simulator.port };
    const error = await startSimulator(taken).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    expect(error?.code).to.equal('EADDRINUSE');
  });
});
