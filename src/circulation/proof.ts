import type { Context } from './context.ts';
import type { Patron } from './model.ts';
import type { LibrarySystem } from './ports.ts';
import { Refusal } from './refusals.ts';

/** What became of a PIN. `not-checked`: none was sent, or the institution checks none. */
export type PinCheck = 'matches' | 'differs' | 'not-checked';

/** Whose PIN is meant, and what was said. An empty PIN is none: terminals send the field whether or not they ask. */
export interface PinQuestion {
  readonly patronId: string;
  readonly pin?: string;
}

/** Whether the patron must show a PIN, or showed one that must be right. */
export function wantsProof({ institution, pinDemand }: Context, pin: string | undefined): boolean {
  return institution.pin.kind !== 'none' && (pinDemand === 'required' || wasSent(pin));
}

/**
 * Checks a PIN by the institution's policy.
 * @throws {Refusal} `pin-required` where one must be sent and none was.
 */
export async function checkPin(
  library: LibrarySystem,
  context: Context,
  patron: Patron,
  pin: string | undefined,
): Promise<PinCheck> {
  const policy = context.institution.pin;
  if (policy.kind === 'none' || !wantsProof(context, pin)) return 'not-checked';
  if (!wasSent(pin)) throw new Refusal('pin-required', { about: 'pin' });
  const matches =
    policy.kind === 'alma-password'
      ? await library.passwordMatches(context, patron.primaryId, pin)
      : patron.identifiers.some(({ type, value }) => type === policy.type && value === pin);
  return matches ? 'matches' : 'differs';
}

/**
 * The patron, if the PIN that came with the message is right or needs none.
 * @throws {Refusal} `unknown-patron`, `pin-required`, `patron-authentication-failed`.
 */
export async function provenPatron(
  library: LibrarySystem,
  context: Context,
  { patronId, pin }: PinQuestion,
): Promise<Patron> {
  const patron = await library.patron(context, patronId);
  if ((await checkPin(library, context, patron, pin)) === 'differs')
    throw new Refusal('patron-authentication-failed', { about: 'pin' });
  return patron;
}

/** Whether a PIN was sent that is one. */
export const wasSent = (pin: string | undefined): pin is string => pin !== undefined && pin.trim() !== '';
