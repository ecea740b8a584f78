import { Refusal } from '../circulation/refusals.ts';

/** Codes of "a parameter is not valid": the thing may be gone, or Alma dislikes something else about the call. */
const ambiguous: ReadonlySet<string> = new Set(['401873', '402203', '40166411']);

/**
 * Deletes, and counts it a success where the thing is gone already. Alma has codes that mean "gone, or not to be
 * deleted", so a refusal that is not clear is settled by looking.
 * @throws {Refusal} of the deletion, where the thing is still there; of the look, where that must be made again.
 */
export async function deleteUnlessGone<Seen>(
  remove: () => Promise<unknown>,
  look: () => Promise<Seen>,
  saysGone: (seen: Seen) => boolean = () => false,
): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof Refusal) || error.passing) throw error;
    const isUnclear = ambiguous.has(error.facts.code ?? '') || error.kind === 'library-system-refused';
    if (!isUnclear && isGone(error)) return;
    if (!isUnclear) throw error;
    if (await look().then(saysGone, goneOrAgain)) return;
    // What is still there was not "unknown", as the code would have it.
    throw isGone(error) ? new Refusal('library-system-refused', error.facts, error) : error;
  }
}

/** What a look that failed says. One that Alma had no time for says nothing. */
function goneOrAgain(error: unknown): boolean {
  if (error instanceof Refusal && error.passing) throw error;
  return isGone(error);
}

/** Whether the error says that what was asked for does not exist. */
export const isGone = (error: unknown): boolean =>
  error instanceof Refusal && (error.kind === 'unknown-item' || error.kind === 'unknown-request');
