import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventName, Events, Log } from '../log/events.ts';

/** What the gateway counts. All of it but what is watched is learnt from the log's events, and so is told as well. */
export interface Metrics {
  /** To be given every event. */
  readonly observe: Log;
  /** Adds a gauge that is read anew each time somebody asks. */
  watch(name: string, help: string, read: () => Promise<number>): void;
  readonly contentType: string;
  /** The Prometheus text format. */
  render(): Promise<string>;
}

type Observers = { readonly [E in EventName]?: (facts: Events[E]) => void };

/** Metrics in a registry of their own, so that two gateways in one process do not share them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'circgate_' });
  const observers: Observers = {
    ...messageObservers(registry),
    ...almaObservers(registry),
    ...workObservers(registry),
  };
  return {
    observe: (event, facts) => observers[event]?.(facts),
    watch(name, help, read) {
      const collect = async function (this: Gauge): Promise<void> {
        this.set(await read());
      };
      new Gauge({ name, help, registers: [registry], collect });
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}

/** Both edges: answers and how long they took, connections, logins. */
function messageObservers(registry: Registry): Observers {
  const registers = [registry];
  const messages = new Counter({
    name: 'circgate_messages_total',
    help: 'Messages answered, by what was answered: ok or the kind of refusal',
    labelNames: ['protocol', 'name', 'institution', 'result'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'circgate_message_duration_seconds',
    help: 'From the last byte of a message to the first of its answer',
    labelNames: ['protocol', 'name'] as const,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 25],
    registers,
  });
  const connections = new Gauge({
    name: 'circgate_connections_active',
    help: 'Open connections',
    labelNames: ['protocol'] as const,
    registers,
  });
  const failures = new Counter({ name: 'circgate_login_failures_total', help: 'Refused terminal logins', registers });
  const bounded = atMost(100);
  return {
    'message-out': ({ protocol, name: given, institution = '', refusal = 'ok', ms }) => {
      const name = bounded(given);
      messages.inc({ protocol, name, institution, result: refusal });
      duration.observe({ protocol, name }, ms / 1000);
    },
    'connection-opened': ({ protocol }) => connections.inc({ protocol }),
    'connection-closed': ({ protocol }) => connections.dec({ protocol }),
    'terminal-login': ({ ok }) => {
      if (!ok) failures.inc();
    },
  };
}

/** Alma: every call, and what is left of the day's budget. */
function almaObservers(registry: Registry): Observers {
  const registers = [registry];
  const requests = new Counter({
    name: 'circgate_alma_requests_total',
    help: 'Calls to Alma, by HTTP status, or "unreachable"',
    labelNames: ['method', 'path', 'status'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'circgate_alma_request_duration_seconds',
    help: 'From sending a call to the end of its answer, without the wait for its turn',
    labelNames: ['method', 'path'] as const,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 25],
    registers,
  });
  const remaining = new Gauge({
    name: 'circgate_alma_api_remaining',
    help: 'Calls left today, as Alma last said (X-Exl-Api-Remaining)',
    labelNames: ['institution'] as const,
    registers,
  });
  return {
    'alma-call': ({ method, path, status, ms, institution, remaining: left }) => {
      const labels = { method, path };
      requests.inc({ ...labels, status });
      duration.observe(labels, ms / 1000);
      if (left !== undefined) remaining.set({ institution }, left);
    },
    'alma-unreachable': ({ method, path }) => requests.inc({ method, path, status: 'unreachable' }),
  };
}

/** The work between the two: legs that move on, and writes of which nobody knows whether they happened. */
function workObservers(registry: Registry): Observers {
  const registers = [registry];
  const transitions = new Counter({
    name: 'circgate_legs_transitions_total',
    help: 'Interlibrary requests that reached a state',
    labelNames: ['side', 'to'] as const,
    registers,
  });
  const unknown = new Counter({
    name: 'circgate_operations_unknown_total',
    help: 'Writes to Alma whose outcome was not known at first',
    registers,
  });
  return {
    'state-change': ({ side, to }) => transitions.inc({ side, to }),
    'operation-unknown': () => unknown.inc(),
  };
}

/**
 * Lets the first so many values through and calls the rest `other`: some names come from peers, and a stranger who
 * invents a new one for each message must not fill the memory with time series.
 */
function atMost(limit: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.size < limit) seen.add(value);
    return seen.has(value) ? value : 'other';
  };
}
