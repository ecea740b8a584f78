import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { almaHas, way } from '../conversations/core-state.ts';
import { checkInItem, checkOutItem, requestItem } from '../conversations/messages.ts';
import { textOf, World } from '../conversations/world.ts';

const lent = '31234000000061';
const unknown = '31234000000012';
/** Its check-out had just been answered. */
const other = '31234000000079';

/**
 * A store that the first version really wrote, dumped: a lender's leg that is shipped, and a return at the kiosk of
 * which nobody knows whether Alma made it.
 */
describe('a store of the first version', () => {
  let world: World;
  before(async () => {
    world = await World.start();
    await world.gateway.stop();
    const file = join(world.folder, 'circgate.sqlite');
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    // The dump writes events before their legs.
    const store = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    store.exec(readFileSync(new URL('first-version.sql', import.meta.url), 'utf8'));
    // The check-out of the same store, as if no return had followed.
    store.exec(`insert into runs (id, kind, "key", digest, institution, trace_id, barcode, context, input, state, outcome,
        started_at, finished_at)
      select 'other', kind, replace("key", '${unknown}', '${other}'), digest, institution, 'other', '${other}', context,
        replace(input, '${unknown}', '${other}'), state, replace(outcome, '${unknown}', '${other}'), started_at, finished_at
      from runs where kind = 'check-out'`);
    store.close();
    world.letPass(Date.parse('2026-11-24T18:25:00Z') - Date.now());
    await world.startGateway();
  });
  after(() => world.stop());

  it('goes on: what was unknown is resolved', async () => {
    const resumed = () => world.events.find(({ event }) => event === 'operation-resumed');
    for (let wait = 0; wait < 200 && resumed() === undefined; wait++) await new Promise((done) => setTimeout(done, 20));
    expect(resumed()?.facts).to.include({ operation: 'check-in', result: 'finished' });
    expect(almaHas(world, unknown)).to.include({ loans: 0 });
  });

  it('answers what it had answered, in the same words', async () => {
    const request = await world.ncip(requestItem({ request: 'OLD-1', item: lent }));
    expect(textOf(request, 'ItemIdentifierValue')).to.equal(lent);
    expect(textOf(request, 'RequestIdentifierValue')).to.equal('OLD-1');
    const loan = await world.ncip(checkOutItem({ request: 'OLD-1', item: lent }));
    expect(textOf(loan, 'DateDue')).to.equal('2027-03-02T04:59:00.000Z');
    expect(almaHas(world, lent), 'and asked Alma for neither').to.include({ holds: 0, everLent: 0 });
  });

  it('asks Alma anew for what a kiosk repeats, of which it has no number to look for', async () => {
    const kiosk = await world.kiosk();
    const dates = `20261122    100001${' '.repeat(18)}`;
    const said = await kiosk.say(`11YN${dates}AO01DEMO_INST|AA21234000000017|AB${other}|AC|`);
    expect(said.slice(0, 3), said).to.equal('121');
    expect(almaHas(world, other)).to.include({ loans: 1 });
  });

  it('still knows the leg, which goes its way to the end', async () => {
    const kiosk = await world.kiosk();
    expect((await kiosk.checkIn(lent)).slice(0, 3)).to.equal('101');
    expect(await world.ncip(checkInItem(lent))).not.to.contain('Problem');
    expect(await way(world, lent)).to.deep.equal([
      'RequestItem: requested',
      'CheckOutItem: requested -> shipped',
      '09 Checkin: shipped -> returned',
      'CheckInItem: returned -> closed (end)',
    ]);
  });
});
