import { readFileSync } from 'node:fs';

/** Of this program, as package.json has it; the same relative place in src/ and dist/. */
export const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
