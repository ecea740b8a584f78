import { Refusal } from '../circulation/refusals.ts';

/**
 * Deletes, and counts it a success where the thing is gone already. Alma has codes that mean "gone, or not to be
 * deleted", so a refusal that is not clear is settled by looking.
 * @throws {Refusal} of the deletion, where the thing is still there; of the look, where Alma is too busy for that.
 */
export async function deleteUnlessGone<Seen>(
  remove: () => Promise<unknown>,
  look: () => Promise<Seen>,
  saysGone: (seen: Seen) => boolean = () => false,
): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (isGone(error)) return;
    if (!(error instanceof Refusal) || error.kind !== 'library-system-refused') throw error;
    if (!(await look().then(saysGone, goneOrAgain))) throw error;
  }
}

/** What a look that failed says: nothing, where the same look may succeed later. */
function goneOrAgain(error: unknown): boolean {
  if (error instanceof Refusal && error.passing) throw error;
  return isGone(error);
}

/** Whether the error says that what was asked for does not exist. */
export const isGone = (error: unknown): boolean =>
  error instanceof Refusal && (error.kind === 'unknown-item' || error.kind === 'unknown-request');
