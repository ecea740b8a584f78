/** The library closes at 22:00 UTC (17:00 in New York); due dates carry that time, as a real Alma's carry theirs. */
const CLOSING_HOUR = 22;
const DAY_MS = 24 * 60 * 60 * 1000;

/** `2026-03-01Z`: how Alma writes a date. */
export function day(date: Date): string {
  return `${date.toISOString().slice(0, 10)}Z`;
}

/** `2026-03-01T09:15:00.123Z`: how Alma writes a time. */
export function instant(date: Date): string {
  return date.toISOString();
}

/** `2026-03-01T22:00:00Z`: due dates are written without milliseconds when they have none. */
export function dueDate(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** The same time of day, so many days later (earlier when negative). */
export function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY_MS);
}

/** Closing time, so many days later. */
export function closingTime(date: Date, days: number): Date {
  const later = daysAfter(date, days);
  later.setUTCHours(CLOSING_HOUR, 0, 0, 0);
  return later;
}
