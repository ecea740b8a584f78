/** One API call. `path` is the one under /almaws/v1, `query` what followed it without key and password. */
export interface SeenCall {
  method: string;
  path: string;
  query: string;
  at: Date;
  /** 0 while unanswered, and for ever when a fault kept the answer back. */
  status: number;
}

/** A demo may run for months, so only so many calls are kept. */
const KEPT = 10_000;

/** Every API call seen since the last reset, refused ones included. */
export class Journal {
  private seen: SeenCall[] = [];
  private total = 0;

  open(call: SeenCall): SeenCall {
    this.seen.push(call);
    this.total += 1;
    if (this.seen.length > KEPT) this.seen.shift();
    return call;
  }

  calls(): readonly SeenCall[] {
    return this.seen;
  }

  /** Counts on over resets: tracking ids are made from it. */
  serial(): number {
    return this.total;
  }

  reset(): void {
    this.seen = [];
  }
}
