/** Limits of time (milliseconds) and number, the same for every institution. */
export interface AlmaLimits {
  readonly connectMs: number;
  /** In total, waiting and repeating included. */
  readonly readMs: number;
  /** The same for a broker, which waits longer for its answer than a patron does. */
  readonly brokerReadMs: number;
  readonly writeMs: number;
  /** Before the second attempt; longer before each further one. */
  readonly pauseMs: number;
  /** At what may have reached Alma; where Alma is only busy, time alone limits them. */
  readonly attempts: number;
  /** Between attempts at a request that Alma refuses while it is still busy with the item (401129). */
  readonly settlingMs: number;
  readonly breakAfterFailures: number;
  readonly breakForMs: number;
  /** How many calls may wait in each lane. */
  readonly queueLimit: number;
}

export const usualLimits: AlmaLimits = {
  connectMs: 3_000,
  readMs: 8_000,
  brokerReadMs: 25_000,
  writeMs: 12_000,
  pauseMs: 250,
  attempts: 4,
  settlingMs: 1_000,
  breakAfterFailures: 5,
  breakForMs: 10_000,
  queueLimit: 100,
};
