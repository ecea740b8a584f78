import express, {
  type Request as HttpRequest,
  type Response as HttpResponse,
  type NextFunction,
  Router,
} from 'express';
import { isObject } from './call.ts';
import { instant } from './dates.ts';
import type { Faults } from './faults.ts';
import { processType, requestStatus } from './hold-queue.ts';
import type { Journal } from './journal.ts';
import type { Library } from './library.ts';
import { briefBib } from './marc.ts';
import { type Outage, outageIn } from './outage.ts';
import type { Settings } from './records.ts';

/** `/simulator/…`: what a person or a test may do to the simulator. No key, no limits, not counted as API calls. */
export function adminRouter(parts: {
  library: Library;
  faults: Faults;
  journal: Journal;
  outage: Outage;
  reset: () => void;
}): Router {
  const router = Router();
  router.post('/faults', express.json(), (req, res) => {
    parts.faults.add(req.body);
    res.json({ faults: parts.faults.list() });
  });
  router.delete('/faults', (_req, res) => {
    parts.faults.clear();
    res.status(204).end();
  });
  router.post('/outage', express.json(), async (req, res) => {
    const { kind, ms } = outageIn(req.body);
    const begin = () => parts.outage.begin(kind, ms);
    // Refusing breaks this connection too, so the answer goes first.
    if (kind === 'refuse') res.once('finish', begin);
    else await begin();
    res.json({ outage: kind, ms });
  });
  router.delete('/outage', async (_req, res) => {
    await parts.outage.end();
    res.status(204).end();
  });
  router.get('/calls', (_req, res) => {
    const calls = parts.journal.calls().map(({ at, ...call }) => ({ at: instant(at), ...call }));
    res.json({ counted: parts.journal.counted(), calls });
  });
  router.delete('/calls', (_req, res) => {
    parts.journal.reset();
    res.status(204).end();
  });
  router.put('/settings', express.json(), (req, res) => {
    Object.assign(parts.library.settings, settingsIn(req.body));
    res.json(parts.library.settings);
  });
  router.post('/reset', (_req, res) => {
    parts.reset();
    res.status(204).end();
  });
  router.get('/state', (_req, res) => {
    const calls = parts.journal.calls().length;
    res.json({ ...summary(parts.library), faults: parts.faults.list(), outage: parts.outage.kind, calls });
  });
  router.use((error: Error, _req: HttpRequest, res: HttpResponse, _next: NextFunction) => {
    res.status(400).json({ error: error.message });
  });
  return router;
}

/** The body of `PUT /simulator/settings`; what it leaves out stays. Throws Error in plain words. */
function settingsIn(body: unknown): Partial<Settings> {
  if (!isObject(body)) throw new Error('a JSON object is expected');
  const { sisProfiles, answers, ...other } = body;
  const unknown = Object.keys(other);
  if (unknown.length > 0) throw new Error(`there is no setting "${unknown[0]}", only "sisProfiles" and "answers"`);
  const isList = Array.isArray(sisProfiles) && sisProfiles.every((code) => typeof code === 'string');
  if (sisProfiles !== undefined && !isList) throw new Error('"sisProfiles" must be a list of codes');
  if (answers !== undefined && answers !== 'full' && answers !== 'sparse') {
    throw new Error('"answers" must be full or sparse');
  }
  return { ...(isList && { sisProfiles }), ...(answers !== undefined && { answers }) };
}

/** Who has what and where everything is, by barcode and primary id. */
function summary(library: Library): object {
  const barcodeOf = (pid: string | null) => (pid === null ? null : (library.items.get(pid)?.barcode ?? null));
  return {
    institution: library.institution.code,
    settings: library.settings,
    letters: library.letters,
    now: instant(library.now()),
    items: library.items.all().map((item) => ({
      barcode: item.barcode,
      title: briefBib(library.bibs.get(item.mmsId)!.marc).title,
      library: item.library,
      location: item.location,
      process: processType(library, item) || 'in place',
      onLoanTo: library.activeLoanOf(item.pid)?.userId ?? null,
      due: library.activeLoanOf(item.pid)?.due ?? null,
    })),
    users: library.users.all().map((user) => ({
      id: user.primaryId,
      name: `${user.firstName} ${user.lastName}`,
      barcodes: user.identifiers.filter(({ type }) => type === 'BARCODE').map(({ value }) => value),
      loans: library.activeLoansBy(user).map((loan) => barcodeOf(loan.pid)),
      requests: library.activeRequestsBy(user).map((request) => ({
        requestId: request.requestId,
        barcode: barcodeOf(request.pid),
        status: requestStatus(library, request),
        pickup: request.pickup.library,
      })),
      owes: library.owedBy(user) / 100,
    })),
  };
}
