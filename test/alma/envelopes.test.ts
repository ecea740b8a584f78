import { expect } from 'chai';
import { against, always, connect, errorOf, kiosk, refusalOf, standIn, unknownOutcomeOf } from './parties.ts';

const json = 'application/json;charset=UTF-8';
const error = { errorCode: '401861', errorMessage: 'User with identifier x was not found.', trackingId: 'E01-1-A-B' };
const place = { library: 'MAIN', circDesk: 'DEFAULT_CIRC_DESK' };
const loan = { patronId: 'ada', barcode: '1', place };

describe("Alma's envelopes", () => {
  const envelopes: Record<string, [type: string, body: string]> = {
    'a list of errors': [json, JSON.stringify({ errorsExist: true, errorList: { error: [error] }, result: null })],
    'one error as an object': [json, JSON.stringify({ errorsExist: 'true', errorList: { error } })],
    'a wrapper around it': [json, JSON.stringify({ web_service_result: { errorsExist: true, errorList: { error } } })],
    'XML, though JSON was asked for': [
      'application/xml',
      `<?xml version="1.0"?><r xmlns="http://com/exlibris/urm/general/xmlbeans"><errorsExist>true</errorsExist><errorList>
       <error><errorCode>401861</errorCode><errorMessage>User with identifier x was not found.</errorMessage>
       <trackingId>E01-1-A-B</trackingId></error></errorList></r>`,
    ],
  };
  for (const [name, [type, body]] of Object.entries(envelopes)) {
    it(`are understood: ${name}`, async () => {
      const refusal = await against(always(400, type, body), (alma) => refusalOf(alma.patron(kiosk, 'x')));
      expect(refusal.kind).to.equal('unknown-patron');
      expect(refusal.facts).to.deep.equal({
        detail: 'User with identifier x was not found.',
        code: '401861',
        trackingId: 'E01-1-A-B',
      });
    });
  }

  it('may come with HTTP 200 and say no all the same', async () => {
    const body = JSON.stringify({ errorsExist: true, errorList: { error: [error] } });
    const refusal = await against(always(200, json, body), (alma) => refusalOf(alma.patron(kiosk, 'x')));
    expect(refusal.kind).to.equal('unknown-patron');
  });

  const misconfigured: Record<string, [status: number, type: string, body: string]> = {
    'a bad key': [400, 'text/plain;charset=UTF-8', 'Invalid API Key'],
    'a key without the right': [
      400,
      json,
      JSON.stringify({ errorList: { error: [{ errorCode: 'UNAUTHORIZED', errorMessage: 'API-key not defined' }] } }),
    ],
    'HTTP 401 without a word': [401, json, ''],
    'HTTP 403 from a proxy': [403, 'text/html', '<html><body>Forbidden</body></html>'],
    'a path that does not exist': [
      404,
      json,
      JSON.stringify({
        web_service_result: {
          errorList: { error: { errorCode: 'NOT_FOUND', errorMessage: '', trackingId: 'unknown' } },
        },
      }),
    ],
    'another web site': [404, 'text/html', '<html></html>'],
    'a redirect to a login page': [302, 'text/html', ''],
    'a restriction profile': [
      400,
      json,
      JSON.stringify({ errorList: { error: [{ errorCode: '60340', errorMessage: 'The loan is API Restricted' }] } }),
    ],
  };
  for (const [name, [status, type, body]] of Object.entries(misconfigured)) {
    it(`tell that the settings are wrong: ${name}`, async () => {
      await against(always(status, type, body), async (alma) => {
        expect((await refusalOf(alma.patron(kiosk, 'x'))).kind).to.equal('library-system-misconfigured');
        expect((await refusalOf(alma.createLoan(kiosk, loan))).kind).to.equal('library-system-misconfigured');
      });
    });
  }

  const outages: Record<string, [status: number, type: string, body: string]> = {
    'HTML with 503': [503, 'text/html', '<html></html>'],
    'nothing with 504': [504, 'text/plain', ''],
    'a general error with 400': [
      400,
      json,
      JSON.stringify({ errorList: { error: [{ errorCode: 'GENERAL_ERROR', errorMessage: 'x' }] } }),
    ],
    'HTML with 200': [200, 'text/html', '<html>Maintenance</html>'],
  };
  for (const [name, [status, type, body]] of Object.entries(outages)) {
    it(`or none at all: ${name} leaves a read unanswered and a write unknown`, async () => {
      await against(always(status, type, body), async (alma) => {
        expect((await refusalOf(alma.patron(kiosk, 'x'))).kind).to.equal('library-system-unavailable');
        await unknownOutcomeOf(alma.createLoan(kiosk, loan));
      });
    });
  }

  it('a code that is not known keeps its own words, and no code is taken for a property of objects', async () => {
    for (const code of ['499999', 'constructor', 'otherwise']) {
      const body = JSON.stringify({ errorList: { error: [{ errorCode: code, errorMessage: '\nSomething  new' }] } });
      const refusal = await against(always(400, json, body), (alma) => refusalOf(alma.loans(kiosk, 'x')));
      expect(refusal.kind).to.equal('library-system-refused');
      expect(refusal.facts).to.deep.equal({ detail: 'Something new', code });
    }
  });

  it('a write that succeeds without saying what it made is unknown', async () => {
    await against(always(200, json, '{}'), async (alma) => {
      await unknownOutcomeOf(alma.createLoan(kiosk, loan));
      await unknownOutcomeOf(alma.createHolding(kiosk, '1', { library: 'A', location: 'b' }));
      expect((await refusalOf(alma.item(kiosk, '1'))).kind).to.equal('unknown-item');
    });
  });
});

