import type { Context, Partner } from './context.ts';
import type { Side } from './legs.ts';
import type { CodeAndName, Fee, Hold, Instant, ItemProcess, Loan, Patron } from './model.ts';
import type { Standing } from './standing.ts';

/**
 * What the two edges may ask of the library: the operations, their questions and their outcomes. Every operation
 * rejects with a `Refusal` and nothing else. The ones that change something run through the ledger: the same
 * question asked again gets the stored outcome.
 */
export interface Circulation {
  lookUpPatron(context: Context, ask: PatronQuestion): Promise<PatronAccount>;
  lookUpItem(context: Context, ask: { readonly barcode: string }): Promise<ItemView>;
  checkOut(context: Context, ask: CheckOutQuestion): Promise<CheckedOut>;
  checkIn(context: Context, ask: CheckInQuestion): Promise<CheckedIn>;
  renew(context: Context, ask: RenewQuestion): Promise<CheckedOut>;
  requestItem(context: Context, ask: RequestItemQuestion): Promise<ItemRequested>;
  checkOutForPartner(context: Context, ask: PartnerCheckOutQuestion): Promise<PartnerCheckedOut>;
  acceptItem(context: Context, ask: AcceptItemQuestion): Promise<ItemAccepted>;
  checkInForPartner(context: Context, ask: PartnerCheckInQuestion): Promise<PartnerCheckedIn>;
}

/** How a message is recognised when it comes again: equal keys are the same message, a digest tells its contents. */
export interface Repeat {
  readonly key: string;
  readonly digest: string;
}

export interface PatronQuestion {
  /** Primary id, barcode or any unique identifier. */
  readonly patronId: string;
  /** Checked by the institution's PIN policy where it was sent. */
  readonly pin?: string;
  /** Which lists to fetch beside the counts; the loans come always, since standing needs them. */
  readonly lists?: { readonly holds?: boolean; readonly fees?: boolean };
}

export interface PatronAccount {
  readonly patron: Patron;
  readonly standing: Standing;
  readonly loans: readonly Loan[];
  /** Empty unless asked for. */
  readonly holds: readonly Hold[];
  readonly fees: readonly Fee[];
  /** `not-checked`: no PIN was sent, or the institution checks none. */
  readonly pin: 'matches' | 'differs' | 'not-checked';
}

/** A word about the leg that an item belongs to. */
export interface LegNote {
  readonly side: Side;
  readonly partner: string;
}

export interface ItemView {
  readonly barcode: string;
  readonly title: string;
  readonly process: ItemProcess;
  readonly permanentLocation: CodeAndName;
  readonly materialType: string;
  readonly magnetic: boolean;
  readonly due?: Instant;
  readonly holdQueueLength: number;
  readonly leg?: LegNote;
}

export interface CheckOutQuestion {
  readonly patronId: string;
  readonly barcode: string;
  readonly pin?: string;
  /** Absent where the message carries nothing that tells two equal ones apart (no transaction date). */
  readonly repeat?: Repeat;
}

export interface CheckedOut {
  readonly at: Instant;
  readonly patronId: string;
  readonly barcode: string;
  readonly title: string;
  readonly due: Instant;
  /** The patron had it already and the loan was renewed. */
  readonly renewed: boolean;
  readonly magnetic: boolean;
  readonly materialType: string;
  readonly leg?: LegNote;
}

export interface CheckInQuestion {
  readonly barcode: string;
  readonly repeat?: Repeat;
}

export interface CheckedIn {
  readonly at: Instant;
  readonly barcode: string;
  readonly title: string;
  readonly permanentLocation: CodeAndName;
  readonly magnetic: boolean;
  readonly materialType: string;
  /** What staff or the sorter must do with it next. */
  readonly next: 'shelve' | 'hold-shelf' | 'in-transit' | 'other-library';
  /** Whose loan was ended, where there was one. */
  readonly patronId?: string;
  readonly leg?: LegNote;
}

export interface RenewQuestion {
  readonly patronId: string;
  readonly barcode: string;
  readonly pin?: string;
  readonly repeat?: Repeat;
}

/** NCIP RequestId. */
export interface RequestId {
  readonly agency: string;
  readonly value: string;
}

export interface RequestItemQuestion {
  readonly partner: Partner;
  readonly request?: RequestId;
  readonly target: { readonly barcode: string } | { readonly mmsId: string };
  /** The agency that wants the item: whose patron it is made for where the profile makes one for each agency. */
  readonly forAgency: string;
  readonly digest: string;
}

export interface ItemRequested {
  readonly at: Instant;
  readonly patronId: string;
  readonly almaRequestId: string;
  readonly barcode?: string;
}

export interface PartnerCheckOutQuestion {
  readonly partner: Partner;
  readonly request?: RequestId;
  readonly itemId: string;
  readonly forAgency: string;
  readonly due?: Instant;
  readonly digest: string;
}

export interface PartnerCheckedOut {
  readonly at: Instant;
  readonly patronId: string;
  readonly barcode: string;
  readonly due: Instant;
}

export interface AcceptItemQuestion {
  readonly partner: Partner;
  readonly request: RequestId;
  /** The broker's ItemId; absent where it sent none. */
  readonly itemId?: string;
  readonly patronId: string;
  /** DateForReturn. */
  readonly due?: Instant;
  readonly pickupLocation?: string;
  readonly bib: {
    readonly title: string;
    readonly author: string;
    readonly publisher: string;
    readonly publicationDate: string;
  };
  readonly digest: string;
}

export interface ItemAccepted {
  readonly at: Instant;
  readonly patronId: string;
  /** The temporary item's barcode in Alma. */
  readonly barcode: string;
}

export interface PartnerCheckInQuestion {
  readonly partner: Partner;
  readonly itemId: string;
  readonly digest: string;
}

export interface PartnerCheckedIn {
  readonly at: Instant;
  readonly barcode: string;
  /** Absent where no leg knew the item. */
  readonly side?: Side;
  /** The item had come back before this message. */
  readonly alreadyReturned: boolean;
}
