/**
 * Lets work on the same thing happen one after the other, in the order it was asked for: two messages about one
 * book, from a broker and a kiosk within the same millisecond, must not interleave.
 */
export function createSerial(): <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();

  return async (keys, work) => {
    const distinct = [...new Set(keys)];
    // All places are taken in one go, so two callers with several keys can never wait for each other.
    const ahead = Promise.allSettled(distinct.map((key) => tails.get(key)));
    const mine = ahead.then(work);
    const tail = mine.catch(() => undefined);
    for (const key of distinct) tails.set(key, tail);
    try {
      return await mine;
    } finally {
      for (const key of distinct) if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
