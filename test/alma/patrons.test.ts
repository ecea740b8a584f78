import { expect } from 'chai';
import { kiosk, refusalOf, simulated } from './parties.ts';

describe("Alma's patrons", () => {
  const at = simulated();

  it('are found by barcode, with counts and the sum owed in one call', async () => {
    const emil = await at.alma.patron(kiosk, '21234000000058');
    expect(at.simulator.calls()).to.have.length(1);
    expect(emil).to.include({ primaryId: 'emil', active: true, hasPatronRole: true, loanCount: 2, holdCount: 1 });
    expect(emil.name).to.deep.equal({ full: 'Emil Brandt', given: 'Emil', surname: 'Brandt' });
    expect(emil.group).to.deep.equal({ code: 'STUDENT', name: 'Student' });
    expect(emil.identifiers).to.deep.equal([{ type: 'BARCODE', value: '21234000000058' }]);
    expect(emil.owes).to.deep.equal({ amount: 0, currency: 'EUR' });
    expect(emil.emails.map(({ value }) => value)).to.deep.equal(['emil@example.org']);
    expect(emil.phones.map(({ value }) => value)).to.deep.equal(['+1 413 555 0117']);
    expect(emil.addresses[0]).to.include({ city: 'Springfield', region: 'MA', postalCode: '01103' });
    expect(emil.addresses[0]?.lines).to.deep.equal(['12 Harbour Lane', 'Flat 3']);
  });

  it('keep their letters', async () => {
    expect((await at.alma.patron(kiosk, 'noor')).name.surname).to.equal('Ångström-Łukaszewska');
  });

  it('show active blocks, debts, and expiry as the end of its day', async () => {
    expect((await at.alma.patron(kiosk, 'ben')).blocks).to.deep.equal([
      { type: 'GENERAL', description: 'Blocked by staff', note: 'Please see the staff at the desk.' },
    ]);
    expect((await at.alma.patron(kiosk, 'dora')).owes.amount).to.equal(25);
    expect((await at.alma.patron(kiosk, 'cleo')).expires).to.match(/T23:59:59\.999Z$/);
  });

  it("who do not exist are unknown, in Alma's words too", async () => {
    const refusal = await refusalOf(at.alma.patron(kiosk, 'nobody'));
    expect(refusal.kind).to.equal('unknown-patron');
    expect(refusal.facts).to.include({ code: '401861', detail: 'User with identifier nobody was not found.' });
    expect(refusal.facts.trackingId).to.match(/^E0\d-/);
  });

  it('are looked for as one segment whatever their id holds', async () => {
    for (const id of ['a/b', 'a#b', 'a b', '100%', 'a?view=brief', 'ø@x.org', '../users/ada']) {
      const refusal = await refusalOf(at.alma.patron(kiosk, id));
      expect(refusal.kind).to.equal('unknown-patron');
      expect(refusal.facts.detail).to.equal(`User with identifier ${id} was not found.`);
    }
  });

  it('prove who they are by password, or do not', async () => {
    expect(await at.alma.passwordMatches(kiosk, 'ada', '1234')).to.equal(true);
    expect(await at.alma.passwordMatches(kiosk, 'ada', '12 34%ø')).to.equal(false);
    expect((await refusalOf(at.alma.passwordMatches(kiosk, 'nobody', '1234'))).kind).to.equal('unknown-patron');
    expect(at.simulator.calls().map(({ query }) => query)).to.deep.equal(['op=auth', 'op=auth', 'op=auth']);
  });

  it('are made once, with the patron role, under any id', async () => {
    const ask = { primaryId: 'ILL/Århus #1', surname: 'Bibliotek Århus', userGroup: 'PARTNER', externalId: 'SIS' };
    const made = await at.alma.createPatron(kiosk, ask);
    expect(made).to.include({ primaryId: 'ILL/Århus #1', active: true, hasPatronRole: true, loanCount: 0 });
    expect((await at.alma.patron(kiosk, 'ILL/Århus #1')).name.surname).to.equal('Bibliotek Århus');
    expect((await refusalOf(at.alma.createPatron(kiosk, ask))).facts.code).to.equal('401851');
  });

  it('are not made in a group that does not exist: the settings are wrong', async () => {
    const refusal = await refusalOf(
      at.alma.createPatron(kiosk, { primaryId: 'x', surname: 'X', userGroup: 'NOBODY', externalId: 'SIS' }),
    );
    expect(refusal.kind).to.equal('library-system-misconfigured');
  });

  it('have fees, or an empty list of them', async () => {
    const [fee, ...others] = await at.alma.fees(kiosk, 'dora');
    expect(others).to.deep.equal([]);
    expect(fee).to.deep.include({
      type: 'OVERDUEFINE',
      balance: { amount: 25, currency: 'USD' },
      barcode: '31234000000012',
    });
    expect(await at.alma.fees(kiosk, 'ada')).to.deep.equal([]);
  });
});
