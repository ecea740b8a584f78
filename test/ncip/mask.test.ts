import { expect } from 'chai';
import { maskedText } from '../../src/ncip/mask.ts';

const masked = (text: string): string => maskedText(Buffer.from(text));

describe('NCIP masking', () => {
  it('leaves everything as it was but the secrets', () => {
    expect(
      masked(
        '<a><ns1:AuthenticationInputData>8642</ns1:AuthenticationInputData>\n<FromAgencyAuthentication Scheme="s">t0ken' +
          '</FromAgencyAuthentication><x:FromSystemAuthentication>t0ken</x:FromSystemAuthentication><b>ok</b></a>',
      ),
    ).to.equal(
      '<a><ns1:AuthenticationInputData>***</ns1:AuthenticationInputData>\n<FromAgencyAuthentication>***' +
        '</FromAgencyAuthentication><x:FromSystemAuthentication>***</x:FromSystemAuthentication><b>ok</b></a>',
    );
  });

  for (const [name, text] of [
    ['CDATA', '<AuthenticationInputData><![CDATA[8642]]></AuthenticationInputData>'],
    ['a comment before it', '<AuthenticationInputData><!-- pin -->8642</AuthenticationInputData>'],
    ['an element around it', '<AuthenticationInputData><b>8642</b></AuthenticationInputData>'],
    ['a message that is cut off', '<x><AuthenticationInputData>86428642'],
    ['a start tag that is never closed', '<x><AuthenticationInputData a="8642'],
    ['control characters in the name', '<Authentication\u0004InputData>8642</AuthenticationInputData>'],
  ] as const) {
    it(`hides a PIN in ${name}`, () => {
      expect(masked(text)).not.to.include('8642');
    });
  }

  it('hides a PIN in UTF-16', () => {
    const bytes = Buffer.from('\ufeff<AuthenticationInputData>8642</AuthenticationInputData>', 'utf16le');
    expect(maskedText(bytes)).to.equal('<AuthenticationInputData>***</AuthenticationInputData>');
  });

  it('shows what follows an empty element', () => {
    const text = '<FromAgencyAuthentication/><ItemIdentifierValue>30001</ItemIdentifierValue>';
    expect(masked(text)).to.equal(text);
  });

  it('is quick with a message made to be slow', () => {
    const began = performance.now();
    masked('<AuthenticationInputData '.repeat(40_000));
    masked(`<AuthenticationInputData>${'</AuthenticationInputDat'.repeat(40_000)}`);
    masked('<FromAgencyAuthentication /><'.repeat(40_000));
    expect(performance.now() - began).to.be.below(1000);
  });
});
