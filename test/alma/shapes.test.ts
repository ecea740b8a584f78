import { expect } from 'chai';
import { against, always, connect, kiosk, refusalOf, standIn, unknownOutcomeOf } from './parties.ts';

const json = 'application/json;charset=UTF-8';
const says = (body: object) => always(200, json, JSON.stringify(body));
const ref = { mmsId: '1', holdingId: '2', itemId: '3' };
const loan = { patronId: 'ada', barcode: '1', place: { library: 'MAIN', circDesk: 'DEFAULT_CIRC_DESK' } };

describe("An item's place", () => {
  const record = (holding_data: object) => ({
    bib_data: { mms_id: '1' },
    holding_data: { holding_id: '2', ...holding_data },
    item_data: {
      pid: '3',
      policy: { value: 'REGULAR', desc: 'Regular Loan' },
      library: { value: 'MAIN', desc: 'Main Library' },
      location: { value: 'stacks', desc: 'Main Stacks' },
    },
  });
  const placeOf = async (holding: object) => {
    const { library, location, itemPolicy } = await against(says(record(holding)), (alma) => alma.item(kiosk, 'b'));
    return [library.name, location.name, itemPolicy];
  };
  const reserve = {
    temp_library: { value: 'ANNEX', desc: 'Annex' },
    temp_location: { value: 'reserve', desc: 'Course Reserves' },
    temp_policy: { value: 'HOURS', desc: 'Four hours' },
  };

  it('is the temporary one while it is there, with the policy of that', async () => {
    expect(await placeOf({ in_temp_location: true, ...reserve })).to.deep.equal(['Annex', 'Course Reserves', 'HOURS']);
    expect(await placeOf({ in_temp_location: 'true', ...reserve })).to.deep.equal([
      'Annex',
      'Course Reserves',
      'HOURS',
    ]);
  });

  it('keeps its own policy where the temporary location has none', async () => {
    for (const none of [undefined, null, {}, { value: null, desc: null }, { value: '' }])
      expect(await placeOf({ in_temp_location: true, ...reserve, temp_policy: none })).to.deep.equal([
        'Annex',
        'Course Reserves',
        'REGULAR',
      ]);
  });

  it('is its own when it is back', async () => {
    const own = ['Main Library', 'Main Stacks', 'REGULAR'];
    expect(await placeOf({ in_temp_location: false, ...reserve })).to.deep.equal(own);
    expect(await placeOf({ in_temp_location: false })).to.deep.equal(own);
    expect(await placeOf({})).to.deep.equal(own);
  });
});

describe('What a receiving scan sends', () => {
  const queryOf = async (...receipt: [{ requestId: string; placeOnHoldShelf: boolean }?]): Promise<URLSearchParams> => {
    const server = await standIn(says({ item_data: { pid: '3' } }));
    const { alma } = connect(server.url);
    await alma.scanIn(kiosk, ref, loan.place, ...receipt);
    await alma.close();
    await server.stop();
    return new URL(server.requests[0]?.split(' ')[1] ?? '', 'http://alma').searchParams;
  };

  it('is the hold, and the shelf only where the desk asks for it', async () => {
    const shelved = await queryOf({ requestId: '77', placeOnHoldShelf: true });
    expect([shelved.get('request_id'), shelved.get('place_on_hold_shelf')]).to.deep.equal(['77', 'true']);
    const plain = await queryOf({ requestId: '77', placeOnHoldShelf: false });
    expect([plain.get('request_id'), plain.has('place_on_hold_shelf')]).to.deep.equal(['77', false]);
    const scanned = await queryOf();
    expect([scanned.has('request_id'), scanned.has('place_on_hold_shelf')]).to.deep.equal([false, false]);
  });
});

