import type { Things } from '../circulation/ports.ts';
import { withoutSentence } from '../log/privacy.ts';
import { type WorkLeft, workLeft } from '../store/work.ts';
import type { Arguments } from './arguments.ts';
import { configuration } from './configuration.ts';
import { forTerminal, readStore } from './store.ts';

/**
 * `circgate work`: the operations that have not come to their end, from the store, beside a running daemon.
 * @returns 1 where one was given up, because that wants a person; otherwise 0.
 */
export async function work(given: Arguments): Promise<number> {
  const { store } = configuration(given, { withoutSecrets: true });
  const left = await readStore(store.file, workLeft);
  console.log(left.length > 0 ? left.map(paragraph).join('\n\n') : 'nothing is left to do');
  return left.some(({ state }) => state === 'given-up') ? 1 : 0;
}

/** What an operator does about each, which mostly is nothing. */
const advice: { readonly [S in WorkLeft['state']]: (left: WorkLeft) => string } = {
  accepted: () => 'Asked and not begun. The gateway does it by itself; nothing is to be done.',
  running: () => 'Under way, or a gateway died in it. The gateway takes it up by itself; nothing is to be done.',
  unknown: ({ nextTryAt }) =>
    'Alma was asked and nobody knows yet whether it was done. ' +
    `The gateway looks again${nextTryAt === undefined ? '' : ` at ${nextTryAt}`}; nothing is to be done.`,
  'given-up': () =>
    'The gateway does not try again. Look in Alma whether the steps that are not "done" happened, and put the item ' +
    'right there; whoever asked can ask again, and what was left in Alma is then used.',
};

function paragraph(left: WorkLeft): string {
  const { state, startedAt, tries, source, actor, message, traceId, things, why, steps } = left;
  const about = things.map(({ kind, thing }) => `${singular[kind as keyof Things]} ${thing}`);
  const attempts = `${tries} ${tries === 1 ? 'try' : 'tries'}`;
  const lines = [
    `${state}  ${message} from ${source} ${actor}${about.length > 0 ? `, ${about.join(', ')}` : ''}`,
    `  since ${startedAt}, ${attempts}, reference ${traceId}`,
    ...(steps.length > 0 ? [`  steps: ${steps.map((step) => `${step.name} (${step.state})`).join(', ')}`] : []),
    ...(why === undefined ? [] : [`  why: ${withoutSentence(why)}`]),
    `  ${advice[state](left)}`,
  ];
  return lines.map(forTerminal).join('\n');
}

/** One thing of each kind that an operation can be about. */
const singular: Readonly<Record<keyof Things, string>> = {
  items: 'item',
  partnersItems: "partner's item",
  requests: 'request',
  patrons: 'patron',
};
