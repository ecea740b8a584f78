/** How many connections a door holds at a time, counted from TCP on. 0 is off. */
export interface ConnectionLimits {
  readonly maxConnections?: number;
  readonly maxConnectionsPerAddress?: number;
}

const usualLimits = { maxConnections: 500, maxConnectionsPerAddress: 50 };

/** The connections of one door, by address. */
export class ConnectionCount {
  readonly #limits: Required<ConnectionLimits>;
  readonly #byAddress = new Map<string, number>();
  #all = 0;

  constructor({
    maxConnections = usualLimits.maxConnections,
    maxConnectionsPerAddress = usualLimits.maxConnectionsPerAddress,
  }: ConnectionLimits) {
    this.#limits = { maxConnections, maxConnectionsPerAddress };
  }

  /** Why there is no room for one more from this address; `undefined` where there is. */
  refusal(address: string): string | undefined {
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    if (maxConnections > 0 && this.#all >= maxConnections) return 'there are too many connections';
    const here = this.#byAddress.get(address) ?? 0;
    const full = maxConnectionsPerAddress > 0 && here >= maxConnectionsPerAddress;
    return full ? 'there are too many connections from this address' : undefined;
  }

  add(address: string): void {
    this.#all += 1;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  remove(address: string): void {
    this.#all -= 1;
    const left = (this.#byAddress.get(address) ?? 0) - 1;
    // An address that is gone must not stay in memory: there are many.
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
