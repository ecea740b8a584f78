import type { RequestCode } from '../messages.ts';
import type { Terminal } from '../terminal.ts';
import { checkin } from './checkin.ts';
import { checkout } from './checkout.ts';
import { endPatronSession } from './end-patron-session.ts';
import type { Exchange, ExchangeCode } from './exchange.ts';
import { feePaid } from './fee-paid.ts';
import { itemInformation } from './item-information.ts';
import { patronInformation } from './patron-information.ts';
import { patronStatus } from './patron-status.ts';
import { renew } from './renew.ts';
import { scStatus } from './sc-status.ts';

type AnyExchange = { [C in ExchangeCode]: Exchange<C> }[ExchangeCode];

/** Every exchange, once. The other requests parse and get a legal refusal. */
export const exchanges: readonly AnyExchange[] = [
  checkin,
  checkout,
  endPatronSession,
  feePaid,
  itemInformation,
  patronInformation,
  patronStatus,
  renew,
  scStatus,
];

const byCode: ReadonlyMap<RequestCode, AnyExchange> = new Map(exchanges.map((exchange) => [exchange.code, exchange]));

/** The exchange that answers this request; `undefined` where it is not offered to anybody. */
export function exchangeOf<C extends ExchangeCode>(code: C): Exchange<C> | undefined {
  return byCode.get(code) as Exchange<C> | undefined;
}

/** The requests that do real work: those with an exchange, and the two that a session answers itself. */
export const offered: ReadonlySet<RequestCode> = new Set<RequestCode>([...byCode.keys(), '93', '97']);

/** What one terminal may be offered less than another: not the 99, by which it learns what it is offered. */
export const withholdable: readonly RequestCode[] = [...byCode.keys()].filter((code) => code !== '99');

/** The requests that do real work for this terminal. */
export function offeredTo({ withheld }: Terminal): ReadonlySet<RequestCode> {
  return new Set(Array.from(offered).filter((code) => !withheld.includes(code)));
}
