/** A clock that only goes forward, and its alarm: milliseconds both. Tests bring their own. */
export interface Time {
  now(): number;
  /** Calls back once after `ms`; gives the way to call it off. */
  after(ms: number, callback: () => void): () => void;
}

export const realTime: Time = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.ceil(ms));
    return () => clearTimeout(timer);
  },
};
