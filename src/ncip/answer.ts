import { createHash } from 'node:crypto';
import type { Circulation } from '../circulation/circulation.ts';
import type { Context, Institution, Partner } from '../circulation/context.ts';
import { withinTime } from '../circulation/deadline.ts';
import type { Clock } from '../circulation/ports.ts';
import { asRefusal, Refusal } from '../circulation/refusals.ts';
import type { Log } from '../log/events.ts';
import {
  canonical,
  defaultVersion,
  type Element,
  echo,
  element,
  find,
  serialise,
  withoutProblemWord,
} from './message.ts';
import { admittedPartner, type NcipPartner } from './partner.ts';
import { problem } from './problems.ts';
import { acceptItem } from './services/accept-item.ts';
import { isIdentifying } from './services/authentication.ts';
import { checkInItem } from './services/check-in-item.ts';
import { checkOutItem } from './services/check-out-item.ts';
import type { Handler } from './services/handler.ts';
import { lookupUser } from './services/lookup-user.ts';
import { requestItem } from './services/request-item.ts';
import { isOffered, isService, type OfferedService, responseName, type ServiceName } from './services.ts';
import type { XmlReader } from './xml-reader.ts';
import type { Reading } from './xml-worker.ts';

/** An offered service without a handler does not compile. */
const handlers: { readonly [S in OfferedService]: Handler } = {
  LookupUser: lookupUser,
  RequestItem: requestItem,
  CheckOutItem: checkOutItem,
  CheckInItem: checkInItem,
  AcceptItem: acceptItem,
};

/** An institution and who may speak to it. */
export interface NcipInstitution {
  readonly institution: Institution;
  readonly partners: readonly NcipPartner[];
}

export interface AnswerParts {
  readonly circulation: Circulation;
  readonly institutions: ReadonlyMap<string, NcipInstitution>;
  readonly reader: Pick<XmlReader, 'violation'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly settings: {
    /** Seconds. */
    readonly answerWithin: number;
    /** Validate every answer before it is sent. */
    readonly checkAnswers: boolean;
  };
}

/** One message that has been read, and how it came. */
export interface Received {
  readonly reading: Reading;
  /** The institution's code in the path. */
  readonly institution: string;
  readonly address: string;
  readonly bearer?: string;
  readonly traceId: string;
}

export interface Answer {
  readonly xml: string;
  /** The partner's code, once known. */
  readonly actor?: string;
  readonly refusal?: Refusal;
}

/** The service's name for the log, or what stands in its place. */
export function messageName(reading: Reading): string {
  const name = reading.ok ? reading.tree.name : reading.service;
  return name?.slice(0, 80) ?? '(unreadable)';
}

/**
 * Answers one message; never rejects. Whatever happens, the peer gets an NCIP message: the response, or a Problem
 * inside the service's response, or one at message level where no service could be recognised (Z39.83-1 §5.3).
 */
export async function answer(parts: AnswerParts, received: Received): Promise<Answer> {
  const { reading } = received;
  const name = messageName(reading);
  const service = isService(name) ? name : undefined;
  const respond = (...content: Element[]): string => serialise(reading.version ?? defaultVersion, body(content));
  const body = (content: Element[]): Element => {
    const [first] = content;
    if (service === undefined) return first as Element;
    const header = reading.ok ? find(reading.tree, 'InitiationHeader') : reading.header;
    return element(responseName(service), responseHeader(header), ...content);
  };

  let actor: string | undefined;
  try {
    const { institution, partners } = institutionOf(parts, received.institution);
    const message = readable(reading, service);
    const partner = admittedPartner(partners, find(message.tree, 'InitiationHeader'), received);
    actor = partner.code;
    const content = await served(parts, { ...message, institution, partner, traceId: received.traceId });
    const xml = respond(...withoutProblemWord(content));
    if (parts.settings.checkAnswers) await checked(parts, xml);
    return { xml, actor };
  } catch (error) {
    const refusal = asRefusal(error);
    logRefusal(parts.log, refusal, { received, name, actor });
    const where = reading.ok ? { tree: reading.tree } : { faulty: reading.element };
    const xml = respond(problem(refusal, { ...where, service, traceId: received.traceId }));
    return { xml, refusal, ...(actor !== undefined && { actor }) };
  }
}

