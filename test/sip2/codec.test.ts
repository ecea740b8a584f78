import { expect } from 'chai';
import { checksum } from '../../src/sip2/checksum.ts';
import { formatRequest, formatResponse, parseRequest, parseResponse } from '../../src/sip2/codec.ts';
import { patronStatusNames } from '../../src/sip2/codes.ts';
import { type Dialect, defaultDialect, encode } from '../../src/sip2/dialect.ts';
import type { Response } from '../../src/sip2/messages.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const parse = (text: string, dialect: Partial<Dialect> = {}) =>
  parseRequest(bytes(text), { ...defaultDialect, ...dialect });
const now = '20260304    101530';

/** The message in a line that must be a request. */
function request(text: string, dialect?: Partial<Dialect>) {
  const parsed = parse(text, dialect);
  if (parsed.kind !== 'request') throw new Error(`${text} is ${parsed.kind}`);
  return parsed.message;
}

/** The line with AZ, and with AY if there is a sequence. */
function summed(line: string, sequence?: string): string {
  const throughAZ = `${line}${sequence === undefined ? '' : `AY${sequence}`}AZ`;
  return throughAZ + checksum(bytes(throughAZ));
}

const patronStatus = Object.fromEntries(
  patronStatusNames.map((name) => [name, false]),
) as Response<'24'>['patronStatus'];

const checkedIn: Response<'10'> = {
  code: '10',
  ok: true,
  resensitize: true,
  magneticMedia: 'U',
  alert: false,
  transactionDate: now,
  institutionId: 'MAIN',
  itemIdentifier: 'I1',
  permanentLocation: 'Stacks',
};
const sent = (message: Response, dialect: Partial<Dialect> = {}) =>
  formatResponse(message, undefined, { ...defaultDialect, ...dialect }).toString('latin1');

