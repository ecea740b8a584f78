import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import helmet from 'helmet';
import { Refusal } from '../circulation/refusals.ts';
import { peerOf } from '../edge/peer.ts';
import { logRefused } from '../edge/refused.ts';
import type { Events } from '../log/events.ts';
import { admission, isToken, type NcipInstitution } from './admission.ts';
import { type AnswerParts, answer, logFacts, messageName, type Origin } from './answer.ts';
import { bodyReader, discarded, isForeign } from './body.ts';
import { maskedText } from './mask.ts';
import { textAt } from './message.ts';
import { type Received, received } from './received.ts';
import { strangerAnswer } from './stranger.ts';
import type { XmlReader } from './xml-reader.ts';

export interface EndpointParts extends AnswerParts {
  /** By the code that stands in the path. */
  readonly institutions: ReadonlyMap<string, NcipInstitution>;
  readonly reader: XmlReader;
  readonly newTraceId: () => string;
  readonly settings: AnswerParts['settings'] & {
    readonly maxBytes: number;
    /** Also log every message as it was, secrets masked. */
    readonly logMessages: boolean;
  };
}

/** The HTTP side of the edge. */
export interface Endpoint {
  readonly app: Express;
  /** From now on new messages get 503, and connections end after their answer. */
  drain(): void;
}

/** What is said where no NCIP answer can be made: a status and one sentence. */
const transportErrors = {
  400: 'The request cannot be understood.',
  404: 'NCIP messages are posted to /ncip/ followed by the institution code.',
  405: 'NCIP messages are sent with the method POST.',
  413: 'The message is larger than this gateway accepts.',
  415: 'The body is neither XML nor declared to be XML, or its Content-Encoding is not supported.',
  503: 'The gateway cannot take a message now; send it again in a few seconds.',
} as const;

type TransportStatus = keyof typeof transportErrors;

type Drop = (
  request: Pick<Request, 'socket' | 'body'>,
  response: Response,
  status: TransportStatus,
  why?: string,
) => void;

interface Path {
  readonly institution: string;
  readonly token?: string;
}

/**
 * `POST /ncip/<institution>` or `/ncip/<institution>/<token>`. Whether the connection may speak is decided before the
 * body is looked at. Then the body is a message whatever its Content-Type says, and every answer that NCIP can express
 * travels with status 200, because clients discard the body of any other.
 */
export function ncipEndpoint(parts: EndpointParts): Endpoint {
  const { institutions, log, newTraceId, settings } = parts;
  const bodyOf = bodyReader(settings.maxBytes);
  let draining = false;

  const send = (response: Response, status: number, type: string, body: string): void => {
    if (draining) response.set('Connection', 'close');
    response.status(status).set('Content-Type', type);
    // As bytes, because express rewrites the charset of a string's Content-Type.
    response.send(Buffer.from(body));
  };

  const drop: Drop = (request, response, status, why) => {
    log('message-dropped', {
      trace: newTraceId(),
      protocol: 'ncip',
      peer: peerOf(request.socket).address,
      why: why ?? `${status}: ${transportErrors[status]}`,
      ...(Buffer.isBuffer(request.body) && { bytes: request.body.length }),
    });
    if (response.headersSent || !response.writable) return;
    if (status === 503) response.set('Retry-After', '5');
    send(response, status, 'text/plain; charset=utf-8', `${transportErrors[status]}\n`);
  };

  const receive = async (request: Request<Path>, response: Response): Promise<void> => {
    const known = institutions.get(request.params.institution);
    const credentials = { ...peerOf(request.socket), tokens: tokensOf(request) };
    const admitted = admission(known, credentials);
    if (admitted === undefined) {
      await discarded(request, settings.maxBytes);
      return reply(response.set('Connection', 'close'), () => answerStranger(parts, request, known));
    }
    const body = await bodyOf(request, response);
    if (isForeign(request.headers['content-type'], body)) return drop(request, response, 415);
    const queue = [credentials.address, ...admitted.admitted.map(({ partner }) => partner.code)].join(' ');
    if (draining || parts.reader.full(queue)) return drop(request, response, 503);
    const origin = { admission: admitted, address: credentials.address, queue, traceId: newTraceId() };
    return reply(response, () => answerBroker(parts, body, origin));
  };

  /** Sends an answer, and tells the log how it ended. */
  const reply = async (response: Response, answering: () => Promise<Reply>): Promise<void> => {
    const started = performance.now();
    const { xml, facts } = await answering();
    if (response.writable) send(response, 200, 'application/xml; charset="utf-8"', xml);
    const text = settings.logMessages ? { text: maskedText(Buffer.from(xml)) } : {};
    log('message-out', { ...facts, ms: Math.round(performance.now() - started), ...text });
  };

  const app = express();
  app.disable('etag');
  app.use(helmet());
  app.use((request, response, next) => (draining ? drop(request, response, 503) : next()));
  app
    .route('/ncip/:institution{/:token}')
    .post(receive)
    .all((request, response) => drop(request, response.set('Allow', 'POST'), 405));
  app.use((request, response) => drop(request, response, 404));
  app.use(onError(drop));
  return {
    app,
    drain: () => {
      draining = true;
    },
  };
}

