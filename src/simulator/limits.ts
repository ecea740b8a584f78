import { AlmaError } from './errors.ts';

/** Alma's two limits, for the institution as a whole: calls in any second, and calls a day. */
export class Limits {
  private readonly perSecond: number;
  private readonly dailyQuota: number;
  private readonly now: () => Date;
  /** When the calls of the last second came, in real milliseconds: this limit does not follow a test's clock. */
  private recent: number[] = [];
  private day = '';
  private usedToday = 0;

  constructor(perSecond: number, dailyQuota: number, now: () => Date) {
    this.perSecond = perSecond;
    this.dailyQuota = dailyQuota;
    this.now = now;
  }

  reset(): void {
    this.recent = [];
    this.usedToday = 0;
  }

  /**
   * Counts one call and gives what is left until midnight UTC (X-Exl-Api-Remaining); throws one of the two 429s
   * instead, and then nothing is counted. No Retry-After is given, as none was ever seen.
   */
  count(): number {
    const today = this.now().toISOString().slice(0, 10);
    if (today !== this.day) {
      this.day = today;
      this.usedToday = 0;
    }
    if (this.usedToday >= this.dailyQuota) throw new AlmaError('DAILY');
    const at = performance.now();
    this.recent = this.recent.filter((earlier) => at - earlier < 1000);
    if (this.perSecond > 0 && this.recent.length >= this.perSecond) throw new AlmaError('PER_SECOND');
    this.recent.push(at);
    this.usedToday += 1;
    return this.dailyQuota - this.usedToday;
  }
}
