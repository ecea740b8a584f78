import { expect } from 'chai';
import { Conversation, refusalIn } from './conversation.ts';

describe('simulator: users', () => {
  const alma = new Conversation();

  it('are found by primary id in any case, and by barcode', async () => {
    for (const id of ['ada', 'ADA', '21234000000017']) {
      const { json } = await alma.ask('GET', `/users/${id}`);
      expect(json.primary_id).to.equal('ada');
    }
  });

  it('are not found with 400, in the words of the identifier asked for', async () => {
    const unknown = await alma.ask('GET', '/users/nobody');
    expect(unknown.status).to.equal(400);
    expect(refusalIn(unknown)).to.equal('401861 User with identifier nobody was not found.');
    const ofType = await alma.ask('GET', '/users/ada?user_id_type=BARCODE');
    expect(refusalIn(ofType)).to.equal('401890 User with identifier ada of type BARCODE was not found.');
    const barcode = await alma.ask('GET', '/users/21234000000017?user_id_type=BARCODE');
    expect(barcode.json.primary_id).to.equal('ada');
  });

  it('have counts only where expand asks for them', async () => {
    const { json } = await alma.ask('GET', '/users/emil?expand=loans,requests');
    expect([json.loans.value, json.requests.value, json.fees]).to.deep.equal([2, 1, null]);
    const dora = await alma.ask('GET', '/users/dora?expand=fees');
    expect(dora.json.fees.value).to.equal(25);
  });

  it('show blocks set by staff and the date of expiry, but never the fee limit or the PIN', async () => {
    const ben = await alma.ask('GET', '/users/ben');
    expect(ben.json.user_block[0].block_status).to.equal('ACTIVE');
    const cleo = await alma.ask('GET', '/users/cleo');
    expect(cleo.json.expiry_date).to.equal('2026-01-31Z');
    const dora = await alma.ask('GET', '/users/dora?expand=fees');
    expect(dora.json.user_block).to.deep.equal([]);
    expect(dora.text).not.to.match(/1234"|pin/);
  });

  it('say when a block or a role ends; one that has ended keeps nobody from borrowing', async () => {
    const { json: gita } = await alma.ask('GET', '/users/gita');
    expect([gita.user_block[0].block_status, gita.user_block[0].expiry_date]).to.deep.equal(['ACTIVE', '2026-02-20Z']);
    expect(gita).not.to.have.property('expiry_date');
    expect((await alma.lend('gita', '31234000000012')).status).to.equal(200);
    const { json: hugo } = await alma.ask('GET', '/users/hugo');
    expect(hugo.user_role[0].expiry_date).to.equal('2026-02-10Z');
    expect(hugo.user_block[0].item_loan_id).to.match(/^\d+$/);
    expect(refusalIn(await alma.lend('hugo', '31234000000061'))).to.match(/^401151 /);
    alma.library.user('hugo').roleExpires = null;
    expect(refusalIn(await alma.lend('hugo', '31234000000061'))).to.match(/^401201 LOAN {2}- {3}Overdue item\./);
  });

  it('keep names in any script', async () => {
    const { json } = await alma.ask('GET', '/users/noor');
    expect(json.full_name).to.equal('Noor Ångström-Łukaszewska');
  });

  it('are searched with q, every term narrowing', async () => {
    const some = await alma.ask('GET', '/users?q=user_group~STUDENT%20AND%20last_name~mar');
    expect(some.json.user.map((user: { primary_id: string }) => user.primary_id)).to.deep.equal(['cleo']);
    const byMail = await alma.ask('GET', '/users?q=email~noor@example.org');
    expect(byMail.json.total_record_count).to.equal(1);
    expect(refusalIn(await alma.ask('GET', '/users?q=shoe_size~43'))).to.match(/^401666 /);
  });

  it('are created, found again by every identifier, and deleted', async () => {
    const user = {
      ...{ primary_id: 'zoë/1', first_name: 'Zoë', last_name: 'Hart', record_type: { value: 'PUBLIC' } },
      ...{ account_type: { value: 'EXTERNAL' }, external_id: 'ILL', user_group: { value: 'PARTNER' } },
      expiry_date: '2026-09-01Z',
      user_identifier: [{ value: 'Z-1', id_type: { value: 'BARCODE' } }],
      contact_info: { email: [{ email_address: 'zoe@example.org', preferred: true }] },
    };
    const created = await alma.ask('POST', '/users', { json: user });
    expect(created.json.expiry_date).to.equal('2026-09-01Z');
    const again = await alma.ask('GET', '/users/Z-1');
    expect(again.json.primary_id).to.equal('zoë/1');
    const path = `/users/${encodeURIComponent('zoë/1')}`;
    expect((await alma.ask('DELETE', path)).status).to.equal(204);
    expect(refusalIn(await alma.ask('GET', path))).to.equal('401861 User with identifier zoë/1 was not found.');
  });

  it('are refused when an identifier is taken, the group unknown, or the external id missing', async () => {
    const user = { primary_id: 'new', last_name: 'New', account_type: 'INTERNAL', user_group: { value: 'STUDENT' } };
    const create = (changes: object) => alma.ask('POST', '/users', { json: { ...user, ...changes } });
    expect(refusalIn(await create({ primary_id: 'ADA' }))).to.match(/^401851 .* ADA /);
    const taken = [{ value: '21234000000017', id_type: { value: 'BARCODE' } }];
    expect(refusalIn(await create({ user_identifier: taken }))).to.match(/^401851 .* of type BARCODE already exists/);
    expect(refusalIn(await create({ user_group: { value: 'PIRATES' } }))).to.match(/^401852 /);
    expect(refusalIn(await create({ account_type: { value: 'EXTERNAL' } }))).to.match(/^401854 /);
    expect(refusalIn(await create({ last_name: '' }))).to.equal('401664 Mandatory field is missing: last_name');
    expect(alma.library.users.has('new')).to.equal(false);
  });

  it('of other systems need a profile of the institution that fits', async () => {
    const user = (external_id: string, primary_id: string) => ({
      ...{ primary_id, last_name: 'New', user_group: { value: 'PARTNER' } },
      ...{ account_type: { value: 'EXTERNAL' }, external_id },
    });
    const create = (...from: Parameters<typeof user>) => alma.ask('POST', '/users', { json: user(...from) });
    const refused = await create('new-1', 'new-1');
    expect(refusalIn(refused)).to.equal('401864 Given external id type (new-1) is invalid.');
    expect((await create('SIS', 'new-1')).status).to.equal(200);
    await alma.admin('PUT', '/settings', { sisProfiles: ['HR'] });
    expect(refusalIn(await create('SIS', 'new-2'))).to.match(/^401864 /);
    expect((await create('HR', 'new-2')).status).to.equal(200);
  });

  it('are not deleted while they have loans or owe', async () => {
    for (const id of ['emil', 'dora']) {
      expect(refusalIn(await alma.ask('DELETE', `/users/${id}`))).to.match(/^401850 /);
    }
  });

  it('prove who they are with op=auth: password in the query or percent-encoded in a header', async () => {
    alma.library.user('noor').password = 'zażółć 100%';
    const header = { 'exl-user-pw': encodeURIComponent('zażółć 100%') };
    expect((await alma.ask('POST', '/users/noor?op=auth', { headers: header })).status).to.equal(204);
    expect((await alma.ask('POST', '/users/ada?op=auth&password=1234')).status).to.equal(204);
    const wrong = await alma.ask('POST', '/users/ada?op=auth&password=4321');
    expect(refusalIn(wrong)).to.equal('401866 User authentication failed');
    expect(refusalIn(await alma.ask('POST', '/users/ada?op=auth'))).to.match(/^401866 /);
  });

  it('prove it also without op, and to a key that may only read; a pin_number is no password', async () => {
    const headers = { authorization: 'apikey demo-read-only-key' };
    expect((await alma.ask('POST', '/users/ada?password=1234', { headers })).status).to.equal(204);
    expect((await alma.ask('POST', '/users/ada?op=auth&password=1234', { headers })).status).to.equal(204);
    expect((await alma.ask('POST', '/users/ada?op=refresh&password=1234')).status).to.equal(404);
    const json = { primary_id: 'pin', last_name: 'Pin', user_group: { value: 'STUDENT' }, pin_number: '9876' };
    await alma.ask('POST', '/users', { json });
    expect(refusalIn(await alma.ask('POST', '/users/pin?op=auth&password=9876'))).to.match(/^401866 /);
  });
});