describe('The redirect of a barcode', () => {
  it('is followed at our own Alma only, with the key in the header and never in the path', async () => {
    const foreign = await standIn(always(200, json, '{}'));
    const home = await standIn((request, response) => {
      if (request.url?.startsWith('/almaws/v1/items?')) {
        const location = `${foreign.url}/almaws/v1/bibs/1/holdings/2/items/3?apikey=demo-key`;
        response.writeHead(302, { location }).end();
      } else {
        const key = request.headers.authorization === 'apikey demo-key';
        response.writeHead(200, { 'content-type': json });
        response.end(JSON.stringify({ item_data: { pid: '3', barcode: key ? 'with key' : 'without key' } }));
      }
    });
    const { alma, lines } = connect(`${home.url}/almaws/v1/`);
    expect((await alma.item(kiosk, 'a b')).barcode).to.equal('with key');
    expect(home.requests).to.deep.equal([
      'GET /almaws/v1/items?item_barcode=a+b',
      'GET /almaws/v1/bibs/1/holdings/2/items/3',
    ]);
    expect(foreign.requests).to.deep.equal([]);
    expect(JSON.stringify(lines)).not.to.match(/demo-key|127\.0\.0\.1/);
    await alma.close();
    await Promise.all([home.stop(), foreign.stop()]);
  });

  it('to anything but an item is a wrong setting', async () => {
    const answer: Parameters<typeof standIn>[0] = (_request, response) =>
      response.writeHead(302, { location: 'https://login.example.org/?apikey=demo-key' }).end();
    const refusal = await against(answer, (alma) => refusalOf(alma.item(kiosk, '1')));
    expect(refusal.kind).to.equal('library-system-misconfigured');
    expect(refusal.message).not.to.contain('demo-key');
  });
});

describe('Secrets', () => {
  const everything = (value: unknown): string => {
    const seen = new Set<unknown>();
    const walk = (part: unknown): string => {
      if (typeof part !== 'object' || part === null) return String(part);
      if (seen.has(part)) return '';
      seen.add(part);
      const names = [...Object.getOwnPropertyNames(part), 'message', 'stack', 'cause'];
      return names.map((name) => `${name}=${walk((part as Record<string, unknown>)[name])}`).join('\n');
    };
    return walk(value);
  };
  const password = 'Pa55 wörd/%';
  const forms = ['s3cret-key', password, encodeURIComponent(password)];

  it('are in no log line, no error and no cause, even where Alma repeats them', async () => {
    // Alma can only repeat what it was told: the key each time, the password where it was to check one.
    const echo =
      (status: number): Parameters<typeof standIn>[0] =>
      (request, response) => {
        const heard = request.url?.includes('op=auth') ? forms.join(' ') : 's3cret-key';
        const errorMessage = `heard ${heard} and ${request.headers['exl-user-pw'] ?? request.headers.authorization}`;
        const errorList = { error: [{ errorCode: '1', errorMessage }] };
        response.writeHead(status, { 'content-type': json }).end(JSON.stringify({ errorList }));
      };
    const answers: Parameters<typeof standIn>[0][] = [
      echo(400),
      echo(500),
      echo(429),
      always(400, 'text/plain', 'Invalid API Key s3cret-key'),
      always(200, json, `not json s3cret-key ${password}`),
      (request) => request.socket.destroy(),
    ];
    for (const answer of answers) {
      const server = await standIn(answer);
      const { alma, lines } = connect(server.url, {}, { apiKey: 's3cret-key' });
      const errors = [
        await errorOf(alma.passwordMatches(kiosk, 'ada', password)),
        await errorOf(alma.createLoan(kiosk, loan)),
        await errorOf(alma.item(kiosk, '1')),
      ];
      const said = everything(errors) + JSON.stringify(lines);
      expect(lines).not.to.deep.equal([]);
      for (const form of forms) expect(said).not.to.contain(form);
      expect(server.requests.join()).not.to.contain('Pa55');
      await alma.close();
      await server.stop();
    }
  });
});

