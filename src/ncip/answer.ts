import { createHash } from 'node:crypto';
import type { Circulation } from '../circulation/circulation.ts';
import type { Context } from '../circulation/context.ts';
import { withinTime } from '../circulation/deadline.ts';
import type { Clock } from '../circulation/ports.ts';
import { asRefusal, Refusal } from '../circulation/refusals.ts';
import { logRefused } from '../edge/refused.ts';
import type { Log } from '../log/events.ts';
import type { Admission, NcipPartner } from './admission.ts';
import { canonical, type Element, element, find, withoutProblemWord } from './message.ts';
import { normalised } from './normalise.ts';
import { senderOf } from './partner.ts';
import { problem } from './problem.ts';
import type { Received } from './received.ts';
import { elementOf, type Fault } from './sent.ts';
import { isIdentifying } from './services/authentication.ts';
import { isService, offered, responseName, type ServiceName } from './services/table.ts';
import type { XmlReader } from './xml-reader.ts';

export interface AnswerParts {
  readonly circulation: Circulation;
  readonly reader: Pick<XmlReader, 'validate' | 'violation'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly settings: {
    /** Seconds. */
    readonly answerWithin: number;
    /** Validate every answer before it is sent. */
    readonly checkAnswers: boolean;
  };
}

/** How a message came, and who may have sent it. */
export interface Origin {
  readonly admission: Admission;
  readonly address: string;
  /** By what the XML reader tells senders apart. */
  readonly queue: string;
  readonly traceId: string;
}

export interface Answer {
  readonly xml: string;
  /** The partner's code, once known. */
  readonly actor?: string;
  readonly refusal?: Refusal;
}

/** The service's name for the log, or what stands in its place. */
export const messageName = ({ content }: Received): string => content?.name.slice(0, 80) ?? '(unreadable)';

/** How far a message has come: what its answer can be made of, whatever happens next. */
interface Progress {
  faults: readonly Fault[];
  /** The InitiationHeader, for the answer's header; without attributes until they are known to be valid. */
  header?: Element | undefined;
  /** The service's element, once it is valid. */
  content?: Element;
  sender?: NcipPartner;
}

/**
 * Answers one message; never rejects. Whatever happens, the peer gets an NCIP message: the response, or a Problem
 * inside the service's response, or one at message level where no service could be recognised (Z39.83-1 §5.3).
 */
export async function answer(parts: AnswerParts, message: Received, origin: Origin): Promise<Answer> {
  const { dialect, version, content, unreadable } = message;
  const name = messageName(message);
  const service = isService(name) ? name : undefined;
  const sentHeader = find(content, 'InitiationHeader');
  const progress: Progress = {
    faults: unreadable === undefined ? [] : [unreadable],
    ...(sentHeader !== undefined && { header: withoutAttributes(sentHeader) }),
  };
  const respond = (first: Element, ...others: Element[]): string => {
    const header = responseHeader(progress.header);
    const body = service === undefined ? first : element(responseName(service), header, first, ...others);
    return dialect.serialise(version, body);
  };

  try {
    const asked = await readable(parts.reader, message, origin, progress);
    const [first, ...others] = withoutProblemWord(await served(parts, asked, origin));
    if (first === undefined) throw new Error(`${name} is answered with nothing`);
    const xml = respond(first, ...others);
    if (parts.settings.checkAnswers) await checked(parts, xml, origin);
    return { xml, ...actorOf(progress) };
  } catch (error) {
    const refusal = asRefusal(error);
    logRefused(parts.log, { ...logFacts(origin), name, ...actorOf(progress) }, refusal);
    const { content: valid, faults } = progress;
    const where = valid === undefined ? { faulty: faults[0]?.element ?? '' } : { message: valid };
    const xml = respond(problem(refusal, { ...where, service, traceId: origin.traceId }));
    return { xml, refusal, ...actorOf(progress) };
  }
}

/** What every event about a message says. */
export const logFacts = ({ traceId, address, admission }: Origin) => ({
  trace: traceId,
  protocol: 'ncip' as const,
  peer: address,
  institution: admission.institution.code,
});

