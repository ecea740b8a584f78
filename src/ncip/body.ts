import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';

/** Reads bodies whole, whatever their Content-Type says. The promise rejects with http-errors. */
export function bodyReader(limit: number): (request: IncomingMessage, response: ServerResponse) => Promise<Buffer> {
  const read = express.raw({ type: () => true, limit });
  return (request: IncomingMessage & { body?: unknown }, response) =>
    new Promise((resolve, reject) => {
      read(request, response, (error?: unknown) => {
        if (error !== undefined) reject(error);
        else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      });
    });
}

/**
 * Lets a body pass by, because a client that still writes when the connection is closed never reads its answer; but
 * no more of it than a message may have.
 */
export function discarded(request: IncomingMessage, limit: number): Promise<void> {
  return new Promise((resolve) => {
    let left = limit;
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) resolve();
    });
    for (const event of ['end', 'error', 'close']) request.once(event, () => resolve());
  });
}

/** Whether a body is clearly no XML and also does not claim to be: a wrong Content-Type alone means nothing. */
export function isForeign(contentType: string | undefined, body: Buffer): boolean {
  if (contentType === undefined || contentType === '' || /xml/i.test(contentType)) return false;
  const first = body.find((byte) => !insignificant.has(byte));
  return first !== undefined && first !== 0x3c;
}

/** What may stand before the first `<`: blanks, the byte order marks, the zero bytes of UTF-16. */
const insignificant: ReadonlySet<number> = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf, 0xfe, 0xff]);
