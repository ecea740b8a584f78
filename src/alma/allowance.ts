/** What an answer of Alma's says about the calls that are still allowed. */
export interface Lesson {
  /** A 429: too many in this second (PER_SECOND_THRESHOLD), or none is left of today's (DAILY_THRESHOLD). */
  readonly refused?: 'this-second' | 'today';
  /** `X-Exl-Api-Remaining`: the calls left until midnight. */
  readonly remaining?: number;
}

/** Never fewer calls a second than this because of 429s: a refused call costs little, a waiting patron much. */
const floor = 5;
/** From the last 429 to the full pace. */
const recoveryMs = 8_000;
/** What of the day's calls is left to people. */
const shareOfPeople = 0.2;
/** After this long a reading of the day's remainder says nothing: midnight may have passed. */
const readingLastsMs = 15 * 60_000;
/** Between calls that try whether a new day has begun. */
const probeMs = 60_000;

/** How many calls Alma allows at a moment, by its own answers. Every moment is one of a clock that only goes forward. */
export class Allowance {
  readonly #callsPerSecond: number;
  readonly #callsPerDay: number | undefined;
  #slowed: { readonly pace: number; readonly at: number } | undefined;
  #reading: { readonly remaining: number; readonly at: number } | undefined;
  #mostRemaining = 0;
  /** Since when there are none left today, or the last call that tried. */
  #spentAt: number | undefined;

  /** Without `callsPerDay` the most that was ever left stands for the day's calls. */
  constructor(callsPerSecond: number, callsPerDay?: number) {
    this.#callsPerSecond = callsPerSecond;
    this.#callsPerDay = callsPerDay;
  }

  /** Calls a second: half of it after a 429, but never below the floor, and rising evenly from then on. */
  pace(now: number): number {
    if (this.#slowed === undefined) return this.#callsPerSecond;
    const { pace, at } = this.#slowed;
    const recovered = Math.min(1, (now - at) / recoveryMs);
    return Math.floor(pace + (this.#callsPerSecond - pace) * recovered);
  }

  /** Calls left of the day, as Alma said last. */
  get remaining(): number | undefined {
    return this.#reading?.remaining;
  }

  /** Whether so little of the day is left that it belongs to people. */
  isShort(now: number): boolean {
    if (this.#reading === undefined || now - this.#reading.at > readingLastsMs) return false;
    return this.#reading.remaining < (this.#callsPerDay ?? this.#mostRemaining) * shareOfPeople;
  }

  /** Whether Alma takes no calls today. Once a minute it says no: whoever asks then is to try. */
  isSpent(now: number): boolean {
    if (this.#spentAt === undefined) return false;
    if (now - this.#spentAt < probeMs) return true;
    this.#spentAt = now;
    return false;
  }

  /** Takes note of an answer to a call that was let through at `since`; gives whether the day was seen to end. */
  learn({ refused, remaining }: Lesson, since: number, now: number): boolean {
    if (remaining !== undefined) {
      this.#reading = { remaining, at: now };
      this.#mostRemaining = Math.max(this.#mostRemaining, remaining);
    }
    if (refused === 'today') {
      this.#reading = { remaining: 0, at: now };
      // The call that tried began this minute; what else comes back from before it changes nothing.
      const isNews = this.#spentAt === undefined;
      if (isNews) this.#spentAt = now;
      return isNews;
    }
    // Only the answer to a call that tried tells of a new day.
    if (this.#spentAt !== undefined && since >= this.#spentAt) this.#spentAt = undefined;
    if (refused === 'this-second') this.#slowDown(since, now);
    return false;
  }

  #slowDown(since: number, now: number): void {
    // The calls that were under way together all come back with 429; that is one lesson, not five.
    if (this.#slowed !== undefined && since < this.#slowed.at) return;
    const lowest = Math.min(floor, this.#callsPerSecond);
    this.#slowed = { pace: Math.max(lowest, Math.floor(this.pace(now) / 2)), at: now };
  }
}
