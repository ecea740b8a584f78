import { createHash, timingSafeEqual } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import type { Jobs } from '../jobs/jobs.ts';

export interface JobPages {
  readonly jobs: Pick<Jobs, 'list' | 'run'>;
  /**
   * Stands in a file that only the gateway's own user can read. Without it neither another user of this machine nor
   * a page in somebody's browser can make the gateway do anything.
   */
  readonly token: string;
}

/** `GET /jobs` lists the jobs; `POST /jobs/<name>` runs one to its end, or joins its run, and gives what it said. */
export function jobPages({ jobs, token }: JobPages): Router {
  const router = Router();
  router.use(onlyWith(token));
  router.get('/', (_request, response) => {
    response.json(jobs.list());
  });
  router.post('/:name', async (request, response) => {
    const { name } = request.params;
    const run = jobs.run(name);
    if (run === undefined) {
      const names = jobs.list().map((job) => job.name);
      response.status(404).json({ ok: false, says: `there is no job "${name}"; there are: ${names.join(', ')}` });
      return;
    }
    const result = await run;
    response.status(result.ok ? 200 : 500).json(result);
  });
  return router;
}

function onlyWith(token: string): RequestHandler {
  const expected = digest(`Bearer ${token}`);
  return (request, response, next) => {
    // Compared without telling by the duration how much was right.
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return next();
    const says = 'only a command of the user that the gateway runs as may do this, such as "circgate job list"';
    response.status(401).set('WWW-Authenticate', 'Bearer').json({ ok: false, says });
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
