const hidden = '[secret]';

/** A password, token or API key that cannot be printed by accident: only `reveal()` gives the value. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Never hand it to a log, an error or a reply. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  /** What `console.log`, `util.inspect` and assertion messages show. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return hidden;
  }
}
