import { expect } from 'chai';
import type { Circulation } from '../../src/circulation/circulation.ts';
import type { Institution, Partner } from '../../src/circulation/context.ts';
import type { Hold, Item, Loan } from '../../src/circulation/model.ts';
import type { EventName, Log } from '../../src/log/events.ts';
import { admission, type NcipInstitution } from '../../src/ncip/admission.ts';
import { type Answer, answer } from '../../src/ncip/answer.ts';
import { type Element, textAt } from '../../src/ncip/message.ts';
import { normalised } from '../../src/ncip/normalise.ts';
import { received } from '../../src/ncip/received.ts';
import { elementOf, type Fault } from '../../src/ncip/sent.ts';
import { startXmlReader, type XmlReader } from '../../src/ncip/xml-reader.ts';

/** What the NCIP tests share: a small library, one partner, and a way to hold a conversation with the edge. */

export const schemaFile = new URL('../../schemas/ncip_v2_02.xsd', import.meta.url).pathname;
export const version = 'http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd';
export const now = new Date('2026-03-02T10:00:00.000Z');

export const institution: Institution = {
  code: '01FJORD_INST',
  name: 'Fjord University Library',
  timeZone: 'Europe/Oslo',
  currency: 'NOK',
  pin: { kind: 'identifier', type: 'PINCODE' },
  limits: {},
};

export const partner: Partner = {
  code: 'NORDLOAN',
  place: { library: 'ILL', circDesk: 'ILL_DESK' },
  lending: { patron: { kind: 'fixed', id: 'nordloan-patron' }, pickupLibrary: 'ILL' },
  borrowing: {
    location: 'borrowed',
    itemPolicy: 'ill',
    barcode: { kind: 'item-id', prefix: '' },
    pickupLocations: { MAIN: { library: 'MAIN', circDesk: 'MAIN_DESK' } },
    defaultPickupLocation: 'MAIN',
    automaticReceive: true,
  },
  alreadyReturned: 'success',
};

/** As much of an item, a loan and a hold as the edge tells. */
export const itemOf = (barcode: string): Item => ({ barcode }) as Item;
export const loanUntil = (due: string): Loan => ({ due }) as Loan;
export const holdOf = (requestId: string): Hold => ({ requestId }) as Hold;

/** A circulation core that answers what the test says and takes anything else for a mistake. */
export function circulation(operations: Partial<Circulation>): Circulation {
  return new Proxy(operations as Circulation, {
    get: (known, name: keyof Circulation) =>
      known[name] ?? (() => Promise.reject(new Error(`the test expects no ${String(name)}`))),
  });
}

export const institutions: ReadonlyMap<string, NcipInstitution> = new Map([
  [
    institution.code,
    {
      institution,
      partners: [
        {
          partner,
          names: ['NORDLOAN', 'Nordic Lending'],
          admit: { fromAddress: (address: string) => address === '127.0.0.1' },
          pinDemand: 'if-sent',
        },
      ],
    },
  ],
]);

export type Logged = { event: EventName } & Record<string, unknown>;

export function recorder(): { log: Log; events: Logged[] } {
  const events: Logged[] = [];
  return { events, log: (event, facts) => void events.push({ event, ...facts }) };
}

const header = `<ns1:InitiationHeader>
  <ns1:FromAgencyId><ns1:AgencyId>NORD</ns1:AgencyId></ns1:FromAgencyId>
  <ns1:ToAgencyId><ns1:AgencyId>01FJORD_INST</ns1:AgencyId></ns1:ToAgencyId>
  <ns1:ApplicationProfileType>NORDLOAN</ns1:ApplicationProfileType>
</ns1:InitiationHeader>`;

/** A message with the prefix `ns1:` and the header above. */
export const message = (service: string, content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<ns1:NCIPMessage xmlns:ns1="http://www.niso.org/2008/ncip" ns1:version="${version}">
<ns1:${service}>${header}${content}</ns1:${service}></ns1:NCIPMessage>`;

/** The same message as hand-written clients send it: default namespace, attributes without a namespace. */
export const byHand = (xml: string): string =>
  xml.replaceAll('xmlns:ns1=', 'xmlns=').replaceAll('ns1:version', 'version').replaceAll('ns1:', '');

export interface Said extends Answer {
  /** The element inside NCIPMessage, read back and valid by the schema. */
  readonly tree: Element;
  readonly events: readonly Logged[];
}

export interface Talk {
  say(xml: string, operations?: Partial<Circulation>, how?: How): Promise<Said>;
  readonly reader: XmlReader;
}

export interface How {
  readonly institution?: string;
  readonly answerWithin?: number;
  readonly institutions?: ReadonlyMap<string, NcipInstitution>;
}

export type Understood =
  | { readonly ok: true; readonly version: string; readonly tree: Element }
  | ({ readonly ok: false; readonly faults: readonly Fault[]; readonly content?: Element } & Fault);

/** What a message is after it has been read, normalised and validated. */
export async function understood(reader: XmlReader, bytes: string | Uint8Array): Promise<Understood> {
  const { root, content, version, unreadable } = received(await reader.read(Buffer.from(bytes), 'test'));
  const normal = root && normalised(root);
  const faults = normal === undefined ? [unreadable!] : await reader.validate(normal, 'test');
  const [fault] = faults;
  if (fault !== undefined) return { ok: false, faults, ...(content !== undefined && { content }), ...fault };
  return { ok: true, version, tree: elementOf(normal!).children[0]! };
}

/** Speaks to the edge without HTTP. Every answer must be valid by the schema, whatever was said. */
export async function startTalk(): Promise<Talk> {
  const reader = await startXmlReader({ schemaFile, log: () => undefined });
  return {
    reader,
    async say(xml, operations = {}, how = {}) {
      const { log, events } = recorder();
      const admitted = admission((how.institutions ?? institutions).get(how.institution ?? institution.code), {
        address: '127.0.0.1',
        tokens: [],
      });
      if (admitted === undefined) throw new Error('this would be a stranger');
      const given = await answer(
        {
          circulation: circulation(operations),
          reader,
          log,
          clock: () => now,
          settings: { answerWithin: how.answerWithin ?? 5, checkAnswers: true },
        },
        received(await reader.read(Buffer.from(xml), 'test')),
        { admission: admitted, address: '127.0.0.1', queue: 'test', traceId: 'trace-1' },
      );
      const read = await understood(reader, given.xml);
      if (!read.ok) throw new Error(`the answer is invalid: ${read.detail}\n${given.xml}`);
      return { ...given, tree: read.tree, events };
    },
  };
}

/** The ProblemType of an answer, which must be there. */
export function problemTypeOf({ tree }: Said): string {
  const type = tree.name === 'Problem' ? textAt(tree, 'ProblemType') : textAt(tree, 'Problem/ProblemType');
  expect(type, 'a Problem was expected').not.to.equal('');
  return type;
}
