import { styleText } from 'node:util';
import type { EventName, Level } from './events.ts';
import { redacted } from './redact.ts';

/** One event on its way to the log, its facts as they were given. */
export interface Entry {
  readonly at: Date;
  readonly level: Level;
  readonly event: EventName;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** An event as one line of JSON: `at`, `level`, `event`, then its facts. */
export function jsonLine({ at, level, event, facts }: Entry): string {
  return JSON.stringify({ at: at.toISOString(), level, event, ...(redacted(facts) as object) });
}

/** What a person wants to see first, for the events that have it; all others begin with their own name. */
const headlines: { readonly [E in EventName]?: { readonly sign: string; readonly facts: readonly string[] } } = {
  'message-in': { sign: '>', facts: ['name'] },
  'message-out': { sign: '<', facts: ['name'] },
  'message-refused': { sign: '!', facts: ['name'] },
  'message-dropped': { sign: '! dropped', facts: [] },
  'alma-call': { sign: 'alma', facts: ['method', 'path', 'status'] },
  'alma-unreachable': { sign: 'alma unreachable', facts: ['method', 'path'] },
  'state-change': { sign: 'leg', facts: ['side', 'to'] },
};

/** Facts that have a column of their own, or that the headline says already. */
const columns: ReadonlySet<string> = new Set(['trace', 'actor', 'terminal', 'protocol', 'lane', 'stack']);

const colours = { error: 'red', warn: 'yellow', info: 'cyan', debug: 'gray' } as const;

/**
 * An event as a line for people: local time, level, trace, headline, who, and the other facts as `key=value`.
 * What came from outside cannot move the cursor or begin a line of its own.
 */
export function textLine({ at, level, event, facts }: Entry, coloured: boolean): string {
  const all = redacted(facts) as Record<string, unknown>;
  const { sign, facts: first } = headlines[event] ?? { sign: event, facts: [] };
  const headline = [sign, ...first.map((name) => (all[name] === undefined ? '' : safe(String(all[name]))))].join(' ');
  const rest = Object.entries(all).filter(
    ([key, value]) => value !== undefined && !columns.has(key) && !first.includes(key),
  );
  const cells = [
    at.toTimeString().slice(0, 8),
    paint(level.padEnd(5), coloured, colours[level]),
    safe(String(all.trace ?? '-')).padEnd(9),
    headline.padEnd(28),
    safe(String(all.actor ?? all.terminal ?? '')).padEnd(9),
    rest.map(([key, value]) => `${paint(`${key}=`, coloured, 'gray')}${shown(value)}`).join(' '),
  ];
  const stack = typeof all.stack === 'string' ? all.stack.split('\n').map((line) => `\n         ${safe(line)}`) : [];
  return cells.join(' ').trimEnd() + stack.join('');
}

function shown(value: unknown): string {
  if (typeof value !== 'string') return safe(JSON.stringify(value) ?? String(value));
  return safe(/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));
}

/** Control characters, written out: a title must not clear the screen of whoever reads the log. */
function safe(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

function paint(text: string, coloured: boolean, colour: 'red' | 'yellow' | 'cyan' | 'gray'): string {
  return coloured ? styleText(colour, text, { validateStream: false }) : text;
}
