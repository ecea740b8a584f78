/**
 * Work that is done one piece at a time. Whoever has something waiting gets a turn before anybody gets a second one,
 * so that one sender's many messages delay another's by one piece only; the pieces of one sender stay in order.
 */
export class Turns {
  /** In the order in which they get their next turn. */
  readonly #waiting = new Map<string, (() => Promise<void>)[]>();
  #busy = false;
  #count = 0;

  /** Gives what `piece` gives, once it has had its turn. */
  take<Result>(sender: string, piece: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const pieces = this.#waiting.get(sender) ?? [];
      pieces.push(() => piece().then(resolve, reject));
      this.#waiting.set(sender, pieces);
      this.#count += 1;
      if (!this.#busy) void this.#work();
    });
  }

  /** How many pieces wait. */
  get waiting(): number {
    return this.#count;
  }

  /** How many of this sender's. */
  waitingFor(sender: string): number {
    return this.#waiting.get(sender)?.length ?? 0;
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      const [sender, pieces] = next;
      const piece = pieces.shift();
      this.#waiting.delete(sender);
      if (pieces.length > 0) this.#waiting.set(sender, pieces);
      this.#count -= 1;
      await piece?.();
    }
    this.#busy = false;
  }
}
