import type { Lane } from '../circulation/context.ts';
import { Refusal } from '../circulation/refusals.ts';

interface Reading {
  readonly lane: Lane;
  readonly deadline: number;
  readonly answer: Promise<unknown>;
}

const rank: Readonly<Record<Lane, number>> = { kiosk: 0, broker: 1, background: 2 };

/**
 * Equal reads at the same time are one call. Nobody joins a read of a slower lane, which may wait in its queue or for
 * its own, longer time: the faster one goes its own way, and those who come later join that.
 */
export class JoinedReads {
  readonly #underWay = new Map<string, Reading>();

  /**
   * Gives the answer of an equal read under way, or of `read` where there is none to join. `deadline` is on the clock
   * of `performance.now()`: who still has time when the joined read has none left asks once more.
   */
  async get(target: string, lane: Lane, deadline: number, read: () => Promise<unknown>): Promise<unknown> {
    const other = this.#joinable(target, lane);
    if (other === undefined) return this.#begin(target, lane, deadline, read);
    try {
      return await other.answer;
    } catch (error) {
      const ranOut = error instanceof Refusal && error.kind === 'library-system-unavailable';
      if (!ranOut || other.deadline >= deadline) throw error;
      return (this.#joinable(target, lane) ?? { answer: this.#begin(target, lane, deadline, read) }).answer;
    }
  }

  /** Who reads after a write must not be given what was read before it. */
  forget(): void {
    this.#underWay.clear();
  }

  #joinable(target: string, lane: Lane): Reading | undefined {
    const other = this.#underWay.get(target);
    return other !== undefined && rank[other.lane] <= rank[lane] ? other : undefined;
  }

  #begin(target: string, lane: Lane, deadline: number, read: () => Promise<unknown>): Promise<unknown> {
    const answer = read().finally(() => {
      if (this.#underWay.get(target)?.answer === answer) this.#underWay.delete(target);
    });
    this.#underWay.set(target, { lane, deadline, answer });
    return answer;
  }
}