const actorOf = ({ sender }: Progress): { actor?: string } =>
  sender === undefined ? {} : { actor: sender.partner.code };

/** What a valid message asks, and who asks. */
interface Asked {
  readonly content: Element;
  readonly service: ServiceName;
  readonly sender: NcipPartner;
}

/**
 * From whom it is, what its sender can only have meant by it, and whether that is valid.
 * @throws {Refusal} `message-invalid`; of a valid message what `senderOf` says against its sender.
 */
async function readable(
  reader: AnswerParts['reader'],
  { root, content: sent }: Received,
  { admission, queue }: Origin,
  progress: Progress,
): Promise<Asked> {
  if (root === undefined) throw invalid(progress.faults[0]?.detail);
  const sender = senderOf(admission, find(sent, 'InitiationHeader'));
  if (!(sender instanceof Refusal)) progress.sender = sender;
  const normal = normalised(root);
  progress.faults = await reader.validate(normal, queue);
  const [fault] = progress.faults;
  if (fault !== undefined) throw invalid(fault.detail);
  const [content] = elementOf(normal).children;
  if (content === undefined) throw invalid('nothing is in it');
  progress.content = content;
  progress.header = find(content, 'InitiationHeader');
  const { name, line } = content;
  if (!isService(name)) throw invalid(`line ${line}: ${name} is not the name of a service`);
  // Only now: a message that breaks the schema may break it just where its sender is named.
  if (sender instanceof Refusal) throw sender;
  return { content, service: name, sender };
}

const invalid = (detail: string | undefined): Refusal =>
  new Refusal('message-invalid', { about: 'message', ...(detail !== undefined && { detail }) });

/** Has the service performed, but answers in time: what is still going on then is finished without this peer. */
function served(parts: AnswerParts, asked: Asked, { admission, traceId }: Origin): Promise<Element[]> {
  const { content: message, service, sender } = asked;
  const { partner } = sender;
  const declared = offered(service);
  if (declared === undefined) throw new Refusal('service-unsupported', { about: 'service', value: service });
  const context: Context = {
    institution: admission.institution,
    source: 'ncip',
    actor: partner.code,
    message: service,
    place: partner.place,
    lane: 'broker',
    traceId,
    pinDemand: sender.pinDemand,
  };
  const { circulation, clock, settings } = parts;
  const call = { message, circulation, context, partner, digest: digestOf(message), now: clock() };
  return withinTime(declared.perform(call), settings.answerWithin * 1000);
}

/** A message is the same one again whatever its header says; secrets are not digested, since a PIN is soon guessed. */
function digestOf(message: Element): string {
  const content = canonical(
    message,
    (child) => child.name === 'InitiationHeader' || (child.name === 'AuthenticationInput' && !isIdentifying(child)),
  );
  return createHash('sha256').update(content).digest('hex');
}

/** An answer that breaks the schema is a defect of ours: the peer gets a Problem instead. */
async function checked({ reader }: AnswerParts, xml: string, { queue }: Origin): Promise<void> {
  const violation = await reader.violation(xml, queue);
  if (violation !== undefined) throw new Error(`the answer breaks the schema: ${violation}`);
}

/** The agencies (and systems) change places; without both agencies there is no header, which is optional. */
function responseHeader(header: Element | undefined): Element | undefined {
  const from = find(header, 'FromAgencyId/AgencyId');
  const to = find(header, 'ToAgencyId/AgencyId');
  if (from === undefined || to === undefined) return undefined;
  // What an invalid message has inside these would make the answer invalid; a valid one has nothing there.
  const named = (name: string, sent: Element | undefined): Element | undefined =>
    sent && { ...sent, name, children: [] };
  return element(
    'ResponseHeader',
    named('FromSystemId', find(header, 'ToSystemId')),
    element('FromAgencyId', named('AgencyId', to)),
    named('ToSystemId', find(header, 'FromSystemId')),
    element('ToAgencyId', named('AgencyId', from)),
  );
}

/** An invalid message's attributes could make the answer invalid as well. */
const withoutAttributes = ({ name, children, text, line }: Element): Element => ({
  name,
  children: children.map(withoutAttributes),
  text,
  line,
});
