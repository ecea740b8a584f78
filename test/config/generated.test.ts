import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { commented } from '../../docs/comments.ts';
import { type Explained, explained } from '../../docs/explained.ts';
import { made } from '../../docs/generate.ts';
import { brokerSchema } from '../../src/config/schema-broker.ts';
import { gatewaySchema } from '../../src/config/schema-gateway.ts';
import { dialectSchema } from '../../src/config/schema-kiosk.ts';

describe('what is told about settings', () => {
  for (const [file, text] of made())
    it(`is in ${file} as the schema says it (if not: npm run settings)`, () => {
      expect(readFileSync(file, 'utf8')).to.equal(text);
    });

  for (const [file, schema] of Object.entries({ gateway: gatewaySchema, broker: brokerSchema, kiosk: dialectSchema }))
    it(`leaves no setting of a ${file} unexplained`, () => {
      expect(unexplained(explained(schema), '')).to.deep.equal([]);
    });

  const schema: Explained = {
    description: 'A cupboard.',
    properties: {
      colour: { description: 'Its colour.', alma: 'hue.', type: 'string' },
      legs: { description: 'how many', beside: true, type: 'integer' },
      lock: { description: 'Who may open it.', example: '{ key: brass }' },
      shelves: { description: 'From the top.', items: { type: 'string' }, example: 'books # heavy' },
    },
  };

  it('takes the place of every comment that a file had, and of nothing else', () => {
    const before =
      "# An old word.\ncolour: '# red' # not this\n\n# nor this\nlegs: 4 # four\nshelves:\n  - 'a # b'\n  # gone\n";
    const text = commented(before, schema);
    expect(text.split('\n')).to.deep.equal([
      '# A cupboard.',
      '',
      '# Its colour. In Alma: hue.',
      "colour: '# red'",
      '',
      'legs: 4 # how many',
      '# Who may open it.',
      '# lock: { key: brass }',
      '# From the top.',
      'shelves:',
      "  - 'a # b'",
      '  # - books # heavy',
      '',
    ]);
    expect(parse(text)).to.deep.equal(parse(before));
    expect(commented(text, schema)).to.equal(text);
  });
});

/** The paths of settings about which neither their own words nor those of Alma say anything. */
function unexplained(node: Explained, path: string): string[] {
  const inside = { ...node.properties, ...(node.additionalProperties && { '*': node.additionalProperties }) };
  const all = [...Object.entries(inside), ...(node.items ? [['[]', node.items] as const] : [])];
  // The keys that a library chooses, and the items of a list, are explained by what they are in.
  const own = all.filter(([name, child]) => !['*', '[]'].includes(name) && !child.description && !child.alma);
  const deeper = [...all, ...(node.anyOf ?? []).map((one) => ['', one] as const)].filter(([, child]) => !child.secret);
  return [
    ...own.map(([name]) => `${path}.${name}`),
    ...deeper.flatMap(([name, child]) => unexplained(child, `${path}.${name}`)),
  ];
}
