import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Circulation } from '../../src/circulation/circulation.ts';
import { openHttpsDoor } from '../../src/edge/https-door.ts';
import type { Log } from '../../src/log/events.ts';
import { ncipEndpoint } from '../../src/ncip/endpoint.ts';
import { startNcip } from '../../src/ncip/start.ts';
import { startXmlReader, type XmlReader } from '../../src/ncip/xml-reader.ts';
import { byHand, circulation, institutions, message, now, recorder, schemaFile, understood } from './conversation.ts';
import { certificate, type Got, post, type Sent } from './https.ts';

const checkIn = message(
  'CheckInItem',
  '<ns1:ItemId><ns1:ItemIdentifierValue>30001</ns1:ItemIdentifierValue></ns1:ItemId>',
);
const returned = { at: now.toISOString(), barcode: '30001', alreadyReturned: false };

describe('NCIP endpoint', () => {
  const { log: record, events } = recorder();
  // What becomes of connections is the door's to tell (test/edge).
  const log: Log = (event, facts) => event.startsWith('connection-') || record(event, facts);
  let operations: Partial<Circulation> = {};
  let door: Awaited<ReturnType<typeof startNcip>>;
  let reader: XmlReader;
  let tls: { certificate: string; key: string };
  let traces = 0;

  const open = (logMessages = false): ReturnType<typeof startNcip> =>
    startNcip({
      circulation: circulation(new Proxy({} as Circulation, { get: (_, name: keyof Circulation) => operations[name] })),
      institutions,
      log,
      clock: () => now,
      newTraceId: () => {
        traces += 1;
        return `trace-${traces}`;
      },
      schemaFile,
      settings: { answerWithin: 5, maxBytes: 20_000, checkAnswers: true, logMessages },
      listen: { host: '127.0.0.1', port: 0, tls },
    });

  before(async () => {
    tls = await certificate();
    reader = await startXmlReader({ schemaFile, log });
    door = await open();
  });
  after(async () => {
    await door.stop();
    await reader.close();
  });
  beforeEach(() => {
    events.length = 0;
    operations = { checkInForPartner: async () => returned };
  });

  const valid = async ({ status, headers, body }: Got): Promise<string> => {
    expect(status).to.equal(200);
    expect(headers['content-type']).to.equal('application/xml; charset="utf-8"');
    expect(await understood(reader, body)).to.include({ ok: true });
    return body;
  };

  it('answers a message and tells the log who said what, under one trace id', async () => {
    const body = await valid(await post(door.port, checkIn, { headers: { 'Content-Type': 'application/xml' } }));
    expect(body).to.include('<ns1:CheckInItemResponse>').and.not.to.include('Problem');
    const [received, sent] = events;
    expect(received).to.include({
      event: 'message-in',
      name: 'CheckInItem',
      peer: '127.0.0.1',
      institution: '01FJORD_INST',
    });
    expect(received)
      .to.include({ bytes: Buffer.byteLength(checkIn) })
      .and.not.to.have.property('text');
    expect(sent).to.include({ event: 'message-out', actor: 'NORDLOAN', trace: received?.trace });
    expect(events).to.have.length(2);
  });

  it('takes any Content-Type or none for a body that is XML', async () => {
    for (const type of [
      'text/html',
      'application/x-www-form-urlencoded',
      'nonsense',
      'text/xml; charset=klingon',
      '',
    ]) {
      const headers: Record<string, string> = type === '' ? {} : { 'Content-Type': type };
      expect(await valid(await post(door.port, byHand(checkIn), { headers })), type).to.include('CheckInItemResponse');
    }
    const bom = Buffer.from(`\ufeff ${checkIn.slice(checkIn.indexOf('\n'))}`, 'utf16le');
    await valid(await post(door.port, bom, { headers: { 'Content-Type': 'text/plain' } }));
  });

  it('takes a compressed body', async () => {
    await valid(await post(door.port, gzipSync(checkIn), { headers: { 'Content-Encoding': 'gzip' } }));
  });

  it('says every Problem with status 200', async () => {
    const cases: [string, string, Sent?][] = [
      ['', 'Invalid Message Syntax Error'],
      ['item=30001', 'Invalid Message Syntax Error'],
      ['<a', 'Invalid Message Syntax Error'],
      [checkIn.replaceAll('CheckInItem', 'DeleteItem'), 'Unsupported Service'],
      [checkIn.replace('>NORDLOAN<', '>NOBODY<'), 'Unknown Agency'],
      [checkIn, 'Unknown Agency', { path: '/ncip/01NOWHERE' }],
    ];
    for (const [body, words, sent] of cases) {
      expect(await valid(await post(door.port, body, sent))).to.include(`<ns1:ProblemType>${words}</ns1:ProblemType>`);
    }
    const refusals = events.filter(({ event }) => event === 'message-refused');
    expect(refusals).to.have.length(cases.length);
    expect(
      events.filter(({ event }) => event === 'message-out').every(({ refusal }) => refusal !== undefined),
    ).to.equal(true);
  });

  const transport: [number, string | Buffer, Sent, Record<string, string>?][] = [
    [405, '', { method: 'GET' }, { allow: 'POST' }],
    [405, checkIn, { method: 'PUT' }, { allow: 'POST' }],
    [404, checkIn, { path: '/' }],
    [404, checkIn, { path: '/ncip' }],
    [400, checkIn, { path: '/ncip/%zz' }],
    [413, checkIn + ' '.repeat(20_000), {}],
    [413, gzipSync(Buffer.alloc(5_000_000, 32)), { headers: { 'Content-Encoding': 'gzip' } }],
    [415, '{"item": 1}', { headers: { 'Content-Type': 'application/json' } }],
    [415, checkIn, { headers: { 'Content-Encoding': 'klingon' } }],
  ];
  for (const [status, body, sent, headers] of transport) {
    it(`says ${status} in one sentence to ${JSON.stringify(sent)} with ${body.length} bytes`, async () => {
      const got = await post(door.port, body, sent);
      expect(got.status).to.equal(status);
      expect(got.headers['content-type']).to.equal('text/plain; charset=utf-8');
      expect(got.body).to.match(/^[A-Z][^\n]*\.\n$/);
      expect(got.headers).to.include(headers ?? {});
      expect(events.map(({ event }) => event)).to.deep.equal(['message-dropped']);
    });
  }

  it('logs messages only on request, and then without secrets', async () => {
    const talkative = await open(true);
    const secret = checkIn.replace(
      '</ns1:FromAgencyId>',
      '</ns1:FromAgencyId><ns1:FromAgencyAuthentication>t0ken</ns1:FromAgencyAuthentication>',
    );
    await valid(await post(talkative.port, secret));
    await talkative.stop();
    const [received, sent] = events;
    expect(received?.text).to.include('<ns1:FromAgencyAuthentication>***</ns1:FromAgencyAuthentication>');
    expect(sent?.text).to.include('CheckInItemResponse');
    expect(JSON.stringify(events)).not.to.include('t0ken');
  });

  it('answers twenty messages at once, each its own', async () => {
    operations = { checkInForPartner: async (_, { itemId }) => ({ ...returned, barcode: itemId }) };
    const ids = Array.from({ length: 20 }, (_, i) => `${31_000 + i}`);
    const bodies = await Promise.all(ids.map((id) => post(door.port, checkIn.replace('30001', id))));
    bodies.forEach(({ body }, i) => {
      expect(body).to.include(`>${ids[i]}<`);
    });
  });

  it('says 503 while too many messages wait to be read, and reads again when they have been', async () => {
    const senders: string[] = [];
    let isFull = true;
    const busy: XmlReader = {
      ...reader,
      full(sender) {
        senders.push(sender);
        return isFull;
      },
    };
    const endpoint = ncipEndpoint({
      circulation: circulation({ checkInForPartner: async () => returned }),
      institutions,
      log,
      clock: () => now,
      newTraceId: () => 'trace-busy',
      reader: busy,
      settings: { answerWithin: 5, maxBytes: 20_000, checkAnswers: false, logMessages: false },
    });
    const listen = { host: '127.0.0.1', port: 0, tls };
    const listener = await openHttpsDoor({ protocol: 'ncip', listen, log, app: endpoint.app });
    const refused = await post(listener.port, checkIn);
    expect(refused.status).to.equal(503);
    expect(refused.headers['retry-after']).to.equal('5');
    expect(senders).to.deep.equal(['127.0.0.1 NORDLOAN']);
    isFull = false;
    await valid(await post(listener.port, checkIn));
    await listener.stop();
  });

  it('gives the answers that it owes before it stops, and takes nothing more', async () => {
    let finish: () => void = () => undefined;
    const started = new Promise<void>((begun) => {
      operations = {
        checkInForPartner: () =>
          new Promise((resolve) => {
            finish = () => resolve(returned);
            begun();
          }),
      };
    });
    const closing = await open();
    const idle = new Agent({ keepAlive: true, rejectUnauthorized: false });
    await post(closing.port, '', { agent: idle });
    const silent = connect(closing.port, '127.0.0.1');
    await once(silent, 'connect');
    const gone = once(silent, 'close');
    const owed = post(closing.port, checkIn);
    await started;
    const stopped = closing.stop();
    const late = await post(closing.port, checkIn).catch((error: NodeJS.ErrnoException) => error.code);
    expect(late).to.equal('ECONNREFUSED');
    finish();
    expect(await valid(await owed)).to.include('CheckInItemResponse');
    await stopped;
    await gone;
    idle.destroy();
  });

  it('says 503 on a connection that was open before it began to stop', async () => {
    let finish: () => void = () => undefined;
    operations = { checkInForPartner: () => new Promise((resolve) => (finish = () => resolve(returned))) };
    const closing = await open();
    const socket = tlsConnect({ port: closing.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const owed = post(closing.port, checkIn);
    while (!events.some(({ event }) => event === 'message-in')) await new Promise((wait) => setTimeout(wait, 5));
    const stopped = closing.stop();
    socket.write(
      `POST /ncip/01FJORD_INST HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(checkIn)}\r\n\r\n${checkIn}`,
    );
    await once(socket, 'close');
    expect(text).to.match(/^HTTP\/1\.1 503 /);
    expect(text)
      .to.match(/^Retry-After: 5\r$/im)
      .and.to.match(/^Connection: close\r$/im);
    finish();
    await owed;
    await stopped;
  });
});
