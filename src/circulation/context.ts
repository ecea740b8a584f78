import type { Place } from './model.ts';

/** Who goes first when calls are short: a patron in front of a kiosk, then a broker, then the gateway's own jobs. */
export type Lane = 'kiosk' | 'broker' | 'background';

/** How a patron's PIN is checked: Alma checks passwords of internal users, never the self-check PIN. */
export type PinPolicy =
  | { readonly kind: 'none' }
  | { readonly kind: 'alma-password' }
  | { readonly kind: 'identifier'; readonly type: string };

/** Whether a patron must show a PIN, or only must not show a wrong one. */
export type PinDemand = 'required' | 'if-sent';

/** Limits that Alma's fulfilment rules enforce but its API does not show; for telling, never for deciding a loan. */
export interface PatronLimits {
  readonly fees?: number;
  readonly loans?: number;
  readonly overdue?: number;
  readonly holds?: number;
}

/** One institution as the core needs to know it. */
export interface Institution {
  readonly code: string;
  readonly name: string;
  /** IANA zone, for messages whose dates have none. */
  readonly timeZone: string;
  readonly currency: string;
  readonly pin: PinPolicy;
  readonly limits: PatronLimits;
}

/** On whose behalf something is done; travels with every operation and every Alma call. */
export interface Context {
  readonly institution: Institution;
  readonly source: 'ncip' | 'sip2' | 'job' | 'operator';
  /** The partner's code or the terminal's id. */
  readonly actor: string;
  /** The message that asked, in its standard's words (`CheckInItem`, `09 Checkin`): the `what` of every event. */
  readonly message: string;
  readonly place: Place;
  readonly lane: Lane;
  readonly traceId: string;
  /** What this partner, or this terminal, asks of patrons. */
  readonly pinDemand: PinDemand;
}

/** A desk at which borrowed books wait for their readers. */
export interface PickupDesk extends Place {
  /** Alma's "Hold shelf processing" of the desk: a scan does not put the book on the shelf unless it says so. */
  readonly holdShelfProcessing?: boolean;
}

/** A broker's partner profile, as far as circulation goes. */
export interface Partner {
  readonly code: string;
  /** The resource-sharing library and desk at which loans to the partner are made and ended. */
  readonly place: Place;
  readonly lending: {
    readonly patron:
      | { readonly kind: 'fixed'; readonly id: string }
      | {
          readonly kind: 'per-agency';
          readonly idPrefix: string;
          readonly userGroup: string;
          readonly externalId: string;
        };
    readonly pickupLibrary: string;
  };
  readonly borrowing: {
    readonly location: string;
    readonly itemPolicy: string;
    readonly barcode:
      | { readonly kind: 'item-id'; readonly prefix: string }
      | { readonly kind: 'made'; readonly prefix: string };
    readonly pickupLocations: Readonly<Record<string, PickupDesk>>;
    /** A key of `pickupLocations`, for messages that name none. */
    readonly defaultPickupLocation: string;
    /** Scan the item in at the pickup desk at once, so that it waits on the hold shelf. */
    readonly automaticReceive: boolean;
  };
  /** What a CheckInItem gets when the item came back at a kiosk before. */
  readonly alreadyReturned: 'success' | 'problem';
}
