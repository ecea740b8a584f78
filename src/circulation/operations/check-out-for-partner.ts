import type { Circulation, PartnerCheckedOut, RequestId } from '../circulation.ts';
import type { Context, Partner } from '../context.ts';
import { isOpen, type Leg } from '../legs.ts';
import type { Instant, Item, Loan } from '../model.ts';
import { Refusal } from '../refusals.ts';
import type { Operation, Runner } from '../runs.ts';
import { brokerReplayMs, type Core, isPartnerPatron, lend, partnerPatron, setDueDate } from './core.ts';

interface Input {
  readonly partner: Partner;
  readonly request?: RequestId;
  readonly forAgency: string;
  readonly due?: Instant;
  readonly item: Item;
  /** The loan that the partner's patron had before: shipped already, by us or by hand. */
  readonly had?: Loan;
}

/** Lender: the item leaves on a loan to the partner's patron, with the due date that was asked for (NCIP CheckOutItem). */
export function checkOutForPartnerOperation(core: Core): Operation<Input, PartnerCheckedOut> {
  const { correlations, clock } = core;
  return {
    kind: 'check-out-for-partner',
    afterCrash: 'complete',
    async perform(context, input, steps) {
      const { partner, request, item, had, due } = input;
      const leg = await legOf(core, context, partner, item.barcode, request);
      const patronId = had?.patronId ?? leg?.patronId ?? (await partnerPatron(core, context, input, steps));
      let loan =
        had ?? (await lend(core, context, steps, { item, patronId, place: partner.place, holdId: leg?.almaRequestId }));
      if (due !== undefined) loan = await setDueDate(core, context, steps, loan, due);
      const facts = {
        barcode: item.barcode,
        patronId,
        ref: item.ref,
        loanId: loan.loanId,
        due: loan.due,
        title: item.title,
      };
      const told = { requestAgency: request?.agency, requestId: request?.value };
      const { code } = partner;
      const open =
        leg ??
        (await correlations.open(context, {
          partner: code,
          side: 'lender',
          state: 'requested',
          facts: { ...facts, ...told },
        }));
      await correlations.advance(context, open, 'shipped', facts);
      return { at: clock().toISOString(), patronId, barcode: item.barcode, due: loan.due };
    },
  };
}

/** The lender's open leg, by the item or, for a title request that has no item yet, by the request. */
async function legOf(
  { correlations }: Core,
  context: Context,
  partner: Partner,
  itemId: string,
  request: RequestId | undefined,
): Promise<Leg | undefined> {
  const institution = context.institution.code;
  const byItem = await correlations.openLegOfItem(institution, itemId);
  if (byItem?.side === 'lender') return byItem;
  if (byItem?.side === 'borrower')
    throw new Refusal('item-not-loanable', {
      about: 'item',
      value: itemId,
      detail: 'it is borrowed from another library',
    });
  const byRequest = request && (await correlations.latestLegOfRequest(institution, partner.code, request.value));
  const fits = byRequest?.side === 'lender' && isOpen(byRequest.state) && byRequest.barcode === undefined;
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
        await legOf(core, context, partner, item.barcode, request);
        const loan = item.process === 'on-loan' ? await library.itemLoan(context, item.ref) : undefined;
        const had = loan !== undefined && isPartnerPatron(partner, loan.patronId) ? loan : undefined;
        return { partner, request, forAgency, due, item, had };
      },
    });
  };
}
