import express, {
  type Request as HttpRequest,
  type Response as HttpResponse,
  type NextFunction,
  Router,
} from 'express';
import { ApiCall, type ApiParts } from './api-call.ts';
import { bibRoutes } from './bibs.ts';
import type { Route } from './call.ts';
import { confRoutes } from './conf.ts';
import { defect, unknownPath } from './envelopes.ts';
import { feeRoutes } from './fees.ts';
import { itemRoutes } from './items.ts';
import { loanRoutes } from './loans.ts';
import { requestRoutes } from './requests.ts';
import { scanRoutes } from './scan.ts';
import { userRoutes } from './users.ts';

/** Everything that is answered under /almaws/v1. confRoutes come first: `/bibs/test` is not the bib called "test". */
const ROUTES: Route[] = [
  ...confRoutes,
  ...userRoutes,
  ...loanRoutes,
  ...requestRoutes,
  ...feeRoutes,
  ...itemRoutes,
  ...scanRoutes,
  ...bibRoutes,
];

type Res = HttpResponse<unknown, { exchange: ApiCall }>;

/** The API. A call passes: the journal, the API key, the limits, its route, and a fault if one is waiting for it. */
export function apiRouter(parts: ApiParts): Router {
  const router = Router({ caseSensitive: true });
  router.use((req: HttpRequest, res: Res, next: NextFunction) => {
    res.locals.exchange = new ApiCall(parts, req, res);
    if (res.locals.exchange.admit()) next();
  });
  router.use(express.raw({ type: () => true, limit: '1mb' }));
  for (const route of ROUTES) {
    router.all(route.path, async (req: HttpRequest, res: Res, next: NextFunction) => {
      if (req.method === route.method && res.locals.exchange.isFor(route)) await res.locals.exchange.serve(route);
      else next('route');
    });
  }
  router.use((_req: HttpRequest, res: Res) => res.locals.exchange.finish(unknownPath()));
  router.use((error: Error & { status?: number }, _req: HttpRequest, res: Res, _next: NextFunction) => {
    const { exchange } = res.locals;
    exchange.finish(defect(error.status ?? 500, error.message, exchange.trackingId()));
  });
  return router;
}
