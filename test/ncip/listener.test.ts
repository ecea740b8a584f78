import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { expect } from 'chai';
import { ncipEndpoint } from '../../src/ncip/endpoint.ts';
import { type Listener, startListener } from '../../src/ncip/listener.ts';
import { startXmlReader } from '../../src/ncip/xml-reader.ts';
import { circulation, institutions, now, recorder, schemaFile } from './conversation.ts';
import { certificate, post } from './https.ts';

/** As the daemon's, but shorter, in milliseconds. */
const patience = { handshake: 150, headers: 150, request: 300, interval: 50, idle: 1000 };

describe('NCIP listener', () => {
  const { log, events } = recorder();
  let tls: { certificate: string; key: string };
  beforeEach(() => {
    events.length = 0;
  });

  let listener: Listener;
  before(async () => {
    tls = await certificate();
    const quick = (_: unknown, response: { end(text: string): void }): void => response.end('here');
    listener = await startListener({ host: '127.0.0.1', port: 0, ...tls }, quick, log, patience);
  });
  after(() => listener.stop());

  it('lets a connection that never speaks TLS go, and says so', async () => {
    const mute = connect(listener.port, '127.0.0.1');
    await once(mute, 'close');
    const plain = connect(listener.port, '127.0.0.1');
    plain.write('POST / HTTP/1.1\r\n\r\n');
    await once(plain.resume(), 'close');
    expect(events.map(({ event, tls: spoken }) => ({ event, spoken }))).to.deep.equal([
      { event: 'connection-refused', spoken: false },
      { event: 'connection-refused', spoken: false },
    ]);
    expect((await post(listener.port, '')).body).to.equal('here');
  });

  it('ends half a message with 408', async () => {
    const socket = tlsConnect({ port: listener.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.write('POST /ncip/x HTTP/1.1\r\nHost: x\r\nContent-');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).to.match(/^HTTP\/1\.1 408 /);
    await once(socket, 'close');
    expect(events.map(({ event }) => event)).to.deep.equal(['connection-closed']);
  });

  it('ends what is no HTTP with 400', async () => {
    const socket = tlsConnect({ port: listener.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    socket.write('9300CNscott|COtiger|\r');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).to.match(/^HTTP\/1\.1 400 /);
    await once(socket, 'close');
  });

  it('does not start on a port that is taken', async () => {
    const on = { host: '127.0.0.1', port: listener.port, ...tls };
    const outcome = await startListener(on, () => undefined, log).catch((error: unknown) => String(error));
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
    const half = await startListener({ host: '127.0.0.1', port: 0, ...tls }, endpoint.app, log, patience);
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
    expect(events.map(({ event }) => event)).to.have.members(['connection-closed', 'message-dropped']);
  });
});
