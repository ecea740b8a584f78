import { join } from 'node:path';
import { expect } from 'chai';
import { request } from 'undici';
import { holdStore } from '../../src/store/lock.ts';
import { Command, installed, portsSet, run } from './command.ts';
import { Daemon } from './daemon.ts';

const item = '31234000000012';
const ada = '21234000000017';

describe('circgate job, beside a gateway', function () {
  this.timeout(20_000);
  let daemon: Daemon;
  before(async () => {
    daemon = await Daemon.start(['log.level=debug']);
  });
  after(() => daemon.end());

  const job = (...words: string[]) => run(['job', ...words, '--config', daemon.config]);
  const jobsRun = () => daemon.log.filter(({ event }) => event === 'job-ran').map(({ job: name }) => name);

  it('lists the jobs, when they run by themselves, and what came of the last run', async () => {
    const before = await job('list');
    expect([before.code, before.stderr]).to.deep.equal([0, '']);
    expect(before.stdout).to.match(
      /^resume {4}\* \* \* \* \* UTC +.*\nforget {4}17 3 \* \* \* UTC +not yet since .*\n$/,
    );
    await job('run', 'forget');
    const moment = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;
    expect((await job('list')).stdout).to.match(
      new RegExp(`\\nforget .* UTC +${moment} {2}ok: 0 operations, 0 patrons and 0 tasks forgotten\\n$`),
    );
  });

  it('has the gateway run one, and says what it said', async () => {
    const earlier = jobsRun().filter((name) => name === 'forget').length;
    const { code, stdout, stderr } = await job('run', 'forget');
    expect([code, stdout, stderr]).to.deep.equal([0, '0 operations, 0 patrons and 0 tasks forgotten\n', '']);
    expect(jobsRun().filter((name) => name === 'forget')).to.have.length(earlier + 1);
  });

  it('needs no secret of the gateway', async () => {
    const set = ['--set', 'terminals.0.login.password={ env: NOT_SET_FOR_PEOPLE }'];
    expect((await job('run', 'forget', ...set)).code).to.equal(0);
  });

  it('refuses with code 2 what is no job, and names those that are', async () => {
    const wrong = await Promise.all([job('run', 'tidy'), job('run'), job('tidy'), job('run', 'forget', 'resume')]);
    expect(wrong.map(({ code, stdout }) => [code, stdout])).to.deep.equal(wrong.map(() => [2, '']));
    expect(wrong.map(({ stderr }) => stderr.split('\n')[0])).to.deep.equal([
      'circgate: there is no job "tidy"; there are: resume, forget',
      'circgate: there is no job ""; there are: resume, forget',
      'circgate: job wants "list", or "run" and the name of a job',
      'circgate: job wants "list", or "run" and the name of a job',
    ]);
  });

  it('is the only one that can: a stranger on this machine, or a page in a browser, has no token', async () => {
    const earlier = jobsRun().length;
    for (const authorization of [undefined, 'Bearer x', 'Basic eDp4']) {
      const { statusCode, body } = await request(`http://127.0.0.1:${daemon.port('operators')}/jobs/forget`, {
        method: 'POST',
        headers: authorization === undefined ? {} : { authorization },
      });
      expect([statusCode, await body.json()]).to.deep.equal([
        401,
        {
          ok: false,
          says: 'only a command of the user that the gateway runs as may do this, such as "circgate job list"',
        },
      ]);
    }
    expect(jobsRun().filter((name) => name === 'forget').length).to.be.at.most(earlier);
  });
});

describe('circgate job, where no gateway runs', function () {
  this.timeout(20_000);

  it('takes up itself what a gateway that was killed left unfinished, once', async () => {
    const alma = new Command(['simulate-alma', '--port', '0']);
    const url = await alma.until(() => /is at (http:\S+)\/almaws/.exec(alma.stdout)?.[1]);
    const setting = `institutions.01DEMO_INST.alma={url: "${url}", apiKey: {env: DEMO_ALMA_KEY}}`;
    const env = { DEMO_ALMA_KEY: 'demo-key' };
    const daemon = await Daemon.start([setting], { env });
    const job = (...words: string[]) => run(['job', ...words, '--config', daemon.config, '--set', setting], { env });
    try {
      const kiosk = await daemon.kiosk();
      expect(await kiosk.checkOut(ada, item)).to.match(/^121/);
      const fault = { match: { method: 'POST', path: '/bibs/*/holdings/*/items/*' }, fault: 'execute-then-hang' };
      const asked = await request(`${url}/simulator/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });
      await asked.body.dump();
      kiosk.checkIn(item).catch(() => undefined);
      await alma.until(() => (/POST .*\/items\//.test(alma.stdout) ? true : undefined));
      await daemon.command.kill();

      expect((await job('list')).stdout).to.match(/^resume .* UTC +no gateway runs\nforget .* no gateway runs\n$/);
      const first = await job('run', 'resume');
      expect([first.code, first.stdout]).to.deep.equal([0, '1 operations taken up\n']);
      expect(first.stderr).to.match(/ warn .* operation-resumed .*result=finished\n$/);
      expect(await job('run', 'resume')).to.deep.equal({ code: 0, stdout: '0 operations taken up\n', stderr: '' });
    } finally {
      await daemon.end();
      await alma.kill();
    }
  });

  it('says so when the store does not exist yet, and makes none', async () => {
    const at = await installed();
    try {
      const { code, stdout, stderr } = await run(['job', 'run', 'forget', '--config', at.config]);
      const file = join(at.folder, 'data', 'circgate.sqlite');
      expect([code, stdout, stderr]).to.deep.equal([1, '', `${file} does not exist yet: start the gateway first\n`]);
    } finally {
      await at.remove();
    }
  });

  it('acts for one command at a time, during which no gateway starts', async () => {
    const daemon = await Daemon.start();
    const file = join(daemon.folder, 'data', 'circgate.sqlite');
    try {
      await daemon.command.kill();
      const hold = holdStore(file, 'circgate job run forget');
      const [start, job] = await Promise.all([
        run(['start', '--config', daemon.config, ...portsSet()]),
        run(['job', 'run', 'forget', '--config', daemon.config]),
      ]);
      hold.release();
      const first = `circgate job run forget, process ${process.pid} on `;
      expect(start.stderr.startsWith(`the database ${file} is in use: ${first}`), start.stderr).to.equal(true);
      expect(job.stderr.startsWith(`${file} is in use by ${first}`), job.stderr).to.equal(true);
      expect([start.code, job.code]).to.deep.equal([1, 1]);
      expect((await run(['job', 'run', 'forget', '--config', daemon.config])).code).to.equal(0);
    } finally {
      await daemon.end();
    }
  });
});
