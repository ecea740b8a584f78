import type { Circulation, ItemRequested, RequestId } from '../circulation.ts';
import type { Partner } from '../context.ts';
import { isOpen, type Leg } from '../legs.ts';
import type { Hold, ItemRef } from '../model.ts';
import { Refusal } from '../refusals.ts';
import type { Operation, Runner } from '../runs.ts';
import { brokerReplayMs, type Core, partnerPatron, sameId } from './core.ts';
import { endLeg, lendersLeg, mustBeOver } from './lending.ts';

interface Input {
  readonly partner: Partner;
  readonly request?: RequestId;
  readonly forAgency: string;
  readonly target: { readonly ref: ItemRef; readonly barcode: string } | { readonly mmsId: string };
  /** The item's earlier leg, which nobody has ended though it is over. */
  readonly over?: Leg;
}

/** Lender: a hold for the partner's patron on one item or on a title (NCIP RequestItem). */
export function requestItemOperation(core: Core): Operation<Input, ItemRequested> {
  const { library, correlations, clock } = core;
  return {
    kind: 'request-item',
    afterCrash: 'complete',
    async perform(context, input, steps) {
      const { partner, request, target, over } = input;
      const patronId = await partnerPatron(core, context, input, steps);
      const item = 'ref' in target ? target : undefined;
      const mmsId = 'ref' in target ? target.ref.mmsId : target.mmsId;
      const isOurs = (hold: Hold): boolean =>
        sameId(hold.patronId, patronId) && (item ? hold.itemId === item.ref.itemId : hold.mmsId === mmsId);
      const hold = await steps.write('create hold', {
        perform: () =>
          library.createHold(context, {
            patronId,
            target: item ? { itemId: item.ref.itemId } : { mmsId },
            pickup: { library: partner.lending.pickupLibrary },
            comment: `Interlibrary request ${request?.value ?? ''} of ${partner.code}`,
          }),
        look: async () => (await library.holds(context, patronId)).find(isOurs),
        undo: (made) => library.cancelHold(context, patronId, made.requestId),
      });
      if (over !== undefined) await endLeg(core, context, over);
      await correlations.open(context, {
        id: steps.runId,
        partner: partner.code,
        side: 'lender',
        state: 'requested',
        facts: {
          requestAgency: request?.agency,
          requestId: request?.value,
          barcode: item?.barcode,
          patronId,
          ref: item?.ref ?? { mmsId },
          almaRequestId: hold.requestId,
          title: hold.title,
        },
      });
      return { at: clock().toISOString(), patronId, almaRequestId: hold.requestId, barcode: item?.barcode };
    },
  };
}

export function requestItem(
  core: Core,
  runner: Runner,
  operation: Operation<Input, ItemRequested>,
): Circulation['requestItem'] {
  const { library, correlations } = core;
  return async (context, { partner, request, target, forAgency, digest }) => {
    const institution = context.institution.code;
    const barcode = 'barcode' in target ? target.barcode : undefined;
    const what = request
      ? `${request.agency}/${request.value}`
      : `${forAgency}/${'barcode' in target ? barcode : target.mmsId}`;
    const life = request ? await correlations.endedLegs(institution, partner.code, { requestId: request.value }) : 0;
    return runner.run(operation, context, {
      key: `ncip/${institution}/${partner.code}/RequestItem/${what}/${life}`,
      digest,
      replayFor: brokerReplayMs,
      subject: { barcode, requestId: request?.value },
      prepare: async () => {
        const known =
          request && (await correlations.latestLegOfRequest(institution, partner.code, 'lender', request.value));
        if (known !== undefined && isOpen(known.state))
          throw new Refusal('duplicate-request', { about: 'request', value: request?.value });
        if ('mmsId' in target) {
          if (!(await library.titleExists(context, target.mmsId)))
            throw new Refusal('unknown-item', { about: 'item', value: target.mmsId });
          return { partner, request, forAgency, target };
        }
        const item = await library.item(context, target.barcode);
        // One item travels for one request at a time, whatever Alma's queue could hold.
        const over = await lendersLeg(core, context, item);
        if (over !== undefined) await mustBeOver(core, context, over, item);
        return { partner, request, forAgency, target: { ref: item.ref, barcode: item.barcode }, over };
      },
    });
  };
}
