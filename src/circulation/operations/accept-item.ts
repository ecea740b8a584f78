import type { Partner } from '../context.ts';
import { placeHold } from '../holds.ts';
import { isOpen, type Leg } from '../legs.ts';
import type { Hold, Instant, Item, Place, RequestId, ScanIn } from '../model.ts';
import { brokerRepeatsWithinMs, type FindWork, markOf, type Operation, type WriteWork } from '../operation.ts';
import { partnersItem } from '../ports.ts';
import { Refusal, unlessUnknown } from '../refusals.ts';

export interface AcceptItemQuestion {
  readonly partner: Partner;
  readonly request: RequestId;
  /** The broker's ItemId; absent where it sent none. */
  readonly itemId?: string;
  readonly patronId: string;
  /** DateForReturn. */
  readonly due?: Instant;
  readonly pickupLocation?: string;
  readonly bib: {
    readonly title: string;
    readonly author: string;
    readonly publisher: string;
    readonly publicationDate: string;
  };
  readonly digest: string;
}

interface Found {
  /** The primary id of the patron that the broker named. */
  readonly patronId: string;
  readonly barcode: string;
  readonly pickup: Place;
}

export interface ItemAccepted {
  readonly at: Instant;
  readonly patronId: string;
  /** The temporary item. */
  readonly item: Item;
}

type Accepting = WriteWork<AcceptItemQuestion>;

/**
 * Borrower: another library's book has arrived (NCIP AcceptItem). Alma's API cannot receive a resource-sharing
 * request, so the book becomes a suppressed brief bib, a holding, a temporary item and a hold for the patron, and is
 * scanned onto the hold shelf where the profile says so. A step that fails undoes the ones before it.
 */
export const acceptItem: Operation<AcceptItemQuestion, Found, ItemAccepted> = {
  kind: 'accept-item',
  afterCrash: 'complete',

  async recognise({ correlations, context, question }) {
    const { partner, request, itemId, patronId, digest } = question;
    const institution = context.institution.code;
    const life = await correlations.endedLegsOfRequest(institution, partner.code, request.value);
    return {
      about: {
        items: [barcodeFor(question)],
        partnersItems: itemId === undefined ? [] : [partnersItem(partner, itemId)],
        requests: [request.value],
        patrons: [patronId],
      },
      repeat: {
        key: `ncip/${institution}/${partner.code}/AcceptItem/${request.agency}/${request.value}/${life}`,
        digest,
        withinMs: brokerRepeatsWithinMs,
      },
    };
  },

  async find(work) {
    const { library, context, question } = work;
    const pickup = pickupOf(question);
    const patron = await library.patron(context, question.patronId);
    const barcode = barcodeFor(question);
    await mustBeNew(work, barcode);
    return { patronId: patron.primaryId, barcode, pickup };
  },

  async perform(work, found) {
    const { correlations, clock, context, question } = work;
    const { automaticReceive } = question.partner.borrowing;
    const leg = await openLeg(work, found);
    const item = await catalogue(work, found.barcode);
    const hold = await holdFor(work, found, item);
    if (automaticReceive) await receive(work, item, found.pickup);
    // A run that is taken up late may find that the patron has the book by now: the leg never goes back.
    if (leg.state === 'accepting') {
      const facts = { ref: item.ref, almaRequestId: hold.requestId, due: question.due };
      await correlations.advance(context, leg, automaticReceive ? 'on-shelf' : 'accepting', facts);
    }
    return { at: clock().toISOString(), patronId: found.patronId, item };
  },

  async undone({ correlations, context, question: { partner, request }, runId }) {
    const { code } = context.institution;
    const leg = await correlations.latestLegOfRequest(code, partner.code, 'borrower', request.value);
    if (leg?.id === runId && isOpen(leg.state)) await correlations.advance(context, leg, 'cancelled');
  },
};

