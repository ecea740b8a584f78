import { Refusal, type RefusalKind } from '../circulation/refusals.ts';

/** What a code means: a kind, or a way to tell it from Alma's text where one code stands for two things. */
type Meaning = RefusalKind | ((text: string) => RefusalKind);

/**
 * Meanings by code; `otherwise` is for a code that has none. An endpoint's are declared with it, in the file of its
 * area: here are those that several share.
 */
export type Meanings = Readonly<Record<string, Meaning>>;

export const noSuchPatron: Meanings = {
  '401861': 'unknown-patron',
  '401890': 'unknown-patron',
  '4019990': 'unknown-patron',
  '4019998': 'unknown-patron',
};

/**
 * What surely does not exist. Deletions have only these: they would take the further codes of `noSuchItem`, which Alma
 * uses for other mistakes too, for a thing that is gone.
 */
export const surelyNoItem: Meanings = {
  '401683': 'unknown-item',
  '401688': 'unknown-item',
  '402204': 'unknown-item',
};

export const noSuchItem: Meanings = {
  ...surelyNoItem,
  '402203': 'unknown-item',
  // "Invalid parameter", whichever the text names: a desk that Alma does not know is no missing item.
  '40166411': (text) => (/\bitem_pid\b/.test(text) ? 'unknown-item' : 'library-system-misconfigured'),
};

/** Why Alma does not serve this patron, the same whether a loan or a request was tried. */
export const patronRefused: Meanings = {
  '401119': 'patron-not-eligible',
  '401151': 'patron-not-eligible',
  '401161': 'loan-limit-exceeded',
  // One code for the fee limit ("Cash - Limit of 10.00 exceeded …") and for blocks that staff put on the record.
  '401163': (text) => (/^cash\b|limit of/i.test(text) ? 'fee-limit-exceeded' : 'patron-blocked'),
  '401168': 'patron-expired',
  '401201': 'patron-blocked',
};

/** Codes of the API's own doors: a key that may not do this, a restriction profile, a path that does not exist. */
const anywhere: Meanings = {
  UNAUTHORIZED: 'library-system-misconfigured',
  FORBIDDEN: 'library-system-misconfigured',
  NOT_FOUND: 'library-system-misconfigured',
  '60258': 'library-system-misconfigured',
  '60340': 'library-system-misconfigured',
};

/** What Alma said when it said no: any of its envelopes, read by `failureIn`. Absent parts are empty. */
export interface AlmaFailure {
  readonly code: string;
  /** Alma's sentence, for the peer that asked about the patron in it. */
  readonly text: string;
  /** The same for the log: without identifiers, names and amounts. */
  readonly discreetText: string;
  readonly trackingId: string;
}

/** Alma's no as a refusal by the endpoint's meanings, with its code and tracking id for Ex Libris' support desk. */
export function refusalOf(meanings: Meanings, status: number, failure: AlmaFailure): Refusal {
  const meaning =
    meaningIn(meanings, failure.code) ??
    meaningIn(anywhere, failure.code) ??
    byStatus(status, failure) ??
    meaningIn(meanings, 'otherwise');
  const kind = typeof meaning === 'function' ? meaning(failure.text) : meaning;
  const cause = failure.discreetText === '' ? undefined : new AlmaSaid(failure.discreetText);
  return new Refusal(kind ?? 'library-system-refused', factsOf(failure), cause);
}

/** Why a refusal came about, as the log may tell it. */
class AlmaSaid extends Error {
  override readonly name = 'Alma said';
}

/** The same refusal with more to it than Alma said, for the peer and for the log. */
export function explained({ kind, facts, cause }: Refusal, words: string): Refusal {
  const said = cause instanceof AlmaSaid ? `${cause.message} ` : '';
  return new Refusal(kind, { ...facts, detail: `${facts.detail ?? ''} ${words}`.trim() }, new AlmaSaid(said + words));
}

/** Own keys only: the code is Alma's text, and `constructor` is not a code. */
const meaningIn = (meanings: Meanings, code: string): Meaning | undefined =>
  Object.hasOwn(meanings, code) ? meanings[code] : undefined;

/** A failure without a code comes from a door before the API: a bad key (text/plain), a proxy, a wrong address. */
function byStatus(status: number, { code, text }: AlmaFailure): Meaning | undefined {
  const unnamed = code === '' && status === 404;
  const atTheDoor = status === 401 || status === 403 || (status >= 300 && status < 400);
  return unnamed || atTheDoor || isOfBadKey(text) ? 'library-system-misconfigured' : undefined;
}

const isOfBadKey = (text: string): boolean => /^invalid api key/i.test(text);

/** Whether Alma does not take our key at all, whatever is asked; its words are in the facts. */
export const isKeyRefused = ({ kind, facts }: Refusal): boolean =>
  kind === 'library-system-misconfigured' && facts.code === undefined && isOfBadKey(facts.detail ?? '');

/** Alma's code, text and tracking id as facts of a refusal; what it did not say is left out. */
export function factsOf({ code, text, trackingId }: AlmaFailure): Refusal['facts'] {
  return {
    ...(text !== '' && { detail: text }),
    ...(code !== '' && { code }),
    ...(trackingId !== '' && { trackingId }),
  };
}
