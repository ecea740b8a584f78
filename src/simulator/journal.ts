/** One API call, as an outside check may see it. */
export interface SeenCall {
  at: Date;
  /** What the API key is called, never the key itself; `unknown` and `none` for calls that had no valid one. */
  key: string;
  method: string;
  /** The path with the places of its ids unfilled, and its `op`: `/users/{user_id}?op=auth`. `null`: no such path. */
  template: string | null;
  /** The path under /almaws/v1, as it was sent. */
  path: string;
  /** What followed it, without key and password. */
  query: string;
  /** 0 while unanswered, and for ever when a fault or an outage kept the answer back. */
  status: number;
  /** Whether Alma counts it: calls refused by the limits, for their key, or by an outage are not. */
  counted: boolean;
  /** The fault that it got. */
  fault: string | null;
}

/** A demo may run for months, so only so many calls are kept. */
const KEPT = 10_000;

/** Every API call seen since the last reset, refused ones included. */
export class Journal {
  private seen: SeenCall[] = [];
  private total = 0;
  private inQuota = 0;

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

  /** Marks a call as one that Alma counts. */
  count(call: SeenCall): void {
    call.counted = true;
    this.inQuota += 1;
  }

  /** How many calls Alma counts since the last reset; a redirect and the call that it leads to are two. */
  counted(): number {
    return this.inQuota;
  }

  reset(): void {
    this.seen = [];
    this.inQuota = 0;
  }
}