/** An answer, and what the log says of it. */
interface Reply {
  readonly xml: string;
  readonly facts: Omit<Events['message-out'], 'ms' | 'text'>;
}

/** Reads a message and answers it. */
async function answerBroker(parts: EndpointParts, body: Buffer, origin: Origin): Promise<Reply> {
  const message = received(await parts.reader.read(body, origin.queue));
  const facts = { ...logFacts(origin), name: messageName(message), ...subjectOf(message) };
  const text = parts.settings.logMessages ? { text: maskedText(body) } : {};
  parts.log('message-in', { ...facts, bytes: body.length, ...text });

  const { xml, actor, refusal } = await answer(parts, message, origin);
  const ended = { ...(actor !== undefined && { actor }), ...(refusal !== undefined && { refusal: refusal.kind }) };
  return { xml, facts: { ...facts, ...ended } };
}

/** Answers a stranger. Of what he sent the log gets the institution's code alone, and metrics get nothing. */
async function answerStranger(
  { institutions, log, newTraceId }: EndpointParts,
  { socket, params }: Request<Path>,
  known: NcipInstitution | undefined,
): Promise<Reply> {
  const institution = known === undefined ? {} : { institution: known.institution.code };
  const facts = {
    trace: newTraceId(),
    protocol: 'ncip' as const,
    peer: peerOf(socket).address,
    ...institution,
    name: '(unread)',
  };
  const why =
    known === undefined
      ? unknownInstitution(institutions, params.institution)
      : { detail: 'no partner is admitted by this address, token or certificate' };
  logRefused(log, facts, new Refusal('sender-unknown', { about: 'sender', ...why }));
  return { xml: strangerAnswer(facts.trace), facts: { ...facts, refusal: 'sender-unknown' } };
}

function unknownInstitution(institutions: EndpointParts['institutions'], said: string) {
  if (isToken(institutions.values(), said)) return { detail: "a partner's token stands where the institution should" };
  const seen = said.slice(0, 100);
  return { value: seen, detail: `no institution of this gateway is known as "${seen}"` };
}

/** The tokens that came outside the message. */
function tokensOf({ headers, params }: Request<Path>): string[] {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  return [bearer, params.token].filter((token) => token !== undefined);
}

/** What an operator searches the log for: the item's and the request's identifiers, as the broker wrote them. */
function subjectOf({ content }: Received): { item?: string; request?: string } {
  const item = textAt(content, 'ItemId/ItemIdentifierValue').slice(0, 200);
  const request = textAt(content, 'RequestId/RequestIdentifierValue').slice(0, 200);
  return { ...(item !== '' && { item }), ...(request !== '' && { request }) };
}

/** Errors of the transport (http-errors with a status); anything else that comes here is a defect of ours. */
function onError(drop: Drop): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const status = Number((error as { status?: unknown } | null)?.status);
    const known = status in transportErrors ? (status as TransportStatus) : status < 500 ? 400 : 503;
    // The router quotes the part of the path that it cannot decode, which may be a token.
    const why = error instanceof URIError ? 'the path cannot be decoded' : String(error);
    drop(request, response, known, `${known}: ${why}`);
  };
}
