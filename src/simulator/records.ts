import type { FeeType, MaterialType, PaymentMethod, ProcessType, WorkOrderType } from './codes.ts';

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

/**
 * A circulation desk. It lends what stands in the locations that it serves, and what waits on its hold shelf. At a shelf
 * with `processing` an item waits until somebody says that it stands there.
 */
export interface CircDesk {
  code: string;
  name: string;
  holdShelf: 'none' | 'direct' | 'processing';
  serves: DeskRights[];
}

/** What a desk may do with the items of one location of its library. */
interface DeskRights {
  location: string;
  checkIn: boolean;
  checkOut: boolean;
  reshelve: boolean;
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
  /** When the patron role ends. */
  roleExpires: Date | null;
  /** What op=auth compares; never returned. A `pin_number` is none. */
  password: string | null;
  identifiers: { type: string; value: string }[];
  addresses: Address[];
  emails: string[];
  phones: string[];
  blocks: UserBlock[];
  /** Fields on which nothing here depends, as they stand on the wire. */
  more: Record<string, unknown>;
}

interface UserBlock {
  /** GENERAL when absent. */
  type?: 'GENERAL' | 'LOAN';
  description: string;
  note: string;
  since: Date;
  /** A block that has ended stays in the list. */
  expires?: Date | null;
  /** The loan that it is for. */
  loanId?: string | null;
}

export interface Address {
  lines: string[];
  city: string;
  state: string;
  postalCode: string;
  country: string;
  valid: { from: Date; until: Date } | null;
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
  /** Its record in the network zone. */
  networkId: string | null;
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

/** Alma's process types that are kept with the item. The others are not: loans and requests say so. */
export type Process = '' | Exclude<ProcessType, 'LOAN' | 'HOLDSHELF' | 'REQUESTED'>;

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
  /** What a department does with it, while `process` says that one does. */
  workOrder: WorkOrder | null;
  /** Where it stands for a while; place and policy are these then. */
  temporary: TemporaryPlace | null;
  created: Date;
  changed: Date;
}

interface WorkOrder {
  type: WorkOrderType;
  department: string;
}

interface TemporaryPlace {
  library: string;
  location: string;
  /** `null`: the policy of the item. */
  policy: string | null;
  until: Date | null;
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

/**
 * A request; only holds do anything here. `pid` is the copy asked for or, once one was chosen for a title-level hold, the
 * copy assigned.
 */
export interface Request {
  requestId: string;
  type: 'HOLD' | 'DIGITIZATION';
  userId: string;
  mmsId: string;
  pid: string | null;
  pickup: { type: 'LIBRARY' | 'CIRCULATION_DESK'; library: string; desk: string | null };
  comment: string | null;
  placed: Date;
  /** WAITING covers Alma's NOT_STARTED and IN_PROCESS, which depend on the copies and are worked out when asked. */
  state: 'WAITING' | 'HOLD_SHELF_PROCESSING' | 'ON_HOLD_SHELF' | 'HISTORY';
  expires: Date | null;
  /** `2026-03-01Z`. */
  lastInterest: string | null;
}

/** A letter that Alma sent. */
export interface Letter {
  at: Date;
  userId: string;
  name: 'Request canceled';
  requestId: string;
  reason: string;
}

/** What an institution has set up, and from how old an Alma its answers are. */
export interface Settings {
  /** Codes of the profiles for external users: no other `external_id` is taken. */
  sisProfiles: string[];
  /** `sparse`: keys are absent or null and numbers are strings wherever a recorded answer has them so. */
  answers: 'full' | 'sparse';
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
