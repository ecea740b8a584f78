import { type AlmaFailure, factsOf, type Meanings, refusalOf } from './errors.ts';
import { has, list, text } from './json.ts';

/** One HTTP answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly location?: string;
  /** `X-Exl-Api-Remaining`: the calls left until midnight. */
  readonly remaining?: number;
}

/** A call that got no usable answer. Carries words and codes only: neither addresses nor headers. */
export class CallFailed extends Error {
  /** Whether Alma may have done what it was asked: not after a 429 or where no connection came about. */
  readonly mayHaveHappened: boolean;
  /** Whether Alma looks down, as opposed to busy. */
  readonly outage: boolean;
  /** Whether a connection came about: what failed on one may be the fault of one record. */
  readonly connected: boolean;
  /** Whether trying again soon makes sense. */
  readonly passing: boolean;
  readonly facts: ReturnType<typeof factsOf>;

  constructor(
    why: string,
    traits: {
      mayHaveHappened: boolean;
      outage: boolean;
      connected?: boolean;
      passing?: boolean;
      facts?: CallFailed['facts'];
    },
  ) {
    super(why);
    this.name = 'CallFailed';
    this.mayHaveHappened = traits.mayHaveHappened;
    this.outage = traits.outage;
    this.connected = traits.connected ?? true;
    this.passing = traits.passing ?? true;
    this.facts = traits.facts ?? {};
  }
}

/** Alma's own words for "I fell over", whatever the status they come with: before the commit or after it. */
const generalErrors: ReadonlySet<string> = new Set([
  '60101',
  '401652',
  '402119',
  'GENERAL_ERROR',
  'INTERNAL_SERVER_ERROR',
  'ROUTING_ERROR',
]);

/**
 * The failure that an answer tells of, or `undefined` for a success. Reads every envelope that Alma uses: `error` as
 * array or object, with or without the `web_service_result` around it, XML, plain text; of HTML nothing is kept.
 * `hide` takes secrets out of texts that other people wrote, `veil` takes out who a patron is.
 */
export function failureIn(
  reply: Reply,
  { hide, veil }: { readonly hide: (text: string) => string; readonly veil: (text: string) => string },
): AlmaFailure | undefined {
  const json = parse(reply.body);
  const envelope = has(json, 'web_service_result')
    ? (json as { web_service_result: unknown }).web_service_result
    : json;
  const [error] = list(envelope, 'errorList', 'error');
  if (reply.status < 300 && error === undefined) return undefined;
  const read = json === undefined ? readText(reply.body) : (name: string) => text(error, name);
  const words = hide(read('errorMessage')).replace(/\s+/g, ' ').trim().slice(0, 500);
  const trackingId = read('trackingId');
  return {
    code: read('errorCode'),
    text: words,
    discreetText: veil(words),
    trackingId: trackingId === 'unknown' ? '' : trackingId,
  };
}

/** The same reading for bodies that are not JSON: XML by its three elements, one short line as a message. */
function readText(body: string): (name: string) => string {
  const line = body.trim();
  if (!line.startsWith('<')) return (name) => (name === 'errorMessage' && line.length <= 100 ? line : '');
  return (name) => {
    const found = new RegExp(`<(?:\\w+:)?${name}>([^<]*)<`).exec(body)?.[1] ?? '';
    return found.replace(/&(?:#(\d+)|(lt|gt|quot|apos|amp));/g, characterOf).trim();
  };
}

/** A reference in XML: to a character by its number, or to one of the five that have names. */
const characterOf = (_: string, number: string | undefined, name: string): string =>
  number === undefined ? (entities[name] ?? '') : String.fromCodePoint(Math.min(Number(number), 0x10ffff));

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/**
 * What Alma answered, parsed; `undefined` for an empty body.
 * @throws {Refusal} where Alma said no, by the endpoint's meanings.
 * @throws {CallFailed} where it was busy (429), fell over (5xx) or spoke something else than JSON.
 */
export function contentOf(meanings: Meanings, reply: Reply, failure: AlmaFailure | undefined): unknown {
  if (failure === undefined) {
    if (reply.body.trim() === '') return undefined;
    const content = parse(reply.body);
    if (content === undefined) throw new CallFailed('the answer is not JSON', { mayHaveHappened: true, outage: true });
    return content;
  }
  const facts = factsOf(failure);
  if (reply.status === 429) {
    const passing = failure.code !== 'DAILY_THRESHOLD';
    throw new CallFailed(said(reply, failure), { mayHaveHappened: false, outage: false, passing, facts });
  }
  if (reply.status >= 500 || generalErrors.has(failure.code)) {
    throw new CallFailed(said(reply, failure), { mayHaveHappened: true, outage: true, facts });
  }
  throw refusalOf(meanings, reply.status, failure);
}

const said = ({ status }: Reply, { discreetText }: AlmaFailure): string =>
  `HTTP ${status}${discreetText === '' ? '' : `: ${discreetText}`}`;

function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
