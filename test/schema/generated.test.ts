import { expect } from 'chai';
import { schemaOf } from '../../schemas/generate.ts';
import { alphabetOf, models, NAMESPACE, Schema, schemaText, tableText } from './models.ts';

describe('The NCIP schema on disk', () => {
  it('is what the table gives (if not: npm run schema)', () => {
    expect(schemaText).to.equal(schemaOf(tableText));
  });

  it('compiles, and declares each of the 359 elements of the standard once', () => {
    using schema = new Schema(schemaText);
    expect(schema.objection(`<AgencyId xmlns="${NAMESPACE}">CIRC</AgencyId>`)).to.equal(undefined);
    const declared = [...schemaText.matchAll(/<xs:element name="(\w+)"/g)].map(([, name]) => name);
    expect(declared).to.have.members([...models.keys()]);
    expect(new Set(declared).size).to.equal(359);
  });

  it('knows 47 initiation messages, each with its response', () => {
    const messages = alphabetOf(models.get('NCIPMessage')!);
    const initiations = messages.filter((name) => messages.includes(`${name}Response`));
    expect(initiations).to.have.length(47);
    expect(messages).to.have.members([...initiations, ...initiations.map((i) => `${i}Response`), 'Problem', 'Ext']);
  });
});

describe('The schema generator', () => {
  for (const [fault, line] of [
    ['a bracket that is never closed', 'AgencyId (ItemId, (UserId)'],
    ['"," and "|" in one group', 'AgencyId (ItemId, UserId | RequestId)'],
    ['a type it does not know', 'AgencyId text'],
    ['a name without a model', 'AgencyId'],
    ['something after the model', 'AgencyId (ItemId) version'],
  ]) {
    it(`refuses ${fault}`, () => {
      expect(() => schemaOf(`${line}\n`)).to.throw(line!.split(' ').slice(1).join(' '));
    });
  }

  it('leaves an element that is declared twice, or never, to the schema compiler', () => {
    expect(() => new Schema(schemaOf('Ext (ANY*)\nExt (ANY*)\n'))).to.throw(/Ext/);
    expect(() => new Schema(schemaOf('UserId (UserIdentifierValue)\n'))).to.throw(/UserIdentifierValue/);
  });
});
