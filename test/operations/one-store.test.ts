import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Command, portsSet, run } from './command.ts';
import { Daemon } from './daemon.ts';

describe('a second gateway on one store', function () {
  this.timeout(20_000);
  let daemon: Daemon;
  before(async () => {
    daemon = await Daemon.start();
  });
  after(() => daemon.end());

  const startAgain = () => run(['start', '--config', daemon.config, ...portsSet()]);

  it('ends with code 1 and one line that names the first', async () => {
    const { code, stdout, stderr } = await startAgain();
    expect([code, stdout]).to.deep.equal([1, '']);
    const store = join(daemon.folder, 'data', 'circgate.sqlite');
    const first = `circgate start, process ${daemon.command.process.pid} on ${hostname()} since `;
    expect(stderr.startsWith(`the database ${store} is in use: ${first}`), stderr).to.equal(true);
    expect(stderr).to.match(
      new RegExp(
        `since \\d{4}-\\S+Z, its operators' HTTP at http://127\\.0\\.0\\.1:${daemon.port('operators')}; [^\n]+\n$`,
      ),
    );
    expect((await daemon.kiosk()) !== undefined, 'the first serves').to.equal(true);
  });

  it('learns who the first is from a file that only the owner can read', () => {
    const file = join(daemon.folder, 'data', 'circgate.sqlite.owner');
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).to.include({ pid: daemon.command.process.pid });
  });

  it('starts when the first was killed, however it was', async () => {
    const { pid } = daemon.command.process;
    await daemon.command.kill();
    const owner = readFileSync(join(daemon.folder, 'data', 'circgate.sqlite.owner'), 'utf8');
    expect(JSON.parse(owner), 'what the killed one said is still there').to.include({ pid });
    const next = new Command(['start', '--config', daemon.config, ...portsSet()]);
    try {
      await next.until(() => (next.stdout.includes('"event":"started"') ? true : undefined));
    } finally {
      await next.kill();
    }
  });
});
