import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { TlsSettings } from './schema.ts';

/** How long a development certificate is good for. */
export const certificateDays = 365;

/**
 * Why a listener cannot have its certificate, in a sentence, or nothing. One file without the other is never
 * repaired: whichever is there may be the library's real one.
 */
export function tlsFailure(tls: TlsSettings): string | undefined {
  const missing = [tls.certificate, tls.key].filter((file) => !existsSync(file));
  if (missing.length === 0 || (missing.length === 2 && tls.makeIfMissing)) return undefined;
  if (missing.length === 2) return `expected the files ${missing.join(' and ')}, found neither`;
  const there = missing[0] === tls.key ? tls.certificate : tls.key;
  return `expected ${missing[0]} beside ${there}, found only the latter`;
}

/**
 * Makes a self-signed certificate (EC P-256, SHA-256) for this machine's names where a listener has none and its
 * settings allow it. Two listeners may ask at once for the same files. Throws an Error when only one file is there.
 */
export async function developmentCertificate(tls: TlsSettings): Promise<'made' | 'there'> {
  if (!wanted(tls)) return 'there';
  // Slow to load, and needed once in the life of a checkout.
  const { generate } = await import('selfsigned');
  const names = [...new Set(['localhost', hostname()])].filter((name) => /^[\w.-]+$/.test(name));
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + certificateDays * 86_400_000),
    extensions: [
      // The certificate is its own authority, so that a client can be told to trust exactly this file.
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  // From here on nothing waits: whoever asked for the same files meanwhile finds both or neither.
  if (!wanted(tls)) return 'there';
  writeWhole(tls.key, made.private, 0o600);
  writeWhole(tls.certificate, made.cert, 0o644);
  return 'made';
}

/** Whether both files are to be made. */
function wanted(tls: TlsSettings): boolean {
  const failure = tlsFailure(tls);
  if (failure !== undefined) throw new Error(failure);
  return !existsSync(tls.certificate);
}

/** The file appears at once with all of its content, or not at all. */
function writeWhole(file: string, content: string, mode: number): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, content, { mode, flag: 'wx' });
    chmodSync(draft, mode);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
