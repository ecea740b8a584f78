import type { Lane } from '../circulation/context.ts';
import { Refusal } from '../circulation/refusals.ts';
import { Allowance, type Lesson } from './allowance.ts';
import { LaneQueue } from './lane-queue.ts';
import { realTime, type Time } from './time.ts';

export interface PaceSettings {
  readonly callsPerSecond: number;
  /** The institution's quota, where it is known. */
  readonly callsPerDay?: number;
  /** How many may wait in each lane. */
  readonly queueLimit: number;
}

/** Permission for one HTTP call. */
export interface Turn {
  /** Milliseconds in the queue. */
  readonly waited: number;
  /** The request is on its way, or never will be: until then it counts as a call of now. May be said again. */
  left(): void;
  /** What Alma answered about the calls that are still allowed. */
  answered(lesson: Lesson): void;
}

interface Waiter {
  readonly since: number;
  readonly go: (turn: Turn) => void;
  readonly giveUp: (why: Refusal) => void;
}

/** A call that Alma may count in this second. */
interface Call {
  readonly lane: Lane;
  leftAt?: number;
}

const lanes = ['kiosk', 'broker', 'background'] as const satisfies readonly Lane[];
/** How many calls of others a lane lets go before it takes one: brokers keep a fifth, and what is unknown gets known. */
const patienceWithOthers: Readonly<Record<Lane, number>> = {
  kiosk: Number.POSITIVE_INFINITY,
  broker: 4,
  background: 19,
};
/** The most that background work takes: among people; and alone, so that who comes then finds a free call. */
const backgroundShare = { amongPeople: 0.2, alone: 0.5 };
/** After their last call people are taken to be there still: between two of a patron's lie seconds. */
const peopleStayMs = 5_000;
/** A second, and a little for requests that travel at different speeds: Alma counts where they arrive. */
const windowMs = 1050;

/**
 * The pace of one institution's calls: at most so many in any second, however they bunch up, shared by three lanes and
 * in each by its actors in turn. Alma counts 25 a second for all its users together (DESIGN §6).
 */
