import type { Time } from '../../src/alma/time.ts';

/** A clock that stands still until it is told to go on. */
export class StoppedClock implements Time {
  #now = 0;
  #alarms: { at: number; ring: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, ring: () => void): () => void {
    const alarm = { at: this.#now + ms, ring };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Goes on by `ms`, ringing the alarms at their times. */
  async pass(ms: number): Promise<void> {
    await settled();
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#alarms = this.#alarms.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.ring();
      await settled();
    }
    this.#now = end;
    await settled();
  }
}

/** Lets go on who was let go, and who waits for those. */
async function settled(): Promise<void> {
  for (let i = 0; i < 4; i += 1) await Promise.resolve();
}