describe('SIP2 requests', () => {
  it('are read by the names of the standard', () => {
    expect(request(`11YN${now}                  AOMAIN|AAP1|ABI1|AC|BON|`)).to.deep.equal({
      code: '11',
      scRenewalPolicy: true,
      noBlock: false,
      transactionDate: now,
      nbDueDate: '',
      institutionId: 'MAIN',
      patronIdentifier: 'P1',
      itemIdentifier: 'I1',
      terminalPassword: '',
      feeAcknowledged: false,
    });
  });

  it('tell what is unknown and what is no SIP2 at all', () => {
    expect(parse('05stored')).to.deep.equal({ kind: 'unknown-command', code: '05' });
    expect(parse(`10101YNN${now}`)).to.deep.equal({ kind: 'unknown-command', code: '10' });
    for (const line of ['', '9', 'GET / HTTP/1.1', 'XS']) expect(parse(line)).to.deep.equal({ kind: 'malformed' });
  });

  describe('with error detection', () => {
    const login = '9300CNkiosk1|COhunter2|';

    it('have the sequence number that the answer must carry', () => {
      expect(parse(summed(login, '3'))).to.deep.include({ errorDetection: { sequence: '3' } });
      expect(parse(login)).not.to.have.property('errorDetection');
    });

    it('may be repeated without a sequence number, as a resend request always is', () => {
      expect(parse('97AZFEF5')).to.deep.equal({ kind: 'request', message: { code: '97' }, errorDetection: {} });
      expect(parse(summed(login))).to.deep.include({ errorDetection: {} });
    });

    it('may count past 9, and by no digit', () => {
      expect(parse(summed(login, '10'))).to.deep.include({ errorDetection: { sequence: '0' } });
      expect(parse(summed(login, ':'))).to.deep.include({ errorDetection: { sequence: ':' } });
    });

    it('may write the checksum in lower case', () => {
      const line = summed(login, '1');
      expect(parse(line.slice(0, -4) + line.slice(-4).toLowerCase())).to.deep.include({ kind: 'request' });
    });

    it('may leave out the delimiter before AY', () => {
      const message = request(summed('9300CNuser_id|COpassword', '1'));
      expect(message).to.deep.include({ loginUserId: 'user_id', loginPassword: 'password' });
    });

    it('are refused when a byte, the command or the checksum was damaged', () => {
      const line = summed(login, '1');
      for (const damaged of [line.replace('kiosk1', 'kiosk2'), `x${line.slice(1)}`, line.slice(0, -1), `${line}0`]) {
        expect(parse(damaged), damaged).to.deep.equal({ kind: 'bad-checksum' });
      }
    });

    it('pass with any checksum where the dialect is lenient', () => {
      const parsed = parse(`${login}AY4AZ0000`, { checksum: 'lenient' });
      expect(parsed).to.deep.include({ kind: 'request', errorDetection: { sequence: '4' } });
      expect(parse(`${login}AY4AZ0000`)).to.deep.equal({ kind: 'bad-checksum' });
    });
  });

  describe('with a fixed part of the wrong width', () => {
    it('17 with a language before the date', () => {
      expect(request(`17001${now}AOMAIN|ABI1|`)).to.deep.equal({
        ...{ code: '17', transactionDate: now, institutionId: 'MAIN', itemIdentifier: 'I1' },
      });
    });

    it('09 without a return date', () => {
      const message = request(`09N${now}APDESK|AOUNIVERSITYMAINLIBRARY|ABI1|AC|`);
      expect(message).to.deep.include({
        noBlock: false,
        transactionDate: now,
        returnDate: '',
        currentLocation: 'DESK',
      });
    });

    it('11 without a due date, even where the width ends before what looks like a field', () => {
      const message = request(`11YY${now}AOUNIVERSITYMAINLABPART|AAP1|ABI1|AC|`);
      expect(message).to.deep.include({ noBlock: true, transactionDate: now, nbDueDate: '', itemIdentifier: 'I1' });
      expect(message).to.deep.include({ institutionId: 'UNIVERSITYMAINLABPART' });
    });

    it('99 with two digits of print width, or a delimiter at its end', () => {
      const status = { code: '99', statusCode: '0', maxPrintWidth: 40, protocolVersion: '1.00' };
      expect(request('990401.00')).to.deep.equal(status);
      expect(request('990401.00|')).to.deep.equal(status);
      expect(request('9900002.00|')).to.deep.equal({ ...status, maxPrintWidth: 0, protocolVersion: '2.00' });
      expect(request('9909992.0E')).to.deep.equal({ ...status, maxPrintWidth: 999, protocolVersion: '2.0E' });
    });

    it('63 without the blanks of its summary', () => {
      const message = request(`63001${now}  YAOMAIN|AAP1|`);
      expect(message).to.deep.include({ language: '001', summary: 'chargedItems', patronIdentifier: 'P1' });
    });

    it('15 with something unknown behind the date', () => {
      const message = request(`15+${now}3BSBRANCH|AOMAIN|AAP1|ABI1|`);
      expect(message).to.deep.include({ holdMode: '+', transactionDate: now, pickupLocation: 'BRANCH' });
    });

    it('a date in a format of its own', () => {
      const message = request('17  2026-03-04 10:15AOMAIN|ABI1|');
      expect(message).to.deep.include({ transactionDate: '2026-03-04 10:15', itemIdentifier: 'I1' });
    });

    it('nothing but the command', () => {
      expect(request('17')).to.deep.equal({ code: '17', transactionDate: '', institutionId: '', itemIdentifier: '' });
    });
  });

  it('may leave out what is required: it is empty', () => {
    const message = request(`23000${now}AAP1|`);
    expect(message).to.deep.include({ institutionId: '', terminalPassword: '', patronPassword: '' });
  });

  it('may have their fields in any order, unknown ones, and some twice', () => {
    const message = request(`09N${now}${now}AB31|ACpw|AOnypl |ZZ?|AB32|APd|CQY|`);
    expect(message).to.deep.equal({
      ...{ code: '09', noBlock: false, transactionDate: now, returnDate: now },
      ...{ currentLocation: 'd', institutionId: 'nypl ', itemIdentifier: '31', terminalPassword: 'pw' },
    });
  });

  it('may start with a field that nobody knows', () => {
    expect(request(`17${now}XZ1|AOMAIN|ABI1|`)).to.deep.include({ institutionId: 'MAIN', itemIdentifier: 'I1' });
  });

  it('may end their fields with another delimiter', () => {
    const message = request('9300CNa|b^COpw^', { delimiter: '^' });
    expect(message).to.deep.include({ loginUserId: 'a|b', loginPassword: 'pw' });
  });

  it('may have a delimiter inside a value: the rest of it is lost, and nothing else', () => {
    const message = request('9300CNleona|rdr@|COpw|');
    expect(message).to.deep.include({ loginUserId: 'leona', loginPassword: 'pw' });
  });

  const summaries: [summary: string, asked: string | undefined][] = [
    ['          ', undefined],
    ['Y         ', 'holdItems'],
    ['     Y    ', 'unavailableHoldItems'],
    [' Y Y      ', 'overdueItems'],
    ['      Y   ', undefined],
    ['YYYYYYYYYY', 'holdItems'],
  ];
  for (const [summary, asked] of summaries) {
    it(`with the summary "${summary}" ask for ${asked ?? 'no list'}`, () => {
      const message = request(`63001${now}${summary}AOMAIN|AAP1|BP00001|BQ5|`);
      expect(message).to.deep.include({ summary: asked, startItem: 1, endItem: 5, patronIdentifier: 'P1' });
    });
  }

  it('are read in the charset of the dialect, and summed before', () => {
    const line = 'Müller|COpw|';
    for (const charset of ['cp850', 'utf-8', 'iso-8859-1'] as const) {
      const encoded = summed(`9300CN${encode(line, charset).toString('latin1')}`, '1');
      expect(request(encoded, { charset })).to.deep.include({ loginUserId: 'Müller' });
    }
  });
});

