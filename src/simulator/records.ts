import type { FeeType, MaterialType, PaymentMethod, ProcessType } from './codes.ts';

/**
 * What the simulated library keeps: plain records in Alma's own terms. How they look on the wire is decided in
 * render/, and nowhere else.
 */

/** What an API key may do, and what lists of calls show instead of the key. */
export interface ApiKey {
  name: string;
  rights: 'read-write' | 'read-only';
}

/** A library of the institution, with its shelves and its desks. */
export interface LibraryUnit {
  code: string;
  id: string;
  name: string;
  description: string;
  resourceSharing: boolean;
  locations: Location[];
  desks: CircDesk[];
}

interface Location {
  code: string;
  name: string;
}

/** A circulation desk. It lends what stands in the locations that it serves, and what waits on its own hold shelf. */
export interface CircDesk {
  code: string;
  name: string;
  serves: string[];
}

/** What the terms of use say for items of one policy. */
export interface ItemPolicy {
  code: string;
  name: string;
  loanable: boolean;
  loanDays: number;
  renewals: number;
}

/** Limits of a user group, in whole cents and loans; null is "no limit". Alma computes these blocks at loan time. */
export interface UserGroup {
  code: string;
  name: string;
  feeLimit: number | null;
  loanLimit: number | null;
}

export interface User {
  primaryId: string;
  firstName: string;
  middleName: string;
  lastName: string;
  group: string;
  language: string;
  accountType: 'INTERNAL' | 'EXTERNAL';
  externalId: string;
  status: 'ACTIVE' | 'INACTIVE';
  expires: Date | null;
  changed: Date;
  /** What op=auth compares; never returned. */
  password: string | null;
  identifiers: { type: string; value: string }[];
  addresses: Address[];
  emails: string[];
  phones: string[];
  blocks: { description: string; note: string; since: Date }[];
}

export interface Address {
  lines: string[];
  city: string;
  state: string;
  postalCode: string;
  country: string;
}

/** One field of a MARC 21 record: a control field has text, a data field has indicators and subfields. */
export type MarcField =
  | { tag: string; text: string }
  | { tag: string; ind1: string; ind2: string; subfields: [code: string, text: string][] };

export interface MarcRecord {
  leader: string;
  fields: MarcField[];
}

export interface Bib {
  mmsId: string;
  marc: MarcRecord;
  suppressed: boolean;
  created: Date;
  changed: Date;
}

export interface Holding {
  holdingId: string;
  mmsId: string;
  library: string;
  location: string;
  callNumber: string;
  marc: MarcRecord;
  suppressed: boolean;
  created: Date;
  changed: Date;
}

/** Alma's process types that are kept with the item. LOAN and HOLDSHELF are not: loans and requests say so. */
export type Process = '' | Exclude<ProcessType, 'LOAN' | 'HOLDSHELF'>;

export interface Item {
  pid: string;
  mmsId: string;
  holdingId: string;
  barcode: string;
  library: string;
  location: string;
  materialType: MaterialType;
  policy: string;
  isMagnetic: boolean;
  description: string;
  publicNote: string;
  fulfillmentNote: string;
  process: Process;
  created: Date;
  changed: Date;
}

export interface Loan {
  loanId: string;
  userId: string;
  pid: string;
  library: string;
  desk: string;
  loaned: Date;
  due: Date;
  returned: { at: Date; library: string; desk: string } | null;
  renewals: number;
  lastRenewed: Date | null;
  requestId: string | null;
}

/** A hold. `pid` is the copy asked for or, once one was chosen for a title-level hold, the copy assigned. */
export interface Request {
  requestId: string;
  userId: string;
  mmsId: string;
  pid: string | null;
  pickup: { type: 'LIBRARY' | 'CIRCULATION_DESK'; library: string; desk: string | null };
  comment: string | null;
  placed: Date;
  /** WAITING covers Alma's NOT_STARTED and IN_PROCESS, which depend on the copies and are worked out when asked. */
  state: 'WAITING' | 'ON_HOLD_SHELF' | 'HISTORY';
  expires: Date | null;
}

/** A fine or fee; amounts in whole cents. */
export interface Fee {
  feeId: string;
  userId: string;
  type: FeeType;
  owner: string;
  original: number;
  balance: number;
  created: Date;
  changed: Date;
  comment: string | null;
  pid: string | null;
  payments: Payment[];
}

export interface Payment {
  amount: number;
  method: PaymentMethod;
  at: Date;
  externalTransactionId: string;
}
