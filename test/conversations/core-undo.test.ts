import { expect } from 'chai';
import { inventory, profile, Worlds, writes } from './core-state.ts';
import { acceptItem, checkInItem } from './messages.ts';
import { textOf, World } from './world.ts';

const blocked = '21234000000025';
const expired = '21234000000033';

/** Partners whose profiles do not fit this library, each at another step. */
const misfits = {
  nowhere: { 'place.library': 'GONE' },
  'no-policy': { 'borrowing.itemPolicy': 'NONE' },
  'no-pickup': { 'borrowing.pickupLocations.MAIN.library': 'GONE' },
  'no-desk': { 'borrowing.pickupLocations.MAIN.circDesk': 'GONE' },
};

describe('an AcceptItem that cannot be completed', () => {
  let worlds: Worlds;
  let world: World;
  before(async () => {
    const files = Object.entries(misfits).map(([code, settings]) => [
      `brokers/${code}.yaml`,
      profile({ code, ...settings }),
    ]);
    const brokers = `institutions.01DEMO_INST.brokers=[demo-ill, ${Object.keys(misfits).join(', ')}]`;
    worlds = await Worlds.start(3, () => World.start([brokers], Object.fromEntries(files)));
  });
  beforeEach(() => {
    world = worlds.next();
  });
  after(() => worlds.stop());

  const as = (partner: string, message: string): string => message.replace('DEMO-ILL', partner);
  const made = ['POST /bibs', 'POST /bibs/{}/holdings', 'POST /bibs/{}/holdings/{}/items', 'POST /users/{}/requests'];
  const scanned = 'POST /bibs/{}/holdings/{}/items/{}';
  const undone = [
    'DELETE /users/{}/requests/{}',
    'DELETE /bibs/{}/holdings/{}/items/{}',
    'DELETE /bibs/{}/holdings/{}',
    'DELETE /bibs/{}',
  ];

  const stories: { at: string; partner: string; user?: string; problems: string[]; writes: string[] }[] = [
    {
      at: 'the holding',
      partner: 'nowhere',
      problems: ['Cannot Accept Item'],
      writes: [...made.slice(0, 2), ...undone.slice(3)],
    },
    {
      at: 'the item',
      partner: 'no-policy',
      problems: ['Cannot Accept Item'],
      writes: [...made.slice(0, 3), ...undone.slice(2)],
    },
    {
      at: 'the hold (pickup)',
      partner: 'no-pickup',
      problems: ['Unknown Value From Known Scheme'],
      writes: [...made, ...undone.slice(1)],
    },
    {
      at: 'the hold (blocked patron)',
      partner: 'DEMO-ILL',
      user: blocked,
      problems: ['User Ineligible To Check Out This Item'],
      writes: [...made, ...undone.slice(1)],
    },
    {
      at: 'the hold (expired card)',
      partner: 'DEMO-ILL',
      user: expired,
      problems: ['User Ineligible To Check Out This Item'],
      writes: [...made, ...undone.slice(1)],
    },
    {
      at: 'the receipt',
      partner: 'no-desk',
      // Alma has one code for a desk and an item that it does not know.
      problems: ['Cannot Accept Item', 'Unknown Item'],
      writes: [...made, scanned, ...undone],
    },
  ];
  for (const [index, { at, partner, user, problems, writes: expected }] of stories.entries())
    it(`at ${at}: undoes in reverse what it made, and can be tried again`, async () => {
      const before = inventory(world);
      const message = as(partner, acceptItem({ request: `X-${index}`, item: `UNDO-${index}`, ...(user && { user }) }));
      const answer = await world.ncip(message);
      expect(textOf(answer, 'ProblemType')).to.be.oneOf(problems);
      expect(writes(world)).to.deep.equal(expected);
      expect(inventory(world)).to.deep.equal(before);
      expect(await world.legState(`X-${index}`)).to.equal('cancelled');

      const again = await world.ncip(acceptItem({ request: `X-${index}`, item: `UNDO-${index}` }));
      expect(textOf(again, 'ItemIdentifierValue')).to.equal(`UNDO-${index}`);
      expect(await world.legState(`X-${index}`)).to.equal('on-shelf');
    });

  it('is accepted by the very same message once the patron may borrow again', async () => {
    const message = acceptItem({ request: 'X-20', item: 'UNDO-20', user: blocked });
    expect(await world.ncip(message)).to.contain('Problem');
    world.alma.library.user(blocked).blocks.length = 0;
    expect(textOf(await world.ncip(message), 'ItemIdentifierValue')).to.equal('UNDO-20');
  });

  it('keeps the barcode for itself until all is taken back', async () => {
    const before = inventory(world);
    await world.fault({ match: { method: 'DELETE', path: '/bibs/*/holdings/*/items/*' }, fault: 'html-503', times: 8 });
    expect(await world.ncip(acceptItem({ request: 'U-30', item: 'UNDO-30', user: blocked }))).to.contain('Problem');
    const other = acceptItem({ request: 'U-31', item: 'UNDO-30' });
    expect(textOf(await world.ncip(other), 'ProblemType')).to.equal('Temporary Processing Failure');
    await world.clearFaults();
    await world.gateway.resume();
    expect(inventory(world)).to.deep.equal(before);
    expect(textOf(await world.ncip(other), 'ItemIdentifierValue')).to.equal('UNDO-30');
    await world.ncip(checkInItem('UNDO-30'));
  });

  it('does not go forward again once the broker was told no', async () => {
    const before = inventory(world);
    // The hold is not made, and Alma will not say so; then the undoing stumbles at the item.
    await world.fault({ match: { method: 'POST', path: '/users/*/requests' }, fault: 'html-503' });
    await world.fault({ match: { method: 'GET', path: '/users/*/requests' }, fault: 'lag-401129' });
    await world.fault({ match: { method: 'DELETE', path: '/bibs/*/holdings/*/items/*' }, fault: 'html-503' });
    expect(await world.ncip(acceptItem({ request: 'Z-1', item: 'VERDICT-1' }))).to.contain('Cannot Accept Item');
    world.letPass(31_000);
    await world.gateway.resume();
    expect(inventory(world)).to.deep.equal(before);
    expect(await world.legState('Z-1')).to.equal('cancelled');
  });

  for (const [n, fault] of ['html-503', 'drop-response', 'html-503-after-execute'].entries())
    it(`is undone to the end though Alma stumbles over it (${fault})`, async () => {
      const before = inventory(world);
      const refused = acceptItem({ request: `Y-${n}`, item: `STUMBLE-${n}`, user: blocked });
      for (const path of ['/bibs/*/holdings/*/items/*', '/bibs/*/holdings/*', '/bibs/*'])
        await world.fault({ match: { method: 'DELETE', path }, fault });
      const answer = await world.ncip(refused);
      expect(textOf(answer, 'ProblemType'), 'the reason').to.equal('User Ineligible To Check Out This Item');
      for (let round = 0; round < 4; round++) await world.gateway.resume();
      expect(inventory(world)).to.deep.equal(before);
      const { entries } = (await world.timelines(`Y-${n}`))[0]!;
      expect(entries.filter(({ source }) => source === 'ncip').map(({ result }) => result)).to.deep.equal([
        'accepting',
        'accepting -> cancelled (end)',
      ]);
      const again = await world.ncip(acceptItem({ request: `Y-${n}`, item: `STUMBLE-${n}` }));
      expect(textOf(again, 'ItemIdentifierValue')).to.equal(`STUMBLE-${n}`);
    });
});
