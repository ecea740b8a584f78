import { expect } from 'chai';
import { createMetrics, type Metrics } from '../../src/operator/metrics.ts';
import { type OperatorOptions, type Readiness, startOperator } from '../../src/operator/server.ts';

const message = { trace: 't', protocol: 'sip2', peer: 'p', institution: '01A' } as const;
const call = { trace: 't', institution: '01A', lane: 'kiosk', waited: 0, attempt: 1 } as const;
const connection = { protocol: 'sip2', peer: 'p', tls: true } as const;

const token = 'the-token';
const jobs: OperatorOptions['jobs'] = {
  list: () => [{ name: 'sweep', cron: '* * * * *', running: false }],
  run: (name) =>
    name === 'sweep'
      ? Promise.resolve({ ok: true, says: 'swept' })
      : name === 'break'
        ? Promise.resolve({ ok: false, says: 'no luck' })
        : undefined,
};

const finishTask = async (id: number): Promise<boolean> => id === 7;

async function withOperator(
  changed: Partial<OperatorOptions>,
  use: (get: (path: string, init?: RequestInit) => Promise<Response>, metrics: Metrics) => Promise<void>,
): Promise<void> {
  const metrics = createMetrics();
  const ready = async (): Promise<Readiness> => ({ ready: true, parts: { store: 'ok', 'alma 01A': 'unreachable' } });
  const operator = await startOperator({
    host: '127.0.0.1',
    port: 0,
    ready,
    metrics,
    jobs,
    finishTask,
    token,
    ...changed,
  });
  try {
    await use((path, init) => fetch(`http://127.0.0.1:${operator.port}${path}`, init), metrics);
  } finally {
    await operator.stop();
  }
}

describe("the operators' HTTP", () => {
  it('says that the process lives, even when it is not ready', async () => {
    const ready = async (): Promise<Readiness> => ({ ready: false, parts: { store: 'closed' } });
    await withOperator({ ready }, async (get) => {
      const health = await get('/healthz');
      expect([health.status, await health.json()]).to.deep.equal([200, { status: 'ok' }]);
      const readiness = await get('/readyz');
      expect([readiness.status, await readiness.json()]).to.deep.equal([
        503,
        { ready: false, parts: { store: 'closed' } },
      ]);
    });
  });

  it('shows an Alma that is down, and is ready all the same', async () => {
    await withOperator({}, async (get) => {
      const readiness = await get('/readyz');
      expect(readiness.status).to.equal(200);
      expect(await readiness.json()).to.deep.equal({ ready: true, parts: { store: 'ok', 'alma 01A': 'unreachable' } });
    });
  });

  it('is not ready when nobody can say, tells the log why and the client nothing', async () => {
    const told: unknown[] = [];
    const ready = async (): Promise<Readiness> => {
      throw new Error('disk on fire');
    };
    await withOperator({ ready, log: (event, facts) => told.push(event, facts) }, async (get) => {
      const readiness = await get('/readyz');
      expect(readiness.status).to.equal(503);
      expect(await readiness.text()).not.to.include('fire');
      expect(told).to.deep.equal(['defect', { where: 'operator /readyz', why: 'Error: disk on fire' }]);
    });
  });

  it('names its three pages to whoever asks for another, or posts', async () => {
    await withOperator({}, async (get) => {
      for (const answer of [await get('/'), await get('/healthz', { method: 'POST' })]) {
        expect(answer.status).to.equal(404);
        expect(await answer.text()).to.equal('Only GET /healthz, /readyz and /metrics are here.\n');
      }
    });
  });

  it('runs a job, and lists them, for whoever has the token and for nobody else', async () => {
    await withOperator({}, async (get) => {
      const post = (path: string, authorization = `Bearer ${token}`) =>
        get(path, { method: 'POST', headers: { authorization } });
      const said = async (answer: Response) => [answer.status, await answer.json()];
      expect(await said(await post('/jobs/sweep'))).to.deep.equal([200, { ok: true, says: 'swept' }]);
      expect(await said(await post('/jobs/break'))).to.deep.equal([500, { ok: false, says: 'no luck' }]);
      const none = { ok: false, says: 'there is no job "mop"; there are: sweep' };
      expect(await said(await post('/jobs/mop'))).to.deep.equal([404, none]);
      const list = await get('/jobs', { headers: { authorization: `Bearer ${token}` } });
      expect(await said(list)).to.deep.equal([200, jobs.list()]);

      const strangers = [
        await post('/jobs/sweep', ''),
        await post('/jobs/sweep', 'Bearer the-tokem'),
        await post('/jobs/sweep', token),
        await post('/jobs/mop', 'Bearer guess'),
        await get('/jobs'),
        await get(`/jobs?token=${token}`),
      ];
      for (const answer of strangers) {
        expect([answer.status, answer.headers.get('www-authenticate')]).to.deep.equal([401, 'Bearer']);
        expect(await answer.text()).not.to.include('sweep');
      }
    });
  });

  it('marks a task as done for whoever has the token, and for nobody else', async () => {
    await withOperator({}, async (get) => {
      const post = async (path: string, headers = {}): Promise<[number, unknown]> => {
        const answer = await get(path, { method: 'POST', headers });
        return [answer.status, await answer.json()];
      };
      const authorization = `Bearer ${token}`;
      expect(await post('/tasks/7/done', { authorization })).to.deep.equal([200, { ok: true, says: 'task 7 is done' }]);
      expect((await post('/tasks/8/done', { authorization }))[0]).to.equal(404);
      expect((await post('/tasks/x/done', { authorization }))[0]).to.equal(404);
      expect((await post('/tasks/7/done'))[0]).to.equal(401);
    });
  });

  it('cannot start on a port that is taken, and frees its own when it stops', async () => {
    const ready = async (): Promise<Readiness> => ({ ready: true, parts: {} });
    const options = { host: '127.0.0.1', ready, metrics: createMetrics(), jobs, finishTask, token };
    const first = await startOperator({ ...options, port: 0 });
    const second = await startOperator({ ...options, port: first.port }).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect(second).to.equal('EADDRINUSE');
    // A keep-alive connection that somebody left open does not hold up the end.
    await fetch(`http://127.0.0.1:${first.port}/healthz`).then((answer) => answer.text());
    await first.stop();
    await (await startOperator({ ...options, port: first.port })).stop();
  });
});

