import { z } from 'zod';
import { explain, lines } from './explanation.ts';
import { port, seconds, settingsVersion, text, tlsSchema } from './schema.ts';
import { institution } from './schema-institution.ts';
import { terminal } from './schema-terminal.ts';

const limit = z.number().int().min(0);

const plainListener = z.strictObject({
  host: explain(text, {
    description: '127.0.0.1 is this machine alone, 0.0.0.0 every network it is on',
    beside: true,
  }),
  port: explain(port, { description: '0 takes any free port', beside: true }),
});

/** A door for strangers: what one of them can use up is limited. */
const door = plainListener.extend({
  maxConnections: explain(limit.default(500), {
    description: 'at the same time, counted before anybody has shown who it is; 0 is no limit',
    beside: true,
  }),
  maxConnectionsPerAddress: explain(limit.default(50), {
    description: 'raise it where many machines stand behind one address',
    beside: true,
  }),
});
const tlsDoor = door.extend({
  tls: explain(tlsSchema, { description: 'how the gateway shows who it is', beside: true }),
});

export const gatewaySchema = explain(
  z.strictObject({
    version: explain(
      z.literal(settingsVersion, `${settingsVersion}; write "version: ${settingsVersion}" at the top of the file`),
      {
        description: 'The version of these settings. A later version of Circgate may write them in another way.',
      },
    ),
    listen: explain(
      z.strictObject({
        ncip: explain(tlsDoor, {
          description: 'Brokers post NCIP messages here, always over TLS.',
          alma: "the address in the broker's own settings, in place of Alma's NCIP server address.",
        }),
        sip2: explain(door.optional(), {
          description: lines(
            'Kiosks on this machine, or a TLS tunnel (stunnel) that ends here. SIP2 without TLS sends names and PINs readable.',
            'Leave the whole section out to close this door.',
          ),
        }),
        sip2Tls: explain(tlsDoor.optional(), {
          description: 'Kiosks that speak TLS themselves, or through a tunnel of their own.',
          alma: 'the port 6443 of a self-check integration profile.',
        }),
        operator: explain(plainListener, {
          description:
            'For your monitoring: /healthz, /readyz and /metrics. It asks nobody for a password, so keep it on this machine.',
        }),
      }),
      {
        description:
          'Where the gateway listens. A door that is open to a network still lets in only those who are listed below.',
      },
    ),
    simulator: explain(plainListener, {
      description: 'The built-in Alma simulator. It starts only when an institution below says "alma: simulator".',
    }),
    store: explain(
      z.strictObject({
        file: explain(text, {
          description: lines(
            'A relative path starts at the folder of this file. While the gateway runs, a part of the store is in the files',
            'beside it (-wal and -shm): a copy of this one file alone is worth nothing. To back it up, stop the gateway and',
            'copy all that are there, or let SQLite make one whole file beside the running gateway:',
            '  sqlite3 circgate.sqlite "VACUUM INTO \'backup.sqlite\'"',
          ),
        }),
      }),
      {
        description: lines(
          "What the gateway must not forget: which broker's request and which kiosk's loan are about the same item.",
          'An SQLite database, to be backed up; it holds barcodes and user identifiers.',
        ),
      },
    ),
    log: explain(
      z
        .strictObject({
          level: explain(z.enum(['error', 'warn', 'info', 'debug']).default('info'), {
            description: 'error, warn, info or debug. "info" tells the story of a day.',
          }),
          format: explain(z.enum(['auto', 'json', 'text']).default('auto'), {
            description: lines(
              'json: one JSON object a line, for a log collector. text: lines for people.',
              'auto: text on a terminal, otherwise json.',
            ),
          }),
          messages: explain(z.boolean().default(false), {
            description: lines(
              "true writes every message as it came and went, secrets masked. Such lines hold patrons' data: switch it on to",
              'search for a fault, and off again.',
            ),
          }),
        })
        .prefault({}),
      { description: 'What the gateway tells its operators.' },
    ),
    ncip: explain(
      z
        .strictObject({
          answerWithin: explain(seconds.default(25), {
            description:
              'Seconds until a broker is told "temporary failure, try again". The work goes on, and a retry finds its result.',
          }),
          maxBytes: explain(z.number().int().min(1024).default(1_000_000), {
            description: 'The largest message that is read, in bytes.',
          }),
          checkAnswers: explain(z.boolean().default(false), {
            description: 'Hold every answer against the NCIP schema before it is sent. For testing; it costs time.',
          }),
        })
        .prefault({}),
      { description: 'How brokers are served.' },
    ),
    sip2: explain(
      z
        .strictObject({
          answerWithin: explain(seconds.default(8), {
            description: 'Seconds until a kiosk gets an answer, whatever happens; most kiosks give up after 10.',
          }),
          idleAfter: explain(seconds.default(900), {
            description: 'Seconds of silence after which a connection is closed.',
          }),
          loginWithin: explain(seconds.default(30), {
            description: 'Seconds that a kiosk has for its login message (93).',
          }),
          maxBytes: explain(z.number().int().min(256).default(16_384), {
            description: 'The longest message that is read, in bytes.',
          }),
        })
        .prefault({}),
      {
        description: 'How kiosks are served.',
        moved: {
          maxConnections: 'each door has its own, listen.sip2.maxConnections and listen.sip2Tls.maxConnections',
        },
      },
    ),
    institutions: explain(
      z.record(text, institution).refine((all) => Object.keys(all).length > 0, 'at least one institution'),
      {
        description: 'One section for each Alma institution, named by its code.',
        alma: 'Configuration > General > Institution code, such as 01ABC_INST.',
      },
    ),
    terminals: explain(z.array(terminal).default([]), {
      description: 'Every kiosk, gate or sorter that speaks SIP2.',
    }),
  }),
  {
    description: lines(
      'Circgate: the settings of one gateway.',
      '',
      'Check them without starting anything:   circgate check',
      'Every mistake is reported with its file, line and key. Relative paths start at the folder of this file.',
      'No password, token or API key stands here: wherever one is needed, write where it is kept,',
      '  { env: NAME_OF_A_VARIABLE }   or   { file: path/of/a/file }',
      '',
      'As delivered this is a demonstration: it talks to a built-in simulator, not to an Alma. What to change for a real',
      'library is marked "REAL LIBRARY".',
    ),
  },
);

export type GatewaySettings = z.infer<typeof gatewaySchema>;
