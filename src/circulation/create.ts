import type { Circulation } from './circulation.ts';
import { acceptItem, acceptItemOperation } from './operations/accept-item.ts';
import { checkIn, checkInOperation } from './operations/check-in.ts';
import { checkInForPartner, checkInForPartnerOperation } from './operations/check-in-for-partner.ts';
import { checkOut, checkOutOperation } from './operations/check-out.ts';
import { checkOutForPartner, checkOutForPartnerOperation } from './operations/check-out-for-partner.ts';
import type { Core } from './operations/core.ts';
import { lookUpItem, lookUpPatron } from './operations/look-up.ts';
import { renew, renewOperation } from './operations/renew.ts';
import { requestItem, requestItemOperation } from './operations/request-item.ts';
import type { Ledger } from './ports.ts';
import { createRunner, type RunNote, type Runner } from './runs.ts';

interface Parts extends Core {
  readonly ledger: Ledger;
  readonly newId: () => string;
  readonly note: (note: RunNote) => void;
}

/**
 * The circulation core on its ports, and the runner that carries its writes. Every operation that writes is named
 * twice here: once so that a crash can be resumed, once so that an edge can ask for it.
 */
export function createCirculation({ ledger, newId, note, ...core }: Parts): {
  circulation: Circulation;
  runner: Runner;
} {
  const operations = {
    checkOut: checkOutOperation(core),
    checkIn: checkInOperation(core),
    renew: renewOperation(core),
    requestItem: requestItemOperation(core),
    checkOutForPartner: checkOutForPartnerOperation(core),
    acceptItem: acceptItemOperation(core),
    checkInForPartner: checkInForPartnerOperation(core),
  };
  const runner = createRunner({ ledger, clock: core.clock, newId, note, operations: Object.values(operations) });
  const circulation: Circulation = {
    lookUpPatron: lookUpPatron(core),
    lookUpItem: lookUpItem(core),
    checkOut: checkOut(core, runner, operations.checkOut),
    checkIn: checkIn(core, runner, operations.checkIn),
    renew: renew(core, runner, operations.renew),
    requestItem: requestItem(core, runner, operations.requestItem),
    checkOutForPartner: checkOutForPartner(core, runner, operations.checkOutForPartner),
    acceptItem: acceptItem(core, runner, operations.acceptItem),
    checkInForPartner: checkInForPartner(core, runner, operations.checkInForPartner),
  };
  return { circulation, runner };
}
