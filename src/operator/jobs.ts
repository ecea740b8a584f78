import { Router } from 'express';
import type { Jobs } from '../jobs/jobs.ts';

export interface JobPages {
  readonly jobs: Pick<Jobs, 'list' | 'run'>;
}

/** `GET /jobs` lists the jobs; `POST /jobs/<name>` runs one to its end, or joins its run, and gives what it said. */
export function jobPages({ jobs }: JobPages): Router {
  const router = Router();
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
