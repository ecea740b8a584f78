import type { Hold } from './model.ts';
import { markOf, type WriteWork } from './operation.ts';
import type { NewHold } from './ports.ts';

/**
 * Places a hold that ends with the run, if that is undone. It is seen again by the run's mark in its comment: the patron
 * may well have another one, of a partner's patron on the same title even. Where a run of the first version has not
 * written its mark, `isOurs` says which one it is.
 */
export function placeHold(
  { library, context, steps, runId }: WriteWork,
  ask: NewHold,
  isOurs: (hold: Hold) => boolean,
): Promise<Hold> {
  const mark = markOf({ runId });
  const { patronId } = ask;
  return steps.write<Hold, { readonly mark: string } | undefined>('create hold', {
    intent: { mark },
    perform: () => library.createHold(context, { ...ask, comment: `${ask.comment} (${mark})` }),
    look: async (intent) =>
      (await library.holds(context, patronId)).find((hold) =>
        intent === undefined ? isOurs(hold) : hold.comment.includes(intent.mark),
      ),
    undo: (made) => library.cancelHold(context, patronId, made.requestId),
  });
}
