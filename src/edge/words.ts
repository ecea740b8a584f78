import type { RefusalKind } from '../circulation/refusals.ts';

/**
 * Every text that a patron can read, by its id: short, plain, and saying what to do. English is complete by its type:
 * a kind of refusal without words does not compile. What stands in braces is an argument.
 */
const english = {
  'unknown-patron': 'This card is not known here. Please ask at the desk.',
  'patron-authentication-failed': 'The PIN is not right. Please try again.',
  'pin-required': 'Please enter your PIN.',
  'patron-inactive': 'This card is not active. Please ask at the desk.',
  'patron-expired': 'This card has expired. Please renew it at the desk.',
  'patron-blocked': 'This card is blocked. Please ask at the desk.',
  'patron-not-eligible': 'This card cannot be used for this item. Please ask at the desk.',
  'fee-limit-exceeded': 'There are too many unpaid fees on this card. Please pay them first.',
  'loan-limit-exceeded': 'You have as many items as you may borrow.',
  'unknown-item': 'This item is not known here. Please ask at the desk.',
  'item-not-loanable': 'This item cannot be borrowed.',
  'item-on-loan-to-another': 'This item is on loan to somebody else. Please hand it in at the desk.',
  'item-held-for-another': 'This item is reserved for somebody else.',
  'item-unavailable': 'This item cannot be borrowed at the moment. Please ask at the desk.',
  'item-not-on-loan': 'This item is not on loan to you.',
  'item-already-returned': 'This item has been returned already.',
  'item-not-renewable': 'This loan cannot be renewed.',
  'renewal-limit-exceeded': 'This loan cannot be renewed any more.',
  'interlibrary-not-renewable': 'This item belongs to another library. Please ask at the desk for more time.',
  'payment-not-possible': 'This is not what is owed. Please ask at the desk.',
  'wrong-circulation-desk': 'This item cannot be handled here. Please take it to another desk.',
  'barcode-in-use': 'This barcode is used twice. Please ask at the desk.',
  'unknown-request': 'This request is not known.',
  'duplicate-request': 'You have requested this already.',
  'request-not-possible': 'This cannot be requested.',
  'unknown-pickup-location': 'This pickup location is not known.',
  'sender-unknown': 'This terminal is not known. Please call the staff.',
  'sender-not-admitted': 'This terminal has not logged in. Please call the staff.',
  'service-unsupported': 'This is not offered here. Please ask at the desk.',
  'message-invalid': 'The terminal sent something that could not be read. Please call the staff.',
  'data-missing': 'The terminal did not send all that is needed. Please call the staff.',
  'date-invalid': 'The date is not possible.',
  'still-in-progress': 'This takes longer than usual. Please try again in a moment.',
  'library-system-unavailable': 'The library system does not answer. Please try again later.',
  'library-system-refused': 'The library system does not allow this. Please ask at the desk.',
  'library-system-misconfigured': 'The library system is not set up for this. Please call the staff.',
  'internal-error': 'Something went wrong. Please call the staff.',
  /** A refusal whose cause staff must find in the log. */
  'with-reference': '{words} ({reference})',
  'checkout-other-library': 'This item belongs to another library and cannot be renewed here.',
  'checkin-other-library': 'This item belongs to another library. Please hand it in at the desk.',
  'checkin-staff': 'This item needs a hand. Please give it to the staff.',
  'checkin-hold-shelf': 'This item is reserved for somebody else. Please hand it in at the desk.',
  'item-other-library': 'This item belongs to another library.',
} as const satisfies Readonly<Record<RefusalKind, string>> & Readonly<Record<string, string>>;

/** The id of a text. */
export type WordId = keyof typeof english;

/** The texts of one language, complete. */
export type Words = Readonly<Record<WordId, string>>;

/** A library's own texts in one language: as many as it likes. */
export type OwnWords = Partial<Words>;

/** The languages that a library has, by tag: `nb`, `fr-CA`. */
export type Catalogue = ReadonlyMap<string, Words>;

type ArgumentIn<T extends string> = T extends `${string}{${infer A}}${infer Rest}` ? A | ArgumentIn<Rest> : never;
type ArgumentOf<I extends WordId> = ArgumentIn<(typeof english)[I]>;

/** Every id, for whoever checks a library's own texts. */
export const wordIds = Object.keys(english) as WordId[];

/** The names of the arguments that the text of this id may hold: those of the English one. */
export function argumentsOf(id: WordId): string[] {
  return argumentsIn(english[id]);
}

/** The names that stand in braces in a text. */
export function argumentsIn(text: string): string[] {
  return Array.from(text.matchAll(placeholder), ([, name = '']) => name);
}

const placeholder = /\{(\w+)\}/g;

/** The library's own texts made complete: what one of its languages lacks is said in English, id by id. */
export function catalogueOf(own: ReadonlyMap<string, OwnWords>): Catalogue {
  const inEnglish = { ...english, ...own.get('en') };
  return new Map(Array.from(own, ([language, words]) => [language, { ...inEnglish, ...words }]));
}

/** The first of these languages that the library has, for `fr-CA` also `fr`; English where it has none of them. */
export function wordsIn(catalogue: Catalogue, ...languages: readonly (string | undefined)[]): Words {
  for (const language of languages) {
    if (language === undefined) continue;
    const words = catalogue.get(language) ?? catalogue.get(language.split('-', 1)[0] ?? '');
    if (words) return words;
  }
  return english;
}

/** The text of this id, its arguments filled in. */
export function say<I extends WordId>(
  words: Words,
  id: I,
  ...[given]: [ArgumentOf<I>] extends [never] ? [] : [Readonly<Record<ArgumentOf<I>, string>>]
): string {
  const values: Readonly<Record<string, string>> = given ?? {};
  return words[id].replace(placeholder, (whole, name: string) => values[name] ?? whole);
}
