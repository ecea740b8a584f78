/**
 * Every event that the log can hold, declared once: its level and what it carries. Whoever reads the log learns
 * the vocabulary here; whoever writes to it cannot add a field that is not declared, so nothing secret slips in.
 */
export interface Events {
  started: { listeners: Record<string, string>; institutions: string[]; version: string };
  'signal-ignored': { signal: string; why: string };
  stopping: { reason: string };
  stopped: { seconds: number };
  'message-in': Message & { name: string; bytes: number } & Subject;
  'message-out': Message & { name: string; ms: number; refusal?: string } & Subject;
  'message-refused': Message & {
    name: string;
    refusal: string;
    about?: string;
    value?: string;
    detail?: string;
    code?: string;
    trackingId?: string;
    cause?: string;
  };
  'message-dropped': Message & { why: string; bytes?: number };
  'connection-opened': Connection;
  'connection-closed': Connection & { why: string };
  'connection-refused': Connection & { why: string };
  'terminal-login': Connection & { terminal?: string; ok: boolean };
  'terminal-status': Connection & { terminal: string; status: string };
  'alma-call': {
    trace: string;
    institution: string;
    lane: string;
    method: string;
    /** The endpoint's template, `/users/{user_id}/loans`: it names nobody, and metrics are labelled with it. */
    path: string;
    status: number;
    ms: number;
    waited: number;
    attempt: number;
    remaining?: number;
    code?: string;
    trackingId?: string;
  };
  'alma-unreachable': {
    trace: string;
    institution: string;
    method: string;
    path: string;
    ms: number;
    attempt: number;
    why: string;
  };
  'state-change': {
    trace: string;
    institution: string;
    leg: string;
    partner: string;
    side: string;
    source: string;
    actor: string;
    what: string;
    from: string;
    to: string;
    barcode?: string;
    request?: string;
  };
  'operation-repeated': { trace: string; operation: string; firstTrace: string; state: string };
  'operation-unknown': { trace: string; operation: string; step: string; why: string };
  'operation-resumed': { trace: string; operation: string; result: string };
  'operation-found-late': { trace: string; operation: string; hint: string };
  'operation-undone': { trace: string; operation: string; steps: string[] };
  /** Nobody takes it up again; `circgate work` shows what is left to do. */
  'operation-given-up': { trace: string; operation: string; why: string; hint: string };
  'certificate-made': { file: string; validDays: number };
  'xml-worker-restarted': { why: string };
  'job-ran': { job: string; ms: number; result: string };
  'job-failed': { job: string; why: string };
  defect: { trace?: string; where: string; why: string; stack?: string };
}

interface Message {
  trace: string;
  protocol: 'ncip' | 'sip2';
  peer: string;
  institution?: string;
  /** The partner's code or the terminal's id, once known. */
  actor?: string;
}

/** What an operator searches for, and the message itself where the settings ask for it (secrets masked). */
interface Subject {
  item?: string;
  request?: string;
  text?: string;
}

interface Connection {
  protocol: 'sip2' | 'ncip';
  peer: string;
  tls: boolean;
}

export type EventName = keyof Events;
export type Level = 'error' | 'warn' | 'info' | 'debug';

/** How loud each event is. `info` tells the story of a day; `warn` and `error` want a person. */
export const levels: { readonly [E in EventName]: Level } = {
  started: 'info',
  'signal-ignored': 'warn',
  stopping: 'info',
  stopped: 'info',
  'message-in': 'info',
  'message-out': 'info',
  'message-refused': 'warn',
  'message-dropped': 'warn',
  'connection-opened': 'info',
  'connection-closed': 'info',
  'connection-refused': 'warn',
  'terminal-login': 'info',
  'terminal-status': 'info',
  'alma-call': 'info',
  'alma-unreachable': 'warn',
  'state-change': 'info',
  'operation-repeated': 'info',
  'operation-unknown': 'warn',
  'operation-resumed': 'warn',
  'operation-found-late': 'warn',
  'operation-undone': 'warn',
  'operation-given-up': 'error',
  'certificate-made': 'info',
  'xml-worker-restarted': 'warn',
  'job-ran': 'debug',
  'job-failed': 'error',
  defect: 'error',
};

/** The only way to say something to the operator. */
export type Log = <E extends EventName>(event: E, facts: Events[E]) => void;
