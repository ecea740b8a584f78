import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { request } from 'undici';
import { type Got, post } from '../ncip/https.ts';
import { Schema, schemaText } from '../schema/models.ts';
import { checkInItem, lookupUser, userId } from './messages.ts';
import { changed, only, problemOf } from './ncip-broker.ts';
import { World } from './world.ts';

const ofAda = lookupUser(userId('ada'));
const path = '/ncip/01DEMO_INST';
/** Loopback has many addresses: the broker's is this one, and 127.0.0.1 is a stranger's. */
const broker = new Agent({ localAddress: '127.0.0.2', keepAlive: true });

describe("a stranger at the brokers' door", () => {
  let world: World;
  let schema: Schema;
  before(async () => {
    schema = new Schema(schemaText);
    const profile = readFileSync('config/brokers/demo-ill.yaml', 'utf8');
    const admitted = changed(profile, '127.0.0.0/8\n    - ::1', '127.0.0.2');
    const byToken = 'extends: demo-ill\ncode: OTHER\nadmit: { token: { file: broker.token } }\n';
    world = await World.start(
      ['log.messages=true', 'ncip.maxBytes=100000', 'institutions.01DEMO_INST.brokers=[demo-ill, other]'],
      { 'brokers/demo-ill.yaml': admitted, 'brokers/other.yaml': byToken, 'broker.token': 'S3CRET-token' },
    );
  });
  after(async () => {
    broker.destroy();
    await world.stop();
    schema[Symbol.dispose]();
  });
  beforeEach(() => {
    world.events.length = 0;
  });

  const say = (body: string | Buffer, sent: Parameters<typeof post>[2] = {}): Promise<Got> =>
    post(world.gateway.ports.ncip, body, { path, ...sent });
  const seen = (): string[] => world.events.map(({ event }) => event).filter((name) => name.startsWith('message-'));

  it('hears the same whatever is sent, and nothing of what was sent; none of it is read', async () => {
    const answers: string[] = [];
    for (const [body, sent] of [
      [ofAda, {}],
      ['', {}],
      ['<?a b?>', {}],
      [checkInItem('S3CRET-1').replace('ns1:NCIPMessage', 'S3CRET-2'), {}],
      ['{"S3CRET": 1}', { headers: { 'Content-Type': 'application/json' } }],
      [gzipSync(ofAda), { headers: { 'Content-Encoding': 'gzip' } }],
      [Buffer.alloc(300_000, 'S3CRET'), {}],
      [ofAda, { headers: { Authorization: 'Bearer S3CRET-3' } }],
      [ofAda, { path: `${path}/S3CRET-4` }],
      [ofAda, { path: '/ncip/01OTHER_INST' }],
      [ofAda, { path: '/ncip/01OTHER_INST/S3CRET-5', agent: broker }],
    ] as const) {
      const { status, headers, body: answer } = await say(body, sent);
      expect(status).to.equal(200);
      expect(headers['content-type']).to.equal('application/xml; charset="utf-8"');
      answers.push(answer);
    }
    const [first = ''] = answers;
    expect(schema.objection(first)).to.equal(undefined);
    expect(only(first, 'NCIPMessage/Problem/ProblemType')).to.equal('Unknown Agency');
    expect(problemOf(first).detail).to.match(
      /^Unknown Agency: .*token.*certificate.*address.* \(reference [a-z2-9]{8}\)$/,
    );
    const fixed = (answer: string): string => answer.replace(/\(reference [a-z2-9]{8}\)/, '');
    expect(new Set(answers.map(fixed)).size).to.equal(1);
    expect(answers.join() + JSON.stringify(world.events)).not.to.match(/S3CRET/);
    expect([...new Set(seen())]).to.deep.equal(['message-refused', 'message-out']);
  });

  it('is told to the operator: from where, to which institution, and what was missing', async () => {
    const { body } = await say(ofAda);
    const reference = /\(reference (\w+)\)/.exec(body)?.[1];
    const refused = world.events.find(({ event }) => event === 'message-refused')?.facts;
    expect(refused).to.include({ trace: reference, peer: '127.0.0.1', institution: '01DEMO_INST', name: '(unread)' });
    expect(refused).to.include({ refusal: 'sender-unknown' });
    expect(refused?.detail).to.match(/address, token or certificate/);
    await say(ofAda, { path: '/ncip/01OTHER_INST' });
    const elsewhere = world.events.findLast(({ event }) => event === 'message-refused')?.facts;
    expect(elsewhere).to.include({ value: '01OTHER_INST' }).and.not.to.have.property('institution');
  });

  it('who puts the token where the institution should stand does not put it into the log', async () => {
    for (const wrong of ['/ncip/S3CRET-token', '/ncip/S3CRET-token/01DEMO_INST']) await say(ofAda, { path: wrong });
    expect(JSON.stringify(world.events)).not.to.include('S3CRET');
    const refused = world.events.findLast(({ event }) => event === 'message-refused')?.facts;
    expect(refused?.detail).to.match(/token stands where the institution should/);
  });

  it("is none who comes from the broker's address", async () => {
    const { body } = await say(ofAda, { agent: broker });
    expect(only(body, 'UserId/UserIdentifierValue')).to.equal('ada');
    expect(seen()).to.deep.equal(['message-in', 'message-out']);
  });

  it('makes one time series, whatever paths are tried', async () => {
    const tries = Array.from({ length: 150 }, (_, i) => i);
    for (const i of tries) await say('<a/>', { path: `/ncip/GUESS_${i}${i % 2 ? `/token-${i}` : ''}` });
    for (const i of tries.slice(0, 20)) await say(ofAda, { path: `/ncip/GUESS_${i}`, agent: broker });
    await say('<a/>');
    const metrics = await request(`http://127.0.0.1:${world.gateway.ports.operator}/metrics`);
    const lines = (await metrics.body.text()).split('\n').filter((line) => line.startsWith('circgate_messages_total{'));
    const ofStrangers = lines.filter((line) => line.includes('sender-unknown'));
    // Those who named the institution that there is, and all others.
    expect(ofStrangers).to.have.length(2);
    expect(lines.join()).not.to.match(/GUESS|token-/);
    expect(ofStrangers.join()).to.match(/institution="",[^}]*} 17\d/);
  });
});
