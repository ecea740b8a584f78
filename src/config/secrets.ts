import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SecretSource } from './schema.ts';
import { Secret } from './secret.ts';
import { reason } from './source.ts';

/** Fetches a secret from where the configuration says it is, or says in a sentence why it cannot. */
export type SecretReader = (source: SecretSource) => { readonly secret: Secret } | { readonly failure: string };

/** Reads each secret once; relative file names start at `folder`. White space around a secret is not part of it. */
export function secretReader(folder: string, env: NodeJS.ProcessEnv): SecretReader {
  const read = new Map<string, ReturnType<SecretReader>>();
  return (source) => {
    const where = JSON.stringify(source);
    const known =
      read.get(where) ?? (source.env === undefined ? fromFile(folder, source.file ?? '') : fromEnv(env, source.env));
    read.set(where, known);
    return known;
  };
}

/** Reads nothing: every secret is empty. */
export const noSecrets: SecretReader = () => ({ secret: new Secret('') });

function fromEnv(env: NodeJS.ProcessEnv, name: string): ReturnType<SecretReader> {
  const value = env[name]?.trim() ?? '';
  if (value !== '') return { secret: new Secret(value) };
  return {
    failure: `expected a secret in the environment variable ${name}, which is ${name in env ? 'empty' : 'not set'}`,
  };
}

function fromFile(folder: string, file: string): ReturnType<SecretReader> {
  const path = resolve(folder, file);
  try {
    const value = readFileSync(path, 'utf8').trim();
    return value === '' ? { failure: `expected a secret in ${path}, which is empty` } : { secret: new Secret(value) };
  } catch (error) {
    return { failure: `expected a secret in ${path}: ${reason(error)}` };
  }
}
