import { expect } from 'chai';
import { checksum } from '../../src/sip2/checksum.ts';
import { encode } from '../../src/sip2/dialect.ts';

describe('SIP2 checksum', () => {
  const vectors: [throughAZ: string, expected: string][] = [
    ['97AZ', 'FEF5'],
    ['96AZ', 'FEF6'],
    ['941AY0AZ', 'FDFD'],
    ['9900802.00AY1AZ', 'FCA0'],
    ['9910302.00AY0AZ', 'FCA5'],
    ['9300CNLoginUserID|COLoginPassword|CPLocationCode|AY5AZ', 'EC7B'],
  ];
  for (const [throughAZ, expected] of vectors) {
    it(`of ${throughAZ} is ${expected}`, () => expect(checksum(Buffer.from(throughAZ))).to.equal(expected));
  }

  it('is over bytes: the same title has another sum in every charset', () => {
    const message = '18030201AJLe Piège|AY7AZ';
    expect(checksum(encode(message, 'utf-8'))).to.equal('F83D');
    expect(checksum(encode(message, 'cp850'))).to.equal('F91E');
    expect(checksum(encode(message, 'iso-8859-1'))).to.equal('F8C0');
  });

  it('keeps its leading zeros', () => expect(checksum(new Uint8Array(257).fill(255))).to.equal('0001'));
});
