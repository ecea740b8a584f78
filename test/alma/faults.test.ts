import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { connect, kiosk, refusalOf, unknownOutcomeOf } from './parties.ts';

const place = { library: 'MAIN', circDesk: 'DEFAULT_CIRC_DESK' };
const loan = { patronId: 'ada', barcode: '31234000000012', place };

describe('When Alma does not answer as it should', () => {
  let simulator: Simulator;
  let alma: ReturnType<typeof connect>['alma'];
  let lines: ReturnType<typeof connect>['lines'];

  before(async () => {
    simulator = await startSimulator({ host: '127.0.0.1', port: 0, perSecond: 0 });
  });
  beforeEach(() => {
    simulator.reset();
    ({ alma, lines } = connect(simulator.url));
  });
  afterEach(() => {
    // A call that a fault left hanging would keep the connections open.
    simulator.reset();
    return alma.close();
  });
  after(() => simulator.stop());

  async function fault(kind: string, match: object, more: object = {}): Promise<void> {
    const body = JSON.stringify({ fault: kind, match, ...more });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${simulator.url}/simulator/faults`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }

  const loansMade = () => simulator.library.loans.all().filter(({ userId }) => userId === 'ada').length;
  const posts = () => simulator.calls().filter(({ method }) => method === 'POST').length;

  for (const kind of ['drop-response', 'html-503', 'refuse-429', 'execute-then-hang']) {
    it(`a read is repeated after ${kind}`, async () => {
      await fault(kind, { method: 'GET' });
      expect((await alma.patron(kiosk, 'ada')).primaryId).to.equal('ada');
      expect(simulator.calls()).to.have.length(2);
    });
  }

  it('a read that never succeeds is given up after a few attempts, within its time', async () => {
    await fault('html-503', { method: 'GET' }, { times: 100 });
    expect((await refusalOf(alma.patron(kiosk, 'ada'))).kind).to.equal('library-system-unavailable');
    expect(simulator.calls()).to.have.length(4);
  });

  it('a read of a silent Alma ends within its time', async () => {
    await fault('execute-then-hang', { method: 'GET' }, { times: 100 });
    const asked = performance.now();
    expect((await refusalOf(alma.patron(kiosk, 'ada'))).kind).to.equal('library-system-unavailable');
    expect(performance.now() - asked).to.be.within(500, 1_000);
  });

  for (const kind of ['drop-response', 'execute-then-hang', 'html-503-after-execute']) {
    it(`a loan that Alma made and did not tell (${kind}) has an unknown outcome, and is made once`, async () => {
      await fault(kind, { method: 'POST', path: '/users/*/loans' });
      const unknown = await unknownOutcomeOf(alma.createLoan(kiosk, loan));
      expect(unknown.message).to.contain('POST /users/{user_id}/loans');
      expect(posts()).to.equal(1);
      expect(loansMade()).to.equal(1);
      // Looking settles it.
      expect((await alma.loans(kiosk, 'ada')).map(({ barcode }) => barcode)).to.deep.equal([loan.barcode]);
    });
  }

  it('a loan that Alma makes after the connection broke has an unknown outcome too', async () => {
    await fault('commit-late', { method: 'POST', path: '/users/*/loans' }, { ms: 50 });
    await unknownOutcomeOf(alma.createLoan(kiosk, loan));
    expect(loansMade()).to.equal(0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(loansMade()).to.equal(1);
  });

  it('a loan is tried again while Alma is busy and time is left, and made once', async () => {
    await fault('refuse-429', { method: 'POST' }, { times: 5 });
    expect((await alma.createLoan(kiosk, loan)).barcode).to.equal(loan.barcode);
    expect(posts()).to.equal(6);
    expect(loansMade()).to.equal(1);
  });

  it('a loan that Alma is too busy for surely did not happen', async () => {
    await fault('refuse-429', { method: 'POST' }, { times: 100 });
    const refusal = await refusalOf(alma.createLoan(kiosk, loan));
    expect(refusal.kind).to.equal('library-system-unavailable');
    expect(refusal.facts.code).to.equal('PER_SECOND_THRESHOLD');
    expect(loansMade()).to.equal(0);
  });

  it('an answer that comes late, but in time, is an answer', async () => {
    await fault('latency', { method: 'POST' }, { ms: 200 });
    expect((await alma.createLoan(kiosk, loan)).barcode).to.equal(loan.barcode);
  });

  it('a hold is tried again while Alma has not seen the new item yet', async () => {
    const { ref } = await alma.item(kiosk, loan.barcode);
    const ask = { patronId: 'ada', target: { itemId: ref.itemId }, pickup: { library: 'MAIN' }, comment: '' };
    await fault('lag-401129', { method: 'POST' }, { times: 3 });
    expect((await alma.createHold(kiosk, ask)).itemId).to.equal(ref.itemId);
    await fault('lag-401129', { method: 'POST' }, { times: 4 });
    const refusal = await refusalOf(alma.createHold(kiosk, { ...ask, patronId: 'noor' }));
    expect(refusal.kind).to.equal('request-not-possible');
  });

  it('the calls of a burst are spread so that none is refused', async () => {
    const strict = await startSimulator({ host: '127.0.0.1', port: 0, perSecond: 10 });
    const paced = connect(strict.url, { readMs: 8_000 }, { callsPerSecond: 10 });
    const ids = ['ada', 'ben', 'cleo', 'dora', 'emil', 'noor'];
    await Promise.all(ids.map((id) => Promise.all([paced.alma.patron(kiosk, id), paced.alma.loans(kiosk, id)])));
    expect(paced.calls().map(({ status }) => status)).to.deep.equal(new Array(12).fill(200));
    expect(Math.max(...paced.calls().map(({ waited }) => waited))).to.be.above(900);
    expect(paced.alma.remaining('01DEMO_INST')).to.equal(100_000 - 12);
    await paced.alma.close();
    await strict.stop();
  });

  it('after a 429 it is asked less often', async () => {
    const { alma: eager, calls } = connect(simulator.url, { readMs: 4_000 }, { callsPerSecond: 10 });
    await fault('refuse-429', { method: 'GET' });
    await Promise.all(['ada', 'ben', 'cleo', 'dora', 'emil', 'noor'].map((id) => eager.patron(kiosk, id)));
    expect(calls()).to.have.length(7);
    // Six of ten went at once; of five the seventh has to wait for the first ones to grow old.
    const [last] = calls().slice(-1);
    expect([last?.status, last?.attempt, Number(last?.waited) > 800]).to.deep.equal([200, 2, true]);
    await eager.close();
  });

  it('background work leaves the end of the day to people, and a spent day is not asked again', async () => {
    const nearlySpent = await startSimulator({ host: '127.0.0.1', port: 0, perSecond: 0, dailyQuota: 2 });
    const { alma: thrifty } = connect(nearlySpent.url, {}, { callsPerDay: 10 });
    await thrifty.patron(kiosk, 'ada');
    const background = await refusalOf(thrifty.patron({ ...kiosk, lane: 'background' }, 'ada'));
    expect(background.kind).to.equal('library-system-unavailable');
    await thrifty.patron(kiosk, 'ada');
    expect((await refusalOf(thrifty.patron(kiosk, 'ada'))).facts.code).to.equal('DAILY_THRESHOLD');
    expect(nearlySpent.calls()).to.have.length(3);
    await thrifty.close();
    await nearlySpent.stop();
  });

  it('after failures in a row it is left alone, and tried again after a while', async () => {
    const guarded = connect(simulator.url, { breakAfterFailures: 2, attempts: 1, breakForMs: 2_000 });
    expect(guarded.alma.reachable('01DEMO_INST')).to.equal('unknown');
    await fault('html-503', {}, { times: 2 });
    await refusalOf(guarded.alma.patron(kiosk, 'ada'));
    await unknownOutcomeOf(guarded.alma.createLoan(kiosk, { ...loan, patronId: 'emil' }));
    expect(guarded.alma.reachable('01DEMO_INST')).to.equal('no');
    const refusal = await refusalOf(guarded.alma.createLoan(kiosk, loan));
    expect(refusal.kind).to.equal('library-system-unavailable');
    expect(simulator.calls()).to.have.length(2);
    await new Promise((resolve) => setTimeout(resolve, 2_050));
    expect((await guarded.alma.patron(kiosk, 'ada')).primaryId).to.equal('ada');
    expect(guarded.alma.reachable('01DEMO_INST')).to.equal('yes');
    await guarded.alma.close();
  });

  it('refusals of Alma are no failures: it stays reachable', async () => {
    const guarded = connect(simulator.url, { breakAfterFailures: 2 });
    for (let i = 0; i < 5; i++) await refusalOf(guarded.alma.patron(kiosk, 'nobody'));
    expect(guarded.alma.reachable('01DEMO_INST')).to.equal('yes');
    await guarded.alma.close();
  });

  it('where nobody listens a write surely did not happen, and the log says why', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const lonely = connect(`http://127.0.0.1:${port}`);
    expect((await refusalOf(lonely.alma.createLoan(kiosk, loan))).kind).to.equal('library-system-unavailable');
    expect(lonely.lines.map(({ event, facts }) => [event, facts.why])).to.deep.equal(
      new Array(4).fill(['alma-unreachable', 'ECONNREFUSED']),
    );
    expect(lonely.alma.reachable('01DEMO_INST')).to.equal('no');
    await lonely.alma.close();
  });

  it('where nobody completes the connection a write surely did not happen', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const limits = { connectMs: 200, writeMs: 3_000, attempts: 1 };
    const patient = connect(`https://127.0.0.1:${port}`, limits);
    expect((await refusalOf(patient.alma.createLoan(kiosk, loan))).kind).to.equal('library-system-unavailable');
    expect(patient.lines[0]?.facts.why).to.equal('UND_ERR_CONNECT_TIMEOUT');
    await patient.alma.close();
    silent.close();
  });

  it('equal reads at the same time are one call, and a read after a write is never an older one', async () => {
    await fault('latency', { method: 'GET' }, { ms: 100 });
    const early = [alma.loans(kiosk, 'ada'), alma.loans(kiosk, 'ada')];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(simulator.calls()).to.have.length(1);
    await alma.createLoan(kiosk, loan);
    expect(await alma.loans(kiosk, 'ada')).to.have.length(1);
    await Promise.all(early);
    expect(simulator.calls().map(({ method }) => method)).to.deep.equal(['GET', 'POST', 'GET']);
  });

  it('each call is one line in the log, which knows paths but no ids', async () => {
    await fault('html-503', { method: 'GET' });
    await refusalOf(alma.patron(kiosk, 'who/is this'));
    expect(lines.map(({ event }) => event)).to.deep.equal(['alma-call', 'alma-call']);
    expect(lines.map(({ facts }) => [facts.status, facts.attempt])).to.deep.equal([
      [503, 1],
      [400, 2],
    ]);
    expect(lines[1]?.facts).to.include({
      trace: 'trace-1',
      institution: '01DEMO_INST',
      lane: 'kiosk',
      method: 'GET',
      path: '/users/{user_id}',
      code: '401861',
    });
    expect(JSON.stringify(lines)).not.to.contain('who');
  });

  it('an institution that is not configured is a defect, and after closing nothing is sent', async () => {
    const stranger = { ...kiosk, institution: { code: 'NOBODY' } };
    const defect = await alma.patron(stranger, 'ada').catch((error: unknown) => error);
    expect(String(defect)).to.contain('NOBODY');
    await alma.close();
    expect((await refusalOf(alma.patron(kiosk, 'ada'))).kind).to.equal('library-system-unavailable');
    expect(simulator.calls()).to.have.length(0);
  });
});
