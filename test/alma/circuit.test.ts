import { expect } from 'chai';
import { Circuit } from '../../src/alma/circuit.ts';
import { CallFailed } from '../../src/alma/reply.ts';
import { Refusal } from '../../src/circulation/refusals.ts';
import { until } from '../until.ts';
import { errorOf, refusalOf } from './parties.ts';

const failed = () => new CallFailed('HTTP 500', { mayHaveHappened: true, outage: true });
const unconnected = () => new CallFailed('ECONNREFUSED', { mayHaveHappened: false, outage: true, connected: false });
const busy = () => new CallFailed('HTTP 429', { mayHaveHappened: false, outage: false });
const saysNo = () => new Refusal('item-not-loanable', { code: '401651' });
const badKey = () => new Refusal('library-system-misconfigured', { detail: 'Invalid API Key' });
const notCalled = () => new Refusal('library-system-unavailable', { detail: 'its turn did not come in time' });

describe('The circuit of one Alma', () => {
  let circuit: Circuit;
  let knocks: number;
  /** What Alma says to whoever asks whether it is back. */
  let atTheDoor: () => Error | undefined;

  const ends = async (record: string, error?: Error): Promise<void> => {
    const run = circuit.run(record, () => (error === undefined ? Promise.resolve() : Promise.reject(error)));
    if (error === undefined) await run;
    else expect(await errorOf(run)).to.equal(error);
  };
  const fails = async (records: string, error = failed): Promise<void> => {
    for (const record of records) await ends(record, error());
  };
  const isOpen = async (): Promise<boolean> => {
    let asked = false;
    const run = circuit.run('z', async () => {
      asked = true;
      throw busy();
    });
    await errorOf(run);
    return !asked;
  };

  beforeEach(() => open(60_000));
  afterEach(() => circuit.stop());

  function open(breakForMs: number): void {
    knocks = 0;
    atTheDoor = failed;
    circuit = new Circuit({ breakAfterFailures: 5, breakForMs }, async () => {
      knocks += 1;
      const error = atTheDoor();
      await circuit.run('door', () => (error === undefined ? Promise.resolve() : Promise.reject(error)));
    });
  }

  it('is not opened by one record, however often that fails', async () => {
    await fails('a'.repeat(50));
    expect(await isOpen()).to.equal(false);
    expect(circuit.reachable, 'nothing is known of Alma itself').to.equal('unknown');
  });

  it('is opened by two records, neither of which opens it alone', async () => {
    await fails('aaab');
    expect(await isOpen()).to.equal(false);
    expect(circuit.reachable, 'two records').to.equal('no');
    await fails('b');
    expect(await isOpen()).to.equal(true);
    expect(circuit.reachable).to.equal('no');
    const refusal = await refusalOf(circuit.run('c', () => Promise.resolve()));
    expect(refusal.kind).to.equal('library-system-unavailable');
  });

  it('is opened by connections that do not come about, whatever they are for', async () => {
    await fails('aaaaa', unconnected);
    expect(await isOpen()).to.equal(true);
  });

  it('is shut by any answer, also by a "no", and not by a call that we did not make', async () => {
    await ends('c');
    for (const answer of [undefined, saysNo()]) {
      await fails('aaab');
      await ends('c', answer);
      await fails('aaab');
      expect(await isOpen()).to.equal(false);
      await ends('c');
    }
    await fails('aaab');
    await ends('c', notCalled());
    await fails('b');
    expect(await isOpen()).to.equal(true);
  });

  it('asks something else after one record has failed, and believes what that tells', async () => {
    open(200);
    await ends('a');
    atTheDoor = () => undefined;
    await fails('a');
    await until(() => knocks === 1);
    expect(circuit.reachable).to.equal('yes');
    atTheDoor = failed;
    await fails('a');
    await until(() => circuit.reachable === 'no');
    circuit.stop();
    open(200);
    await fails('a');
    await ends('b');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(knocks, 'another call has told it').to.equal(0);
  });

  it('knocks while Alma is away, and is whole when Alma opens', async () => {
    open(40);
    await fails('aaabb');
    await until(() => knocks >= 2);
    expect(circuit.reachable).to.equal('no');
    atTheDoor = () => undefined;
    await until(() => circuit.reachable === 'yes');
    const before = knocks;
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(knocks, 'it is over').to.equal(before);
  });

  it('knows a key that Alma does not take, in its words, until Alma takes it', async () => {
    open(40);
    await ends('a');
    expect(circuit.reachable).to.equal('yes');
    atTheDoor = badKey;
    await ends('a', badKey());
    expect(circuit.reachable).to.equal('refused: Invalid API Key');
    await until(() => knocks >= 2);
    expect(circuit.reachable).to.equal('refused: Invalid API Key');
    atTheDoor = saysNo;
    await until(() => circuit.reachable === 'yes');
  });

  it('knocks no more when it is stopped', async () => {
    open(40);
    await fails('aaaaa', unconnected);
    circuit.stop();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(knocks).to.equal(0);
  });
});
