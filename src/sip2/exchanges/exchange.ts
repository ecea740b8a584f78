import type { RefusalKind } from '../../circulation/refusals.ts';
import type { Call } from '../call.ts';
import type { AnswerTo, Request, RequestCode, Response } from '../messages.ts';

/** The requests that an exchange can answer: login and resend concern the session itself and live there. */
export type ExchangeCode = Exclude<RequestCode, '93' | '97'>;

/** One request and its answer. What is offered, BX (98) and README's table follow from those in `table.ts`. */
export interface Exchange<C extends ExchangeCode> {
  readonly code: C;
  /** The happy path only: throws a `Refusal` for the rest, whose answer `refused-answer.ts` makes from the table of messages. */
  perform(request: Request<C>, call: Call): Promise<Response<AnswerTo<C>>>;
  /** What the refused answer says beyond that. */
  readonly whenRefused?: (kind: RefusalKind) => Partial<Response<AnswerTo<C>>>;
}