/** Neither the request nor the barcode may be in use, unless by what an earlier try of this run has left. */
async function mustBeNew(work: FindWork<AcceptItemQuestion>, barcode: string): Promise<void> {
  const { library, correlations, context, question, runId } = work;
  const institution = context.institution.code;
  const { partner, request } = question;
  const known = await correlations.latestLegOfRequest(institution, partner.code, 'borrower', request.value);
  if (known !== undefined && known.id !== runId && isOpen(known.state))
    throw new Refusal('duplicate-request', { about: 'request', value: request.value });
  const leg = await correlations.openLegOfBarcode(institution, barcode);
  if (leg !== undefined && leg.id === runId) return;
  const taken = leg ?? (await unlessUnknown('unknown-item', () => library.item(context, barcode)));
  if (taken !== undefined) throw new Refusal('barcode-in-use', { about: 'item', value: barcode });
}

function openLeg({ correlations, context, question, runId: id }: Accepting, found: Found): Promise<Leg> {
  const { partner, request, itemId, due, bib } = question;
  const { barcode, patronId } = found;
  return correlations.open(context, {
    ...{ id, partner: partner.code, side: 'borrower', state: 'accepting' },
    facts: {
      requestAgency: request.agency,
      requestId: request.value,
      brokerItemId: itemId === barcode ? undefined : itemId,
      barcode,
      patronId,
      due,
      title: bib.title,
    },
  });
}

async function catalogue({ library, context, question, steps, runId }: Accepting, barcode: string): Promise<Item> {
  const { partner, request, bib } = question;
  const { itemPolicy, location } = partner.borrowing;
  const place = { library: partner.place.library, location };
  // Our own number in MARC 035 finds the bib again when nobody heard Alma's answer.
  const controlNumber = markOf({ runId });
  const mmsId = await steps.write('create bib', {
    perform: () => library.createBib(context, { controlNumber, ...bib }),
    look: () => library.bibByControlNumber(context, controlNumber),
    undo: (made) => library.deleteBib(context, made),
  });
  const holdingId = await steps.write('create holding', {
    perform: () => library.createHolding(context, mmsId, place),
    look: async () => (await library.holdingsOf(context, mmsId))[0],
    undo: (made) => library.deleteHolding(context, mmsId, made),
  });
  const note = `Interlibrary loan ${request.value} of ${partner.code}`;
  return steps.write('create item', {
    perform: () => library.createItem(context, mmsId, holdingId, { barcode, itemPolicy, ...place, note }),
    look: async () => {
      const found = await unlessUnknown('unknown-item', () => library.item(context, barcode));
      return found?.ref.mmsId === mmsId ? found : undefined;
    },
    undo: (made) => library.deleteItem(context, made.ref),
  });
}

function holdFor(work: Accepting, { patronId, pickup }: Found, { ref: { itemId } }: Item): Promise<Hold> {
  const { partner, request } = work.question;
  const comment = `Interlibrary loan ${request.value} of ${partner.code}`;
  const ask = { patronId, target: { itemId }, pickup: { library: pickup.library }, comment };
  return placeHold(work, ask, (hold) => hold.itemId === itemId);
}

function receive({ library, context, steps }: Accepting, item: Item, place: Place): Promise<ScanIn> {
  return steps.write('receive', {
    perform: () => library.scanIn(context, item.ref, place),
    look: async () => {
      const now = await library.item(context, item.barcode);
      // On loan: it was on the shelf and its reader has it. Another scan would take it away again.
      const received = now.process === 'hold-shelf' || now.process === 'on-loan';
      return received ? { item: now, destination: '' } : undefined;
    },
  });
}

/** The broker's ItemId, or the request's number where there is none or the profile wants one of our own. */
function barcodeFor({ partner, request, itemId }: AcceptItemQuestion): string {
  const { kind, prefix } = partner.borrowing.barcode;
  return prefix + (kind === 'item-id' ? (itemId ?? request.value) : request.value);
}

function pickupOf({ partner: { borrowing }, pickupLocation }: AcceptItemQuestion): Place {
  const wanted = (pickupLocation?.trim() || borrowing.defaultPickupLocation).toLowerCase();
  const found = Object.entries(borrowing.pickupLocations).find(([name]) => name.toLowerCase() === wanted);
  if (!found) throw new Refusal('unknown-pickup-location', { about: 'pickup-location', value: pickupLocation });
  return found[1];
}
