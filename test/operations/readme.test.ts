import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { services } from '../../src/ncip/services/table.ts';
import { offered } from '../../src/sip2/exchanges/table.ts';
import { messageTable } from '../../src/sip2/messages.ts';
import { World } from '../conversations/world.ts';

const run = promisify(execFile);
const readme = readFileSync('README.md', 'utf8');

/** The commands to paste, each with the answer that README shows below it. */
const examples = [...readme.matchAll(/```sh\n(.*?)```\n(?:```text\n(.*?)```)?/gs)].map(([, command = '', shown]) => ({
  command,
  shown,
}));

describe('README', () => {
  describe('its examples, pasted in order', () => {
    let world: World;
    before(async () => {
      world = await World.start();
    });
    after(() => world.stop());

    /** The same commands against this daemon's ports, certificate and store. */
    const here = (command: string): string =>
      command
        .replaceAll('localhost:8443', `localhost:${world.gateway.ports.ncip}`)
        .replaceAll('localhost:6443', `localhost:${world.gateway.ports.sip2Tls}`)
        .replaceAll('certs/server.crt', join(world.folder, 'server.crt'))
        .replaceAll(
          /(npm run -s circgate -- trace .*)/g,
          `$1 --set store.file=${join(world.folder, 'circgate.sqlite')}`,
        );

    const definitions = examples[0]?.command ?? '';
    for (const { command, shown } of examples.filter((example) => example.shown !== undefined)) {
      it(command.trim().split('\n')[0] ?? '', async () => {
        const { stdout } = await run('bash', ['-c', here(definitions + command)]);
        expect(withoutMoments(stdout)).to.equal(withoutMoments(shown ?? ''));
      }).timeout(20_000);
    }
  });

  it('lists every SIP2 request as the table of messages has it', () => {
    const rows = messageTable().map(
      ({ code, name, answer, answerName }) =>
        `| ${code} ${name} | ${answer} ${answerName} | ${offered.has(code) ? 'works' : 'refused'} |`,
    );
    for (const row of rows) expect(readme).to.include(row);
  });

  it('lists every NCIP service that is offered as the table of services has it', () => {
    for (const [service, { does }] of Object.entries(services)) expect(readme).to.include(`| ${service} | ${does} |`);
  });
});

/** Dates of answers and of log lines, and trace ids, differ from run to run. */
function withoutMoments(text: string): string {
  return text
    .replaceAll(/\d{8} {4}\d{6}/g, '<date>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z {2}/g, '<time>  ')
    .replaceAll(/ [a-z2-9]{8}(?=\s|$)/gm, ' <trace>')
    .trim();
}
