import type { Circulation } from '../circulation/circulation.ts';
import type { Context } from '../circulation/context.ts';
import { withinTime } from '../circulation/deadline.ts';
import type { Clock } from '../circulation/ports.ts';
import { asRefusal, Refusal } from '../circulation/refusals.ts';
import { logRefused, type RefusedMessage } from '../edge/refused.ts';
import { type Words, wordsIn } from '../edge/words.ts';
import type { Log } from '../log/events.ts';
import type { Call } from './call.ts';
import { languageTag } from './codes.ts';
import type { Exchange, ExchangeCode } from './exchanges/exchange.ts';
import { exchangeOf, offeredTo } from './exchanges/table.ts';
import type { Request, Response } from './messages.ts';
import { refusedAnswer } from './refused-answer.ts';
import type { Terminal } from './terminal.ts';

export interface AnswerParts {
  readonly circulation: Circulation;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the library system of an institution answered lately. */
  readonly online: (institution: string) => boolean;
  /** Milliseconds until an answer is due. */
  readonly answerWithinMs: number;
}

/** Who sent a message. */
export interface Origin {
  readonly terminal: Terminal;
  /** Whether the terminal has shown that it is this one. */
  readonly admitted: boolean;
  /** How the log names the message. */
  readonly told: RefusedMessage;
}

export interface Answer {
  readonly response: Response;
  readonly refusal?: Refusal;
}

/**
 * Answers one message; never rejects. The one catch of this protocol: every reason to say no becomes the legal answer of
 * its message.
 */
export async function answer(parts: AnswerParts, message: Request<ExchangeCode>, origin: Origin): Promise<Answer> {
  const { log, clock, answerWithinMs } = parts;
  const { terminal, admitted, told } = origin;
  const words = wordsFor(message, terminal);
  try {
    // 99 tells a terminal that it is to log in.
    if (!admitted && message.code !== '99') throw new Refusal('sender-not-admitted', { about: 'sender' });
    return { response: await withinTime(perform(message, callOf(parts, origin, words)), answerWithinMs) };
  } catch (error) {
    const refusal = asRefusal(error);
    logRefused(log, told, refusal);
    const where = { terminal, words, now: clock(), traceId: told.trace };
    return { response: refusedAnswer(message, refusal, where), refusal };
  }
}

/** The language that the request asks for, where the library has it, else the terminal's. */
function wordsFor(message: Request, { catalogue, language }: Terminal): Words {
  const asked = 'language' in message ? languageTag(message.language) : undefined;
  return wordsIn(catalogue, asked, language);
}

function callOf(parts: AnswerParts, { terminal, told }: Origin, words: Words): Call {
  const { circulation, clock, online, answerWithinMs } = parts;
  const { institution, place, id, pinDemand } = terminal;
  const context: Context = {
    institution,
    place,
    source: 'sip2',
    actor: id,
    message: told.name,
    lane: 'kiosk',
    traceId: told.trace,
    pinDemand,
  };
  const offered = offeredTo(terminal);
  return {
    ...{ circulation, context, terminal, words, offered, answerWithinMs },
    now: clock(),
    online: online(institution.code),
  };
}

/** An exchange is found by its message; what is not offered, or not here, is refused. */
async function perform<C extends ExchangeCode>(message: Request<C>, call: Call): Promise<Response> {
  const exchange: Exchange<C> | undefined = call.offered.has(message.code) ? exchangeOf(message.code) : undefined;
  if (!exchange) throw new Refusal('service-unsupported', { about: 'service', value: message.code });
  return (await exchange.perform(message, call)) as Response;
}
