import { type Agent, request as httpsRequest } from 'node:https';
import { generate } from 'selfsigned';

/** A certificate of its own for one run of the tests. */
export async function certificate(): Promise<{ certificate: string; key: string }> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', algorithm: 'sha256' });
  return { certificate: made.cert, key: made.private };
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly agent?: Agent;
}

export interface Got {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Sends one HTTP request to 127.0.0.1 as a broker would, whoever signed the certificate. */
export function post(port: number, body: string | Buffer, sent: Sent = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { method = 'POST', path = '/ncip/01FJORD_INST', headers, agent } = sent;
    const request = httpsRequest(
      { host: '127.0.0.1', port, method, path, headers, rejectUnauthorized: false, agent: agent ?? false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
