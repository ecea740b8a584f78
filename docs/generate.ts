/**
 * Makes what is told about settings from their schemas: the comments of the delivered files, and docs/settings.md.
 *
 *   npm run settings
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { messagesSchema } from '../src/config/messages.ts';
import { brokerSchema } from '../src/config/schema-broker.ts';
import { gatewaySchema } from '../src/config/schema-gateway.ts';
import { dialectSchema } from '../src/config/schema-kiosk.ts';
import { wordIds, wordsIn } from '../src/edge/words.ts';
import { vocabulary } from '../src/gateway/vocabulary.ts';
import { commented } from './comments.ts';
import { explained } from './explained.ts';
import { reference } from './reference.ts';

const kinds: readonly { files: string; delivered: string; schema: z.ZodType }[] = [
  { files: 'gateway.yaml', delivered: 'config/gateway.yaml', schema: gatewaySchema },
  { files: 'brokers/<name>.yaml', delivered: 'config/brokers/demo-ill.yaml', schema: brokerSchema },
  { files: 'kiosks/<name>.yaml', delivered: 'config/kiosks/standard.yaml', schema: dialectSchema },
];

const project = new URL('../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, project), 'utf8');

/** The file of our own language sets nothing: a library takes the # away before what it says in its own words. */
function ownWords(): string {
  const english = wordsIn(new Map());
  const words = wordIds.map((id) => `# ${stringify({ [id]: english[id] }, { lineWidth: 0 })}`);
  return `${commented('', messages).trimEnd()}\n\n${words.join('')}`;
}

/** The ids are not listed a second time. */
const whereIds = 'Every text and its name: `config/messages/en.yaml`.';

const messages = explained(messagesSchema(vocabulary));

/** Every file that is made, by its path in the project, with what has to be in it. */
export function made(): Map<string, string> {
  const files = kinds.map(
    ({ delivered, schema }) => [delivered, commented(read(delivered), explained(schema))] as const,
  );
  const sections = kinds.map(({ files, schema }) => ({ files, schema: explained(schema) }));
  const page = reference([
    ...sections,
    { files: 'messages/<language>.yaml', schema: { description: `${messages.description}\n\n${whereIds}` } },
  ]);
  return new Map([...files, ['config/messages/en.yaml', ownWords()], ['docs/settings.md', page]]);
}

if (import.meta.main) for (const [file, text] of made()) writeFileSync(new URL(file, project), text);
