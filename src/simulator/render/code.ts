/** `{"value","desc"}`: how Alma writes every coded field. */
export interface Coded {
  value: string | null;
  desc: string | null;
}

export function coded(value: string | null, desc: string | null = null): Coded {
  return { value, desc };
}

/** A code that is one of a small closed table. */
export function described<Code extends string>(table: Record<Code, string>, code: Code): Coded {
  return coded(code, table[code]);
}

/** Cents to the number that Alma writes. */
export function amount(cents: number): number {
  return cents / 100;
}
