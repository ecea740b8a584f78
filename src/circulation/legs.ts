import { type Instant, type Item, type ItemRef, type Loan, sameId } from './model.ts';

/**
 * A leg is one side of one interlibrary request at one institution: the row that ties a broker's request and a
 * kiosk's circulation to one book. These are its states and the ways between them.
 */
export const sides = {
  borrower: {
    requested: ['accepting', 'cancelled'],
    accepting: ['on-shelf', 'loaned', 'returned', 'closed', 'cancelled'],
    'on-shelf': ['loaned', 'returned', 'closed', 'cancelled'],
    loaned: ['returned', 'closed'],
    returned: ['closed'],
    closed: [],
    cancelled: [],
  },
  lender: {
    requested: ['shipped', 'returned', 'closed', 'cancelled'],
    shipped: ['returned', 'closed'],
    returned: ['closed'],
    closed: [],
    cancelled: [],
  },
} as const satisfies Record<string, Record<string, readonly string[]>>;

export type Side = keyof typeof sides;
export type LegState = keyof (typeof sides)['borrower'] | keyof (typeof sides)['lender'];

/** Whether the side's life allows to go from one state to the other. */
export function mayGo(side: Side, from: LegState, to: LegState): boolean {
  const ways: Record<string, readonly string[]> = sides[side];
  return ways[from]?.includes(to) ?? false;
}

/** Whether the request still goes on. */
export const isOpen = (state: LegState): boolean => state !== 'closed' && state !== 'cancelled';

/** Whether the leg is over. */
export const hasEnded = ({ state }: Leg): boolean => !isOpen(state);

/** Whether the item has not been out on a leg in this state. */
export const isWaiting = (state: LegState): boolean =>
  state === 'requested' || state === 'accepting' || state === 'on-shelf';

/** Whether the item came back on a leg in this state, and the broker has not said so yet. */
export const isBack = (state: LegState): boolean => state === 'returned';

/** Whether the leg is in the state, or may still reach it: a run that is taken up late never moves it back. */
export const mayStillReach = ({ side, state }: Leg, wanted: LegState): boolean =>
  state === wanted || mayGo(side, state, wanted);

/** Whether the leg brought another library's book here, which is here for it still. */
export const isBorrowing = (leg: Leg | undefined): leg is Leg =>
  leg !== undefined && leg.side === 'borrower' && isOpen(leg.state);

/** Whether the book was out on this leg: as the leg says, or lent at the desk on the record of the leg's patron. */
export function wasOut({ state, patronId }: Leg, loan: Loan | undefined): boolean {
  if (state === 'loaned' || state === 'shipped') return true;
  return isWaiting(state) && loan !== undefined && patronId !== undefined && sameId(loan.patronId, patronId);
}

/** What is known of a leg; Alma's ids arrive as the request goes on. */
export interface LegFacts {
  /** NCIP RequestId: the agency that gave it (may be empty) and the value. */
  readonly requestAgency?: string;
  readonly requestId?: string;
  /** The ItemId as the broker says it, where it is not the barcode. */
  readonly brokerItemId?: string;
  readonly barcode?: string;
  readonly patronId?: string;
  readonly ref?: Partial<ItemRef>;
  readonly almaRequestId?: string;
  readonly loanId?: string;
  readonly due?: Instant;
  readonly title?: string;
}

export interface Leg extends LegFacts {
  readonly id: string;
  readonly institution: string;
  readonly partner: string;
  readonly side: Side;
  readonly state: LegState;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly closedAt?: Instant;
}

/** A word about the leg that an item belongs to, for whoever has the item in hand. */
export interface LegNote {
  readonly side: Side;
  readonly partner: string;
}

export const noteOf = ({ side, partner }: Leg): LegNote => ({ side, partner });

/** The note on a leg that goes on. */
export const noteOfOpen = (leg: Leg | undefined): LegNote | undefined =>
  leg !== undefined && isOpen(leg.state) ? noteOf(leg) : undefined;

/** An item that left: the library system's record is gone and the leg remembers it. */
export function rememberedItem(barcode: string, leg: Leg): Item {
  const { mmsId = '', holdingId = '', itemId = '' } = leg.ref ?? {};
  const owner = { code: leg.partner, name: leg.partner };
  return {
    ref: { mmsId, holdingId, itemId },
    barcode,
    title: leg.title ?? '',
    author: '',
    callNumber: '',
    library: owner,
    location: { code: '', name: '' },
    itemPolicy: '',
    materialType: '',
    magnetic: false,
    process: 'other',
    requested: false,
  };
}
