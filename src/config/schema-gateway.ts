import { z } from 'zod';
import { explain, lines } from './explanation.ts';
import {
  addresses,
  language,
  pinDemand,
  place,
  port,
  seconds,
  secretSchema,
  settingsVersion,
  text,
  tlsSchema,
} from './schema.ts';

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

const pin = explain(
  z.union(
    [z.literal('none'), z.literal('alma-password'), z.templateLiteral(['identifier:', text])],
    'none, alma-password or identifier:<type of identifier>',
  ),
  { values: 'none, alma-password or identifier:<type of identifier>' },
);

const realAlma = z.strictObject({
  url: explain(z.url({ protocol: /^https?$/, error: 'an address such as https://api-eu.hosted.exlibrisgroup.com' }), {
    example: 'https://api-na.hosted.exlibrisgroup.com',
    description: 'of your region: api-na, api-eu, api-ap, api-aps, api-ca',
    values: 'an address',
  }),
  apiKey: explain(secretSchema, {
    example: '{ file: alma.key }',
    description: 'developer network: Users and Bibs read/write, Configuration read-only',
  }),
  callsPerSecond: explain(z.number().int().min(1).max(25).default(10), {
    example: '10',
    description: 'of the 25 that all programs of the institution share',
  }),
});

const count = z.number().int().nonnegative();

const institution = z.strictObject({
  name: explain(text, { description: "What kiosks show as the library's name (SIP2 field AM)." }),
  timeZone: explain(z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Oslo'), {
    description: 'For dates that carry no zone of their own.',
    alma: "the institution's time zone.",
    values: 'an IANA time zone such as Europe/Oslo',
  }),
  currency: explain(z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as USD'), {
    description: 'ISO 4217.',
    alma: "the institution's currency.",
    values: 'an ISO 4217 code such as USD',
  }),
  language: explain(language.default('en'), {
    description: lines(
      'In which language patrons read what a kiosk shows: the name of a file in messages/, without ".yaml". It holds',
      "the library's own words; where it holds none, the gateway has English ones.",
    ),
    alma: 'the code table "Self-Check Messages".',
  }),
  alma: explain(z.union([z.literal('simulator'), realAlma]), {
    description: '"simulator", or a real Alma.',
    realLibrary: 'replace the line by',
  }),
  pin: explain(pin.default('none'), {
    description: lines(
      'How the PIN from a kiosk or a broker is checked:',
      '  none                      not at all, the card is enough',
      '  alma-password             against the password of the Alma user (internal users only)',
      '  identifier:<type>         against a user identifier of that type, such as identifier:05',
      'Alma\'s own self-check PIN ("PIN number" of a user) cannot be checked through its API.',
    ),
    alma: 'User details > Password, or User details > Identifiers.',
  }),
  pinDemand: explain(pinDemand.default('if-sent'), {
    description: lines(
      'Whether there must be a PIN. A terminal or a broker may say otherwise for itself.',
      '  required   who sends none is refused',
      '  if-sent    one that is sent must be right; without one the card is enough',
    ),
  }),
  limits: explain(
    z
      .strictObject({
        fees: explain(z.number().nonnegative().optional(), {
          description: 'Max cash, in the currency above',
          beside: true,
        }),
        loans: explain(count.optional(), { description: 'Max loans', beside: true }),
        overdue: explain(count.optional(), { description: 'Max overdue items', beside: true }),
        holds: explain(count.optional(), { description: 'Max requests', beside: true }),
      })
      .default({}),
    {
      description: lines(
        "Limits of your fulfilment rules that Alma's API does not show. Kiosks tell patrons about them; whether a loan is",
        'made, Alma alone decides. Leave out what has no limit.',
      ),
      alma: 'Configuration > Fulfillment > Patron Limits.',
    },
  ),
  brokers: explain(z.array(text).default([]), {
    description: 'The brokers that may speak for this institution: the names of files in brokers/, without ".yaml".',
    alma: 'resource sharing partners, or the NCIP integration profiles.',
  }),
});

const sortBins = z.strictObject({
  shelve: explain(text.optional(), { alma: '"Reshelve to ..."', beside: true }),
  holdShelf: explain(text.optional(), { alma: '"On hold shelf"', beside: true }),
  inTransit: explain(text.optional(), { alma: '"In transit to ..."', beside: true }),
  otherLibrary: explain(text.optional(), { description: 'lent by another library, to be sent home', beside: true }),
});

const terminal = z.strictObject({
  id: explain(text, {
    description: "Your own name for the machine. It appears in the log, in metrics and in an item's history.",
  }),
  institution: explain(text, { description: 'A key of "institutions".' }),
  place: explain(place, {
    description: 'Where the machine stands.',
    alma: "the library's code, and the code of the circulation desk that the self-check profile names.",
  }),
  dialect: explain(text, {
    description: 'How this make of machine writes SIP2: the name of a file in kiosks/, without ".yaml".',
  }),
  addresses: explain(addresses.min(1), {
    description: 'Connections are taken from these addresses only: single ones, or ranges such as 10.20.0.0/16.',
    example: '10.20.30.0/24     # REAL LIBRARY: the network of the kiosks',
  }),
  login: explain(
    z.strictObject({
      user: explain(text, { description: 'SIP2 field CN.', beside: true }),
      password: explain(secretSchema, {
        description: 'SIP2 field CO.',
        realLibrary: 'this one is published; make your own',
        beside: true,
      }),
    }),
    {
      description:
        'The user (CN) and password (CO) of the login message 93. Leave the section out for machines that send none.',
    },
  ).optional(),
  sortBins: explain(sortBins.default({}), {
    description:
      "What a sorter's bins are called (SIP2 field CL), by what happens to the item next. Leave out what you lack.",
  }),
  pinDemand: explain(pinDemand.optional(), {
    description: 'Whether a PIN must be sent at this machine, where that differs from its institution.',
    example: 'required',
  }),
  language: explain(language.optional(), {
    description: 'The language of its screen, where it differs from that of the institution.',
    example: 'en',
  }),
  withhold: explain(z.array(text).default([]), {
    description: lines(
      'What is not offered at this machine although the gateway can do it: SIP2 request codes, in quotes. They are',
      'refused, and the machine is told so when it asks what there is (SIP2 field BX).',
    ),
    example: "['29']            # no renewals",
  }),
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
export type TerminalSettings = z.infer<typeof terminal>;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
