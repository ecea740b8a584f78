import { expect } from 'chai';
import { type Charset, decode, defaultDialect, encode, settled, transliterate } from '../../src/sip2/dialect.ts';

describe('SIP2 dialect', () => {
  it('is by default what the standard says', () => {
    expect(defaultDialect).to.deep.include({ charset: 'cp850', delimiter: '|', maxFieldLength: 255 });
  });

  it('answers with the terminator that the peer uses, unless it has its own', () => {
    expect(settled(defaultDialect, 'CRLF').terminator).to.equal('CRLF');
    expect(settled({ ...defaultDialect, terminator: 'LF' }, 'CRLF').terminator).to.equal('LF');
  });

  const titles: [charset: Charset, title: string, sent: string][] = [
    ['cp850', 'Le Piège', 'Le Piège'],
    ['cp850', 'Zürich, Łódź', 'Zürich, Lódz'],
    ['cp850', 'Le Pie\u0300ge', 'Le Piège'],
    ['cp850', '“War” – and ‘Peace’…', '"War" - and \'Peace\'...'],
    ['iso-8859-1', 'Œuvres – ŵ', 'OEuvres - w'],
    ['iso-8859-1', 'Война', '?????'],
    ['ascii-fold', 'Straße nach Ærø', 'Strasse nach AEro'],
    ['ascii-fold', 'ﬁve €', 'five EUR'],
    ['ascii-fold', '😀', '?'],
    ['utf-8', 'Война и мир – Łódź', 'Война и мир – Łódź'],
    ['utf-8', 'half a \ud83d face', 'half a ? face'],
  ];
  for (const [charset, title, sent] of titles) {
    it(`sends ${title} in ${charset} as ${sent}`, () => {
      const text = transliterate(title, charset);
      expect(text).to.equal(sent);
      expect(decode(encode(text, charset), charset)).to.equal(sent);
    });
  }

  it('has one byte a character, and the standard ones, in code page 850', () => {
    expect([...encode('èäß', 'cp850')]).to.deep.equal([0x8a, 0x84, 0xe1]);
  });

  it('takes for Latin-1 what claims to be UTF-8 and is not', () => {
    const latin = Uint8Array.of(0x50, 0xe8);
    expect(decode(latin, 'utf-8')).to.equal('Pè');
    expect(decode(latin, 'ascii-fold')).to.equal('Pè');
    expect(decode(encode('Pè', 'utf-8'), 'ascii-fold')).to.equal('Pè');
  });
});
