import { join } from 'node:path';
import { expect } from 'chai';
import { request } from 'undici';
import { World } from '../conversations/world.ts';
import { installed, run } from './command.ts';

const item = '31234000000012';
const ada = '21234000000017';

describe('circgate work', function () {
  this.timeout(20_000);
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.stop());

  const work = () =>
    run([
      ...['work', '--config', join(world.folder, 'config', 'gateway.yaml')],
      ...['--set', `store.file=${join(world.folder, 'circgate.sqlite')}`],
    ]);

  const operators = async (page: string): Promise<string> => {
    const { body } = await request(`http://127.0.0.1:${world.gateway.ports.operator}/${page}`);
    return body.text();
  };

  it('has nothing to say where everything has come to its end', async () => {
    await (await world.kiosk()).checkOut(ada, item);
    expect(await work()).to.deep.equal({ code: 0, stdout: 'nothing is left to do\n', stderr: '' });
  });

  it('shows what nobody knows the outcome of, and after a day what was given up, with what to do', async () => {
    const kiosk = await world.kiosk();
    await kiosk.checkOut(ada, item);
    const match = { method: 'POST', path: '/bibs/*/holdings/*/items/*', op: 'scan' };
    await world.fault({ match, fault: 'html-503', times: 3 });
    expect((await kiosk.checkIn(item)).slice(0, 3)).to.equal('100');

    const unknown = await work();
    expect([unknown.code, unknown.stderr]).to.deep.equal([0, '']);
    const [headline, since, steps, why, advice] = unknown.stdout.trimEnd().split('\n');
    expect(headline).to.equal(`unknown  09 Checkin from sip2 kiosk1, item ${item}`);
    const trace = world.events.find(({ event }) => event === 'operation-unknown')?.facts.trace;
    expect(since).to.match(new RegExp(`^ {2}since \\d{4}-\\S+Z, \\d+ tr(y|ies), reference ${trace}$`));
    expect(steps).to.match(/^ {2}steps: scan in \(sent\)$/);
    expect(why).to.match(/^ {2}why: library-system-unavailable/);
    expect(advice).to.match(/^ {2}Alma was asked .* nothing is to be done\.$/);
    expect(await operators('readyz')).not.to.contain('given up');

    world.letPass(25 * 60 * 60 * 1000);
    await world.gateway.resume();
    const given = await work();
    expect([given.code, given.stderr]).to.deep.equal([1, '']);
    expect(given.stdout).to.contain(`given-up  09 Checkin from sip2 kiosk1, item ${item}\n`);
    expect(given.stdout).to.contain('  The gateway does not try again. Look in Alma');

    expect(JSON.parse(await operators('readyz'))).to.deep.include({ ready: true });
    expect(JSON.parse(await operators('readyz')).parts).to.include({ 'operations given up': '1, see circgate work' });
    expect(await operators('metrics')).to.contain('\ncircgate_operations_given_up 1\n');
    const told = world.events.find(({ event }) => event === 'operation-given-up')?.facts;
    expect(told).to.include({ trace, operation: 'check-in', hint: 'circgate work' });
  });

  it('says so when there is no store yet', async () => {
    const at = await installed();
    try {
      const { code, stderr } = await run(['work', '--config', at.config]);
      const file = join(at.folder, 'data', 'circgate.sqlite');
      expect([code, stderr]).to.deep.equal([1, `${file} does not exist yet: start the gateway first\n`]);
    } finally {
      await at.remove();
    }
  });
});
