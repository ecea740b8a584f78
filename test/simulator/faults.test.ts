import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { Conversation, refusalIn } from './conversation.ts';

describe('simulator: faults on demand', () => {
  const alma = new Conversation();
  const match = { method: 'POST', path: '/users/*/loans' };
  const arm = (fault: string, more: object = {}) => alma.admin('POST', '/faults', { match, fault, ...more });
  const lend = () => alma.lend('ada', '31234000000012');
  /** The code of the error that a call ends with, or 'answered'. */
  const ending = (call: Promise<unknown>) =>
    call.then(
      () => 'answered',
      (error: NodeJS.ErrnoException) => error.code,
    );
  const lent = () => alma.library.activeLoansBy(alma.library.user('ada')).length;

  it('latency: late, but well', async () => {
    await arm('latency', { ms: 80 });
    const started = performance.now();
    const reply = lend();
    await delay(40);
    expect(lent()).to.equal(0);
    expect((await reply).status).to.equal(200);
    expect(performance.now() - started).to.be.at.least(79);
  });

  it('execute-then-hang: done, and nobody is told', async () => {
    await arm('execute-then-hang');
    const waited = await Promise.race([ending(lend()), delay(60, 'still waiting')]);
    expect(waited).to.equal('still waiting');
    expect(lent()).to.equal(1);
    expect(alma.simulator.calls().at(-1)).to.include({ method: 'POST', path: '/users/ada/loans', status: 0 });
  });

  it('drop-response: done, and the connection breaks', async () => {
    await arm('drop-response');
    expect(await ending(lend())).to.equal('UND_ERR_SOCKET');
    expect(lent()).to.equal(1);
  });

  it('commit-late: the connection breaks, and only then it is done', async () => {
    await arm('commit-late', { ms: 60 });
    expect(await ending(lend())).to.equal('UND_ERR_SOCKET');
    expect(lent()).to.equal(0);
    await delay(100);
    expect(lent()).to.equal(1);
  });

  it('refuse-429: not done', async () => {
    await arm('refuse-429');
    expect(refusalIn(await lend())).to.match(/^PER_SECOND_THRESHOLD /);
    expect(lent()).to.equal(0);
  });

  it('html-503: not done, and no JSON although it was asked for', async () => {
    await arm('html-503');
    const reply = await lend();
    expect([reply.status, reply.headers['content-type']]).to.deep.equal([503, 'text/html']);
    expect(lent()).to.equal(0);
  });

  it('html-503-after-execute: done all the same', async () => {
    await arm('html-503-after-execute');
    expect((await lend()).status).to.equal(503);
    expect(lent()).to.equal(1);
  });

  it('lag-401129: so many times, then well', async () => {
    await arm('lag-401129', { match: { path: '/users/*/requests' }, times: 2 });
    const codes: number[] = [];
    for (let i = 0; i < 3; i++) codes.push((await alma.hold('ada', '31234000000012')).status);
    expect(codes).to.deep.equal([400, 400, 200]);
  });

  it('general-400: not done, in the code of the area or the one asked for', async () => {
    const refusals: [method: string, path: string, refusal: RegExp][] = [
      ['GET', '/users/ada', /^60101 General Error: /],
      ['GET', '/users', /^402119 General Error - /],
      ['GET', '/users/ada/fees', /^402119 /],
      ['GET', '/conf/libraries', /^402119 /],
      ['GET', '/users/ada/loans', /^401652 General Error: /],
    ];
    for (const [method, path, refusal] of refusals) {
      await arm('general-400', { match: { method, path } });
      const reply = await alma.ask(method, path);
      expect([path, reply.status]).to.deep.equal([path, 400]);
      expect(refusalIn(reply)).to.match(refusal);
    }
    await arm('general-400', { code: '401873', text: 'Not now.' });
    expect(refusalIn(await lend())).to.equal('401873 Not now.');
    expect(lent()).to.equal(0);
  });

  it('general-500-json: an error of Alma’s own, in JSON, and not done', async () => {
    await arm('general-500-json');
    const reply = await lend();
    expect([reply.status, refusalIn(reply)]).to.deep.equal([500, 'GENERAL_ERROR General error.']);
    expect(lent()).to.equal(0);
  });

  for (const fault of ['general-400-after-execute', 'general-500-json-after-execute']) {
    it(`${fault}: done all the same`, async () => {
      await arm(fault);
      expect((await lend()).status).to.equal(fault.startsWith('general-400') ? 400 : 500);
      expect(lent()).to.equal(1);
    });
  }

  it('internal-400: one record that Alma stumbles over, as often as it is asked for, and no other', async () => {
    await arm('internal-400', { match: { path: '/users/ada' }, times: 1000 });
    for (let i = 0; i < 2; i++) {
      expect(refusalIn(await alma.ask('GET', '/users/ada'))).to.match(/^INTERNAL_SERVER_ERROR /);
    }
    expect((await alma.ask('GET', '/users/noor')).status).to.equal(200);
  });

  it('daily-threshold and html-429: not done', async () => {
    await arm('daily-threshold');
    const daily = await lend();
    expect([daily.status, refusalIn(daily)]).to.deep.equal([
      429,
      'DAILY_THRESHOLD HTTP requests are more than allowed per day.',
    ]);
    await arm('html-429');
    const page = await lend();
    expect([page.status, page.headers['content-type']]).to.deep.equal([429, 'text/html']);
    expect(lent()).to.equal(0);
  });

  it('xml-error: an error in XML, although JSON was asked for', async () => {
    await arm('xml-error', { code: '401861', text: 'User with identifier ada was not found.' });
    const reply = await lend();
    expect([reply.status, reply.headers['content-type']]).to.deep.equal([400, 'application/xml;charset=UTF-8']);
    expect(reply.text).to.contain('<errorCode>401861</errorCode>');
    expect(lent()).to.equal(0);
  });

  it('happen to one record, by a parameter of the query too, and are seen in the list of calls', async () => {
    await arm('html-503', { match: { query: { item_barcode: '31234000000012' } } });
    expect((await alma.lend('ada', '31234000000061')).status).to.equal(200);
    expect((await lend()).status).to.equal(503);
    const { json } = await alma.admin('GET', '/calls');
    expect(json.calls.map(({ fault }: { fault: string | null }) => fault)).to.deep.equal([null, 'html-503']);
  });

  it('happen to no other call: another method, path, number of segments or operation', async () => {
    await arm('html-503', { match: { method: 'POST', path: '/users/*', op: 'auth' } });
    expect((await alma.ask('GET', '/users/ada')).status).to.equal(200);
    expect((await lend()).status).to.equal(200);
    expect((await alma.ask('POST', '/users/ada?op=auth&password=1234')).status).to.equal(503);
  });

  it('are taken back, and refused when they make no sense', async () => {
    await arm('html-503');
    expect((await alma.admin('GET', '/state')).json.faults.length).to.equal(1);
    await alma.admin('DELETE', '/faults');
    expect((await lend()).status).to.equal(200);
    const nonsense = await arm('earthquake');
    expect(nonsense.status).to.equal(400);
    expect(nonsense.json.error).to.match(/^"fault" must be one of latency, /);
  });

  it('do not outlive a reset: a call that waits is broken off and never done', async () => {
    await arm('latency', { ms: 5000 });
    const waiting = ending(lend());
    await delay(30);
    alma.simulator.reset();
    expect(await waiting).to.equal('UND_ERR_SOCKET');
    expect(lent()).to.equal(0);
  });

  it('do not keep the simulator from stopping', async () => {
    const simulator = await startSimulator({ host: '127.0.0.1', port: 0 });
    const post = (path: string, body: object) =>
      fetch(simulator.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('/simulator/faults', { fault: 'execute-then-hang' });
    await post('/simulator/faults', { fault: 'latency', ms: 60_000 });
    const get = () =>
      fetch(`${simulator.url}/almaws/v1/users/ada?apikey=demo-key`).then(
        () => 'answered',
        () => 'broken',
      );
    const [hanging, late] = [get(), get()];
    await delay(50);
    await simulator.stop();
    expect([await hanging, await late]).to.deep.equal(['broken', 'broken']);
  });
});
