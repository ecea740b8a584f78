import { join } from 'node:path';
import { expect } from 'chai';
import { request } from 'undici';
import { returnAtDesk } from '../conversations/core-state.ts';
import { World } from '../conversations/world.ts';
import { until } from '../until.ts';
import { run } from './command.ts';

const item = '31234000000012';
const ada = '21234000000017';

describe('circgate tasks', function () {
  this.timeout(20_000);
  let world: World;
  before(async () => {
    world = await World.start();
  });
  after(() => world.stop());

  const tasks = (...words: string[]) =>
    run([
      ...['tasks', ...words, '--config', join(world.folder, 'config', 'gateway.yaml')],
      ...['--set', `store.file=${join(world.folder, 'circgate.sqlite')}`],
    ]);
  const metrics = async (): Promise<string> => {
    const { body } = await request(`http://127.0.0.1:${world.gateway.ports.operator}/metrics`);
    return body.text();
  };

  it('has nothing to say where people have nothing to do', async () => {
    expect(await tasks()).to.deep.equal({ code: 0, stdout: 'nothing is left to do\n', stderr: '' });
  });

  it('says what happened and what to do, until somebody has done it', async () => {
    const lent = (): boolean => world.alma.library.loans.all().some(({ userId }) => userId === 'ada');
    await world.fault({ match: { method: 'POST', path: '/users/*/loans' }, fault: 'commit-late', ms: 200 });
    await (await world.kiosk()).checkOut(ada, item);
    world.letPass(31_000);
    await world.gateway.resume();
    await until(lent);
    world.letPass(600_000);
    await world.gateway.resume();

    const { code, stdout } = await tasks();
    expect(code).to.equal(1);
    const [headline, about, advice] = stdout.trimEnd().split('\n');
    expect(headline).to.equal('1  Alma made a loan after the kiosk had been told that there is none.');
    const trace = world.events.find(({ event }) => event === 'operation-found-late')?.facts.trace;
    expect(about).to.match(new RegExp(`^ {2}11 Checkout of kiosk1, item ${item}; found \\S+Z, reference ${trace}$`));
    expect(advice).to.match(/^ {2}Look whether the item is here\. If it is, scan it in/);
    expect(await metrics()).to.contain('\ncircgate_tasks_open 1\n');

    await returnAtDesk(world, item);
    expect(await tasks('done', '1')).to.deep.equal({ code: 0, stdout: 'task 1 is done\n', stderr: '' });
    expect(await tasks('done', '1')).to.deep.equal({ code: 1, stdout: '', stderr: 'no task 1 is left to do\n' });
    expect((await tasks()).code).to.equal(0);
    expect(await metrics()).to.contain('\ncircgate_tasks_open 0\n');
  });

  it('wants the number of a task', async () => {
    for (const words of [['done'], ['done', 'x'], ['undo', '1'], ['done', '1', '2']])
      expect((await tasks(...words)).code, words.join(' ')).to.equal(2);
  });

  it('is done by the command itself where no gateway runs', async () => {
    await world.gateway.stop();
    expect((await tasks('done', '7')).stderr).to.equal('no task 7 is left to do\n');
    await world.startGateway();
  });
});
