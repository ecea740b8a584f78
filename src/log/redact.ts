const mask = '[secret]';

/** A name of a fact that is a secret by its name, however it is written: `patronPin`, `api_key`, `Authorization`. */
function isSecret(key: string): boolean {
  const words = key
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  const named = ['pin', 'password', 'apikey', 'authorization', 'token', 'secret'].some((word) => words.includes(word));
  return named || words.join('').includes('apikey');
}

/** Credentials as they stand in an Authorization header or a query string. */
const inText = /\b(apikey[\s=:]+|bearer\s+)[^\s"',;&]+/gi;

/** How deep facts are followed; events are flat, so what is deeper is a mistake or a circle. */
const deepest = 6;

/**
 * A copy that can be written: no secrets, no circles, nothing that JSON cannot hold. The last line of defence only:
 * events are declared so that no secret has a field to be in.
 */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replace(inText, `$1${mask}`);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Error) return redacted(value.message);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '…';
  if (Array.isArray(value)) return value.map((part) => redacted(part, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      isSecret(key) && part !== undefined ? mask : redacted(part, depth + 1),
    ]),
  );
}
