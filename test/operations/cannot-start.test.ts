import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { configuration } from '../../src/cli/configuration.ts';
import { developmentCertificate } from '../../src/config/certificates.ts';
import { CannotStart } from '../../src/gateway/cannot-start.ts';
import { startGateway } from '../../src/gateway/gateway.ts';
import { installed, portsSet, run } from './command.ts';

describe('circgate start, when it cannot', function () {
  this.timeout(20_000);
  let at: Awaited<ReturnType<typeof installed>>;
  beforeEach(async () => {
    at = await installed();
  });
  afterEach(() => at.remove());

  const start = (...more: string[]) => run(['start', '--config', at.config, ...portsSet(), ...more]);

  /** The same start without a process of its own; gives what the command would print. */
  async function startHere(...settings: string[]): Promise<string> {
    const set = [...portsSet().filter((word) => word !== '--set'), ...settings];
    try {
      const gateway = await startGateway(configuration({ config: at.config, set }), { log: () => undefined });
      await gateway.stop();
      return 'it has started and stopped';
    } catch (error) {
      expect(error).to.be.instanceOf(CannotStart);
      return (error as CannotStart).message;
    }
  }

  it('ends with code 1 and one line when a port is taken, although everything else had been started', async () => {
    const occupant = await occupy();
    const taken = ['--set', 'listen.sip2Tls.host=127.0.0.1', '--set', `listen.sip2Tls.port=${occupant.port}`];
    const [started, simulator] = await Promise.all([
      start(...taken),
      run(['simulate-alma', '--port', String(occupant.port)]),
    ]);
    expect(started.stderr).to.equal(`SIP2 over TLS cannot listen on 127.0.0.1:${occupant.port}: ${isTaken}\n`);
    expect(started.code).to.equal(1);
    expect(simulator.stderr).to.equal(`the Alma simulator cannot listen on 127.0.0.1:${occupant.port}: ${isTaken}\n`);
    expect(simulator.code).to.equal(1);
    occupant.close();
  });

  it('names each listener, and leaves nothing half started', async () => {
    const occupant = await occupy();
    for (const [listener, who] of [
      ['simulator', 'the Alma simulator'],
      ['listen.operator', "the operators' HTTP"],
      ['listen.ncip', 'NCIP'],
      ['listen.sip2', 'SIP2'],
      ['listen.sip2Tls', 'SIP2 over TLS'],
    ] as const) {
      const settings = [`${listener}.host=127.0.0.1`, `${listener}.port=${occupant.port}`];
      const line = `${who} cannot listen on 127.0.0.1:${occupant.port}: ${isTaken}`;
      expect(await startHere(...settings)).to.equal(line);
      expect(existsSync(join(at.folder, 'data', 'circgate.sqlite-wal')), 'the database is open').to.equal(false);
    }
    occupant.close();
    expect(await startHere(`listen.ncip.port=${occupant.port}`)).to.equal('it has started and stopped');
  });

  it('says that the machine does not have an address', async () => {
    const line = "the operators' HTTP cannot listen on 192.0.2.1:0: this machine does not have this address";
    expect(await startHere('listen.operator.host=192.0.2.1')).to.equal(line);
  });

  it('says that the database is none', async () => {
    await mkdir(join(at.folder, 'data'));
    const file = join(at.folder, 'data', 'circgate.sqlite');
    await writeFile(file, 'This was a database once.\n'.repeat(100));
    const [started, traced] = await Promise.all([start(), run(['trace', 'X', '--config', at.config])]);
    expect(started.stderr).to.equal(`the database ${file} cannot be opened: file is not a database\n`);
    expect(started.code).to.equal(1);
    expect(traced.stderr).to.equal(`${file} cannot be read: file is not a database\n`);
    expect(traced.code).to.equal(1);
  });

  it('says that there can be no folder for the database', async () => {
    await writeFile(join(at.folder, 'data'), 'a file where the folder should be');
    const file = join(at.folder, 'data', 'circgate.sqlite');
    expect(await startHere()).to.match(new RegExp(`^the database ${file} cannot be opened: E[A-Z]+: [^\n]*$`));
  });

  it('says that the certificate is none, or not the one of this key', async () => {
    const [certificate, key] = [join(at.folder, 'certs', 'server.crt'), join(at.folder, 'certs', 'server.key')];
    const beginning = `^the certificate ${certificate} with the key ${key} cannot be opened: `;
    await mkdir(join(at.folder, 'certs'));
    await writeFile(certificate, 'no certificate');
    await writeFile(key, 'no key');
    expect(await startHere()).to.match(new RegExp(`${beginning}[^\n]*PEM[^\n]*$`));

    const other = join(at.folder, 'other.crt');
    await rm(certificate);
    await rm(key);
    for (const tls of [
      { certificate, key },
      { certificate: other, key: join(at.folder, 'other.key') },
    ])
      await developmentCertificate({ ...tls, makeIfMissing: true });
    await copyFile(other, certificate);
    expect(await startHere()).to.match(new RegExp(`${beginning}[^\n]*key values mismatch$`));
  });

  it('says that only the certificate is there and not its key, before it makes anything', async () => {
    await mkdir(join(at.folder, 'certs'));
    await writeFile(join(at.folder, 'certs', 'server.crt'), 'anything');
    const { code, stderr } = await start();
    expect(code).to.equal(1);
    expect(stderr).to.contain(`expected ${join(at.folder, 'certs', 'server.key')} beside`);
    expect(existsSync(join(at.folder, 'data')), 'nothing was made').to.equal(false);
  });

  it('says that the configuration is not there', async () => {
    const { code, stderr } = await run(['check', '--config', join(at.folder, 'none.yaml')]);
    const line = `${join(at.folder, 'none.yaml')}: expected a readable file: ENOENT: no such file or directory\n`;
    expect([code, stderr]).to.deep.equal([1, line]);
  });
});

