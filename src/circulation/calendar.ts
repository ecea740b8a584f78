import { DateTime } from 'luxon';
import type { Instant } from './model.ts';

/**
 * Reads an ISO 8601 date or date and time. What has no zone is meant in the institution's; a bare date means the
 * end of that day, because every date that a broker sends is one until which something may be kept.
 * Gives `undefined` for what is not a date.
 */
export function instantOf(text: string, zone: string): Instant | undefined {
  const trimmed = text.trim();
  const read = DateTime.fromISO(trimmed, { zone, setZone: true });
  if (!read.isValid) return undefined;
  const moment = trimmed.includes('T') ? read : read.setZone(zone, { keepLocalTime: true }).endOf('day');
  return moment.toUTC().toISO() ?? undefined;
}

/** An instant as wall-clock time of the zone, in luxon's format tokens (`yyyyMMdd`, `yyyy-MM-dd HH:mm`). */
export function wallClock(instant: Instant | Date, zone: string, format: string): string {
  const moment = instant instanceof Date ? DateTime.fromJSDate(instant) : DateTime.fromISO(instant);
  return moment.setZone(zone).toFormat(format);
}
