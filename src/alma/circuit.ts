import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import { Refusal } from '../circulation/refusals.ts';
import { isKeyRefused } from './errors.ts';
import { CallFailed } from './reply.ts';

/** What the last calls tell of an Alma; `refused` with Alma's own words where it does not take our key. */
export type Reachable = 'yes' | 'no' | 'unknown' | `refused: ${string}`;

export interface CircuitLimits {
  readonly breakAfterFailures: number;
  /** Milliseconds. */
  readonly breakForMs: number;
}

/** What of the rest that an Alma gets which is down may pass before a doubt is settled. */
const shareOfDoubt = 0.05;

/**
 * Leaves an Alma that is down alone for a while, so that refusals are fast. One record that Alma cannot read is no
 * outage: where a connection came about, no record alone counts for more than half of what opens the circuit.
 */
export class Circuit {
  readonly #limits: CircuitLimits;
  readonly #knock: () => Promise<unknown>;
  readonly #policy;
  readonly #counted = new WeakSet<Error>();
  /** How often each record has failed since Alma last answered. */
  readonly #failing = new Map<string, number>();
  #last: 'answered' | 'no-connection' | undefined;
  #keyRefused: string | undefined;
  #nextKnock: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `knock` asks Alma anything: a terminal that hears "off-line" may ask for nothing that would tell us better. */
  constructor(limits: CircuitLimits, knock: () => Promise<unknown>) {
    this.#limits = limits;
    this.#knock = knock;
    this.#policy = circuitBreaker(
      handleWhen((error) => error instanceof Error && this.#counted.has(error)),
      { breaker: new ConsecutiveBreaker(limits.breakAfterFailures), halfOpenAfter: limits.breakForMs },
    );
  }

  get reachable(): Reachable {
    if (this.#keyRefused !== undefined) return `refused: ${this.#keyRefused}`;
    if (this.#last === 'no-connection' || this.#failing.size > 1 || !this.#isWhole) return 'no';
    return this.#last === 'answered' ? 'yes' : 'unknown';
  }

  /**
   * Makes a call about the record (a user, a title) and learns from how it ends.
   * @throws {Refusal} library-system-unavailable, at once, while Alma is left alone.
   */
  async run<T>(record: string, call: () => Promise<T>): Promise<T> {
    const down = new Refusal('library-system-unavailable', { detail: 'it did not answer the last calls' });
    // One call at a time may try whether it is back; the others would only wait for it.
    if (this.#policy.state === CircuitState.HalfOpen) throw down;
    try {
      const conclude = await this.#policy.execute(() => this.#watched(record, call));
      return conclude();
    } catch (error) {
      throw error instanceof BrokenCircuitError ? down : error;
    } finally {
      this.#knockLater();
    }
  }

  /** Asks nothing any more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#nextKnock);
  }

  get #isWhole(): boolean {
    return this.#policy.state === CircuitState.Closed;
  }

  /** Alma's "no" is an answer, and thrown only after the policy has taken it for one. */
  async #watched<T>(record: string, call: () => Promise<T>): Promise<() => T> {
    try {
      const value = await call();
      this.#answered();
      return () => value;
    } catch (error) {
      if (!(error instanceof Refusal) || error.passing) {
        this.#weigh(record, error);
        throw error;
      }
      this.#answered(isKeyRefused(error) ? error.facts.detail : undefined);
      return () => {
        throw error;
      };
    }
  }

  #answered(keyRefused?: string): void {
    this.#last = 'answered';
    this.#keyRefused = keyRefused;
    this.#failing.clear();
  }

  /** Whether this failure counts. While it is tried whether Alma is back, whatever proves nothing does. */
  #weigh(record: string, error: unknown): void {
    if (!(error instanceof Error)) return;
    if (!this.#isWhole) this.#counted.add(error);
    if (!(error instanceof CallFailed && error.outage)) return;
    if (!error.connected) this.#last = 'no-connection';
    const times = (this.#failing.get(record) ?? 0) + 1;
    this.#failing.set(record, times);
    if (!error.connected || times <= Math.ceil(this.#limits.breakAfterFailures / 2)) this.#counted.add(error);
  }

  /**
   * Whether something else should be asked: as long as Alma is away or does not take our key, and soon where one
   * record has failed and nothing tells whether it is the only one.
   */
  get #knockAfterMs(): number | undefined {
    const { breakForMs } = this.#limits;
    if (this.reachable !== 'yes' && this.reachable !== 'unknown') return breakForMs;
    return this.#failing.size > 0 ? breakForMs * shareOfDoubt : undefined;
  }

  #knockLater(): void {
    const waitMs = this.#knockAfterMs;
    if (this.#stopped || this.#nextKnock !== undefined || waitMs === undefined) return;
    const again = (): void => {
      this.#nextKnock = undefined;
      this.#knockLater();
    };
    const knock = async (): Promise<void> => {
      if (this.#knockAfterMs !== undefined) await this.#knock();
    };
    this.#nextKnock = setTimeout(() => void knock().then(again, again), waitMs).unref();
  }
}
