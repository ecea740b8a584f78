/**
 * The library in its own words: what both protocols talk about and what Alma keeps.
 * Everything here is plain data that survives JSON, because the ledger stores it and gives it back.
 */

/** Alma's primary ids are not case-sensitive. */
export const sameId = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** A moment, ISO 8601 in UTC (`2026-11-22T22:15:36.000Z`). */
export type Instant = string;

/** Where a circulation happens: Alma's library code and circulation-desk code. */
export interface Place {
  readonly library: string;
  readonly circDesk: string;
}

/** An amount in the currency's main unit with its ISO 4217 code. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export interface CodeAndName {
  readonly code: string;
  readonly name: string;
}

export interface PatronBlock {
  readonly type: string;
  readonly description: string;
  readonly note: string;
  readonly expires?: Instant;
}

export interface PostalAddress {
  readonly lines: readonly string[];
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  readonly country: string;
  /** Alma's address type, such as `home` or `work`. */
  readonly type: string;
  readonly preferred: boolean;
}

export interface ContactPoint {
  readonly value: string;
  readonly type: string;
  readonly preferred: boolean;
}

export interface Patron {
  readonly primaryId: string;
  readonly name: { readonly full: string; readonly given: string; readonly surname: string };
  readonly group: CodeAndName;
  readonly active: boolean;
  /** Whether an active patron role allows loans and requests at all. */
  readonly hasPatronRole: boolean;
  readonly expires?: Instant;
  /** Active blocks only. */
  readonly blocks: readonly PatronBlock[];
  /** Active identifiers besides the primary id, with Alma's identifier type (`BARCODE`, `INST_ID` …). */
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
  readonly addresses: readonly PostalAddress[];
  readonly emails: readonly ContactPoint[];
  readonly phones: readonly ContactPoint[];
  readonly loanCount: number;
  readonly holdCount: number;
  readonly owes: Money;
}

/** The three ids by which Alma addresses an item. */
export interface ItemRef {
  readonly mmsId: string;
  readonly holdingId: string;
  readonly itemId: string;
}

/** NCIP RequestId: the agency that gave it (may be empty) and the value. */
export interface RequestId {
  readonly agency: string;
  readonly value: string;
}

/** Where an item is in its life, from Alma's base status and process type. */
export type ItemProcess =
  | 'in-place'
  | 'on-loan'
  | 'hold-shelf'
  | 'in-transit'
  | 'requested'
  | 'in-process'
  | 'on-order'
  | 'claimed-returned'
  | 'lost'
  | 'missing'
  | 'other';

export interface Item {
  readonly ref: ItemRef;
  readonly barcode: string;
  readonly title: string;
  readonly author: string;
  readonly callNumber: string;
  readonly library: CodeAndName;
  readonly location: CodeAndName;
  readonly itemPolicy: string;
  /** Alma's physical material type, such as `BOOK`. */
  readonly materialType: string;
  readonly magnetic: boolean;
  readonly process: ItemProcess;
  readonly requested: boolean;
}

export interface Loan {
  readonly loanId: string;
  readonly patronId: string;
  readonly barcode: string;
  readonly ref: ItemRef;
  readonly title: string;
  readonly due: Instant;
  readonly loaned: Instant;
  /** When it was renewed last; absent if never. */
  readonly renewed?: Instant;
  readonly renewable?: boolean;
}

export interface Hold {
  readonly requestId: string;
  readonly patronId: string;
  readonly mmsId: string;
  readonly title: string;
  readonly barcode?: string;
  readonly itemId?: string;
  readonly onShelf: boolean;
  /** What whoever placed it has written. */
  readonly comment: string;
  readonly pickup: CodeAndName;
  readonly placeInQueue?: number;
  readonly expires?: Instant;
}

export interface Fee {
  readonly feeId: string;
  readonly type: string;
  readonly balance: Money;
  readonly title: string;
  readonly barcode?: string;
}

/** What a scan-in did to the item: where it belongs next. */
export interface ScanIn {
  readonly item: Item;
  /** Alma's sentence about the destination: a hint for people, never parsed. */
  readonly destination: string;
}
