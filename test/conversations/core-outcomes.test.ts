import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { almaHas, inventory, profile, writes } from './core-state.ts';
import { now } from './kiosk.ts';
import { acceptItem, checkInItem, checkOutItem, requestItem } from './messages.ts';
import { World } from './world.ts';

const item = '31234000000012';
const ada = '21234000000017';
const scan = { method: 'POST', path: '/bibs/*/holdings/*/items/*', op: 'scan' };
const createLoan = { method: 'POST', path: '/users/*/loans' };
const changeDueDate = { method: 'PUT', path: '/users/*/loans/*' };
const createHold = { method: 'POST', path: '/users/*/requests' };
const deletions = ['/bibs/*/holdings/*/items/*', '/bibs/*/holdings/*', '/bibs/*'].map((path) => ({
  method: 'DELETE',
  path,
}));
const receipt = ['/bibs', '/bibs/*/holdings', '/bibs/*/holdings/*/items'].map((path) => ({ method: 'POST', path }));

/** One message of a story: all its writes are disturbed, and it is said until it succeeds. */
interface Line {
  readonly says: string;
  readonly disturbs: readonly object[];
  readonly by: 'broker' | 'kiosk';
}

const loanLine = (code: '11YN' | '29NN', patron: string, barcode: string): string =>
  `${code}${now()}${' '.repeat(18)}AO01DEMO_INST|AA${patron}|AB${barcode}|AC|`;
const returnLine = (barcode: string): string => `09N${now()}${now()}AP|AO01DEMO_INST|AB${barcode}|AC|`;

const broker = (says: string, disturbs: readonly object[]): Line => ({ says, disturbs, by: 'broker' });
const kiosk = (says: string, disturbs: readonly object[]): Line => ({ says, disturbs, by: 'kiosk' });
const renewed = '31234000000095';

/** The lives of two books at the library, a local loan, and every kind of write that the gateway makes. */
const stories: readonly Line[] = [
  broker(requestItem({ request: 'L-1', item }), [{ method: 'POST', path: '/users' }, createHold]),
  broker(checkOutItem({ request: 'L-1', item }), [createLoan, changeDueDate]),
  broker(checkInItem(item), [scan]),
  broker(acceptItem({ request: 'B-1', item: 'FAR-1' }), [...receipt, createHold, scan]),
  kiosk(loanLine('11YN', ada, 'FAR-1'), [createLoan, changeDueDate]),
  kiosk(returnLine('FAR-1'), [scan]),
  broker(checkInItem('FAR-1'), deletions),
  broker(acceptItem({ request: 'C-1', item: 'NOT-1' }), []),
  broker(checkInItem('NOT-1'), [{ method: 'DELETE', path: '/users/*/requests/*' }, ...deletions]),
  kiosk(loanLine('29NN', 'emil', renewed), [{ method: 'POST', path: '/users/*/loans/*', op: 'renew' }]),
];

const succeeded = (answer: string): boolean =>
  answer.startsWith('<?xml') ? !answer.includes('Problem>') : answer[2] === '1';
const isTemporary = (answer: string): boolean =>
  answer.includes('Temporary Processing Failure') || /again (later|in a moment)/.test(answer);

/** What came of playing the stories. */
interface Played {
  /** How often each message had to be said. */
  readonly tries: number[];
  readonly written: string[];
}

/** Plays the stories in a world of their own, every write disturbed by the fault. Every "no" must be a "later". */
async function play(fault: object, { overrides = [], almaLimits, between }: Means): Promise<Played> {
  const perAgency = profile({
    'lending.patron': { perAgency: { idPrefix: 'ILL-', userGroup: 'PARTNER', externalId: 'SIS' } },
  });
  const world = await World.start(overrides, { 'brokers/demo-ill.yaml': perAgency }, almaLimits);
  const kiosk = await world.kiosk();
  const emptyHanded = inventory(world);
  const tries: number[] = [];
  try {
    for (const { says, by, disturbs } of stories) {
      for (const match of disturbs) await world.fault({ match, ...fault });
      let count = 1;
      for (; count < 40; count++) {
        const answer = await (by === 'kiosk' ? kiosk.say(says) : world.ncip(says));
        if (succeeded(answer)) break;
        expect(answer, says).to.satisfy(isTemporary);
        await between?.(world);
      }
      tries.push(count);
    }
    expect(inventory(world), 'what the stories left in Alma').to.deep.equal(emptyHanded);
    expect(almaHas(world, item)).to.include({ loans: 0, everLent: 1 });
    expect(almaHas(world, renewed)).to.include({ loans: 1, everLent: 1 });
    const renewals = world.alma.library.loans.all().filter(({ userId }) => userId === 'emil');
    expect(
      renewals.reduce((sum, loan) => sum + loan.renewals, 0),
      'renewals',
    ).to.equal(4);
    for (const request of ['L-1', 'B-1', 'C-1']) expect(await world.legState(request)).to.equal('closed');
    return { tries, written: writes(world) };
  } finally {
    await world.stop();
  }
}

