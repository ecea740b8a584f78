import type { Circulation, PartnerCheckedOut, RequestId } from '../circulation.ts';
import type { Context, Partner } from '../context.ts';
import { isOpen, type Leg } from '../legs.ts';
import type { Instant, Item, Loan } from '../model.ts';
import type { Operation, Runner } from '../runs.ts';
import { brokerReplayMs, type Core, lend, partnerPatron, partnerPatronId, sameId, setDueDate } from './core.ts';
import { endLeg, lendersLeg, mustBeOver } from './lending.ts';

interface Input {
  readonly partner: Partner;
  readonly request?: RequestId;
  readonly forAgency: string;
  readonly due?: Instant;
  readonly item: Item;
  /** The loan that the partner's patron had before: shipped already, by us or by hand. */
  readonly had?: Loan;
  /** The item's earlier leg, which nobody has ended though it is over. */
  readonly over?: Leg;
}

/** Lender: the item leaves on a loan to the partner's patron, with the due date that was asked for (NCIP CheckOutItem). */
export function checkOutForPartnerOperation(core: Core): Operation<Input, PartnerCheckedOut> {
  const { correlations, clock } = core;
  return {
    kind: 'check-out-for-partner',
    afterCrash: 'complete',
    async perform(context, input, steps) {
      const { partner, request, item, had, due, over } = input;
      const leg = await joinedLeg(core, context, input);
      const patronId = had?.patronId ?? leg?.patronId ?? (await partnerPatron(core, context, input, steps));
      const holdId = leg?.state === 'requested' ? leg.almaRequestId : undefined;
      let loan = had ?? (await lend(core, context, steps, { item, patronId, place: partner.place, holdId }));
      if (due !== undefined) loan = await setDueDate(core, context, steps, loan, due);
      const { barcode, ref, title } = item;
      const facts = { barcode, patronId, ref, loanId: loan.loanId, due: loan.due, title };
      const told = { requestAgency: request?.agency, requestId: request?.value };
      if (over !== undefined) await endLeg(core, context, over);
      const { runId: id } = steps;
      const { code } = partner;
      const open =
        leg ??
        (await correlations.open(context, {
          ...{ id, partner: code, side: 'lender', state: 'requested' },
          facts: { ...facts, ...told },
        }));
      // A run resumed late may find the book back by now: the leg never goes back.
      if (open.state === 'requested' || open.state === 'shipped')
        await correlations.advance(context, open, 'shipped', facts);
      return { at: clock().toISOString(), patronId, barcode, due: loan.due };
    },
  };
}

/** The leg that the loan belongs to: the item's or, for a title request that has no item yet, the request's. */
async function joinedLeg({ correlations }: Core, context: Context, ask: Input): Promise<Leg | undefined> {
  const { partner, request, item, over } = ask;
  const institution = context.institution.code;
  const byItem = await correlations.openLegOfItem(institution, item.barcode);
  if (byItem !== undefined && byItem.id !== over?.id) return byItem;
  if (request === undefined) return undefined;
  const byRequest = await correlations.latestLegOfRequest(institution, partner.code, 'lender', request.value);
  const fits = byRequest !== undefined && isOpen(byRequest.state) && byRequest.barcode === undefined;
  return fits ? byRequest : undefined;
}

export function checkOutForPartner(
  core: Core,
  runner: Runner,
  operation: Operation<Input, PartnerCheckedOut>,
): Circulation['checkOutForPartner'] {
  const { library, correlations } = core;
  return async (context, { partner, request, itemId, forAgency, due, digest }) => {
    const institution = context.institution.code;
    const life = await correlations.endedLegs(institution, partner.code, { itemId });
    return runner.run(operation, context, {
      key: `ncip/${institution}/${partner.code}/CheckOutItem/${itemId}/${request?.value ?? ''}/${life}`,
      digest,
      replayFor: brokerReplayMs,
      subject: { barcode: itemId, requestId: request?.value },
      prepare: async () => {
        const item = await library.item(context, itemId);
        const leg = await lendersLeg(core, context, item);
        const joined = leg?.partner === partner.code && leg.state !== 'returned' ? leg : undefined;
        const over = joined === undefined ? leg : undefined;
        if (over !== undefined) await mustBeOver(core, context, over, item);
        const patronId = joined?.patronId ?? partnerPatronId(partner, forAgency);
        const loan = item.process === 'on-loan' ? await library.itemLoan(context, item.ref) : undefined;
        const had = loan !== undefined && sameId(loan.patronId, patronId) ? loan : undefined;
        return { partner, request, forAgency, due, item, had, over };
      },
    });
  };
}
