import type { Refusal } from '../circulation/refusals.ts';
import type { Events, Log } from '../log/events.ts';

/** Which message was refused, and whose: what every event about a message says. */
export type RefusedMessage = Pick<
  Events['message-refused'],
  'trace' | 'protocol' | 'peer' | 'institution' | 'actor' | 'name'
>;

/**
 * Tells the operator that a message was refused, alike for every door: the kind, what it is about, and the cause that
 * the peer is not told. A refusal that is a defect of ours is told once more, as one, with its stack.
 */
export function logRefused(log: Log, message: RefusedMessage, refusal: Refusal): void {
  const { kind, about, facts, cause } = refusal;
  const why = cause === undefined ? undefined : String(cause);
  log('message-refused', {
    ...message,
    refusal: kind,
    ...facts,
    ...(about !== undefined && { about }),
    ...(why !== undefined && { cause: why }),
  });
  if (kind !== 'internal-error') return;
  const { trace, protocol, name } = message;
  const stack = cause instanceof Error ? cause.stack : undefined;
  log('defect', {
    trace,
    where: `${protocol} ${name}`,
    why: why ?? refusal.message,
    ...(stack !== undefined && { stack }),
  });
}