interface Means {
  readonly overrides?: readonly string[];
  readonly almaLimits?: { readonly writeMs: number };
  /** What happens before a message is said again. */
  readonly between?: (world: World) => Promise<unknown> | undefined;
}

/** The stories' writes, each as often as `times` says. */
function expectedWrites(times: (write: string) => number): string[] {
  const temporary = ['/bibs', '/bibs/{}/holdings', '/bibs/{}/holdings/{}/items'];
  const received = [...temporary.map((path) => `POST ${path}`), 'POST /users/{}/requests'];
  const scanned = 'POST /bibs/{}/holdings/{}/items/{}';
  const lent = ['POST /users/{}/loans', 'PUT /users/{}/loans/{}'];
  const deleted = ['/bibs/{}/holdings/{}/items/{}', '/bibs/{}/holdings/{}', '/bibs/{}'].map((path) => `DELETE ${path}`);
  const disturbed = (list: string[]): string[] => list.flatMap((write) => Array(times(write)).fill(write));
  return [
    ...disturbed(['POST /users', 'POST /users/{}/requests', ...lent, scanned]),
    ...disturbed([...received, scanned, ...lent, scanned, ...deleted]),
    ...[...received, scanned],
    ...disturbed(['DELETE /users/{}/requests/{}', ...deleted, 'POST /users/{}/loans/{}']),
  ];
}
/** A deletion is asked for again to see whether it happened; nothing else is sent twice. */
const deletionsTwice = (write: string): number => (write.startsWith('DELETE') ? 2 : 1);

describe('a write whose answer is lost', () => {
  let played: Record<'dropped' | 'hidden' | 'hanging' | 'late' | 'never', Promise<Played>>;
  // Side by side, because each waits for time to pass most of the while.
  before(() => {
    const impatient = ['ncip.answerWithin=0.1', 'sip2.answerWithin=0.1'];
    const hang = { overrides: impatient, almaLimits: { writeMs: 300 }, between: () => sleep(100) };
    played = {
      dropped: play({ fault: 'drop-response' }, {}),
      hidden: play({ fault: 'html-503-after-execute' }, {}),
      hanging: play({ fault: 'execute-then-hang' }, hang),
      late: play({ fault: 'commit-late', ms: 100 }, { between: () => sleep(130) }),
      never: play({ fault: 'html-503' }, { between: async (world) => world.letPass(31_000) }),
    };
    // Each is awaited, and told, by its own test.
    for (const outcome of Object.values(played)) outcome.catch(() => undefined);
  });

  for (const how of ['dropped', 'hidden'] as const)
    it(`is looked for and found at once (${how})`, async () => {
      const { tries, written } = await played[how];
      expect(tries).to.deep.equal(stories.map(() => 1));
      expect(written).to.deep.equal(expectedWrites(deletionsTwice));
    }).timeout(30_000);

  it('is finished while the peer hears "later", and its retry gets the outcome (execute-then-hang)', async () => {
    const { tries, written } = await played.hanging;
    for (const [index, { disturbs, says }] of stories.entries())
      if (disturbs.length > 0) expect(tries[index], says).to.be.above(1);
    expect(written).to.deep.equal(expectedWrites(deletionsTwice));
  }).timeout(30_000);

  it('is found by the retry when Alma was slow to make it (commit-late)', async () => {
    const { written } = await played.late;
    expect(written).to.deep.equal(expectedWrites(deletionsTwice));
  }).timeout(30_000);

  it('is sent again when it surely never happened (html-503)', async () => {
    const { tries, written } = await played.never;
    expect(written).to.deep.equal(expectedWrites(() => 2));
    expect(tries).to.deep.equal([3, 3, 2, 6, 3, 2, 1, 1, 1, 2]);
  }).timeout(30_000);
});
