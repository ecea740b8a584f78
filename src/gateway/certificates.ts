import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { certificateDays, developmentCertificate } from '../config/certificates.ts';
import type { TlsSettings } from '../config/schema.ts';
import type { Log } from '../log/events.ts';
import { opening } from './cannot-start.ts';

/**
 * A listener's certificate and key as text; makes a development certificate where the settings ask for one.
 * @throws {CannotStart} where they cannot be read, or are no certificate and its key.
 */
export function certificateOf(tls: TlsSettings, log: Log): Promise<{ certificate: string; key: string }> {
  return opening(`the certificate ${tls.certificate} with the key ${tls.key}`, () => readCertificate(tls, log));
}

async function readCertificate(tls: TlsSettings, log: Log): Promise<{ certificate: string; key: string }> {
  if ((await developmentCertificate(tls)) === 'made')
    log('certificate-made', { file: tls.certificate, validDays: certificateDays });
  const [certificate, key] = await Promise.all([readFile(tls.certificate, 'utf8'), readFile(tls.key, 'utf8')]);
  // Throws when they are no certificate and its key.
  createSecureContext({ cert: certificate, key });
  return { certificate, key };
}
