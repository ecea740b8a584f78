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
