import { expect } from 'chai';
import fc from 'fast-check';
import { Framer } from '../../src/sip2/frame.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** What the framer made of the chunks: lines as text, dropped ones as their length. */
function framesOf(chunks: readonly (string | Uint8Array)[], framer = new Framer()): (string | number)[] {
  return chunks
    .flatMap((chunk) => framer.push(typeof chunk === 'string' ? bytes(chunk) : chunk))
    .map((frame) => (frame.kind === 'line' ? Buffer.from(frame.line).toString('latin1') : frame.bytes));
}

describe('SIP2 framing', () => {
  it('ends a message at CR, LF and CRLF', () => {
    expect(framesOf(['97\r9900802.00\n97AZFEF5\r\n97\r'])).to.deep.equal(['97', '9900802.00', '97AZFEF5', '97']);
  });

  it('gives a message at its CR, without waiting for an LF', () => {
    const framer = new Framer();
    expect(framesOf(['97\r'], framer)).to.deep.equal(['97']);
    expect(framer.terminator).to.equal('CR');
    expect(framesOf(['\n'], framer)).to.deep.equal([]);
    expect(framer.terminator).to.equal('CRLF');
  });

  it('says which terminator the peer used last', () => {
    const framer = new Framer();
    expect(framer.terminator).to.equal('CR');
    framesOf(['97\n'], framer);
    expect(framer.terminator).to.equal('LF');
    framesOf(['97\r\n'], framer);
    expect(framer.terminator).to.equal('CRLF');
    framesOf(['97\r97\r\0\n'], framer);
    expect(framer.terminator).to.equal('CR');
  });

  it('knows whether a message has begun', () => {
    const framer = new Framer({ maxLineBytes: 2 });
    const states = ['\xff\xfb\x01 ', '9', '7', '0', '\r', '\n'].map((chunk) => {
      framesOf([chunk], framer);
      return framer.pending;
    });
    expect(states).to.deep.equal([false, true, true, true, false, false]);
  });

  it('skips junk before a message, and empty lines', () => {
    expect(framesOf(['\0\0 \n97\r\0\r\n\r\n \t\x7f\x80 99\r'])).to.deep.equal(['97', '99']);
  });

  it('keeps what is inside a message, even what is junk before one', () => {
    expect(framesOf(['18AJLe Pi\x8age \xff|\t\r'])).to.deep.equal(['18AJLe Pi\x8age \xff|\t']);
  });

  it('skips telnet negotiation, whose option codes may look like text', () => {
    const willEchoAndNewEnviron = '\xff\xfb\x01\xff\xfd\x27';
    const windowSize = '\xff\xfa\x1f\0\x50\0\x18\xff\xf0';
    expect(framesOf([`${willEchoAndNewEnviron}${windowSize}99\r`])).to.deep.equal(['99']);
  });

  it('does not lose a command behind a lone IAC, or the messages behind an endless subnegotiation', () => {
    expect(framesOf(['\xff99\r'])).to.deep.equal(['99']);
    expect(framesOf(['\xff\xfa\x18xterm\r99\r'])).to.deep.equal(['99']);
  });

  it('drops a line that is too long, tells its length, and goes on with the next', () => {
    const framer = new Framer({ maxLineBytes: 4 });
    expect(framesOf(['1234\r12345\r97\r123', '456789\n97\r'], framer)).to.deep.equal(['1234', 5, '97', 9, '97']);
  });

  it('has room for any message that a terminal sends', () => {
    expect(framesOf([`${'x'.repeat(16 * 1024)}\r${'x'.repeat(16 * 1024 + 1)}\r`])[1]).to.equal(16 * 1024 + 1);
  });

  it('gives back each message of any sequence, wherever the stream is cut', () => {
    const message = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((body) =>
      bytes(
        `09${Buffer.from(body)
          .toString('latin1')
          .replace(/[\r\n]/g, '')}`,
      ),
    );
    const ended = fc.tuple(message, fc.constantFrom('\r', '\n', '\r\n', '\r\n\n', '\r\0', '\n\xff\xfb\x01'));
    const conversation = fc.tuple(fc.array(ended, { maxLength: 8 }), fc.array(fc.nat()));
    fc.assert(
      fc.property(conversation, ([messages, cuts]) => {
        const stream = Buffer.concat(messages.map(([line, end]) => Buffer.concat([line, bytes(end)])));
        const places = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
        const chunks = places.map((place, index) => stream.subarray(places[index - 1] ?? 0, place));
        expect(framesOf(chunks)).to.deep.equal(messages.map(([line]) => line.toString('latin1')));
      }),
    );
  });

  it('takes any bytes, in any chunks, and gives the same frames as byte by byte', () => {
    const terminating = fc.oneof(fc.nat(255), fc.constantFrom(10, 13, 255, 250, 240, 57));
    fc.assert(
      fc.property(fc.array(fc.array(terminating)), (chunks) => {
        const framer = new Framer({ maxLineBytes: 3 });
        const bytewise = new Framer({ maxLineBytes: 3 });
        const whole = framesOf(
          chunks.map((chunk) => Uint8Array.from(chunk)),
          framer,
        );
        expect(
          framesOf(
            chunks.flat().map((byte) => Uint8Array.of(byte)),
            bytewise,
          ),
        ).to.deep.equal(whole);
        expect(bytewise.terminator).to.equal(framer.terminator);
      }),
    );
  });
});
