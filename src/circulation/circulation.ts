import type { Context } from './context.ts';
import type { Means, Operation, Query } from './operation.ts';
import { acceptItem } from './operations/accept-item.ts';
import { checkIn } from './operations/check-in.ts';
import { checkInForPartner } from './operations/check-in-for-partner.ts';
import { checkOut } from './operations/check-out.ts';
import { checkOutForPartner } from './operations/check-out-for-partner.ts';
import { lookUpItem } from './operations/look-up-item.ts';
import { lookUpPatron } from './operations/look-up-patron.ts';
import { payFee } from './operations/pay-fee.ts';
import { renew } from './operations/renew.ts';
import { requestItem } from './operations/request-item.ts';
import { createRunner, type Runner, type RunnerParts } from './runs.ts';

/**
 * Everything that the edges may ask of the library, by the name that they call it with. The types of questions and
 * outcomes, `Circulation` and the runner's table all follow from this list.
 */
const operations = {
  lookUpPatron,
  lookUpItem,
  checkOut,
  checkIn,
  renew,
  payFee,
  requestItem,
  checkOutForPartner,
  acceptItem,
  checkInForPartner,
};

type Definitions = typeof operations;

type Ask<D> =
  D extends Operation<infer Q, infer _F, infer O>
    ? (context: Context, question: Q) => Promise<O>
    : D extends Query<infer Q, infer O>
      ? (context: Context, question: Q) => Promise<O>
      : never;

/**
 * What the two edges may ask. An operation rejects with a `Refusal`; anything else is a defect. The ones that change
 * something run through the ledger: the same question asked again gets the stored outcome.
 */
export type Circulation = { readonly [N in keyof Definitions]: Ask<Definitions[N]> };

type Parts = Means & Omit<RunnerParts, keyof Means | 'operations'>;

/** The circulation operations on their ports, and the runner that carries those that write. */
export function createCirculation({ library, correlations, clock, ...parts }: Parts): {
  circulation: Circulation;
  runner: Runner;
} {
  const means: Means = { library, correlations, clock };
  const all: readonly [string, Query<unknown, unknown> | Operation<unknown, unknown, unknown>][] =
    Object.entries(operations);
  const writing = all.flatMap(([, definition]) => ('perform' in definition ? [definition] : []));
  const runner = createRunner({ ...means, ...parts, operations: writing });
  const ask = all.map(([name, definition]) => [
    name,
    (context: Context, question: unknown) =>
      'perform' in definition
        ? runner.run(definition, context, question)
        : definition.answer({ ...means, context, question }),
  ]);
  return { circulation: Object.fromEntries(ask) as Circulation, runner };
}
