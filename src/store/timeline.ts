import { isOpen, type Leg, type LegState } from '../circulation/legs.ts';
import { legOf } from './correlations.ts';
import type { Database } from './database.ts';

/** One line of a timeline: an event of a leg, or a write to Alma. */
export interface TimelineEntry {
  readonly at: string;
  readonly source: string;
  readonly actor: string;
  readonly what: string;
  readonly result: string;
  readonly traceId: string;
}

export interface Timeline {
  /** Absent for circulation that belongs to no interlibrary request. */
  readonly leg?: Leg;
  readonly entries: readonly TimelineEntry[];
}

/**
 * All that is known of a barcode, a request id or a trace id: a timeline for each leg, oldest first, and one for
 * what was done to the barcode outside any leg. Empty where nothing is known.
 */
export async function timelines(database: Database, sought: string): Promise<Timeline[]> {
  // A patron's number leads nowhere here: who read what is nobody's to look up.
  const aboutSought = database
    .selectFrom('run_things')
    .select('run')
    .where('thing', '=', sought)
    .where('kind', '!=', 'patrons');
  const runs = await database
    .selectFrom('runs')
    .selectAll()
    .where((run) => run.or([run('id', 'in', aboutSought), run('trace_id', '=', sought)]))
    .orderBy('position')
    .execute();
  const ofTrace = database.selectFrom('events').select('leg').where('trace_id', '=', sought);
  const legs = await database
    .selectFrom('legs')
    .selectAll()
    .where((leg) =>
      leg.or([
        leg('barcode', '=', sought),
        leg('broker_item_id', '=', sought),
        leg('request_id', '=', sought),
        leg('id', 'in', ofTrace),
      ]),
    )
    .orderBy('created_at')
    .execute();

  const told = new Set<string>();
  const result: Timeline[] = [];
  for (const row of legs) {
    const events = await database
      .selectFrom('events')
      .selectAll()
      .where('leg', '=', row.id)
      .orderBy('position')
      .execute();
    const traces = [...new Set(events.map((event) => event.trace_id))];
    for (const trace of traces) told.add(trace);
    const writes = await writesOf(database, traces);
    const leg = legOf(row);
    const changes = events.map((event) => ({
      at: event.at,
      source: event.source,
      actor: event.actor,
      what: event.what,
      result: way(event.from_state as LegState | '', event.to_state as LegState),
      traceId: event.trace_id,
    }));
    result.push({ leg, entries: inOrder([...changes, ...writes]) });
  }

  const alone = runs.filter((run) => !told.has(run.trace_id));
  if (alone.length > 0) {
    const messages = alone.map((run) => {
      const context = JSON.parse(run.context) as { source: string; actor: string; message: string };
      const { source, actor, message: what } = context;
      return { at: run.started_at, source, actor, what, result: run.state, traceId: run.trace_id };
    });
    const writes = await writesOf(
      database,
      alone.map((run) => run.trace_id),
    );
    result.push({ entries: inOrder([...messages, ...writes]) });
  }
  return result;
}

/** The writes to Alma that these traces caused. */
async function writesOf(database: Database, traces: readonly string[]): Promise<TimelineEntry[]> {
  if (traces.length === 0) return [];
  const rows = await database
    .selectFrom('steps')
    .innerJoin('runs', 'runs.id', 'steps.run')
    .select(['steps.name', 'steps.state', 'steps.sent_at', 'steps.refusal', 'runs.trace_id'])
    .where('runs.trace_id', 'in', traces)
    .orderBy('steps.position')
    .execute();
  return rows.map((row) => ({
    at: row.sent_at,
    source: 'alma',
    actor: '',
    what: row.name,
    result: row.refusal === null ? row.state : (JSON.parse(row.refusal) as { kind: string }).kind,
    traceId: row.trace_id,
  }));
}

const way = (from: LegState | '', to: LegState): string => {
  if (from === '') return to;
  if (from === to) return `still ${to}`;
  return isOpen(to) ? `${from} -> ${to}` : `${from} -> ${to} (end)`;
};

/** By time; within one millisecond the writes come before the event that they led to, and after the one that began. */
function inOrder(entries: TimelineEntry[]): TimelineEntry[] {
  const weight = ({ source, result }: TimelineEntry): number =>
    source === 'alma' ? 1 : result === 'accepting' ? 0 : 2;
  return entries.sort((a, b) => a.at.localeCompare(b.at) || weight(a) - weight(b));
}
