import type { Lane } from '../circulation/context.ts';
import { Refusal } from '../circulation/refusals.ts';

/** A clock that only goes forward, and its alarm: milliseconds both. Tests bring their own. */
export interface Time {
  now(): number;
  /** Calls back once after `ms`; gives the way to call it off. */
  after(ms: number, callback: () => void): () => void;
}

const realTime: Time = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.ceil(ms));
    return () => clearTimeout(timer);
  },
};

export interface PaceSettings {
  readonly callsPerSecond: number;
  /** Background work stops when fewer calls than this are left of the day. */
  readonly reserve: number;
  /** How many may wait in each lane. */
  readonly queueLimit: number;
}

interface Waiter {
  readonly since: number;
  readonly go: (waited: number) => void;
  readonly giveUp: () => void;
}

const lanes = ['kiosk', 'broker', 'background'] as const satisfies readonly Lane[];
/** A second, and a little for calls that travel at different speeds: Alma counts where they arrive. */
const windowMs = 1025;
const recoveryMs = 10_000;
/** After this long a reading of the day's remainder says nothing: midnight may have passed. */
const readingLastsMs = 15 * 60_000;

/**
 * The pace of one institution's calls: at most so many in any second, however they bunch up, shared by three lanes
 * of which the first always goes first. Alma counts 25 a second for all its users together (DESIGN §6).
 */
export class Pace {
  readonly #settings: PaceSettings;
  readonly #time: Time;
  readonly #waiting: Record<Lane, Set<Waiter>> = { kiosk: new Set(), broker: new Set(), background: new Set() };
  /** The moments of the calls of the last second, oldest first. */
  #granted: number[] = [];
  #callOffAlarm: (() => void) | undefined;
  #slowed: { readonly pace: number; readonly at: number } | undefined;
  #reading: { readonly remaining: number; readonly at: number } | undefined;
  #closed = false;

  constructor(settings: PaceSettings, time: Time = realTime) {
    this.#settings = settings;
    this.#time = time;
  }

  /**
   * Waits for permission to make one HTTP call, first come first served within the lane. Gives the milliseconds
   * waited.
   * @throws {Refusal} library-system-unavailable: the lane is full, patience ran out, or the day's rest is reserved.
   */
  turn(lane: Lane, patienceMs: number): Promise<number> {
    const queue = this.#waiting[lane];
    if (this.#closed) return Promise.reject(tooBusy('the gateway is stopping'));
    if (lane === 'background' && this.#isDayNearlySpent()) return Promise.reject(tooBusy("the day's calls are short"));
    if (queue.size >= this.#settings.queueLimit) return Promise.reject(tooBusy('too many calls are waiting'));
    return new Promise((resolve, reject) => {
      const callOff = this.#time.after(patienceMs, () => waiter.giveUp());
      const leave = () => {
        callOff();
        queue.delete(waiter);
      };
      const waiter: Waiter = {
        since: this.#time.now(),
        go: (waited) => {
          leave();
          resolve(waited);
        },
        giveUp: () => {
          leave();
          reject(tooBusy('its turn did not come in time'));
        },
      };
      queue.add(waiter);
      this.#serve();
    });
  }

  /** Alma said 429: half the pace, and one call a second more every ten seconds from then on. */
  slowDown(): void {
    const now = this.#time.now();
    // The calls that were under way together all come back with 429; that is one lesson, not five.
    if (this.#slowed !== undefined && now - this.#slowed.at < windowMs) return;
    this.#slowed = { pace: Math.max(1, Math.floor(this.pace / 2)), at: now };
  }

  /** Takes note of `X-Exl-Api-Remaining`. */
  readRemaining(remaining: number): void {
    this.#reading = { remaining, at: this.#time.now() };
  }

  get remaining(): number | undefined {
    return this.#reading?.remaining;
  }

  /** Calls a second at this moment. */
  get pace(): number {
    const { callsPerSecond } = this.#settings;
    if (this.#slowed === undefined) return callsPerSecond;
    const steps = Math.floor((this.#time.now() - this.#slowed.at) / recoveryMs);
    return Math.min(callsPerSecond, this.#slowed.pace + steps);
  }

  /** Refuses everybody who waits, and everybody who comes. */
  close(): void {
    this.#closed = true;
    this.#callOffAlarm?.();
    for (const lane of lanes) for (const waiter of this.#waiting[lane]) waiter.giveUp();
  }

  #isDayNearlySpent(): boolean {
    const reading = this.#reading;
    if (reading === undefined || this.#time.now() - reading.at > readingLastsMs) return false;
    return reading.remaining < this.#settings.reserve;
  }

  #serve(): void {
    this.#callOffAlarm?.();
    this.#callOffAlarm = undefined;
    const now = this.#time.now();
    this.#granted = this.#granted.filter((moment) => now - moment < windowMs);
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const spare = this.pace - this.#granted.length;
      if (spare <= 0) {
        // As many of the last second's calls must grow old as the pace is overdrawn, and one more.
        const oldest = this.#granted[-spare] ?? now;
        this.#callOffAlarm = this.#time.after(oldest + windowMs - now, () => this.#serve());
        return;
      }
      this.#granted.push(now);
      next.go(now - next.since);
    }
  }

  #next(): Waiter | undefined {
    for (const lane of lanes) for (const waiter of this.#waiting[lane]) return waiter;
    return undefined;
  }
}

const tooBusy = (why: string): Refusal => new Refusal('library-system-unavailable', { detail: why });