export class Pace {
  readonly #queueLimit: number;
  readonly #time: Time;
  readonly #allowance: Allowance;
  readonly #waiting: Readonly<Record<Lane, LaneQueue<Waiter>>> = {
    kiosk: new LaneQueue(),
    broker: new LaneQueue(),
    background: new LaneQueue(),
  };
  /** How many calls of others went while somebody in the lane waited. */
  readonly #passedOver: Record<Lane, number> = { kiosk: 0, broker: 0, background: 0 };
  /** The calls of the last second and those that have not left yet, in the order in which they were let go. */
  #calls: Call[] = [];
  #peopleAt = Number.NEGATIVE_INFINITY;
  #callOffAlarm: (() => void) | undefined;
  #closed = false;

  constructor({ callsPerSecond, callsPerDay, queueLimit }: PaceSettings, time: Time = realTime) {
    this.#queueLimit = queueLimit;
    this.#time = time;
    this.#allowance = new Allowance(callsPerSecond, callsPerDay);
  }

  /**
   * Waits for permission to make one HTTP call. Who gets it must say when the request has left.
   * @throws {Refusal} library-system-unavailable: too many wait, patience ran out, or the day's calls are spent, or
   * kept for people.
   */
  turn({ lane, actor }: { readonly lane: Lane; readonly actor: string }, patienceMs: number): Promise<Turn> {
    const queue = this.#waiting[lane];
    const objection = this.#objectionTo(lane);
    if (objection !== undefined) return Promise.reject(objection);
    return new Promise((resolve, reject) => {
      const callOff = this.#time.after(patienceMs, () => waiter.giveUp(tooBusy('its turn did not come in time')));
      const leave = () => {
        callOff();
        queue.remove(actor, waiter);
      };
      const waiter: Waiter = {
        since: this.#time.now(),
        go: (turn) => {
          leave();
          resolve(turn);
        },
        giveUp: (why) => {
          leave();
          reject(why);
        },
      };
      queue.add(actor, waiter);
      if (queue.size > this.#queueLimit) queue.newestOfLongest()?.giveUp(tooBusy('too many calls are waiting'));
      this.#serve();
    });
  }

  /** Calls left of the day, as Alma said last. */
  get remaining(): number | undefined {
    return this.#allowance.remaining;
  }

  /** Calls a second at this moment. */
  get callsPerSecond(): number {
    return this.#allowance.pace(this.#time.now());
  }

  /** Refuses everybody who waits, and everybody who comes. */
  close(): void {
    this.#closed = true;
    this.#callOffAlarm?.();
    this.#refuseAll(stopping());
  }

  #objectionTo(lane: Lane): Refusal | undefined {
    const now = this.#time.now();
    if (this.#closed) return stopping();
    if (lane === 'background' && this.#allowance.isShort(now)) return tooBusy("the day's calls are short");
    return this.#allowance.isSpent(now) ? daySpent() : undefined;
  }

  #refuseAll(why: Refusal): void {
    for (const lane of lanes) for (const waiter of this.#waiting[lane].all()) waiter.giveUp(why);
  }

  #serve(): void {
    const now = this.#time.now();
    this.#calls = this.#calls.filter(({ leftAt = now }) => now - leftAt < windowMs);
    for (let lane = this.#nextLane(now); lane !== undefined; lane = this.#nextLane(now)) {
      const waiter = this.#waiting[lane].take();
      waiter?.go(this.#letGo(lane, now, now - waiter.since));
    }
    this.#callOffAlarm?.();
    this.#callOffAlarm = undefined;
    if (lanes.every((lane) => this.#waiting[lane].size === 0)) return;
    // Where no call has left yet, the first that does so serves again.
    const oldest = Math.min(...this.#calls.flatMap(({ leftAt }) => leftAt ?? []));
    if (Number.isFinite(oldest)) this.#callOffAlarm = this.#time.after(oldest + windowMs - now, () => this.#serve());
  }

  /** Whose turn it is; `undefined` where nobody may go now. */
  #nextLane(now: number): Lane | undefined {
    if (this.#calls.length >= this.#allowance.pace(now)) return undefined;
    const ready = lanes.filter((lane) => this.#waiting[lane].size > 0 && this.#hasShare(lane, now));
    const next = ready.find((lane) => this.#passedOver[lane] >= patienceWithOthers[lane]) ?? ready[0];
    if (next === undefined) return undefined;
    for (const lane of ready) this.#passedOver[lane] += 1;
    this.#passedOver[next] = 0;
    return next;
  }

  #hasShare(lane: Lane, now: number): boolean {
    if (lane !== 'background') return true;
    const own = this.#calls.filter((call) => call.lane === lane).length;
    const amongPeople = now - this.#peopleAt < peopleStayMs || this.#waiting.kiosk.size + this.#waiting.broker.size > 0;
    const share = amongPeople ? backgroundShare.amongPeople : backgroundShare.alone;
    return own < Math.max(1, Math.floor(this.#allowance.pace(now) * share));
  }

  #letGo(lane: Lane, since: number, waited: number): Turn {
    const call: Call = { lane };
    this.#calls.push(call);
    if (lane !== 'background') this.#peopleAt = since;
    const left = (): void => {
      if (call.leftAt !== undefined) return;
      call.leftAt = this.#time.now();
      this.#serve();
    };
    return {
      waited,
      left,
      answered: (lesson) => {
        left();
        if (this.#allowance.learn(lesson, since, this.#time.now())) this.#refuseAll(daySpent());
      },
    };
  }
}

const tooBusy = (detail: string): Refusal => new Refusal('library-system-unavailable', { detail });
const stopping = (): Refusal => tooBusy('the gateway is stopping');
const daySpent = (): Refusal =>
  new Refusal('library-system-unavailable', { detail: "the day's calls are spent", code: 'DAILY_THRESHOLD' });
