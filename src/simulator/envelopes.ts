import { create } from 'xmlbuilder2';

/** A finished answer: what goes on the wire. */
export interface Wire {
  status: number;
  type: string;
  text: string;
  location?: string;
}

const JSON_TYPE = 'application/json;charset=UTF-8';
const XML_TYPE = 'application/xml;charset=UTF-8';
const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

interface Refused {
  code: string;
  message: string;
  status: number;
}

/** The ordinary refusal: JSON (`error` a list) or XML. The limits' refusals carry no trackingId. */
export function refusal(error: Refused, trackingId: string, json: boolean): Wire {
  const detail = { errorCode: error.code, errorMessage: error.message, ...(error.status !== 429 && { trackingId }) };
  if (json) {
    const body = { errorsExist: true, errorList: { error: [detail] }, result: null };
    return { status: error.status, type: JSON_TYPE, text: JSON.stringify(body) };
  }
  const root = create().ele('http://com/exlibris/urm/general/xmlbeans', 'web_service_result');
  root.ele({ errorsExist: true, errorList: { error: detail } });
  return { status: error.status, type: XML_TYPE, text: XML_HEAD + root.toString() };
}

/** A body that does not deserialise: one wrapper more, and `error` is an object. JSON even when XML was asked for. */
export function unreadableBody(reason: string, trackingId: string): Wire {
  const errorMessage = `\n(was java.lang.IllegalArgumentException) (through reference chain: ${reason})`;
  return wrapped(400, { errorCode: 'BAD_REQUEST', errorMessage, trackingId });
}

/** A path that Alma does not have. */
export function unknownPath(): Wire {
  return wrapped(404, { errorCode: 'NOT_FOUND', errorMessage: '', trackingId: 'unknown' });
}

/** What express could not read (4xx: a bad percent-encoding, a body too large), or a defect of ours (500). */
export function defect(status: number, reason: string, trackingId: string): Wire {
  const errorCode = { 400: 'BAD_REQUEST', 413: 'REQUEST_TOO_LARGE' }[status] ?? 'INTERNAL_SERVER_ERROR';
  return wrapped(status, { errorCode, errorMessage: reason, trackingId });
}

function wrapped(status: number, error: object): Wire {
  const body = { web_service_result: { errorsExist: true, errorList: { error } } };
  return { status, type: JSON_TYPE, text: JSON.stringify(body) };
}

/** An unknown API key: not an envelope at all. */
export const INVALID_KEY: Wire = { status: 400, type: 'text/plain;charset=UTF-8', text: 'Invalid API Key' };

/**
 * An entity. XML is a plain rendering for eyes and curl: lists as repeated elements, and of a coded field the value as
 * text with the rest as attributes. It does not follow Alma's schemas in every detail; programs should ask for JSON.
 */
export function success(root: string, body: object, json: boolean): Wire {
  if (json) return { status: 200, type: JSON_TYPE, text: JSON.stringify(body) };
  return {
    status: 200,
    type: XML_TYPE,
    text:
      XML_HEAD +
      create()
        .ele({ [root]: xmlValue(body) })
        .toString(),
  };
}

function xmlValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(xmlValue);
  if (typeof value !== 'object' || value === null) return value ?? '';
  const entries = Object.entries(value);
  if (!('value' in value)) return Object.fromEntries(entries.map(([key, inner]) => [key, xmlValue(inner)]));
  const attributes = entries.filter(([key, inner]) => key !== 'value' && inner !== null);
  return { ...Object.fromEntries(attributes.map(([key, inner]) => [`@${key}`, inner])), '#': value.value ?? '' };
}

/** `E01-DDMMHHMMSS-XXXXX-AWAEnnnnnnnnnn`: what Ex Libris support asks for. */
export function trackingId(at: Date, serial: number): string {
  const [, month, date, hour, minute, second] = at.toISOString().split(/\D/);
  const word = (0xabcdef + serial * 7919).toString(36).toUpperCase().slice(-5);
  return `E01-${date}${month}${hour}${minute}${second}-${word}-AWAE${String(1_700_000_000 + serial)}`;
}
