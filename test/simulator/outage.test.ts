import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../until.ts';
import { Conversation } from './conversation.ts';

describe('simulator: the whole Alma away', () => {
  const alma = new Conversation();
  const ask = () =>
    alma.ask('GET', '/users/ada').then(
      ({ status }) => status,
      (error: NodeJS.ErrnoException) => error.code,
    );

  const isBack = async () => {
    const latest = performance.now() + 5_000;
    let heard = await ask();
    for (; heard !== 200 && performance.now() < latest; heard = await ask()) await delay(5);
    expect(heard).to.equal(200);
  };

  it('drop: every connection breaks, until it is taken back; none of it is counted', async () => {
    await alma.admin('POST', '/outage', { kind: 'drop' });
    expect([await ask(), await ask()]).to.deep.equal(['UND_ERR_SOCKET', 'UND_ERR_SOCKET']);
    expect((await alma.admin('GET', '/state')).json.outage).to.equal('drop');
    await alma.admin('DELETE', '/outage');
    expect(await ask()).to.equal(200);
    const { json } = await alma.admin('GET', '/calls');
    expect(json.calls.map(({ status }: { status: number }) => status)).to.deep.equal([0, 0, 200]);
    expect(json.counted).to.equal(1);
  });

  it('hang: no call is answered, for so many milliseconds', async () => {
    await alma.admin('POST', '/outage', { kind: 'hang', ms: 150 });
    const hanging = ask();
    expect(await Promise.race([hanging, delay(80, 'still waiting')])).to.equal('still waiting');
    await until(() => alma.simulator.outage.kind === null);
    expect(await ask()).to.equal(200);
    expect(await Promise.race([hanging, delay(50, 'still waiting')])).to.equal('still waiting');
  });

  it('refuse: nothing listens, for so many milliseconds', async () => {
    await alma.admin('POST', '/outage', { kind: 'refuse', ms: 200 });
    await until(() => alma.simulator.outage.kind === 'refuse');
    expect(await ask()).to.be.oneOf(['ECONNREFUSED', 'UND_ERR_SOCKET', 'ECONNRESET']);
    expect(await ask()).to.equal('ECONNREFUSED');
    await isBack();
  });

  it('refuse, from within the process, until it is taken back or the simulator is reset', async () => {
    await alma.simulator.outage.begin('refuse');
    await ask();
    expect(await ask()).to.equal('ECONNREFUSED');
    await alma.simulator.outage.end();
    await isBack();
    await alma.simulator.outage.begin('refuse');
    alma.simulator.reset();
    await isBack();
  });

  it('is refused in words when it makes no sense', async () => {
    const said = async (body: unknown) => {
      const { status, json } = await alma.admin('POST', '/outage', body);
      return `${status} ${json.error}`;
    };
    expect(await said({ kind: 'flood' })).to.equal('400 "kind" must be one of hang, drop, refuse');
    expect(await said({ kind: 'refuse' })).to.match(/^400 "refuse" needs "ms"/);
    expect(await said([])).to.equal('400 a JSON object is expected');
    expect(await ask()).to.equal(200);
  });
});

describe('simulator: the list of calls', () => {
  const alma = new Conversation();

  it('names the key, never shows it, and counts as Alma does: a redirect and what it leads to are two', async () => {
    const found = await alma.ask('GET', '/items?item_barcode=31234000000046&apikey=demo-key', {
      headers: { authorization: '' },
    });
    await alma.ask('GET', alma.item('31234000000046'));
    await alma.ask('GET', '/users/ada?user_id_type=BARCODE', {
      headers: { authorization: 'apikey demo-read-only-key' },
    });
    await alma.ask('GET', '/users/ada', { headers: { authorization: 'apikey wrong' } });
    await alma.ask('GET', '/users/ada', { headers: { authorization: '' } });
    expect(found.status).to.equal(302);
    const { text, json } = await alma.admin('GET', '/calls');
    expect(text).not.to.match(/demo-key|demo-read-only-key|wrong/);
    const item = '/bibs/{mms_id}/holdings/{holding_id}/items/{item_pid}';
    const seen = json.calls.map((call: Record<string, unknown>) => [
      call.key,
      call.template,
      call.status,
      call.counted,
    ]);
    expect(seen).to.deep.equal([
      ['demo', '/items', 302, true],
      ['demo', item, 200, true],
      ['demo, read-only', '/users/{user_id}', 400, true],
      ['unknown', null, 400, false],
      ['none', null, 401, false],
    ]);
    expect(json.calls[0].at).to.equal('2026-03-02T10:00:00.000Z');
    expect(json.counted).to.equal(3);
  });

  it('starts again when asked, and leaves the library as it is', async () => {
    await alma.lend('ada', '31234000000012');
    expect((await alma.admin('DELETE', '/calls')).status).to.equal(204);
    expect((await alma.admin('GET', '/calls')).json).to.deep.equal({ counted: 0, calls: [] });
    expect(alma.library.activeLoansBy(alma.library.user('ada')).length).to.equal(1);
  });
});
