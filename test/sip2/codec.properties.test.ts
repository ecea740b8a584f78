import { expect } from 'chai';
import fc from 'fast-check';
import { formatRequest, formatResponse, parseRequest, parseResponse } from '../../src/sip2/codec.ts';
import { patronStatusNames, summarySections } from '../../src/sip2/codes.ts';
import { type Dialect, defaultDialect } from '../../src/sip2/dialect.ts';
import { type Layout, requestLayouts, responseLayouts } from '../../src/sip2/layout.ts';
import type { Request, Response } from '../../src/sip2/messages.ts';
import type { KindName } from '../../src/sip2/values.ts';

const utf8: Dialect = { ...defaultDialect, charset: 'utf-8' };

/** Text that the wire can carry as it is: no delimiter, no control characters, at most 255 bytes. */
const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((value) => !/[|\p{Cc}]/u.test(value));

function fixedValue(kind: KindName, width: number): fc.Arbitrary<unknown> {
  const digit = fc.constantFrom(...'0123456789');
  const digits = (length: number) => fc.string({ unit: digit, minLength: length, maxLength: length });
  const zone = fc.constantFrom('    ', '   Z');
  const values: Record<KindName, fc.Arbitrary<unknown>> = {
    text,
    code: digits(width),
    date: fc.oneof(
      fc.constant(''),
      fc.tuple(digits(8), zone, digits(6)).map((parts) => parts.join('')),
    ),
    flag: fc.boolean(),
    ok: fc.boolean(),
    flagOrUnknown: fc.constantFrom('Y', 'N', 'U'),
    count: fc.oneof(fc.constant(undefined), fc.nat(10 ** width - 1)),
    number: fc.nat(),
    patronStatus: fc.record(Object.fromEntries(patronStatusNames.map((name) => [name, fc.boolean()]))),
    summary: fc.constantFrom(undefined, ...summarySections),
  };
  return values[kind];
}

/** Any message of this row of the table. */
function messageOf(code: string, { fixed, fields }: Layout): fc.Arbitrary<unknown> {
  const always = [
    ['code', fc.constant(code)] as const,
    ...fixed.map(({ name, kind, width }) => [name, fixedValue(kind, width)] as const),
    ...fields.filter(({ required }) => required).map(({ name }) => [name, text] as const),
  ];
  const maybe = fields
    .filter(({ required }) => !required)
    .map(({ name, kind, repeatable }) => {
      const value = kind === 'count' ? fc.nat(9999) : fixedValue(kind, 4);
      return [name, repeatable ? fc.array(text, { minLength: 1, maxLength: 3 }) : value] as const;
    });
  const requiredKeys = always.map(([name]) => name);
  return fc.record<Record<string, unknown>>(Object.fromEntries([...always, ...maybe]), { requiredKeys });
}

/** No error detection, AZ alone, AY and AZ. */
const detection = fc.oneof(fc.constantFrom(undefined, {}), fc.record({ sequence: fc.constantFrom(...'0123456789') }));

const unnumbered = (layout: Layout, sent: { sequence?: string } | undefined) => (layout.unnumbered && sent ? {} : sent);

describe('SIP2 messages, formatted and parsed, are the same', () => {
  for (const [code, layout] of requestLayouts) {
    it(`request ${code}`, () => {
      fc.assert(
        fc.property(messageOf(code, layout), detection, (message, errorDetection) => {
          const line = formatRequest(message as Request, errorDetection, utf8).subarray(0, -1);
          const expected = unnumbered(layout, errorDetection);
          expect(parseRequest(line, utf8)).to.deep.equal({
            ...{ kind: 'request', message },
            ...(expected && { errorDetection: expected }),
          });
        }),
        { numRuns: 50 },
      );
    });
  }

  for (const [code, layout] of responseLayouts) {
    it(`response ${code}`, () => {
      fc.assert(
        fc.property(messageOf(code, layout), detection, (message, errorDetection) => {
          const line = formatResponse(message as Response, errorDetection, utf8).subarray(0, -1);
          const expected = unnumbered(layout, errorDetection);
          expect(parseResponse(line, utf8)).to.deep.equal({
            ...{ kind: 'response', message },
            ...(expected && { errorDetection: expected }),
          });
        }),
        { numRuns: 50 },
      );
    });
  }
});

describe('SIP2 parser', () => {
  const charset = fc.constantFrom<Dialect['charset']>('cp850', 'utf-8', 'iso-8859-1', 'ascii-fold');
  const commands = [...requestLayouts.keys(), ...responseLayouts.keys()];

  it('makes something of any bytes behind any command', () => {
    const line = fc.tuple(fc.constantFrom('', ...commands), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(line, charset, ([command, rest], charset) => {
        const bytes = Buffer.concat([Buffer.from(command), rest]);
        const dialect: Dialect = { ...defaultDialect, charset, checksum: 'lenient' };
        const kinds = ['unknown-command', 'malformed'];
        expect(parseRequest(bytes, dialect).kind).to.be.oneOf(['request', ...kinds]);
        expect(parseResponse(bytes, dialect).kind).to.be.oneOf(['response', ...kinds]);
      }),
      { numRuns: 500 },
    );
  });

  it('makes a message of any known command, whatever text is behind it', () => {
    const wireText = fc.string({ unit: fc.constantFrom(...'YN 0129|ABCDEOSZ'), maxLength: 80 });
    const damaged = fc.tuple(fc.constantFrom(...requestLayouts.keys()), wireText);
    fc.assert(
      fc.property(damaged, ([command, rest]) => {
        const parsed = parseRequest(Buffer.from(command + rest), { ...defaultDialect, checksum: 'lenient' });
        if (parsed.kind !== 'request') throw new Error(parsed.kind);
        const layout = requestLayouts.get(command);
        const required = [...(layout?.fixed ?? []), ...(layout?.fields ?? []).filter((field) => field.required)];
        expect(parsed.message).to.include.keys(...required.map(({ name }) => name), 'code');
        // What was made of it can be sent again.
        expect(formatRequest(parsed.message, undefined, defaultDialect).toString()).to.match(/^\d\d[ -~]*\r$/);
      }),
      { numRuns: 500 },
    );
  });

  it('does not take long over a long line of nothing', () => {
    const start = performance.now();
    for (const filling of ['0', ' ', 'A', '|', 'AZ', 'AY', 'AA|', '20260304    101530']) {
      for (const [command, { fields }] of requestLayouts) {
        const line = `${command}${filling.repeat(16_000 / filling.length)}x${fields[0]?.id ?? ''}|`;
        parseRequest(Buffer.from(line), defaultDialect);
      }
    }
    expect(performance.now() - start).to.be.below(2000);
  });
});
