import { expect } from 'chai';
import { Refusal } from '../../src/circulation/refusals.ts';
import { ncip2 } from '../../src/ncip/dialects/ncip2.ts';
import { find, textAt } from '../../src/ncip/message.ts';
import { responseName, type ServiceName, serviceNames } from '../../src/ncip/services/table.ts';
import { itemOf, loanUntil, message, now, problemTypeOf, startTalk, type Talk } from './conversation.ts';

const item = '<ns1:ItemId><ns1:ItemIdentifierValue>30001</ns1:ItemIdentifierValue></ns1:ItemId>';
const returned = { at: now.toISOString(), barcode: '30001', alreadyReturned: false };

describe('NCIP answer', () => {
  let talk: Talk;
  before(async () => {
    talk = await startTalk();
  });
  after(() => talk.reader.close());

  it('has the form that clients look for: ns1:, standalone, the version of the request', async () => {
    const old = 'http://www.niso.org/schemas/ncip/v2_0/imp1/xsd/ncip_v2_0.xsd';
    const { xml } = await talk.say(
      message('CheckInItem', item).replace(/ns1:version="[^"]*"/, `ns1:version="${old}"`),
      {
        checkInForPartner: async () => returned,
      },
    );
    expect(xml.startsWith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><ns1:NCIPMessage ')).to.equal(true);
    expect(xml).to.include(`ns1:version="${old}"`).and.to.include('xmlns:ns1="http://www.niso.org/2008/ncip"');
  });

  it('swaps systems and agencies in the header', async () => {
    const full = message('CheckInItem', item)
      .replace('<ns1:FromAgencyId>', '<ns1:FromSystemId>SYS-A</ns1:FromSystemId><ns1:FromAgencyId>')
      .replace('<ns1:ToAgencyId>', '<ns1:ToSystemId>SYS-B</ns1:ToSystemId><ns1:ToAgencyId>');
    const { tree } = await talk.say(full, { checkInForPartner: async () => returned });
    expect(textAt(tree, 'ResponseHeader/FromSystemId')).to.equal('SYS-B');
    expect(textAt(tree, 'ResponseHeader/ToSystemId')).to.equal('SYS-A');
  });

  it('replaces characters that XML cannot hold', async () => {
    const said = await talk.say(message('CheckInItem', item), {
      checkInForPartner: async () => {
        throw new Refusal('library-system-refused', { detail: 'odd \u0001 words \ud800' });
      },
    });
    expect(said.xml).to.include('odd \ufffd words \ufffd');
  });

  it('says Unsupported Service in the response of a service that is not offered', async () => {
    // The schema wants contents that differ for each; the three below stand for requests, updates and notifications.
    const valid: [ServiceName, string][] = [
      ['DeleteItem', item],
      ['LookupItem', item],
      ['ItemReceived', `${item}<ns1:DateReceived>2026-03-02T10:00:00Z</ns1:DateReceived>`],
    ];
    for (const [service, content] of valid) {
      const said = await talk.say(message(service, content));
      expect(said.tree.name).to.equal(responseName(service));
      expect(problemTypeOf(said)).to.equal('Unsupported Service');
      expect(textAt(said.tree, 'Problem/ProblemElement')).to.equal(`//${service}`);
      expect(said.actor).to.equal('NORDLOAN');
    }
  });

  it('gives every service, even with invalid contents, a Problem in its own response', async () => {
    for (const service of serviceNames) {
      const said = await talk.say(message(service, '<ns1:Nonsense/>'));
      expect(said.tree.name).to.equal(responseName(service));
      expect(problemTypeOf(said)).to.equal('Invalid Message Syntax Error');
      expect(textAt(said.tree, 'Problem/ProblemElement')).to.equal('//Nonsense');
      expect(textAt(said.tree, 'ResponseHeader/ToAgencyId/AgencyId')).to.equal('NORD');
    }
  });

  it('answers an invalid message validly, whatever stands in the header that it answers to', async () => {
    for (const odd of ['<x xmlns="urn:x">A</x>', '<ns1:AgencyId>A</ns1:AgencyId>', '<ns1:Problem/>']) {
      const said = await talk.say(message('CheckInItem', item).replace('>NORD<', `>NORD${odd}<`));
      expect(problemTypeOf(said)).to.equal('Invalid Message Syntax Error');
      expect(textAt(said.tree, 'ResponseHeader/ToAgencyId/AgencyId')).to.equal('NORD');
    }
  });

  it('answers at message level what is no initiation message or cannot be read', async () => {
    const response = message('CheckInItemResponse', item).replaceAll('InitiationHeader', 'ResponseHeader');
    const noProfile = response.replace(/<ns1:ApplicationProfileType>.*<\/ns1:ApplicationProfileType>/, '');
    const problem = message('x', '').replace(
      /<ns1:x>[\s\S]*<\/ns1:x>/,
      '<ns1:Problem><ns1:ProblemType>x</ns1:ProblemType></ns1:Problem>',
    );
    const ext = message('x', '').replace(/<ns1:x>[\s\S]*<\/ns1:x>/, '<ns1:Ext/>');
    for (const xml of [noProfile, problem, ext, 'hello', '<NCIPMessage/>']) {
      const said = await talk.say(xml);
      expect(said.tree.name, xml).to.equal('Problem');
      expect(problemTypeOf(said)).to.equal('Invalid Message Syntax Error');
    }
    expect((await talk.say('hello')).xml).to.include(`ns1:version="${ncip2.defaultVersion}"`);
  });

  it('says Unknown Agency of a sender that it does not know, and names it', async () => {
    const stranger = await talk.say(message('CheckInItem', item).replace('>NORDLOAN<', '>STRANGER<'));
    expect(problemTypeOf(stranger)).to.equal('Unknown Agency');
    expect(textAt(stranger.tree, 'Problem/ProblemDetail')).to.include('"STRANGER"');
    expect(textAt(stranger.tree, 'Problem/ProblemElement')).to.equal(
      '//CheckInItem/InitiationHeader/ApplicationProfileType',
    );
  });

  it('answers in time while the work goes on', async () => {
    let finish: (() => void) | undefined;
    const said = await talk.say(
      message('CheckInItem', item),
      {
        checkInForPartner: () =>
          new Promise((resolve) => {
            finish = () => resolve(returned);
          }),
      },
      { answerWithin: 0.05 },
    );
    expect(problemTypeOf(said)).to.equal('Temporary Processing Failure');
    expect(said.refusal?.kind).to.equal('still-in-progress');
    finish?.();
  });

  it('tells the peer nothing of a defect but the reference, and the log everything', async () => {
    const said = await talk.say(message('CheckInItem', item), {
      checkInForPartner: async () => {
        throw new TypeError('x is not a function');
      },
    });
    expect(problemTypeOf(said)).to.equal('Temporary Processing Failure');
    expect(said.xml).to.include('(reference trace-1)').and.not.to.include('not a function');
    const defect = said.events.find(({ event }) => event === 'defect');
    expect(defect).to.include({ trace: 'trace-1', why: 'TypeError: x is not a function' });
    expect(said.events.find(({ event }) => event === 'message-refused')).to.include({
      refusal: 'internal-error',
      actor: 'NORDLOAN',
      name: 'CheckInItem',
    });
  });

  it('sends a Problem rather than an answer that breaks the schema', async () => {
    const said = await talk.say(
      message('CheckOutItem', `<ns1:UserId><ns1:UserIdentifierValue>p</ns1:UserIdentifierValue></ns1:UserId>${item}`),
      {
        checkOutForPartner: async () => ({
          at: '',
          patronId: 'p',
          item: itemOf('30001'),
          loan: loanUntil('next week'),
        }),
      },
    );
    expect(problemTypeOf(said)).to.equal('Temporary Processing Failure');
    expect(find(said.tree, 'DateDue')).to.equal(undefined);
    expect(said.events.find(({ event }) => event === 'defect')?.why).to.include('DateDue');
  });
});
