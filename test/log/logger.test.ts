import { PassThrough, Writable } from 'node:stream';
import { expect } from 'chai';
import type { Events } from '../../src/log/events.ts';
import { createLog, type LogOptions, teeLog } from '../../src/log/logger.ts';

const now = (): Date => new Date('2026-03-01T21:15:36.007Z');
const message = { trace: 'k3f9x2ab', protocol: 'sip2', peer: '10.0.0.7:4711', actor: 'kiosk1' } as const;

/** What is written by these calls, line by line. */
async function lines(
  options: Partial<LogOptions>,
  write: (log: ReturnType<typeof createLog>['log']) => void,
): Promise<string[]> {
  const stream = new PassThrough();
  const { log, close } = createLog({ level: 'info', format: 'json', stream, now, ...options });
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  write(log);
  await close();
  return text.split('\n').slice(0, -1);
}

describe('the log', () => {
  it('writes one JSON line an event: when, how loud, what, then the facts', async () => {
    const written = await lines({}, (log) =>
      log('message-in', { ...message, name: '09 Checkin', bytes: 71, text: 'a\nb' }),
    );
    expect(written).to.deep.equal([
      '{"at":"2026-03-01T21:15:36.007Z","level":"info","event":"message-in","trace":"k3f9x2ab","protocol":"sip2",' +
        '"peer":"10.0.0.7:4711","actor":"kiosk1","name":"09 Checkin","bytes":71,"text":"a\\nb"}',
    ]);
  });

  it('writes only what is loud enough', async () => {
    const all = (log: ReturnType<typeof createLog>['log']): void => {
      log('job-ran', { job: 'sweep', ms: 3, result: 'nothing' });
      log('stopping', { reason: 'SIGTERM' });
      log('xml-worker-restarted', { why: 'deadline' });
      log('job-failed', { job: 'sweep', why: 'disk' });
    };
    const events = async (level: LogOptions['level']): Promise<unknown[]> =>
      (await lines({ level }, all)).map((line) => JSON.parse(line).event);
    expect(await events('debug')).to.deep.equal(['job-ran', 'stopping', 'xml-worker-restarted', 'job-failed']);
    expect(await events('info')).to.deep.equal(['stopping', 'xml-worker-restarted', 'job-failed']);
    expect(await events('warn')).to.deep.equal(['xml-worker-restarted', 'job-failed']);
    expect(await events('error')).to.deep.equal(['job-failed']);
  });

  it('loses no line when it is closed at once and its reader is slow', async () => {
    let text = '';
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        text += chunk;
        setImmediate(done);
      },
    });
    const { log, close } = createLog({ level: 'info', format: 'json', stream, now });
    for (let i = 0; i < 2000; i++) log('stopping', { reason: String(i) });
    await close();
    const reasons = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).reason);
    expect(reasons).to.deep.equal(Array.from({ length: 2000 }, (_, i) => String(i)));
  });

  it('masks secrets that got this far, by name and by their look', async () => {
    const leaked = {
      ...message,
      name: '23 Patron Status',
      bytes: 9,
      text: 'GET /users Authorization: apikey l8xx0123456789, ?apikey=l8xxQUERY&x=1 Bearer eyJhbGciOi',
      patronPin: '9876',
      PASSWORD: 'hunter2',
      headers: { authorization: 'Basic Zm9v', 'x-api-key': 'l8xxHEADER', shipping: 'by post' },
      tokens: [{ token: 'tok' }],
    } as Events['message-in'];
    const [line = ''] = await lines({}, (log) => log('message-in', leaked));
    for (const secret of ['l8xx', '9876', 'hunter2', 'Zm9v', 'eyJ', '"tok"']) expect(line).not.to.include(secret);
    expect(JSON.parse(line)).to.deep.include({
      patronPin: '[secret]',
      text: 'GET /users Authorization: apikey [secret], ?apikey=[secret]&x=1 Bearer [secret]',
      headers: { authorization: '[secret]', 'x-api-key': '[secret]', shipping: 'by post' },
      peer: '10.0.0.7:4711',
    });
  });

  it('holds who a patron is, and what they owe, at the level debug alone', async () => {
    const refused = { ...message, name: '11 Checkout', refusal: 'fee-limit-exceeded', about: 'patron' } as const;
    const detail = 'Cash - Limit of 10.00 exceeded. User has 25.00.';
    const cause = 'Cash - Limit of … exceeded. User has ….';
    const unknown = 'unknown-patron: User with identifier ada was not found.';
    const all = (log: ReturnType<typeof createLog>['log']): void => {
      log('message-refused', { ...refused, value: '21234000000041', detail, code: '401163', trackingId: 'E01', cause });
      log('message-refused', { ...refused, detail: "line 3, element DateDue: '21234000000041' is not a valid value" });
      log('operation-unknown', { trace: 't', operation: 'check-in', step: 'undo', why: unknown });
      log('defect', { where: 'x', why: unknown, stack: `Refusal: ${unknown}\n    at here (file.ts:1:1)` });
    };
    const written = (await lines({}, all)).map((line) => JSON.parse(line));
    expect(written[0]).to.include({ value: '…', code: '401163', trackingId: 'E01', cause });
    expect(written[0]).not.to.have.property('detail');
    expect(written[1].detail).to.equal("line 3, element DateDue: '…' is not a valid value");
    expect(written[2].why).to.equal('unknown-patron: User with identifier … was not found.');
    expect(written[3].stack).to.equal(`Refusal: ${written[2].why}\n    at here (file.ts:1:1)`);
    const whole = (await lines({ level: 'debug' }, all)).map((line) => JSON.parse(line));
    expect(whole[0]).to.include({ value: '21234000000041', detail });
    expect(whole[2].why).to.equal(unknown);
  });

  it('reads like a story as text', async () => {
    const written = await lines({ format: 'text' }, (log) => {
      log('message-in', { ...message, name: '09 Checkin', bytes: 71 });
      log('message-refused', { ...message, name: '09 Checkin', refusal: 'item-not-on-loan', detail: 'not out' });
      log('stopping', { reason: 'SIGTERM' });
    });
    const time = now().toTimeString().slice(0, 8);
    expect(written).to.deep.equal([
      `${time} info  k3f9x2ab  > 09 Checkin                 kiosk1    peer=10.0.0.7:4711 bytes=71`,
      `${time} warn  k3f9x2ab  ! 09 Checkin                 kiosk1    peer=10.0.0.7:4711 refusal=item-not-on-loan detail="not out"`,
      `${time} info  -         stopping                               reason=SIGTERM`,
    ]);
  });

  it('lets nothing from outside forge a line or drive the terminal', async () => {
    const name = '\u001b[2J\n22:15:36 info forged';
    const written = await lines({ format: 'text' }, (log) =>
      log('message-in', { ...message, name, bytes: 1, text: 'a\r\n\u009bb' }),
    );
    expect(written).to.have.length(1);
    expect(written[0]).to.include('> \\u001b[2J\\u000a22:15:36 info forged').and.to.include('text="a\\r\\n\\u009bb"');
  });

  it('shows where a defect came from, below its line', async () => {
    const stack = 'Error: boom\n    at here (file.ts:1:1)';
    const written = await lines({ format: 'text' }, (log) => log('defect', { where: 'session', why: 'boom', stack }));
    expect(written.slice(1)).to.deep.equal(['         Error: boom', '             at here (file.ts:1:1)']);
  });

  it('never throws: not for facts that cannot be written, not for a reader who has gone, not after its end', async () => {
    const stream = new PassThrough();
    const { log, close } = createLog({ level: 'info', format: 'json', stream, now });
    const circle: Record<string, unknown> = { big: 1n };
    circle.self = circle;
    const hostile = Object.defineProperty({ reason: 'x' }, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    log('stopping', circle as never);
    log('stopping', hostile);
    log('stopping', { reason: 'still here' });
    expect(String(stream.read()).split('\n'))
      .to.have.length(3)
      .and.to.satisfy((all: string[]) => all[1]?.includes('still here'));
    stream.destroy(new Error('EPIPE'));
    log('stopping', { reason: 'to nobody' });
    await close();
    log('stopping', { reason: 'too late' });
    await new Promise((soon) => setTimeout(soon, 20));
  });

  it('ends although nobody reads it any more', async () => {
    const stream = new PassThrough({ highWaterMark: 16 });
    const { log, close } = createLog({ level: 'info', format: 'json', stream, now });
    log('stopping', { reason: 'x'.repeat(100) });
    await close();
    expect(stream.readableLength).to.be.greaterThan(100);
  });

  it('tells a listener of every event, also of quiet ones, and survives its mistakes', async () => {
    const heard: string[] = [];
    const written = await lines({ level: 'error' }, (log) => {
      const both = teeLog(log, (event) => {
        heard.push(event);
        if (event === 'stopping') throw new Error('listener broke');
      });
      both('job-ran', { job: 'sweep', ms: 3, result: 'ok' });
      both('stopping', { reason: 'x' });
    });
    expect(heard).to.deep.equal(['job-ran', 'stopping']);
    expect(written.map((line) => JSON.parse(line).why)).to.deep.equal(['Error: listener broke']);
  });
});
