import { Router } from 'express';

export interface TaskPages {
  /** Marks a task as done; gives whether there is one of this number that was not. */
  readonly finishTask: (id: number) => Promise<boolean>;
}

/** `POST /tasks/<number>/done`: somebody has seen to it. */
export function taskPages({ finishTask }: TaskPages): Router {
  const router = Router();
  router.post('/:id/done', async (request, response) => {
    const ok = await finishTask(Number(request.params.id));
    const says = ok ? `task ${request.params.id} is done` : `no task ${request.params.id} is left to do`;
    response.status(ok ? 200 : 404).json({ ok, says });
  });
  return router;
}
