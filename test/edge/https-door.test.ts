import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { expect } from 'chai';
import { type HttpsDoor, openHttpsDoor } from '../../src/edge/https-door.ts';
import { ncipEndpoint } from '../../src/ncip/endpoint.ts';
import { startXmlReader } from '../../src/ncip/xml-reader.ts';
import { circulation, institutions, now, recorder, schemaFile } from '../ncip/conversation.ts';
import { certificate, post } from '../ncip/https.ts';
import { until } from '../until.ts';

/** As the daemon's, but shorter, in milliseconds. */
const patience = { handshake: 150, headers: 150, request: 300, interval: 50, idle: 1000 };

describe('an HTTPS door', () => {
  const { log, events } = recorder();
  let tls: { certificate: string; key: string };
  beforeEach(() => {
    events.length = 0;
  });

  let door: HttpsDoor;
  const at = (port = 0) => ({ host: '127.0.0.1', port, tls });
  const open = (app: RequestListener, port?: number) =>
    openHttpsDoor({ protocol: 'ncip', listen: at(port), log, app, patience });
  before(async () => {
    tls = await certificate();
    const quick = (_: unknown, response: { end(text: string): void }): void => response.end('here');
    door = await open(quick);
  });
  after(() => door.stop());

  it('lets a connection that never speaks TLS go, and says so', async () => {
    const mute = connect(door.port, '127.0.0.1');
    await once(mute, 'close');
    const plain = connect(door.port, '127.0.0.1');
    plain.write('POST / HTTP/1.1\r\n\r\n');
    await once(plain.resume(), 'close');
    expect(events.map(({ event }) => event)).to.deep.equal(['connection-refused', 'connection-refused']);
    expect(events.map(({ why }) => why)).to.satisfy((all: string[]) => all.every((why) => /^no TLS came/.test(why)));
    expect((await post(door.port, '')).body).to.equal('here');
    await until(() => events.at(-1)?.event === 'connection-closed');
    expect(events.at(-1)?.why).to.equal('it had its answer');
  });

  it('ends half a message with 408', async () => {
    const socket = tlsConnect({ port: door.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.write('POST /ncip/x HTTP/1.1\r\nHost: x\r\nContent-');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).to.match(/^HTTP\/1\.1 408 /);
    await once(socket, 'close');
    await until(() => events.length > 1);
    expect(events.map(({ event }) => event)).to.deep.equal(['connection-opened', 'connection-closed']);
    expect(events[1]?.why).to.match(/timeout/i);
  });

  it('ends what is no HTTP with 400', async () => {
    const socket = tlsConnect({ port: door.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.write('9300CNscott|COtiger|\r');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).to.match(/^HTTP\/1\.1 400 /);
    await once(socket, 'close');
  });

  it('does not start on a port that is taken', async () => {
    const outcome = await open(() => undefined, door.port).catch((error: unknown) => String(error));
    expect(outcome).to.include('EADDRINUSE');
  });

  it('ends a message whose body stops half way', async () => {
    const reader = await startXmlReader({ schemaFile, log });
    const endpoint = ncipEndpoint({
      circulation: circulation({}),
      institutions,
      log,
      clock: () => now,
      newTraceId: () => 'trace-half',
      reader,
      settings: { answerWithin: 5, maxBytes: 20_000, checkAnswers: false, logMessages: false },
    });
    const half = await open(endpoint.app);
    const socket = tlsConnect({ port: half.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.write('POST /ncip/01FJORD_INST HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n<NCIPMessage');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(socket, 'close');
    expect(text).to.match(/^HTTP\/1\.1 408 /);
    await half.stop();
    await reader.close();
    expect(events.map(({ event }) => event)).to.have.members([
      'connection-opened',
      'connection-closed',
      'message-dropped',
    ]);
  });
});
