import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import helmet from 'helmet';
import { type AnswerParts, answer, messageName } from './answer.ts';
import { maskedText } from './mask.ts';
import { textAt } from './message.ts';
import type { XmlReader } from './xml-reader.ts';
import type { Reading } from './xml-worker.ts';

export interface EndpointParts extends AnswerParts {
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

/**
 * `POST /ncip/<institution>`: the body is a message whatever its Content-Type says, and every answer that NCIP can
 * express travels with status 200, because clients discard the body of any other.
 */
export function ncipEndpoint(parts: EndpointParts): Endpoint {
  const { log, newTraceId, settings } = parts;
  let draining = false;

  const send = (response: Response, status: number, type: string, body: string): void => {
    if (draining) response.set('Connection', 'close');
    response.status(status).set('Content-Type', type);
    // As bytes, because express rewrites the charset of a string's Content-Type.
    response.send(Buffer.from(body));
  };

  const drop = (request: Request, response: Response, status: TransportStatus, why?: string): void => {
    log('message-dropped', {
      trace: newTraceId(),
      protocol: 'ncip',
      peer: peerOf(request),
      why: why ?? `${status}: ${transportErrors[status]}`,
      ...(Buffer.isBuffer(request.body) && { bytes: request.body.length }),
    });
    if (response.headersSent || !response.writable) return;
    if (status === 503) response.set('Retry-After', '5');
    send(response, status, 'text/plain; charset=utf-8', `${transportErrors[status]}\n`);
  };

  const receive = async (request: Request<{ institution: string }>, response: Response): Promise<void> => {
    const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (isForeign(request.headers['content-type'], body)) return drop(request, response, 415);
    if (draining || parts.reader.full) return drop(request, response, 503);
    const started = performance.now();
    const traceId = newTraceId();
    const reading = await parts.reader.read(body);
    const { institution } = request.params;
    const name = messageName(reading);
    const facts = {
      trace: traceId,
      protocol: 'ncip' as const,
      peer: peerOf(request),
      institution,
      name,
      ...subjectOf(reading),
    };
    const text = settings.logMessages ? { text: maskedText(body) } : {};
    log('message-in', { ...facts, bytes: body.length, ...text });

    const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const { xml, actor, refusal } = await answer(parts, {
      reading,
      institution,
      address: peerOf(request),
      ...(bearer !== undefined && { bearer }),
      traceId,
    });
    send(response, 200, 'application/xml; charset="utf-8"', xml);
    log('message-out', {
      ...facts,
      ...(actor !== undefined && { actor }),
      ms: Math.round(performance.now() - started),
      ...(refusal !== undefined && { refusal: refusal.kind }),
      ...(settings.logMessages && { text: maskedText(Buffer.from(xml)) }),
    });
  };

  const app = express();
  app.disable('etag');
  app.use(helmet());
  app.use((request, response, next) => (draining ? drop(request, response, 503) : next()));
  app
    .route('/ncip/:institution')
    .post(express.raw({ type: () => true, limit: settings.maxBytes }), receive)
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

/** What an operator searches the log for: the item's and the request's identifiers, as the broker wrote them. */
function subjectOf(reading: Reading): { item?: string; request?: string } {
  if (!reading.ok) return {};
  const item = textAt(reading.tree, 'ItemId/ItemIdentifierValue');
  const request = textAt(reading.tree, 'RequestId/RequestIdentifierValue');
  return { ...(item !== '' && { item }), ...(request !== '' && { request }) };
}

/** Errors of the body's transport (http-errors with a status); anything else that comes here is a defect of ours. */
function onError(
  drop: (request: Request, response: Response, status: TransportStatus, why?: string) => void,
): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const status = Number((error as { status?: unknown } | null)?.status);
    const known = status in transportErrors ? (status as TransportStatus) : status < 500 ? 400 : 503;
    drop(request, response, known, `${known}: ${String(error)}`);
  };
}

/** Whether a body is clearly no XML and also does not claim to be: a wrong Content-Type alone means nothing. */
function isForeign(contentType: string | undefined, body: Buffer): boolean {
  if (contentType === undefined || contentType === '' || /xml/i.test(contentType)) return false;
  const first = body.find((byte) => !insignificant.has(byte));
  return first !== undefined && first !== 0x3c;
}

/** What may stand before the first `<`: blanks, the byte order marks, the zero bytes of UTF-16. */
const insignificant: ReadonlySet<number> = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf, 0xfe, 0xff]);

/** The peer's address; an IPv4 address looks the same on a dual-stack socket. */
const peerOf = (request: Request): string => (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
