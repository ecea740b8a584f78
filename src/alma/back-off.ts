/** The longest pause: within a kiosk's eight seconds there must be room for some attempts. */
const longestMs = 1_000;

/**
 * Milliseconds before the attempt that follows number `attempt`: doubling from `firstMs`, and of that a random part
 * between a half and the whole, so that those who were refused together do not come back together. `random` as
 * `Math.random`.
 */
export function pauseAfter(attempt: number, firstMs: number, random: () => number = Math.random): number {
  const whole = Math.min(firstMs * 2 ** (attempt - 1), Math.max(firstMs, longestMs));
  return whole * (0.5 + random() / 2);
}
