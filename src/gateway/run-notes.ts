import type { RunNote } from '../circulation/attempts.ts';
import type { Log } from '../log/events.ts';

type Note<K extends RunNote['kind']> = Extract<RunNote, { readonly kind: K }>;

/** What the log says of each kind of note. A kind that nobody logs does not compile. */
const told: { readonly [K in RunNote['kind']]: (log: Log, note: Note<K>) => void } = {
  repeated: (log, { run, traceId }) =>
    log('operation-repeated', { ...about(run), trace: traceId, firstTrace: run.context.traceId, state: run.state }),
  unknown: (log, { run, step, why }) => log('operation-unknown', { ...about(run), step, why }),
  undone: (log, { run, steps }) => log('operation-undone', { ...about(run), steps: [...steps] }),
  resumed: (log, { run, result }) => log('operation-resumed', { ...about(run), result }),
  'given-up': (log, { run, why }) => log('operation-given-up', { ...about(run), why, hint: 'circgate work' }),
  'found-late': (log, { run }) => log('operation-found-late', { ...about(run), hint: 'circgate tasks' }),
  defect: (log, { run, error }) =>
    log('defect', { trace: run.context.traceId, where: run.kind, why: error.message, stack: error.stack }),
};

/** Tells the log what the runner has to say of a run. */
export function logRunNote<K extends RunNote['kind']>(log: Log, note: Note<K> & { readonly kind: K }): void {
  told[note.kind](log, note);
}

const about = ({ kind, context }: RunNote['run']) => ({ trace: context.traceId, operation: kind });
