/** Those who wait in one lane: actors take turns, and of one actor who came first goes first. */
export class LaneQueue<Waiter> {
  /** In the order of the actors' turns: who was served goes to the end. */
  readonly #byActor = new Map<string, Set<Waiter>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(actor: string, waiter: Waiter): void {
    const own = this.#byActor.get(actor);
    if (own === undefined) this.#byActor.set(actor, new Set([waiter]));
    else own.add(waiter);
    this.#size += 1;
  }

  /** Takes out who is next; `undefined` where nobody waits. */
  take(): Waiter | undefined {
    for (const [actor, own] of this.#byActor) {
      for (const waiter of own) {
        this.remove(actor, waiter);
        if (this.#byActor.delete(actor)) this.#byActor.set(actor, own);
        return waiter;
      }
    }
    return undefined;
  }

  remove(actor: string, waiter: Waiter): void {
    const own = this.#byActor.get(actor);
    if (own?.delete(waiter) !== true) return;
    this.#size -= 1;
    if (own.size === 0) this.#byActor.delete(actor);
  }

  /** Who came last of the actor with most waiting: it makes room when there are too many. */
  newestOfLongest(): Waiter | undefined {
    let longest: Set<Waiter> | undefined;
    for (const own of this.#byActor.values()) if (own.size > (longest?.size ?? 0)) longest = own;
    return longest && [...longest].at(-1);
  }

  /** Everybody, to be told the same. */
  all(): Waiter[] {
    return [...this.#byActor.values()].flatMap((own) => [...own]);
  }
}