describe('SIP2 responses', () => {
  it('are written in the order of the standard, without absent fields and with empty required ones', () => {
    const answer = { ...checkedIn, permanentLocation: '', screenMessage: ['One', 'Two'], sortBin: '3' };
    expect(sent(answer)).to.equal(`101YUN${now}AOMAIN|ABI1|AQ|CL3|AFOne|AFTwo|\r`);
  });

  it('end as the dialect says, by default as the standard does', () => {
    const ok: Response = { code: '94', ok: false };
    expect(sent(ok)).to.equal('940\r');
    expect(sent(ok, { terminator: 'CRLF' })).to.equal('940\r\n');
    expect(sent(ok, { terminator: 'LF' })).to.equal('940\n');
  });

  it('carry AY and AZ as the request did; resend requests never carry AY', () => {
    const send = (message: Response, detection?: { sequence?: string }) =>
      formatResponse(message, detection, defaultDialect).toString('latin1');
    expect(send({ code: '94', ok: true }, { sequence: '0' })).to.equal('941AY0AZFDFD\r');
    expect(send({ code: '94', ok: true }, {})).to.equal(`${summed('941')}\r`);
    expect(send({ code: '96' }, { sequence: '0' })).to.equal('96AZFEF6\r');
    expect(send({ code: '96' })).to.equal('96\r');
    expect(formatRequest({ code: '97' }, { sequence: '0' }, defaultDialect).toString()).to.equal('97AZFEF5\r');
  });

  it('sum the bytes that they send', () => {
    const answer = { ...checkedIn, titleIdentifier: 'Le Piège' };
    for (const charset of ['cp850', 'utf-8', 'iso-8859-1', 'ascii-fold'] as const) {
      const line = formatResponse(answer, { sequence: '7' }, { ...defaultDialect, charset }).subarray(0, -1);
      expect(line.subarray(-4).toString()).to.equal(checksum(line.subarray(0, -4)));
    }
  });

  it('keep values from ending a field or a message', () => {
    const answer = { ...checkedIn, titleIdentifier: 'a|b\r\nc\0d\u0085e｜f' };
    expect(sent(answer)).to.include('|AJa b  c d e f|');
    expect(sent({ ...answer, titleIdentifier: 'a|b^c' }, { delimiter: '^' })).to.include('^AJa|b c^');
  });

  it('cut values to 255 bytes, and no character in two', () => {
    const long = (charset: Dialect['charset']) => {
      const line = sent({ ...checkedIn, titleIdentifier: 'ß'.repeat(300) }, { charset });
      return /AJ([^|]*)/.exec(line)?.[1]?.length;
    };
    expect(long('cp850')).to.equal(255);
    expect(long('ascii-fold')).to.equal(255);
    expect(long('utf-8')).to.equal(254);
    const short = sent({ ...checkedIn, titleIdentifier: 'Title' }, { maxFieldLength: 3 });
    expect(short).to.include('|AJTit|');
  });

  it('never send what the dialect hides: it is absent, or empty if the standard requires it', () => {
    const answer = { ...checkedIn, patronIdentifier: 'P1', alertType: '01' };
    expect(sent(answer, { hideFields: ['AA', 'AQ', 'CV'] })).to.equal(`101YUN${now}AOMAIN|ABI1|AQ|\r`);
  });

  it('write patron status by name, unsupported counts as blanks, and no count over 9999', () => {
    const answer: Response<'64'> = {
      ...{ code: '64', language: '001', transactionDate: now, institutionId: '', patronIdentifier: 'P1' },
      ...{ personalName: 'Ann', holdItemsCount: 0, overdueItemsCount: 12, chargedItemsCount: 123456 },
      ...{ fineItemsCount: undefined, recallItemsCount: Number.NaN, unavailableHoldsCount: -1, holdItemsLimit: 5 },
      patronStatus: { ...patronStatus, chargePrivilegesDenied: true, tooManyItemsBilled: true },
    };
    expect(sent(answer)).to.equal(`64Y            Y001${now}000000129999        0000AO|AAP1|AEAnn|BZ0005|\r`);
  });

  it('keep the places of the fixed part whatever its values are', () => {
    const answer: Response = {
      ...{ code: '18', circulationStatus: '3', securityMarker: '0123', feeType: 'ß', transactionDate: '|' },
      ...{ itemIdentifier: 'I1', titleIdentifier: '' },
    };
    expect(sent(answer, { charset: 'utf-8' })).to.equal(`183 01ss${' '.repeat(18)}ABI1|AJ|\r`);
  });

  it('are read with 13 places of patron status, and with limits of one digit', () => {
    const line = `64Y            001${now}000100000002            AO|AAP1|AEAnn|BZ5|CA|`;
    const parsed = parseResponse(bytes(line), defaultDialect);
    expect(parsed).to.have.property('kind', 'response');
    expect(parsed)
      .to.have.property('message')
      .that.deep.includes({
        patronStatus: { ...patronStatus, chargePrivilegesDenied: true },
        ...{ language: '001', transactionDate: now, holdItemsCount: 1, overdueItemsCount: 0, chargedItemsCount: 2 },
        ...{ fineItemsCount: undefined, personalName: 'Ann', holdItemsLimit: 5 },
      });
    expect(parsed).to.have.property('message').that.does.not.have.property('overdueItemsLimit');
  });
});
