import { existsSync, readdirSync } from 'node:fs';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { request } from 'undici';
import { checkOutItem, requestItem } from '../conversations/messages.ts';
import { Command, installed, run } from './command.ts';
import { Daemon } from './daemon.ts';

describe('circgate check', function () {
  this.timeout(20_000);

  it('is content with the delivered configuration', async () => {
    const { code, stdout, stderr } = await run(['check']);
    expect(stdout).to.equal('config/gateway.yaml is in order: 1 institution, 1 broker, 1 terminal\n');
    expect([code, stderr]).to.deep.equal([0, '']);
  });

  it('tells every mistake in every file at once, each with its line and key, and makes nothing', async () => {
    const at = await installed();
    try {
      const broker = join(at.folder, 'config', 'brokers', 'demo-ill.yaml');
      const mistakes = [
        [at.config, 'port: 8443', 'port: 84430', 'listen.ncip.port'],
        [at.config, 'answerWithin: 25', 'answersWithin: 25', 'ncip.answersWithin'],
        [at.config, 'timeZone: America/New_York', 'timeZone: America/Springfield', 'institutions.01DEMO_INST.timeZone'],
        [broker, 'automaticReceive: true', 'automaticReceive: perhaps', 'borrowing.automaticReceive'],
      ] as const;
      const expected: string[] = [];
      for (const [file, right, wrong, key] of mistakes) {
        const text = await readFile(file, 'utf8');
        const line = text.slice(0, text.indexOf(right)).split('\n').length;
        expected.push(`${file}:${line}:<column>: ${key}: `);
        await writeFile(file, text.replace(right, wrong));
      }
      const { code, stdout, stderr } = await run(['check', '--config', at.config]);
      expect([code, stdout]).to.deep.equal([1, '']);
      const lines = stderr.trimEnd().split('\n');
      for (const [index, beginning] of expected.entries())
        expect(lines[index]?.replace(/(?<=yaml:\d+:)\d+/, '<column>').slice(0, beginning.length)).to.equal(beginning);
      expect(lines).to.have.length(expected.length);
      expect([existsSync(join(at.folder, 'data')), existsSync(join(at.folder, 'certs'))]).to.deep.equal([false, false]);
    } finally {
      await at.remove();
    }
  });
});

