import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { isService, offered, serviceNames } from '../../src/ncip/services/table.ts';
import { fewestChildren, isStructure, models, Schema, schemaText } from '../schema/models.ts';
import { message } from './messages.ts';
import { only, problemOf } from './ncip-broker.ts';
import { World } from './world.ts';

/** The smallest element of this name that the table of content models allows. */
function smallest(name: string): string {
  const model = models.get(name) ?? '';
  const content = isStructure(model) ? fewestChildren(model).map(smallest).join('') : sample(model);
  return `<${name}>${content}</${name}>`;
}

function sample(model: string): string {
  if (model === 'EMPTY') return '';
  if (model.startsWith('xs:dateTime')) return '2027-01-01T00:00:00Z';
  return /^xs:\w*nteger/.test(model) ? '1' : 'x';
}

/** A whole message of a service with nothing optional but the header. */
const minimal = (service: string): string =>
  message(
    service,
    fewestChildren(models.get(service) ?? '')
      .map(smallest)
      .join(''),
  );

const all = [...models.keys()].filter((name) => models.has(`${name}Response`));
const isOffered = (name: string): boolean => isService(name) && offered(name) !== undefined;
const table = readFileSync('README.md', 'utf8');

describe('every service of NCIP 2.02', () => {
  let world: World;
  let schema: Schema;
  before(async () => {
    schema = new Schema(schemaText);
    world = await World.start();
  });
  after(async () => {
    await world.stop();
    schema[Symbol.dispose]();
  });

  it('is known, and README lists the ones that are offered and no other', () => {
    expect(all.toSorted()).to.deep.equal([...serviceNames].sort());
    for (const name of all) expect(table.includes(`| ${name} |`), name).to.equal(isOffered(name));
  });

  for (const service of all.filter((name) => !isOffered(name))) {
    it(`${service} is answered Unsupported Service in its own response`, async () => {
      const sent = minimal(service);
      expect(schema.objection(sent), 'what is sent').to.equal(undefined);
      const answer = await world.ncip(sent);
      expect(problemOf(answer)).to.include({ type: 'Unsupported Service', element: `//${service}`, value: service });
      expect(only(answer, `${service}Response/Problem/ProblemType`)).to.equal('Unsupported Service');
      expect(only(answer, 'ResponseHeader/ToAgencyId/AgencyId')).to.equal('BORROWER-A');
      expect(only(answer, 'ResponseHeader/FromAgencyId/AgencyId')).to.equal('01DEMO_INST');
    });
  }

  it('touches nothing in Alma for one that is not offered', () => {
    expect(world.alma.calls()).to.have.length(0);
  });

  for (const service of all) {
    it(`${service} with an element that is none gets the line and the element in its own response`, async () => {
      const sent = message(service, '\n\n<Nonsense>x</Nonsense>');
      const answer = await world.ncip(sent);
      expect(problemOf(answer)).to.include({ type: 'Invalid Message Syntax Error', element: '//Nonsense' });
      expect(problemOf(answer).detail).to.include('line 4, element Nonsense: ');
      expect(only(answer, `${service}Response/Problem/ProblemType`)).to.equal('Invalid Message Syntax Error');
    });
  }

  it('names the element that lacks something, and the one whose value is wrong', async () => {
    const lacking = problemOf(await world.ncip(message('CheckInItem', '<ItemId></ItemId>')));
    expect(lacking).to.include({ type: 'Invalid Message Syntax Error', element: '//ItemId' });
    expect(lacking.detail).to.match(/line 2, element ItemId: something is missing in it.*ItemIdentifierValue/);
    const wrong = minimal('ItemReceived').replace('2027-01-01T00:00:00Z', 'yesterday');
    expect(problemOf(await world.ncip(wrong))).to.include({ element: '//DateReceived' });
    const none = problemOf(await world.ncip(message('CheckInItem', '')));
    expect(none).to.include({ type: 'Invalid Message Syntax Error', element: '//CheckInItem' });
  });

  it('answers a response, a made-up service and nothing at all at message level', async () => {
    for (const sent of [
      message('CheckInItemResponse', '').replaceAll('InitiationHeader', 'ResponseHeader'),
      message('StealItem', '<ItemId><ItemIdentifierValue>1</ItemIdentifierValue></ItemId>'),
      message('x', '').replace(/<ns1:x>.*<\/ns1:x>/s, ''),
      '',
      'good morning',
      '<html><body>Problem</body></html>',
    ]) {
      const answer = await world.ncip(sent);
      expect(problemOf(answer).type, sent).to.equal('Invalid Message Syntax Error');
      expect(only(answer, 'NCIPMessage/Problem/ProblemType'), sent).to.equal('Invalid Message Syntax Error');
    }
  });
});
