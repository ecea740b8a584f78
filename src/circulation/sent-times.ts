import type { Clock, StepRecord } from './ports.ts';

/** How long ago writes were sent, however the wall clock was set meanwhile. */
export interface SentTimes {
  /** This process sends the write now. */
  begin(runId: string, step: string): void;
  /** Milliseconds since it was sent. Of an earlier process only the wall clock tells; what it puts into the future is now. */
  ageOf(runId: string, step: Pick<StepRecord, 'name' | 'sentAt'>): number;
  /** The run is over. */
  forget(runId: string): void;
}

/** `elapsed`: milliseconds on a clock that only goes forward. */
export function createSentTimes({ clock, elapsed }: { clock: Clock; elapsed: () => number }): SentTimes {
  const begun = new Map<string, Map<string, number>>();

  function begin(runId: string, step: string): void {
    const ofRun = begun.get(runId) ?? new Map<string, number>();
    begun.set(runId, ofRun.set(step, elapsed()));
  }

  return {
    begin,
    ageOf(runId, { name, sentAt }) {
      const own = begun.get(runId)?.get(name);
      if (own !== undefined) return elapsed() - own;
      const age = clock().getTime() - Date.parse(sentAt);
      if (age >= 0) return age;
      begin(runId, name);
      return 0;
    },
    forget: (runId) => void begun.delete(runId),
  };
}
