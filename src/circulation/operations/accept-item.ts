import type { AcceptItemQuestion, Circulation, ItemAccepted } from '../circulation.ts';
import type { Context, Partner } from '../context.ts';
import { isOpen, type Leg } from '../legs.ts';
import type { Hold, Item, Place, ScanIn } from '../model.ts';
import { Refusal } from '../refusals.ts';
import type { Operation, Runner } from '../runs.ts';
import type { Steps } from '../steps.ts';
import { brokerReplayMs, type Core, unlessUnknown } from './core.ts';

interface Input extends Omit<AcceptItemQuestion, 'digest' | 'pickupLocation'> {
  readonly barcode: string;
  readonly pickup: Place;
}

/**
 * Borrower: another library's book has arrived (NCIP AcceptItem). Alma's API cannot receive a resource-sharing
 * request, so the book becomes a suppressed brief bib, a holding, a temporary item and a hold for the patron, and is
 * scanned onto the hold shelf where the profile says so. A step that fails undoes the ones before it.
 */
export function acceptItemOperation(core: Core): Operation<Input, ItemAccepted> {
  const { library, correlations, clock } = core;
  return {
    kind: 'accept-item',
    afterCrash: 'complete',
    async perform(context, input, steps) {
      const { partner, barcode, patronId, pickup } = input;
      const leg = await openLeg(context, input, steps.runId);
      const item = await catalogue(context, input, steps);
      const hold = await holdFor(context, input, item, steps);
      if (partner.borrowing.automaticReceive) await receive(context, item, pickup, steps);
      // A run resumed late may find that the patron has the book by now: the leg never goes back.
      if (leg.state === 'accepting') {
        const reached = partner.borrowing.automaticReceive ? 'on-shelf' : 'accepting';
        await correlations.advance(context, leg, reached, { ref: item.ref, almaRequestId: hold.requestId });
      }
      return { at: clock().toISOString(), patronId, barcode };
    },
    async undone(context, { partner, request }) {
      const { code } = context.institution;
      const leg = await correlations.latestLegOfRequest(code, partner.code, 'borrower', request.value);
      if (leg !== undefined && isOpen(leg.state)) await correlations.advance(context, leg, 'cancelled');
    },
  };

  function openLeg(
    context: Context,
    { partner, request, itemId, barcode, patronId, due, bib }: Input,
    id: string,
  ): Promise<Leg> {
    return correlations.open(context, {
      id,
      partner: partner.code,
      side: 'borrower',
      state: 'accepting',
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

  async function catalogue(context: Context, { partner, request, barcode, bib }: Input, steps: Steps): Promise<Item> {
    const place = { library: partner.place.library, location: partner.borrowing.location };
    // Our own number in MARC 035 finds the bib again when nobody heard Alma's answer.
    const controlNumber = `CIRCGATE-${steps.runId}`;
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
      perform: () =>
        library.createItem(context, mmsId, holdingId, {
          barcode,
          itemPolicy: partner.borrowing.itemPolicy,
          ...place,
          note,
        }),
      look: async () => {
        const found = await unlessUnknown('unknown-item', () => library.item(context, barcode));
        return found?.ref.mmsId === mmsId ? found : undefined;
      },
      undo: (made) => library.deleteItem(context, made.ref),
    });
  }

  function holdFor(
    context: Context,
    { partner, request, patronId, pickup }: Input,
    item: Item,
    steps: Steps,
  ): Promise<Hold> {
    const comment = `Interlibrary loan ${request.value} of ${partner.code}`;
    return steps.write('create hold', {
      perform: () =>
        library.createHold(context, {
          patronId,
          target: { itemId: item.ref.itemId },
          pickup: { library: pickup.library },
          comment,
        }),
      look: async () => (await library.holds(context, patronId)).find((hold) => hold.itemId === item.ref.itemId),
      undo: (made) => library.cancelHold(context, patronId, made.requestId),
    });
  }

  function receive(context: Context, item: Item, place: Place, steps: Steps): Promise<ScanIn> {
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
}

export function acceptItem(
  core: Core,
  runner: Runner,
  operation: Operation<Input, ItemAccepted>,
): Circulation['acceptItem'] {
  const { library, correlations } = core;
  return async (context, { pickupLocation, digest, ...ask }) => {
    const { partner, request, itemId, patronId } = ask;
    const institution = context.institution.code;
    const barcode = barcodeFor(partner, request.value, itemId);
    const life = await correlations.endedLegs(institution, partner.code, { requestId: request.value });
    return runner.run(operation, context, {
      key: `ncip/${institution}/${partner.code}/AcceptItem/${request.agency}/${request.value}/${life}`,
      digest,
      replayFor: brokerReplayMs,
      subject: { barcode, requestId: request.value },
      prepare: async () => {
        const pickup = pickupOf(partner, pickupLocation);
        const patron = await library.patron(context, patronId);
        await mustBeNew(context, partner, request.value, barcode);
        return { ...ask, patronId: patron.primaryId, barcode, pickup };
      },
    });
  };

  async function mustBeNew(context: Context, partner: Partner, requestId: string, barcode: string): Promise<void> {
    const institution = context.institution.code;
    const known = await correlations.latestLegOfRequest(institution, partner.code, 'borrower', requestId);
    if (known !== undefined && isOpen(known.state))
      throw new Refusal('duplicate-request', { about: 'request', value: requestId });
    const taken =
      (await correlations.openLegOfItem(institution, barcode)) ??
      (await unlessUnknown('unknown-item', () => library.item(context, barcode)));
    if (taken !== undefined) throw new Refusal('barcode-in-use', { about: 'item', value: barcode });
  }
}

/** The broker's ItemId, or the request's number where there is none or the profile wants one of our own. */
function barcodeFor({ borrowing: { barcode } }: Partner, requestId: string, itemId: string | undefined): string {
  return barcode.prefix + (barcode.kind === 'item-id' ? (itemId ?? requestId) : requestId);
}

function pickupOf({ borrowing }: Partner, said: string | undefined): Place {
  const wanted = (said?.trim() || borrowing.defaultPickupLocation).toLowerCase();
  const found = Object.entries(borrowing.pickupLocations).find(([name]) => name.toLowerCase() === wanted);
  if (!found) throw new Refusal('unknown-pickup-location', { about: 'pickup-location', value: said });
  return found[1];
}
