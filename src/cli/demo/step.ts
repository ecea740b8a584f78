import type { Broker, Part } from './broker.ts';
import type { Kiosk } from './kiosk.ts';
import type { Said } from './said.ts';

export interface Players {
  readonly broker: Broker;
  readonly kiosk: Kiosk;
  /** The kiosk's own name and password. */
  readonly login: { readonly user: string; readonly password: string };
}

/** One message of the story and its answer. */
export interface Step {
  readonly name: string;
  readonly speaker: 'broker' | 'kiosk';
  /** One sentence for people: what this step shows. */
  readonly shows: string;
  /** Plays it; `wrong` says in words why the answer is not what the story needs. */
  readonly play: (players: Players) => Promise<Said & { readonly wrong: string | undefined }>;
}

/** A step of the broker: the answer must be this service's, hold no Problem and say `expected`. */
export function ncip(shows: string, service: string, content: readonly Part[], expected: string): Step {
  return {
    name: service,
    speaker: 'broker',
    shows,
    play: async ({ broker }) => {
      const { sent, received, status, text } = await broker.ask(service, ...content);
      const wrong =
        status !== 200
          ? `HTTP status ${status}`
          : /<(?:\w+:)?Problem>/.test(text)
            ? 'the answer is a Problem'
            : !text.includes(`${service}Response`) || !text.includes(`>${expected}<`)
              ? `no ${service}Response with ${expected}`
              : undefined;
      return { sent, received, wrong };
    },
  };
}

/** A step of the kiosk: the answer must begin as expected and hold every one of these fields. */
export function sip2(
  shows: string,
  name: string,
  message: (players: Players) => string,
  expected: { readonly start: string; readonly fields?: readonly string[] },
): Step {
  return {
    name,
    speaker: 'kiosk',
    shows,
    play: async (players) => {
      const { sent, received, answer } = await players.kiosk.say(message(players));
      const fields = answer.split('|');
      const missing = (expected.fields ?? []).filter((field) => !fields.some((one) => one.endsWith(field)));
      const wrong = !answer.startsWith(expected.start)
        ? `the answer does not begin with ${expected.start}`
        : missing.length > 0
          ? `the answer lacks ${missing.join(' and ')}`
          : undefined;
      return { sent, received, wrong };
    },
  };
}
