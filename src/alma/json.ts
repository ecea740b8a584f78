import type { CodeAndName, Instant } from '../circulation/model.ts';

/**
 * Small readers of Alma's JSON. "No value" comes as null, "", {} or an absent key, numbers as int, float or string,
 * booleans as strings; every reader takes all of them and never throws.
 */
function at(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), from);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text at the path, trimmed; empty where there is none. */
export function text(from: unknown, ...path: string[]): string {
  const value = at(from, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** The text at the path, or `undefined` where there is none. */
export const maybe = (from: unknown, ...path: string[]): string | undefined => text(from, ...path) || undefined;

/** The number at the path; `undefined` where there is none. */
export function number(from: unknown, ...path: string[]): number | undefined {
  const written = text(from, ...path);
  const value = Number(written);
  return written === '' || Number.isNaN(value) ? undefined : value;
}

/** The boolean at the path; `undefined` where there is none. */
export function flag(from: unknown, ...path: string[]): boolean | undefined {
  const value = String(at(from, path));
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** The list at the path; one object that stands alone is a list of one. */
export function list(from: unknown, ...path: string[]): unknown[] {
  const value = at(from, path);
  if (Array.isArray(value)) return value;
  return isObject(value) && Object.keys(value).length > 0 ? [value] : [];
}

/** Whether the object at hand has the key at all, whatever its value. */
export const has = (from: unknown, key: string): boolean => isObject(from) && key in from;

/** A `{value, desc}` pair; Alma calls the name `name` in locations. The code stands in for a missing name. */
export function codeAndName(from: unknown, ...path: string[]): CodeAndName {
  const code = text(from, ...path, 'value');
  return { code, name: text(from, ...path, 'desc') || text(from, ...path, 'name') || code };
}

/** A moment; a bare date (`2026-11-22Z`) means the end of that day, as Alma's expiry dates do. */
export function instant(from: unknown, ...path: string[]): Instant | undefined {
  const written = text(from, ...path);
  const day = /^(\d{4}-\d\d-\d\d)Z?$/.exec(written)?.[1];
  const moment = new Date(day === undefined ? written : `${day}T23:59:59.999Z`);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}