describe('metrics', () => {
  it('are derived from events alone', async () => {
    await withOperator({}, async (get, { observe }) => {
      observe('message-out', { ...message, name: '12 Checkout Response', ms: 300 });
      observe('message-out', { ...message, name: '12 Checkout Response', ms: 30, refusal: 'patron-blocked' });
      observe('alma-call', { ...call, method: 'GET', path: '/users/{user_id}', status: 200, ms: 120, remaining: 4711 });
      observe('alma-unreachable', { ...call, method: 'GET', path: '/users/{user_id}', ms: 5, why: 'ECONNREFUSED' });
      observe('connection-opened', connection);
      observe('connection-opened', connection);
      observe('connection-closed', { ...connection, why: 'idle' });
      observe('terminal-login', { ...connection, ok: false });
      observe('terminal-login', { ...connection, ok: true });
      const change = { trace: 't', institution: '01A', leg: '1', partner: 'P', source: 'sip2', actor: 'k', what: '09' };
      observe('state-change', { ...change, side: 'borrower', from: 'loaned', to: 'returned' });
      observe('operation-unknown', { trace: 't', operation: 'o', step: 's', why: 'timeout' });
      observe('stopping', { reason: 'an event that is not counted' });
      const answer = await get('/metrics');
      expect(answer.headers.get('content-type')).to.match(/^text\/plain; .*version=0\.0\.4/);
      const text = await answer.text();
      for (const line of [
        'circgate_messages_total{protocol="sip2",name="12 Checkout Response",institution="01A",result="ok"} 1',
        'circgate_messages_total{protocol="sip2",name="12 Checkout Response",institution="01A",result="patron-blocked"} 1',
        'circgate_message_duration_seconds_bucket{le="0.25",protocol="sip2",name="12 Checkout Response"} 1',
        'circgate_message_duration_seconds_count{protocol="sip2",name="12 Checkout Response"} 2',
        'circgate_alma_requests_total{method="GET",path="/users/{user_id}",status="200"} 1',
        'circgate_alma_requests_total{method="GET",path="/users/{user_id}",status="unreachable"} 1',
        'circgate_alma_request_duration_seconds_sum{method="GET",path="/users/{user_id}"} 0.12',
        'circgate_alma_api_remaining{institution="01A"} 4711',
        'circgate_connections_active{protocol="sip2"} 1',
        'circgate_login_failures_total 1',
        'circgate_legs_transitions_total{side="borrower",to="returned"} 1',
        'circgate_operations_unknown_total 1',
      ]) {
        expect(text.split('\n')).to.include(line);
      }
      expect(text)
        .to.include('circgate_process_cpu_seconds_total')
        .and.to.include('circgate_nodejs_heap_size_used_bytes');
    });
  });

  it('do not grow with the names that strangers invent, and are not shared between gateways', async () => {
    const { observe, render } = createMetrics();
    for (let i = 0; i < 500; i++) observe('message-out', { ...message, name: `Invented${i}`, ms: 1 });
    const series = (await render()).split('\n').filter((line) => line.startsWith('circgate_messages_total'));
    expect(series).to.have.length(101);
    expect(series.at(-1)).to.equal(
      'circgate_messages_total{protocol="sip2",name="other",institution="01A",result="ok"} 400',
    );
    expect(await createMetrics().render()).not.to.include('Invented');
  });
});
