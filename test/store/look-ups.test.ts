import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { partnersItem } from '../../src/circulation/ports.ts';
import { createCorrelations } from '../../src/store/correlations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createLedger } from '../../src/store/ledger.ts';

/** What each message asks of the store before anything else: its cost must not grow with what the store holds. */
describe('what every message looks up', () => {
  const { prepare } = DatabaseSync.prototype;
  const asked: string[] = [];
  let folder: string;
  let database: Database;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'circgate-look-ups-'));
    database = await openDatabase(join(folder, 'store.sqlite'));
    DatabaseSync.prototype.prepare = function (text, ...more) {
      asked.push(text);
      return prepare.call(this, text, ...more);
    };
  });
  after(async () => {
    DatabaseSync.prototype.prepare = prepare;
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  /** The ways into the tables by which SQLite answers what was asked since. */
  async function ways(look: () => Promise<unknown>): Promise<string[]> {
    asked.length = 0;
    await look();
    const store = new DatabaseSync(join(folder, 'store.sqlite'), { readOnly: true });
    const plans = asked.flatMap((text) => prepare.call(store, `explain query plan ${text}`).all());
    store.close();
    return plans.map(({ detail }) => String(detail)).filter((step) => /^(SEARCH|SCAN) /.test(step));
  }

  it('runs: by key and by thing, never by what is unfinished', async () => {
    const ledger = createLedger({ database, clock: () => new Date(), owner: 'me' });
    const about = { items: ['b'], partnersItems: [partnersItem({ code: 'P' }, 'n')], requests: ['r'] };
    const steps = await ways(async () => {
      await ledger.latest('k');
      await ledger.unfinishedAbout('X', 'k', about);
      await ledger.unfinishedAbout('X', 'k', {});
    });
    expect(steps).to.have.length.greaterThan(4);
    for (const step of steps)
      expect(step).to.match(/^SEARCH (runs|run_things) USING .*INDEX .*\((key|id|thing|run)=\?/);
  });

  it('legs: by what is sought, never by the partner alone', async () => {
    const correlations = createCorrelations({ database, clock: () => new Date(), log: () => undefined });
    const steps = await ways(async () => {
      await correlations.openLegOfBarcode('X', 'b');
      await correlations.latestLegOfBarcode('X', 'b');
      await correlations.legsOfPartnersItem('X', 'P', 'n');
      await correlations.latestLegOfRequest('X', 'P', 'lender', 'r');
      await correlations.endedLegsOfRequest('X', 'P', 'r');
    });
    expect(steps).to.have.length.greaterThan(4);
    for (const step of steps)
      expect(step).to.match(/^SEARCH legs USING .*INDEX .*\b(barcode|broker_item_id|request_id|id)=\?/);
  });
});
