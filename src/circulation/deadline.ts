import { Refusal } from './refusals.ts';

/**
 * Waits for `work` at most `ms` milliseconds. When time is up the caller is told that it is still in progress, while
 * the work goes on: its outcome is stored, and the peer's retry gets it (DESIGN §5).
 */
export async function withinTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal('still-in-progress')), ms);
  });
  // A rejection after the deadline has been told to the peer already; the ledger keeps what really happened.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
