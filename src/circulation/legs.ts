import type { Instant, ItemRef } from './model.ts';

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

export const isOpen = (state: LegState): boolean => state !== 'closed' && state !== 'cancelled';

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
