import { claimMustBeOver, claimOn, endClaim } from '../claims.ts';
import { placeHold } from '../holds.ts';
import { hasEnded, isOpen, type Leg } from '../legs.ts';
import { type Hold, type Instant, type Item, type ItemRef, type RequestId, sameId } from '../model.ts';
import { brokerRepeatsWithinMs, type FindWork, type Operation, retriedWithinMs, type WriteWork } from '../operation.ts';
import { type ForPartner, partnerPatron } from '../partner-patron.ts';
import { Refusal } from '../refusals.ts';

export interface RequestItemQuestion extends ForPartner {
  readonly request?: RequestId;
  readonly target: { readonly barcode: string } | { readonly mmsId: string };
  readonly digest: string;
}

interface Found {
  readonly target: { readonly ref: ItemRef; readonly barcode: string } | { readonly mmsId: string };
  /** Absent for a title. */
  readonly item?: Item;
  /** The item's earlier leg, which nobody has ended though it is over. */
  readonly over?: Leg;
}

export interface ItemRequested {
  readonly at: Instant;
  readonly patronId: string;
  readonly hold: Hold;
  /** Absent for a title. */
  readonly item?: Item;
}

/** Lender: a hold for the partner's patron on one item or on a title (NCIP RequestItem). */
export const requestItem: Operation<RequestItemQuestion, Found, ItemRequested> = {
  kind: 'request-item',
  afterCrash: 'complete',

  async recognise({ correlations, context, question }) {
    const { partner, request, target, forAgency, digest } = question;
    const institution = context.institution.code;
    const wanted = 'barcode' in target ? target.barcode : target.mmsId;
    const what = request ? `${request.agency}/${request.value}` : `${forAgency}/${wanted}`;
    // What tells this life of the wish from the last: how many legs of its request, or of its item, have ended.
    const life = request
      ? await correlations.endedLegsOfRequest(institution, partner.code, request.value)
      : (await correlations.legsOfPartnersItem(institution, partner.code, wanted)).filter(hasEnded).length;
    // A title that is wanted without a request's number has no leg that anything later could end.
    const ends = request !== undefined || 'barcode' in target;
    return {
      about: {
        items: 'barcode' in target ? [target.barcode] : [],
        requests: request ? [request.value] : [],
      },
      repeat: {
        key: `ncip/${institution}/${partner.code}/RequestItem/${what}/${life}`,
        digest,
        withinMs: ends ? brokerRepeatsWithinMs : retriedWithinMs,
      },
    };
  },

  async find(work) {
    const { library, context, question } = work;
    const { target } = question;
    await mustBeNew(work);
    if ('mmsId' in target) {
      if (!(await library.titleExists(context, target.mmsId)))
        throw new Refusal('unknown-item', { about: 'item', value: target.mmsId });
      return { target };
    }
    const item = await library.item(context, target.barcode);
    // One item travels for one request at a time, whatever Alma's queue could hold.
    const claim = await claimOn(work, item);
    const over = claim?.id === work.runId ? undefined : claim;
    if (over !== undefined) await claimMustBeOver(work, over, item);
    return { target: { ref: item.ref, barcode: item.barcode }, item, over };
  },

  async perform(work, { target, item, over }) {
    const { correlations, clock, context, runId } = work;
    const { partner, request } = work.question;
    const patronId = await partnerPatron(work);
    const hold = await holdFor(work, patronId, target);
    if (over !== undefined) await endClaim(work, over);
    await correlations.open(context, {
      ...{ id: runId, partner: partner.code, side: 'lender', state: 'requested' },
      facts: {
        requestAgency: request?.agency,
        requestId: request?.value,
        barcode: 'ref' in target ? target.barcode : undefined,
        patronId,
        ref: 'ref' in target ? target.ref : target,
        almaRequestId: hold.requestId,
        title: hold.title,
      },
    });
    return { at: clock().toISOString(), patronId, hold, item };
  },
};

async function mustBeNew({ correlations, context, question, runId }: FindWork<RequestItemQuestion>): Promise<void> {
  const { partner, request } = question;
  if (request === undefined) return;
  const { code } = context.institution;
  const known = await correlations.latestLegOfRequest(code, partner.code, 'lender', request.value);
  if (known !== undefined && known.id !== runId && isOpen(known.state))
    throw new Refusal('duplicate-request', { about: 'request', value: request.value });
}

function holdFor(work: WriteWork<RequestItemQuestion>, patronId: string, target: Found['target']): Promise<Hold> {
  const { partner, request } = work.question;
  const isOurs = (hold: Hold): boolean =>
    sameId(hold.patronId, patronId) &&
    ('ref' in target ? hold.itemId === target.ref.itemId : hold.mmsId === target.mmsId);
  const ask = {
    patronId,
    target: 'ref' in target ? { itemId: target.ref.itemId } : target,
    pickup: { library: partner.lending.pickupLibrary },
    comment: `Interlibrary request ${request?.value ?? ''} of ${partner.code}`,
  };
  return placeHold(work, ask, isOurs);
}
