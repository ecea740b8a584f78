import { expect } from 'chai';
import { writes } from './core-state.ts';
import type { Kiosk } from './kiosk.ts';
import { acceptItem, authentication, checkOutItem, itemId, message, userId } from './messages.ts';
import { problemOf } from './ncip-broker.ts';
import { textOf, World } from './world.ts';

const item = '31234000000012';
const ada = '21234000000017';
const noor = '21234000000066';
const later = '2027-05-02T03:59:00.000Z';

const renewItem = (what: string, who: string, due = ''): string =>
  message('RenewItem', who + itemId(what) + (due ? `<DesiredDateDue>${due}</DesiredDateDue>` : ''));

describe('RenewItem', () => {
  let world: World;
  let kiosk: Kiosk;
  beforeEach(async () => {
    world = await World.start();
    kiosk = await world.kiosk();
  });
  afterEach(() => world.stop());

  const dueOf = (barcode: string): string | undefined => {
    const { pid } = world.alma.library.itemByBarcode(barcode)!;
    return world.alma.library.loans
      .all()
      .find((loan) => loan.pid === pid && loan.returned === null)
      ?.due.toISOString();
  };

  it('extends what the partner has of ours until the date that it names, once however often it is said', async () => {
    await world.ncip(checkOutItem({ request: 'W-1', item }));
    const asked = renewItem(item, userId('pseudopatron'), '2027-05-01T23:59:00');
    const answers = [await world.ncip(asked), await world.ncip(asked)];
    for (const answer of answers) expect(textOf(answer, 'DateDue')).to.equal(later);
    expect(answers[0]).to.contain('ns1:RenewItemResponse').and.contain(`ItemIdentifierValue>${item}<`);
    expect(dueOf(item)).to.equal(later);
    expect(writes(world).filter((write) => write.startsWith('PUT'))).to.have.length(2);
    const [timeline] = await world.timelines('W-1');
    expect(timeline?.leg).to.include({ state: 'shipped', due: later });
  });

  it('extends what our patron has of the partner’s only with the date of its owner', async () => {
    await world.ncip(acceptItem({ request: 'W-2', item: 'RENEW-2' }));
    await kiosk.checkOut(ada, 'RENEW-2');
    const undated = problemOf(await world.ncip(renewItem('RENEW-2', userId(ada))));
    expect(undated).to.include({ type: 'Needed Data Missing', element: '//RenewItem/DesiredDateDue' });
    const dated = await world.ncip(renewItem('RENEW-2', userId(ada), '2027-05-01T23:59:00'));
    expect(textOf(dated, 'DateDue')).to.equal(later);
    expect(dueOf('RENEW-2')).to.equal(later);
    expect((await kiosk.renew(ada, 'RENEW-2')).slice(0, 4), 'nobody else may').to.equal('300N');
  });

  it('renews a patron’s own loan by the library’s rules, and looks at a PIN that was sent', async () => {
    await kiosk.checkOut(noor, item);
    const before = dueOf(item);
    world.letPass(3 * 24 * 60 * 60 * 1000);
    const wrong = authentication('Barcode Id', noor) + authentication('PIN', 'wrong');
    expect(problemOf(await world.ncip(renewItem(item, wrong)))).to.include({ type: 'User Authentication Failed' });
    expect(dueOf(item)).to.equal(before);
    const right = authentication('Barcode Id', noor) + authentication('PIN', '1234');
    expect(textOf(await world.ncip(renewItem(item, right)), 'DateDue')).to.equal(dueOf(item));
    expect(dueOf(item)).not.to.equal(before);
  });

  it('is looked for when its answer was lost, and not made twice', async () => {
    await world.ncip(checkOutItem({ request: 'W-3', item }));
    await world.fault({ match: { method: 'PUT', path: '/users/*/loans/*' }, fault: 'drop-response' });
    const answer = await world.ncip(renewItem(item, userId('pseudopatron'), '2027-05-01T23:59:00'));
    expect(textOf(answer, 'DateDue')).to.equal(later);
    expect(dueOf(item)).to.equal(later);
    expect(writes(world).filter((write) => write.startsWith('PUT'))).to.have.length(2);
  });

  it('says no in the standard’s words for it', async () => {
    const overdue = '31234000000020';
    expect(problemOf(await world.ncip(renewItem(item, userId(noor))))).to.include({ type: 'Item Not Checked Out' });
    expect(problemOf(await world.ncip(renewItem('4711', userId(noor))))).to.include({ type: 'Unknown Item' });
    expect(problemOf(await world.ncip(renewItem(item, userId('nobody'))))).to.include({ type: 'Unknown User' });
    const often = await world.ncip(renewItem(overdue, userId('emil')));
    expect(problemOf(often)).to.include({ type: 'Maximum Renewals Exceeded' });
  });
});
