import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import helmet from 'helmet';
import type { Log } from '../log/events.ts';
import { type JobPages, jobPages } from './jobs.ts';
import type { Metrics } from './metrics.ts';
import { type TaskPages, taskPages } from './tasks.ts';
import { onlyWith } from './token.ts';

/** Whether the gateway can do its work, and how each part of it is: `{store: 'ok', 'alma 01ABC': 'unreachable'}`. */
export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

export interface OperatorOptions extends JobPages, TaskPages {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Asked at each request. An Alma that is down is shown as a part, and does not make the gateway unready. */
  ready(): Promise<Readiness>;
  readonly metrics: Pick<Metrics, 'contentType' | 'render'>;
  /** For whoever may make the gateway do something. */
  readonly token: string;
  readonly log?: Log;
}

/**
 * The operators' HTTP: `/healthz` (the process lives), `/readyz` (200 or 503, with the parts), `/metrics` for anybody
 * who reaches it, and `/jobs` and `/tasks` for the commands of this machine.
 * Rejects when the port cannot be had.
 */
export async function startOperator(options: OperatorOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer(operatorApp(options));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port, stop };
}

function operatorApp({ ready, metrics, token, log, ...pages }: OperatorOptions): express.Express {
  const app = express();
  app.use(helmet());
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const readiness = await ready();
    response.status(readiness.ready ? 200 : 503).json(readiness);
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.render());
  });
  app.use('/jobs', onlyWith(token), jobPages(pages));
  app.use('/tasks', onlyWith(token), taskPages(pages));
  app.use((_request, response) => {
    response.status(404).type('text').send('Only GET /healthz, /readyz and /metrics are here.\n');
  });
  // Express tells an error handler by its fourth parameter.
  const failed: ErrorRequestHandler = (error, request, response, _next) => {
    log?.('defect', { where: `operator ${request.path}`, why: String(error) });
    response.status(503).json({ ready: false, parts: { gateway: 'the state could not be found out' } });
  };
  app.use(failed);
  return app;
}
