import type { Generated } from 'kysely';

/** The tables as kysely sees them; `migrations.ts` makes them. Instants are ISO 8601 text, JSON is text. */
export interface Tables {
  legs: {
    id: string;
    institution: string;
    partner: string;
    side: string;
    state: string;
    request_agency: string | null;
    request_id: string | null;
    broker_item_id: string | null;
    barcode: string | null;
    patron_id: string | null;
    mms_id: string | null;
    holding_id: string | null;
    item_id: string | null;
    alma_request_id: string | null;
    loan_id: string | null;
    due: string | null;
    title: string | null;
    created_at: string;
    updated_at: string;
    closed_at: string | null;
  };
  events: {
    position: Generated<number>;
    leg: string;
    at: string;
    source: string;
    actor: string;
    what: string;
    from_state: string;
    to_state: string;
    trace_id: string;
  };
  runs: {
    position: Generated<number>;
    id: string;
    kind: string;
    key: string;
    digest: string;
    institution: string;
    trace_id: string;
    context: string;
    /** Of question, findings and outcome: what form they have. */
    version: number;
    question: string;
    proof: string;
    found: string | null;
    state: string;
    outcome: string | null;
    owner: string | null;
    lease_until: string | null;
    tries: number;
    next_try_at: string | null;
    started_at: string;
    finished_at: string | null;
  };
  /** What runs are about: `kind` is a key of the core's `Things`. */
  run_things: {
    run: string;
    institution: string;
    kind: string;
    thing: string;
  };
  /** What only people can put right. `run` is no reference: the task outlives what the ledger forgets. */
  tasks: {
    id: Generated<number>;
    run: string;
    institution: string;
    happened: string;
    to_do: string;
    message: string;
    actor: string;
    item: string | null;
    request: string | null;
    trace_id: string;
    created_at: string;
    done_at: string | null;
  };
  steps: {
    position: Generated<number>;
    run: string;
    name: string;
    state: string;
    intent: string | null;
    result: string | null;
    refusal: string | null;
    sent_at: string;
    ended_at: string | null;
  };
}
