import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import { Refusal } from '../circulation/refusals.ts';
import { isKeyRefused } from './errors.ts';
import { CallFailed } from './reply.ts';

/** What the last calls tell of an Alma; `refused` with Alma's own words where it does not take our key. */
export type Reachable = 'yes' | 'no' | 'unknown' | `refused: ${string}`;

export interface CircuitLimits {
  readonly breakAfterFailures: number;
  readonly breakForMs: number;
}

/**
 * Leaves an Alma that is down alone for a while, so that refusals are fast. One record that Alma cannot read is no
 * outage: where a connection came about, no record alone counts for more than half of what opens the circuit.
 */
export class Circuit {
  readonly #policy;
  readonly #limits: CircuitLimits;
  /** How often each record has failed since Alma last answered. */
  readonly #failing = new Map<string, number>();
  readonly #counted = new WeakSet<Error>();
  #last: 'answered' | 'no-connection' | undefined;
  #keyRefused: string | undefined;

  constructor(limits: CircuitLimits) {
    this.#limits = limits;
    this.#policy = circuitBreaker(
      handleWhen((error) => this.#counted.has(error)),
      { breaker: new ConsecutiveBreaker(limits.breakAfterFailures), halfOpenAfter: limits.breakForMs },
    );
  }

  get reachable(): Reachable {
    if (this.#keyRefused !== undefined) return `refused: ${this.#keyRefused}`;
    if (this.#last === undefined) return 'unknown';
    return this.#last === 'answered' && this.#policy.state === CircuitState.Closed ? 'yes' : 'no';
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
      // What is thrown inside is no success to the policy, though Alma's "no" is one: it is thrown outside.
      const ended = await this.#policy.execute(() => this.#watched(record, call));
      return ended();
    } catch (error) {
      throw error instanceof BrokenCircuitError ? down : error;
    }
  }

  async #watched<T>(record: string, call: () => Promise<T>): Promise<() => T> {
    try {
      const value = await call();
      this.#answered();
      return () => value;
    } catch (error) {
      if (error instanceof CallFailed) this.#fail(record, error);
      // Our own refusal to call at all (the pace) says nothing of Alma.
      if (!(error instanceof Refusal) || error.passing) throw error;
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

  #fail(record: string, failed: CallFailed): void {
    if (!failed.outage) return;
    const times = (this.#failing.get(record) ?? 0) + 1;
    this.#failing.set(record, times);
    if (!failed.connected) this.#last = 'no-connection';
    else this.#last ??= 'answered';
    const counts = !failed.connected || times <= this.#limits.breakAfterFailures / 2;
    if (counts) this.#counted.add(failed);
  }
}
