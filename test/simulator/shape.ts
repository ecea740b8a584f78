/**
 * What Alma's JSON looks like: key names, nesting and kinds of values, written down from answers that real Almas gave.
 * The vocabulary: a kind is the name of a test in KINDS; `a|b` is either; a list of one shape is a list of it; a key
 * with `?` may be absent; a OneOf is any of its shapes. Nothing else may be there.
 */
export type Shape = string | Shape[] | OneOf | { [key: string]: Shape };

/** Alma writes the same thing in more than one way. */
export class OneOf {
  readonly shapes: readonly Shape[];

  constructor(...shapes: Shape[]) {
    this.shapes = shapes;
  }
}

const KINDS: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  empty: (value) => value === '',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  id: (value) => typeof value === 'string' && /^\d{15,19}$/.test(value),
  date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dZ$/.test(value),
  time: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(value),
  link: (value) => typeof value === 'string' && value.startsWith('http'),
};

/** Every place where a value is not of its shape, as `item_loan[0].due_date: number is not time`. */
export function differences(value: unknown, shape: Shape, at = '$'): string[] {
  if (typeof shape === 'string') {
    return shape.split('|').some((kind) => KINDS[kind]!(value))
      ? []
      : [`${at}: ${JSON.stringify(value)} is not ${shape}`];
  }
  if (shape instanceof OneOf) {
    const each = shape.shapes.map((one) => differences(value, one, at));
    return each.find((found) => found.length === 0) ?? each[0]!;
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at}: not a list`];
    return value.flatMap((element, index) => differences(element, shape[0]!, `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: not an object`];
  const given = new Map(Object.entries(value));
  const found = Object.entries(shape).flatMap(([name, inner]) => {
    const key = name.replace('?', '');
    if (!given.has(key)) return name.endsWith('?') ? [] : [`${at}.${key}: absent`];
    const element = given.get(key);
    given.delete(key);
    return differences(element, inner, `${at}.${key}`);
  });
  return [...found, ...[...given.keys()].map((key) => `${at}.${key}: unheard of`)];
}

/** The path of every key in a shape or in an answer, without the places in lists: `item_loan.library.value`. */
export function keysIn(value: unknown, at = ''): string[] {
  if (value instanceof OneOf) return value.shapes.flatMap((shape) => keysIn(shape, at));
  if (Array.isArray(value)) return value.flatMap((element) => keysIn(element, at));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = `${at}.${key.replace('?', '')}`;
    return [path, ...keysIn(inner, path)];
  });
}
