import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';

/**
 * Lets only those through who send the token (`Authorization: Bearer`). It stands in a file that only the gateway's own
 * user can read: without it neither another user of this machine nor a page in somebody's browser can make the gateway do
 * anything.
 */
export function onlyWith(token: string): RequestHandler {
  const expected = digest(`Bearer ${token}`);
  return (request, response, next) => {
    // Compared without telling by the duration how much was right.
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return next();
    const says = 'only a command of the user that the gateway runs as may do this, such as "circgate job list"';
    response.status(401).set('WWW-Authenticate', 'Bearer').json({ ok: false, says });
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
