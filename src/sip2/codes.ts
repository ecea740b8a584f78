/**
 * The code lists of SIP 2.00 that fixed-width fields carry, each under the standard's own terms. Lists that are ordered
 * arrays give the position of each character in a packed field.
 */

/** Patron status: position n of the 14 characters is `Y` when the n-th of these is true, blank when it is not. */
export const patronStatusNames = [
  'chargePrivilegesDenied',
  'renewalPrivilegesDenied',
  'recallPrivilegesDenied',
  'holdPrivilegesDenied',
  'cardReportedLost',
  'tooManyItemsCharged',
  'tooManyItemsOverdue',
  'tooManyRenewals',
  'tooManyClaimsOfItemsReturned',
  'tooManyItemsLost',
  'excessiveOutstandingFines',
  'excessiveOutstandingFees',
  'recallOverdue',
  'tooManyItemsBilled',
] as const;

/** The 14 statements of patron status, by name. */
export type PatronStatus = Readonly<Record<(typeof patronStatusNames)[number], boolean>>;

/** Summary (63): a `Y` in position n asks for the n-th list; each name is also the name of the field that answers. */
export const summarySections = [
  'holdItems',
  'overdueItems',
  'chargedItems',
  'fineItems',
  'recallItems',
  'unavailableHoldItems',
] as const;

/** The list that a Patron Information request asks for. */
export type SummarySection = (typeof summarySections)[number];

/** Circulation status (18). */
export const circulationStatus = {
  other: '01',
  onOrder: '02',
  available: '03',
  charged: '04',
  chargedNotToBeRecalledYet: '05',
  inProcess: '06',
  recalled: '07',
  waitingOnHoldShelf: '08',
  waitingToBeReshelved: '09',
  inTransit: '10',
  claimedReturned: '11',
  lost: '12',
  missing: '13',
} as const;

/** Security marker (18). */
export const securityMarker = { other: '00', none: '01', tattleTape: '02', whisperTape: '03' } as const;

/** Fee type (18, 37 and BT). */
export const feeType = {
  other: '01',
  administrative: '02',
  damage: '03',
  overdue: '04',
  processing: '05',
  rental: '06',
  replacement: '07',
  computerAccess: '08',
  hold: '09',
} as const;

/** Media type (CK). */
export const mediaType = {
  other: '000',
  book: '001',
  magazine: '002',
  boundJournal: '003',
  audioTape: '004',
  videoTape: '005',
  cd: '006',
  diskette: '007',
  bookWithDiskette: '008',
  bookWithCd: '009',
  bookWithAudioTape: '010',
} as const;

/** SIP2 media type (CK) of Alma's physical material type; other where the standard has none. */
export function mediaTypeOf(materialType: string): string {
  return mediaTypes[materialType] ?? mediaType.other;
}

const mediaTypes: Readonly<Record<string, string>> = {
  BOOK: mediaType.book,
  ISSUE: mediaType.magazine,
  ISSBD: mediaType.boundJournal,
  AUDIOCASSETTE: mediaType.audioTape,
  VIDEOCASSETTE: mediaType.videoTape,
  CD: mediaType.cd,
  CDROM: mediaType.cd,
  DVD: mediaType.cd,
  DVDRM: mediaType.cd,
  BLURAY: mediaType.cd,
  FLOPPY_DISK: mediaType.diskette,
};

/** Language (23, 63 and their answers). */
export const language = {
  unknown: '000',
  english: '001',
  french: '002',
  german: '003',
  italian: '004',
  dutch: '005',
  swedish: '006',
  finnish: '007',
  spanish: '008',
  danish: '009',
  portuguese: '010',
  canadianFrench: '011',
  norwegian: '012',
  hebrew: '013',
  japanese: '014',
  russian: '015',
  arabic: '016',
  polish: '017',
  greek: '018',
  chinese: '019',
  korean: '020',
  northAmericanSpanish: '021',
  tamil: '022',
  malay: '023',
  britishEnglish: '024',
  icelandic: '025',
  belgian: '026',
  taiwanese: '027',
} as const;

/** BCP 47 tags of the languages that have one; which Belgian is meant nobody knows. */
const languageTags: { readonly [L in keyof typeof language]?: string } = {
  english: 'en',
  french: 'fr',
  german: 'de',
  italian: 'it',
  dutch: 'nl',
  swedish: 'sv',
  finnish: 'fi',
  spanish: 'es',
  danish: 'da',
  portuguese: 'pt',
  canadianFrench: 'fr-CA',
  norwegian: 'no',
  hebrew: 'he',
  japanese: 'ja',
  russian: 'ru',
  arabic: 'ar',
  polish: 'pl',
  greek: 'el',
  chinese: 'zh',
  korean: 'ko',
  northAmericanSpanish: 'es-US',
  tamil: 'ta',
  malay: 'ms',
  britishEnglish: 'en-GB',
  icelandic: 'is',
  taiwanese: 'zh-TW',
};

const tagsByCode = new Map(Object.entries(languageTags).map(([name, tag]) => [language[name as 'english'], tag]));

/** The BCP 47 tag of a language code (23, 63); `undefined` where the standard's list says nothing. */
export function languageTag(code: string): string | undefined {
  return tagsByCode.get(code as typeof language.english);
}

/** Alert type (CV), from the later extension that sorters read: why the item needs a hand. */
export const alertType = {
  unknown: '00',
  holdHere: '01',
  holdElsewhere: '02',
  interlibraryLoan: '03',
  sendElsewhere: '04',
  other: '99',
} as const;
