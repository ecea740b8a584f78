import type { Leg } from '../circulation/legs.ts';
import { type Timeline, type TimelineEntry, timelines } from '../store/timeline.ts';
import { type Arguments, UsageError } from './arguments.ts';
import { configuration } from './configuration.ts';
import { forTerminal, readStore } from './store.ts';

/** `circgate trace`: what happened to a barcode, a request or a trace id, from the store, beside a running daemon. */
export async function trace(given: Arguments): Promise<number> {
  const [sought, ...more] = given.words;
  if (sought === undefined || more.length > 0) throw new UsageError('trace wants one barcode, request id or trace id');
  const { store } = configuration(given, { withoutSecrets: true });
  const found = await readStore(store.file, (database) => timelines(database, sought));
  console.log(found.length > 0 ? found.map(timelineText).join('\n\n') : `nothing is known of ${sought}`);
  return found.length > 0 ? 0 : 1;
}

/** One timeline as lines for a person. */
export function timelineText({ leg, entries }: Timeline): string {
  const width = Math.max(...entries.map((entry) => entry.what.length), 0);
  const lines = [
    leg ? headline(leg) : 'outside any interlibrary request',
    ...entries.map((entry) => line(entry, width)),
  ];
  return lines.map(forTerminal).join('\n');
}

function headline(leg: Leg): string {
  const parts = [
    `${leg.side}'s leg of ${leg.partner}`,
    leg.requestId && `request ${leg.requestId}`,
    leg.barcode && `barcode ${leg.barcode}`,
    leg.due && `due ${leg.due}`,
  ];
  return `${parts.filter(Boolean).join(', ')}: ${leg.state}`;
}

function line({ at, source, actor, what, result, traceId }: TimelineEntry, width: number): string {
  return `  ${at}  ${source.padEnd(4)}  ${what.padEnd(width)}  ${result.padEnd(24)} ${traceId}  ${actor}`.trimEnd();
}