describe('Values that are not there', () => {
  it('are null, "", {} or absent in Alma and never anything odd with us', async () => {
    const user = {
      primary_id: 'x',
      first_name: null,
      last_name: 'Lonely',
      full_name: '',
      user_group: {},
      status: { value: 'active' },
      expiry_date: null,
      contact_info: { address: null, email: [{ email_address: '' }], phone: {} },
      user_identifier: null,
      user_block: [
        { block_type: {}, block_description: { value: '02', desc: null }, block_status: 'ACTIVE', block_note: null },
        { block_status: 'INACTIVE' },
        { block_status: 'ACTIVE', expiry_date: '2001-01-01Z' },
        { block_status: 'ACTIVE', expiry_date: '2999-01-01Z' },
      ],
      loans: null,
      requests: { value: null },
      fees: { value: '2.50' },
    };
    const patron = await against(always(200, json, JSON.stringify(user)), (alma) => alma.patron(kiosk, 'x'));
    expect(patron).to.deep.equal({
      primaryId: 'x',
      name: { full: 'Lonely', given: '', surname: 'Lonely' },
      group: { code: '', name: '' },
      active: true,
      hasPatronRole: true,
      blocks: [
        { type: '', description: '02', note: '' },
        { type: '', description: '', note: '', expires: '2999-01-01T23:59:59.999Z' },
      ],
      identifiers: [],
      addresses: [],
      emails: [],
      phones: [],
      loanCount: 0,
      holdCount: 0,
      owes: { amount: 2.5, currency: 'EUR' },
    });
  });

  it('an inactive or expired patron role is none', async () => {
    const role = { status: { value: 'ACTIVE' }, role_type: { value: '200' } };
    const may = (user_role: unknown) =>
      against(always(200, json, JSON.stringify({ primary_id: 'x', user_role })), async (alma) => {
        return (await alma.patron(kiosk, 'x')).hasPatronRole;
      });
    expect(await may([role])).to.equal(true);
    expect(await may([])).to.equal(false);
    expect(await may([{ ...role, status: { value: 'INACTIVE' } }])).to.equal(false);
    expect(await may([{ ...role, expiry_date: '2001-01-01Z' }])).to.equal(false);
    expect(await may([{ ...role, role_type: { value: '32' } }])).to.equal(false);
  });

  it('empty lists are empty lists', async () => {
    for (const body of ['{"total_record_count":0}', '{"total_record_count":0,"currency":null}', '{"fee":null}']) {
      await against(always(200, json, body), async (alma) => {
        expect(await alma.loans(kiosk, 'x')).to.deep.equal([]);
        expect(await alma.holds(kiosk, 'x')).to.deep.equal([]);
        expect(await alma.fees(kiosk, 'x')).to.deep.equal([]);
        expect(await alma.holdingsOf(kiosk, '1')).to.deep.equal([]);
        expect(await alma.bibByControlNumber(kiosk, '1')).to.equal(undefined);
      });
    }
  });

  it('a status in words is the status', async () => {
    const body = JSON.stringify({ user_request: [{ request_id: '1', request_status: 'On Hold Shelf' }] });
    const [hold] = await against(always(200, json, body), (alma) => alma.holds(kiosk, 'x'));
    expect(hold?.onShelf).to.equal(true);
  });
});
