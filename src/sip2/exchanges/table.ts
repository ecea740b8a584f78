import type { Exchange } from '../exchange.ts';
import { checkin } from './checkin.ts';
import { checkout } from './checkout.ts';
import { endPatronSession } from './end-patron-session.ts';
import { itemInformation } from './item-information.ts';
import type { OfferedCode } from './offered.ts';
import { patronInformation } from './patron-information.ts';
import { patronStatus } from './patron-status.ts';
import { renew } from './renew.ts';
import { scStatus } from './sc-status.ts';

/** Login and resend concern the session itself and live there. */
export type ExchangeCode = Exclude<OfferedCode, '93' | '97'>;

/** Who answers which request. An offered request without an exchange does not compile. */
export const exchanges: { readonly [C in ExchangeCode]: Exchange<C> } = {
  '09': checkin,
  '11': checkout,
  '17': itemInformation,
  '23': patronStatus,
  '29': renew,
  '35': endPatronSession,
  '63': patronInformation,
  '99': scStatus,
};
