import { claimMustBeOver, claimOn, endClaim } from '../claims.ts';
import { hasEnded, isBack, isOpen, type Leg, mayStillReach } from '../legs.ts';
import { lend, loanOf, setDueDate } from '../loans.ts';
import type { Instant, Item, Loan, RequestId } from '../model.ts';
import { brokerRepeatsWithinMs, type Operation, type Work } from '../operation.ts';
import { type ForPartner, partnerPatron, partnerPatronId } from '../partner-patron.ts';

export interface PartnerCheckOutQuestion extends ForPartner {
  readonly request?: RequestId;
  /** Our barcode. */
  readonly itemId: string;
  readonly due?: Instant;
  readonly digest: string;
}

interface Found {
  readonly item: Item;
  /** The loan that the partner's patron has already: shipped by us or by hand. */
  readonly priorLoan?: Loan;
  /** The item's earlier leg, which nobody has ended though it is over. */
  readonly over?: Leg;
}

export interface PartnerCheckedOut {
  readonly at: Instant;
  readonly patronId: string;
  readonly item: Item;
  readonly loan: Loan;
}

/** Lender: the item leaves on a loan to the partner's patron, with the due date that was asked for (NCIP CheckOutItem). */
export const checkOutForPartner: Operation<PartnerCheckOutQuestion, Found, PartnerCheckedOut> = {
  kind: 'check-out-for-partner',
  afterCrash: 'complete',

  async recognise({ correlations, context, question: { partner, request, itemId, digest } }) {
    const institution = context.institution.code;
    const legs = await correlations.legsOfPartnersItem(institution, partner.code, itemId);
    const life = legs.filter(hasEnded).length;
    return {
      about: { items: [itemId], requests: request ? [request.value] : [] },
      repeat: {
        key: `ncip/${institution}/${partner.code}/CheckOutItem/${itemId}/${request?.value ?? ''}/${life}`,
        digest,
        withinMs: brokerRepeatsWithinMs,
      },
    };
  },

  async find(work) {
    const { library, context, question, runId } = work;
    const item = await library.item(context, question.itemId);
    const claim = await claimOn(work, item);
    const isTheirs = claim?.partner === question.partner.code && !isBack(claim.state);
    const over = isTheirs || claim?.id === runId ? undefined : claim;
    if (over !== undefined) await claimMustBeOver(work, over, item);
    const patronId = (isTheirs ? claim.patronId : undefined) ?? partnerPatronId(question);
    const loan = item.process === 'on-loan' ? await library.itemLoan(context, item.ref) : undefined;
    return { item, priorLoan: loanOf(loan, patronId), over };
  },

  async perform(work, { item, priorLoan, over }) {
    const { correlations, clock, context, runId: id } = work;
    const { partner, request, due } = work.question;
    const leg = await legJoined(work, item, over);
    const patronId = priorLoan?.patronId ?? leg?.patronId ?? (await partnerPatron(work));
    const holdId = leg?.state === 'requested' ? leg.almaRequestId : undefined;
    let loan = priorLoan ?? (await lend(work, { item, patronId, place: partner.place, holdId }));
    if (due !== undefined) loan = await setDueDate(work, loan, due);
    const { barcode, ref, title } = item;
    const facts = { barcode, patronId, ref, loanId: loan.loanId, due: loan.due, title };
    if (over !== undefined) await endClaim(work, over);
    const open =
      leg ??
      (await correlations.open(context, {
        ...{ id, partner: partner.code, side: 'lender', state: 'requested' },
        facts: { ...facts, requestAgency: request?.agency, requestId: request?.value },
      }));
    if (mayStillReach(open, 'shipped')) await correlations.advance(context, open, 'shipped', facts);
    return { at: clock().toISOString(), patronId, item, loan };
  },
};

/** The leg that the loan belongs to: the item's or, for a title request that has no item yet, the request's. */
async function legJoined(
  { correlations, context, question: { partner, request } }: Work<PartnerCheckOutQuestion>,
  { barcode }: Item,
  over: Leg | undefined,
): Promise<Leg | undefined> {
  const institution = context.institution.code;
  const byItem = await correlations.openLegOfBarcode(institution, barcode);
  if (byItem !== undefined && byItem.id !== over?.id) return byItem;
  if (request === undefined) return undefined;
  const byRequest = await correlations.latestLegOfRequest(institution, partner.code, 'lender', request.value);
  const fits = byRequest !== undefined && isOpen(byRequest.state) && byRequest.barcode === undefined;
  return fits ? byRequest : undefined;
}