const isTaken = 'another program has this port; stop it, or choose another port in gateway.yaml';

/** Somebody else's listener. */
async function occupy(): Promise<{ port: number; close(): void }> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as net.AddressInfo).port, close: () => server.close() };
}

describe('the command line', function () {
  this.timeout(20_000);

  it('explains itself, and refuses what it does not know with code 2', async () => {
    const help = await run(['--help']);
    expect(help.code).to.equal(0);
    for (const command of ['start', 'check', 'demo', 'trace <barcode', 'work', 'job list', 'simulate-alma'])
      expect(help.stdout).to.contain(`\n  ${command}`);
    expect(await run([])).to.deep.equal(help);

    const wrong: [string[], string][] = [
      [['stat'], 'there is no command "stat"'],
      [['toString'], 'there is no command "toString"'],
      [['check', 'my.yaml'], '"check" takes no "my.yaml"'],
      [['start', '--port', '9000'], '"start" has no option --port'],
      [['start', '--prot', '9000'], "Unknown option '--prot'"],
      [['simulate-alma', '--port', '99999'], '"99999" is no port'],
      [['trace'], 'trace wants one barcode, request id or trace id'],
    ];
    const results = await Promise.all(
      wrong.map(async ([args, sentence]) => ({ args, sentence, ...(await run(args)) })),
    );
    for (const { args, sentence, code, stdout, stderr } of results) {
      expect([code, stdout], args.join(' ')).to.deep.equal([2, '']);
      expect(stderr).to.equal(`circgate: ${sentence}\n\n${help.stdout}`);
    }
  });

  it('tells an old Node in one sentence what it needs', async () => {
    const at = await installed();
    try {
      const source = await readFile('src/main.js', 'utf8');
      const copy = join(at.folder, 'main.mjs');
      const sentence = (version: string) =>
        `circgate needs Node 24.15 or later and this is ${version}; ` +
        'run it with "npm start" (npm brings its own Node) or install a newer Node.\n';
      for (const version of ['18.19.0', '24.14.9']) {
        await writeFile(copy, source.replaceAll('process.versions.node', `'${version}'`));
        const failure = await failureOf(process.execPath, copy, 'start');
        expect(failure).to.deep.equal({ code: 1, stdout: '', stderr: sentence(version) });
      }
    } finally {
      await at.remove();
    }
  });

  it('is understood so far by the old Node of this machine', async function () {
    const old = '/usr/bin/node';
    const version = await promisify(execFile)(old, ['--version']).then(
      ({ stdout }) => stdout.trim().slice(1),
      () => '',
    );
    const [major = 0, minor = 0] = version.split('.').map(Number);
    // Needs a Node that is too old, outside this project.
    if (version === '' || major > 24 || (major === 24 && minor >= 15)) this.skip();
    const { code, stderr } = await failureOf(old, 'src/main.js', 'start');
    expect(code).to.equal(1);
    expect(stderr).to.contain(`and this is ${version}`);
    expect(stderr.trimEnd().split('\n')).to.have.length(1);
  });
});

/** Runs a program that is to fail. */
async function failureOf(file: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const failure = await promisify(execFile)(file, args).then(
    () => ({ code: 0, stdout: '', stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code: failure.code, stdout: failure.stdout, stderr: failure.stderr };
}
