import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Context } from '../../src/circulation/context.ts';
import { createCorrelations } from '../../src/store/correlations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createLedger } from '../../src/store/ledger.ts';

const day = 24 * 60 * 60 * 1000;
const context = {
  institution: { code: 'X' },
  source: 'ncip',
  actor: 'P',
  message: 'AcceptItem',
  traceId: 'trace-1',
} as Context;

describe('what the store forgets', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof openDatabase>>;
  let now: number;
  const clock = () => new Date(now);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'circgate-retention-'));
    database = await openDatabase(join(folder, 'store.sqlite'));
    now = Date.parse('2026-11-22T10:00:00Z');
  });
  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  it('operations that ended long ago, with their steps; neither recent nor unfinished ones', async () => {
    const ledger = createLedger({ database, clock, owner: 'me' });
    const begin = (id: string) =>
      ledger.accept({
        ...{ id, kind: 'check-in', key: id, digest: '', context, proof: 'none' },
        about: { items: ['b'], patrons: ['ada'] },
        question: { patronId: 'ada' },
      });
    for (const id of ['old', 'unknown']) {
      await begin(id);
      await ledger.intend(id, 'scan in', undefined);
    }
    await ledger.end('old', 'finished', {});
    await ledger.postpone('unknown', {}, clock().toISOString());
    await begin('given up');
    await ledger.end('given up', 'given-up', {});
    await createCorrelations({ database, clock, log: () => undefined }).open(context, {
      ...{ id: 'given up', partner: 'P', side: 'borrower', state: 'accepting', facts: { barcode: 'g' } },
    });
    now += 31 * day;
    await begin('recent');
    await ledger.end('recent', 'finished', {});

    expect(await ledger.forget(new Date(now - 30 * day).toISOString())).to.equal(1);
    expect((await ledger.run('given up'))?.state, 'its leg is open').to.equal('given-up');
    expect(await ledger.latest('old')).to.equal(undefined);
    expect(await ledger.steps('old')).to.deep.equal([]);
    expect(await database.selectFrom('run_things').select('run').where('run', '=', 'old').execute()).to.deep.equal([]);
    expect((await ledger.latest('recent'))?.state).to.equal('finished');
    expect((await ledger.latest('unknown'))?.state).to.equal('unknown');
    expect(await ledger.steps('unknown')).to.have.lengthOf(1);
  });

  it('whose a leg was that ended long ago, and nothing else of it', async () => {
    const correlations = createCorrelations({ database, clock, log: () => undefined });
    const leg = (id: string) =>
      correlations.open(context, {
        ...{ id, partner: 'P', side: 'borrower', state: 'accepting' },
        facts: { barcode: id, patronId: 'ada', title: 'A title' },
      });
    await correlations.advance(context, await leg('ended'), 'closed');
    await leg('open');
    now += 31 * day;
    await correlations.advance(context, await leg('just ended'), 'closed');

    expect(await correlations.forgetPatrons(new Date(now - 30 * day).toISOString())).to.equal(1);
    const patronOf = async (id: string) => (await correlations.latestLegOfBarcode('X', id))?.patronId;
    expect(await patronOf('ended')).to.equal(undefined);
    expect(await patronOf('open')).to.equal('ada');
    expect(await patronOf('just ended')).to.equal('ada');
    expect(await correlations.latestLegOfBarcode('X', 'ended')).to.include({ state: 'closed', title: 'A title' });
  });
});