function institutionOf({ institutions }: AnswerParts, code: string): NcipInstitution {
  const known = institutions.get(code);
  if (known !== undefined) return known;
  const seen = code.slice(0, 100);
  throw new Refusal('sender-unknown', {
    about: 'message',
    value: seen,
    detail: `no institution of this gateway is known as "${seen}"`,
  });
}

/** The message, if it is valid and one that asks for something. */
function readable(reading: Reading, service: ServiceName | undefined): { tree: Element; service: ServiceName } {
  if (!reading.ok) throw new Refusal('message-invalid', { about: 'message', detail: reading.detail });
  if (service !== undefined) return { tree: reading.tree, service };
  const detail = `line ${reading.tree.line}: ${reading.tree.name} is not the name of a service`;
  throw new Refusal('message-invalid', { about: 'message', detail });
}

interface Asked {
  readonly tree: Element;
  readonly service: ServiceName;
  readonly institution: Institution;
  readonly partner: Partner;
  readonly traceId: string;
}

/** Runs the service's handler, but answers in time: what is still going on then is finished without this peer. */
function served(parts: AnswerParts, { tree, service, institution, partner, traceId }: Asked): Promise<Element[]> {
  if (!isOffered(service)) throw new Refusal('service-unsupported', { about: 'service', value: service });
  const context: Context = {
    institution,
    source: 'ncip',
    actor: partner.code,
    message: service,
    place: partner.place,
    lane: 'broker',
    traceId,
    pinDemand: 'if-sent',
  };
  const { circulation, clock, settings } = parts;
  const call = { message: tree, circulation, context, partner, digest: digestOf(tree), now: clock() };
  return withinTime(handlers[service](call), settings.answerWithin * 1000);
}

/** A message is the same one again whatever its header says; secrets are not digested, since a PIN is soon guessed. */
function digestOf(tree: Element): string {
  const content = canonical(
    tree,
    (child) => child.name === 'InitiationHeader' || (child.name === 'AuthenticationInput' && !isIdentifying(child)),
  );
  return createHash('sha256').update(content).digest('hex');
}

/** An answer that breaks the schema is a defect of ours: the peer gets a Problem instead. */
async function checked({ reader }: AnswerParts, xml: string): Promise<void> {
  const violation = await reader.violation(xml);
  if (violation !== undefined) throw new Error(`the answer breaks the schema: ${violation}`);
}

/** The agencies (and systems) change places; without both agencies there is no header, which is optional. */
function responseHeader(header: Element | undefined): Element | undefined {
  const from = find(header, 'FromAgencyId/AgencyId');
  const to = find(header, 'ToAgencyId/AgencyId');
  if (from === undefined || to === undefined) return undefined;
  const system = (name: string, sent: Element | undefined): Element | undefined =>
    sent === undefined ? undefined : { ...echo(sent), name };
  return element(
    'ResponseHeader',
    system('FromSystemId', find(header, 'ToSystemId')),
    element('FromAgencyId', echo(to)),
    system('ToSystemId', find(header, 'FromSystemId')),
    element('ToAgencyId', echo(from)),
  );
}

function logRefusal(
  log: Log,
  refusal: Refusal,
  { received, name, actor }: { received: Received; name: string; actor: string | undefined },
): void {
  const { kind, facts, cause } = refusal;
  log('message-refused', {
    trace: received.traceId,
    protocol: 'ncip',
    peer: received.address,
    institution: received.institution.slice(0, 100),
    ...(actor !== undefined && { actor }),
    name,
    refusal: kind,
    ...facts,
    about: refusal.about,
    ...(cause !== undefined && { cause: String(cause) }),
  });
  if (kind !== 'internal-error') return;
  const stack = cause instanceof Error ? cause.stack : undefined;
  log('defect', {
    trace: received.traceId,
    where: `ncip ${name}`,
    why: String(cause),
    ...(stack !== undefined && { stack }),
  });
}
