import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { holderOf, holdStore, StoreInUse } from '../../src/store/lock.ts';
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
    for (const one of [file, file.replace('.owner', '.lock')]) expect(statSync(one).mode & 0o777, one).to.equal(0o600);
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

describe('the hold on a store', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'circgate-hold-'));
    file = join(folder, 'new', 'store.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is had by one at a time, also within one process and over a link', () => {
    const first = holdStore(file, 'the first');
    writeFileSync(file, '');
    mkdirSync(join(folder, 'links'));
    symlinkSync(file, join(folder, 'links', 'other-name.sqlite'));
    for (const name of [file, join(folder, 'links', 'other-name.sqlite')]) {
      expect(() => holdStore(name, 'the second'))
        .to.throw(StoreInUse, `the first, process ${process.pid} on `)
        .and.to.have.nested.property('holder.token', first.token);
      expect(holderOf(name)).to.include({ doing: 'the first', token: first.token });
    }
    first.release();
    expect(holderOf(file)).to.equal(undefined);
    const second = holdStore(file, 'the second');
    expect(second.token).not.to.equal(first.token);
    second.release();
  });

  it('says where the operators’ HTTP is once that is known', () => {
    const hold = holdStore(file, 'circgate start');
    writeFileSync(file, '');
    expect(holderOf(file)?.operatorUrl).to.equal(undefined);
    hold.announce('http://127.0.0.1:1');
    expect(holderOf(file)?.operatorUrl).to.equal('http://127.0.0.1:1');
    hold.release();
  });

  it('is not needed for a store in memory', () => {
    const [first, second] = [holdStore(':memory:', 'one'), holdStore(':memory:', 'two')];
    first.release();
    second.release();
  });
});