describe('The shapes of real answers', () => {
  it('a user without counts, with nulls in every place, is a user', async () => {
    const user = {
      primary_id: 'x',
      last_name: 'Lonely',
      status: { value: 'ACTIVE', desc: null },
      campus_code: { value: null },
      requests: null,
      purge_date: '2030-01-01Z',
      contact_info: {
        address: [{ line1: 'Lane 1', line2: null, line3: 'Floor 2', line4: '', line5: null, preferred: true }],
        email: null,
        phone: [{ phone_number: 5550117, preferred: null, phone_type: [] }],
      },
      user_role: [{ role_type: { value: 200 }, status: { value: 'ACTIVE' }, parameter: [] }],
      rs_library: [],
      proxy_for_user: null,
    };
    const patron = await against(says(user), (alma) => alma.patron(kiosk, 'x'));
    expect(patron).to.include({ loanCount: 0, holdCount: 0, hasPatronRole: true, active: true });
    expect(patron.owes.amount).to.equal(0);
    expect(patron.addresses[0]).to.deep.include({ lines: ['Lane 1', 'Floor 2'], city: '' });
    expect(patron.phones).to.deep.equal([{ value: '5550117', type: '', preferred: false }]);
    const counted = { primary_id: 'x', loans: { value: '3' }, requests: { value: 2 }, fees: { value: '12.5' } };
    const written = await against(says(counted), (alma) => alma.patron(kiosk, 'x'));
    expect([written.loanCount, written.holdCount, written.owes.amount]).to.deep.equal([3, 2, 12.5]);
  });

  it('a loan, a request and an item with what is often absent are read', async () => {
    const ofLoan = { item_loan: [{ loan_id: '7', item_policy: { value: null }, last_renew_status: { value: null } }] };
    expect((await against(says(ofLoan), (alma) => alma.itemLoan(kiosk, ref)))?.loanId).to.equal('7');
    const request = { request_id: 8, place_in_queue: '2', material_type: {}, description: 'v. 1', item_id: '3' };
    const requests = { user_request: request, total_record_count: '1' };
    const [hold] = await against(says(requests), (alma) => alma.holds(kiosk, 'x'));
    expect(hold).to.deep.include({ requestId: '8', placeInQueue: 2, itemId: '3', onShelf: false });
    expect(hold).not.to.have.property('barcode');
    const bare = { bib_data: { isbn: 9780000000019 }, item_data: { pid: '3', requested: null, base_status: null } };
    const found = await against(says(bare), (alma) => alma.item(kiosk, 'b'));
    expect(found).to.include({ requested: false, magnetic: false, process: 'other' });
  });

  it('a list that does not count its rows is read to its end', async () => {
    const server = await standIn((request, response) => {
      const offset = Number(new URL(request.url ?? '', 'http://alma').searchParams.get('offset'));
      const rows = Array.from({ length: Math.min(100, 230 - offset) }, (_, row) => ({ loan_id: String(offset + row) }));
      says({ item_loan: rows })(request, response);
    });
    const { alma } = connect(server.url);
    const loans = await alma.loans(kiosk, 'ada');
    expect(new Set(loans.map(({ loanId }) => loanId)).size).to.equal(230);
    expect(server.requests).to.have.length(3);
    await alma.close();
    await server.stop();
  });
});

describe('An error in another language than the one asked for', () => {
  const xml = (code: string, message: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?><web_service_result xmlns="http://com/exlibris/urm/general/xmlbeans">
     <errorsExist>true</errorsExist><errorList><error><errorCode>${code}</errorCode>
     <errorMessage>${message}</errorMessage><trackingId>E01-1-A-B</trackingId></error></errorList></web_service_result>`;

  it('has the meaning of its code, and its own text', async () => {
    const answer = always(
      400,
      'application/xml',
      xml('401163', 'Cash - Limit &gt; 10 exceeded &#8211; User&#039;s 25'),
    );
    const refusal = await against(answer, (alma) => refusalOf(alma.createLoan(kiosk, loan)));
    expect(refusal.kind).to.equal('fee-limit-exceeded');
    expect(refusal.facts.detail).to.equal("Cash - Limit > 10 exceeded – User's 25");
  });

  it('may be a general one, which says nothing', async () => {
    await against(always(400, 'application/xml', xml('401652', 'General Error')), async (alma) => {
      await unknownOutcomeOf(alma.createLoan(kiosk, loan));
      expect((await refusalOf(alma.loans(kiosk, 'ada'))).kind).to.equal('library-system-unavailable');
    });
  });

  it('may be a limit: as a page that of the second, as XML that of the day', async () => {
    const page = await standIn(always(429, 'text/html', '<html><body>Too Many Requests</body></html>'));
    const hasty = connect(page.url, { writeMs: 100 });
    expect((await refusalOf(hasty.alma.createLoan(kiosk, loan))).kind).to.equal('library-system-unavailable');
    expect(page.requests.length, 'tried again').to.be.above(1);
    await hasty.alma.close();
    await page.stop();
    const spent = await standIn(always(429, 'application/xml', xml('DAILY_THRESHOLD', 'Too many')));
    const { alma } = connect(spent.url);
    expect((await refusalOf(alma.createLoan(kiosk, loan))).facts.code).to.equal('DAILY_THRESHOLD');
    expect(spent.requests, 'not tried again').to.have.length(1);
    await alma.close();
    await spent.stop();
  });
});