describe('circgate trace', function () {
  this.timeout(20_000);
  const item = '31234000000012';
  let daemon: Daemon;
  before(async () => {
    daemon = await Daemon.start();
  });
  after(() => daemon.end());

  const trace = (sought: string) => run(['trace', sought, '--config', daemon.config]);

  it('shows, while the daemon runs, what both protocols did to a book', async () => {
    await daemon.ncip(requestItem({ request: 'R-7', item }));
    await daemon.ncip(checkOutItem({ request: 'R-7', item }));
    await (await daemon.kiosk()).checkIn(item);

    const byBarcode = await trace(item);
    expect([byBarcode.code, byBarcode.stderr]).to.deep.equal([0, '']);
    const [headline, ...lines] = byBarcode.stdout.trimEnd().split('\n');
    expect(headline).to.match(/^lender's leg of DEMO-ILL, request R-7, barcode 31234000000012, due .*: returned$/);
    const columns = lines.map((line) => line.trim().split(/ {2,}/).slice(1, 4));
    expect(columns.filter(([source]) => source !== 'alma')).to.deep.equal([
      ['ncip', 'RequestItem', 'requested'],
      ['ncip', 'CheckOutItem', 'requested -> shipped'],
      ['sip2', '09 Checkin', 'shipped -> returned'],
    ]);
    expect(columns).to.deep.include(['alma', 'create hold', 'done']);

    expect((await trace('R-7')).stdout, 'by its request').to.equal(byBarcode.stdout);
    const [shipped] = daemon.log.filter(({ event, to }) => event === 'state-change' && to === 'shipped');
    expect((await trace(String(shipped?.trace))).stdout, 'by a trace id of the log').to.equal(byBarcode.stdout);
  });

  it('needs no secret of the daemon', async () => {
    const terminal = 'terminals.0.login.password={ env: NOT_SET_FOR_PEOPLE }';
    const args = ['NOBODY', '--config', daemon.config, '--set', terminal];
    expect((await run(['trace', ...args])).stdout).to.equal('nothing is known of NOBODY\n');
    expect((await run(['check', ...args.slice(1)])).stderr).to.contain('NOT_SET_FOR_PEOPLE');
  });

  it('says so when it knows nothing', async () => {
    expect(await trace('NOBODY')).to.deep.equal({ code: 1, stdout: 'nothing is known of NOBODY\n', stderr: '' });
  });

  it('says so when there is no store yet', async () => {
    const at = await installed();
    try {
      const { code, stderr } = await run(['trace', item, '--config', at.config]);
      const file = join(at.folder, 'data', 'circgate.sqlite');
      expect([code, stderr]).to.deep.equal([1, `${file} does not exist yet: start the gateway first\n`]);
    } finally {
      await at.remove();
    }
  });
});

describe('circgate demo', function () {
  this.timeout(20_000);
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('circgate-demo-'));

  it('plays the story from any folder, shows each message, and ends with both timelines', async () => {
    const before = folders();
    const { code, stdout, stderr } = await run(['demo'], { cwd: tmpdir() });
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(folders(), 'what it leaves behind').to.deep.equal(before);

    const steps = [...stdout.matchAll(/^(\d+)\. (.*)$/gm)].map(([, number, name]) => `${number} ${name}`);
    expect(steps).to.deep.equal([
      '1 RequestItem',
      '2 CheckOutItem',
      '3 Login 93',
      '4 Checkin 09',
      '5 CheckInItem',
      '6 LookupUser',
      '7 AcceptItem',
      '8 Patron Information 63',
      '9 Checkout 11',
      '10 Checkin 09',
      '11 CheckInItem',
    ]);
    const [played = '', ...timelines] = stdout.split(/^(?=(?:lender|borrower)'s leg of DEMO-ILL)/m);
    for (const service of ['RequestItem', 'CheckOutItem', 'CheckInItem', 'LookupUser', 'AcceptItem'])
      expect(played).to.contain(`       <${service}>\n`).and.to.contain(`       <ns1:${service}Response>\n`);
    for (const answer of ['941AY0AZ', '101YNN', '64   ', '121NN', '101YNY'])
      expect(played).to.contain(`   gateway -> kiosk\n     ${answer}`);
    expect(played)
      .not.to.contain('kiosk1-secret')
      .and.not.to.match(/>1234</);

    expect(timelines).to.have.length(2);
    const [lender, borrower] = timelines;
    expect(lender).to.match(/: closed\n.* {2}ncip {2}RequestItem .* {2}sip2 {2}09 Checkin .* {2}ncip {2}CheckInItem /s);
    expect(borrower).to.match(
      /: closed\n.* {2}ncip {2}AcceptItem .* {2}sip2 {2}11 Checkout .* {2}sip2 {2}09 Checkin /s,
    );
  });
});

describe('circgate demo, when Alma refuses', function () {
  this.timeout(20_000);
  /** Runs in the demo's process: Alma takes the key for everything but calls to this address. */
  const keyIsWrongFor = (part: string): string => `data:text/javascript,
    import http from 'node:http';
    const { emit } = http.Server.prototype;
    http.Server.prototype.emit = function (event, request, response) {
      if (event !== 'request' || !request.url.includes('${part}')) return emit.apply(this, arguments);
      response.writeHead(400).end('Invalid API Key');
    };`;

  it('shows the answer, names the step and ends with code 1', async () => {
    const [broker, kiosk] = await Promise.all(
      ['/requests', 'op=scan'].map((address) => run(['demo'], { node: ['--import', keyIsWrongFor(address)] })),
    );
    expect(broker?.code).to.equal(1);
    expect(broker?.stdout).to.match(/<ns1:Problem>[^=]*<\/ns1:NCIPMessage>\n$/);
    expect(broker?.stderr).to.equal('The demo failed: step 1, RequestItem: the answer is a Problem\n');
    expect(kiosk?.code).to.equal(1);
    expect(kiosk?.stdout).to.match(/gateway -> kiosk\n {5}100.*\|AF.*\n$/);
    expect(kiosk?.stderr).to.equal('The demo failed: step 4, Checkin 09: the answer does not begin with 101\n');
  });
});

describe('circgate demo, beside the configuration of a real library', function () {
  this.timeout(20_000);

  it('says that it will not play to that Alma', async () => {
    const at = await installed();
    try {
      for (const part of ['src', 'schemas', 'package.json']) await cp(part, join(at.folder, part), { recursive: true });
      await symlink(resolve('node_modules'), join(at.folder, 'node_modules'));
      const delivered = await readFile(at.config, 'utf8');
      const real = '    alma: { url: "http://127.0.0.1:1", apiKey: { env: KEY } }';
      await writeFile(at.config, delivered.replace(/^ {4}alma: simulator$/m, real));
      const options = { main: join(at.folder, 'src', 'main.js'), env: { KEY: 'a-key' } };
      const { code, stdout, stderr } = await run(['demo'], options);
      expect([code, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(/^The demo needs \S+ as it was delivered: .*"alma: simulator".*\n$/);
    } finally {
      await at.remove();
    }
  });
});

describe('circgate simulate-alma', function () {
  this.timeout(20_000);

  it('is an Alma for whoever has the demo key, until it is told to stop', async () => {
    const command = new Command(['simulate-alma', '--port', '0']);
    try {
      const url = await command.until(() => /is at (http:\S+) \(API key demo-key\)/.exec(command.stdout)?.[1]);
      const get = async (key: string) => {
        const headers = { authorization: `apikey ${key}`, accept: 'application/json' };
        const { statusCode, body } = await request(`${url}/users/ada`, { headers });
        return { statusCode, said: await body.text() };
      };
      const { statusCode, said } = await get('demo-key');
      expect([statusCode, JSON.parse(said).primary_id]).to.deep.equal([200, 'ada']);
      expect(await get('another-key')).to.deep.equal({ statusCode: 400, said: 'Invalid API Key' });
      await command.until(() => (/^GET {4}200 +\d+ ms {2}\S*\/users\/ada$/m.test(command.stdout) ? true : undefined));
      command.process.kill('SIGTERM');
      expect(await command.ended).to.deep.equal({ code: 0, signal: null });
    } finally {
      await command.kill();
    }
  });
});
