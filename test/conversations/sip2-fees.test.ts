import { expect } from 'chai';
import { writes } from './core-state.ts';
import { fields, type Kiosk, now } from './kiosk.ts';
import { expectLegal } from './sip2-answers.ts';
import { World } from './world.ts';

const dora = '21234000000041';
const pay = { method: 'POST', path: '/users/*/fees/all' };

describe('Fee Paid (37)', () => {
  let world: World;
  let kiosk: Kiosk;
  beforeEach(async () => {
    world = await World.start();
    kiosk = await world.kiosk();
  });
  afterEach(() => world.stop());

  const feePaid = (amount: string, more = '', currency = 'USD'): string =>
    `37${now()}0400${currency}BV${amount}|AO01DEMO_INST|AA${dora}|AC|${more}`;
  const owed = (): { balance: number; paid: number[] }[] =>
    world.alma.library.fees
      .all()
      .map(({ balance, payments }) => ({ balance, paid: payments.map(({ amount }) => amount) }));

  it('is paid to what the patron owes, with the number of the terminal, once however often it is said', async () => {
    const message = feePaid('10.00', 'BKtill-7|');
    const answer = await kiosk.say(message);
    expectLegal(answer, '38');
    expect(answer.slice(0, 3)).to.equal('38Y');
    expect(fields(answer, 'BK')).to.deep.equal(['till-7']);
    expect(await (await world.kiosk()).say(message)).to.equal(answer);
    expect((await kiosk.say(feePaid('10.00', 'BKtill-7|'))).slice(0, 3), 'dated anew').to.equal('38Y');
    expect(owed()).to.deep.equal([{ balance: 15_00, paid: [10_00] }]);
    expect(world.alma.library.fees.all()[0]?.payments[0]).to.include({ method: 'CASH' });
    expect(world.alma.library.fees.all()[0]?.payments[0]?.externalTransactionId).to.match(/^till-7\//);
    expect((await kiosk.say(feePaid('15,00', `CG${world.alma.library.fees.all()[0]?.feeId}|`))).slice(0, 3)).to.equal(
      '38Y',
    );
    expect((await kiosk.patronStatus(dora)).includes('BV')).to.equal(false);
  });

  it('is refused where it is not what is owed, before Alma is asked to take it', async () => {
    const amiss = [
      feePaid('25.01'),
      feePaid('0.00'),
      feePaid('ten'),
      feePaid('5.00', '', 'EUR'),
      feePaid('5.00', 'CG99|'),
    ];
    for (const message of [...amiss, feePaid('5.00', 'ADwrong|')]) {
      const answer = await kiosk.say(message);
      expectLegal(answer, '38');
      expect(answer.slice(0, 3), message).to.equal('38N');
    }
    expect(writes(world)).to.deep.equal([]);
  });

  for (const fault of ['drop-response', 'html-503-after-execute', 'html-503'])
    it(`is looked for when nobody heard Alma's answer (${fault}), and not made twice`, async () => {
      await world.fault({ match: pay, fault });
      const message = feePaid('25.00');
      let answer = await kiosk.say(message);
      if (answer.startsWith('38N')) {
        world.letPass(31_000);
        answer = await (await world.kiosk()).say(message);
      }
      expect(answer.slice(0, 3)).to.equal('38Y');
      expect(owed()).to.deep.equal([{ balance: 0, paid: [25_00] }]);
    });
});
