import { isIP } from 'node:net';
import { z } from 'zod';

/**
 * What an operator may write, once: the shapes of `gateway.yaml`, of a broker profile and of a kiosk dialect.
 * The types of the settings derive from these. Descriptions live in the commented files under `config/`.
 * A message here completes the sentence "expected …"; `validate.ts` adds what was found.
 */
const text = z.string().min(1);
const port = z.number().int().min(0).max(65535);
const seconds = z.number().positive();

const address = z.string().refine((value) => {
  const [ip = '', bits, ...rest] = value.split('/');
  const family = isIP(ip);
  // The digits are looked at because Number('') is 0: "10.1.0.0/" must not admit the whole world.
  const width = bits === undefined || /^\d{1,3}$/.test(bits) ? Number(bits ?? 0) : Number.NaN;
  return family !== 0 && rest.length === 0 && width <= (family === 4 ? 32 : 128);
}, 'an IP address or a CIDR range such as 10.1.0.0/16');

/** A secret never stands in the YAML: it comes from the environment or from a file. */
export const secretSchema = z
  .strictObject({ env: text.optional(), file: text.optional() }, '{ env: NAME } or { file: path }')
  .refine((value) => (value.env === undefined) !== (value.file === undefined), 'exactly one of "env" and "file"');

const place = z.strictObject({ library: text, circDesk: text });

export const tlsSchema = z.strictObject({
  certificate: text,
  key: text,
  /** Make a self-signed certificate where the files do not exist: for development only. */
  makeIfMissing: z.boolean().default(false),
});

const plainListener = z.strictObject({ host: text, port });
const tlsListener = z.strictObject({ host: text, port, tls: tlsSchema });

const pin = z.union(
  [z.literal('none'), z.literal('alma-password'), z.templateLiteral(['identifier:', text])],
  'none, alma-password or identifier:<type of identifier>',
);

const institution = z.strictObject({
  name: text,
  timeZone: z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Oslo'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as USD'),
  alma: z.union([
    z.literal('simulator'),
    z.strictObject({
      url: z.url({ protocol: /^https?$/, error: 'an address such as https://api-eu.hosted.exlibrisgroup.com' }),
      apiKey: secretSchema,
      callsPerSecond: z.number().int().min(1).max(25).default(10),
    }),
  ]),
  pin: pin.default('none'),
  limits: z
    .strictObject({
      fees: z.number().nonnegative().optional(),
      loans: z.number().int().nonnegative().optional(),
      overdue: z.number().int().nonnegative().optional(),
      holds: z.number().int().nonnegative().optional(),
    })
    .default({}),
  brokers: z.array(text).default([]),
});

const terminal = z.strictObject({
  id: text,
  institution: text,
  place,
  dialect: text,
  addresses: z.array(address).min(1),
  login: z.strictObject({ user: text, password: secretSchema }).optional(),
  /** Sort bins (SIP2 CL) by what happens to the item next. */
  sortBins: z
    .strictObject({
      shelve: text.optional(),
      holdShelf: text.optional(),
      inTransit: text.optional(),
      otherLibrary: text.optional(),
    })
    .default({}),
});

export const gatewaySchema = z.strictObject({
  listen: z.strictObject({
    ncip: tlsListener,
    sip2: plainListener.optional(),
    sip2Tls: tlsListener.optional(),
    operator: plainListener,
  }),
  simulator: plainListener,
  store: z.strictObject({ file: text }),
  log: z
    .strictObject({
      level: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
      format: z.enum(['auto', 'json', 'text']).default('auto'),
      /** Also log every message as it was, secrets masked. Holds patrons' data: for a fault search only. */
      messages: z.boolean().default(false),
    })
    .prefault({}),
  ncip: z
    .strictObject({
      answerWithin: seconds.default(25),
      maxBytes: z.number().int().min(1024).default(1_000_000),
      /** Validate every answer against the schema before it is sent. */
      checkAnswers: z.boolean().default(false),
    })
    .prefault({}),
  sip2: z
    .strictObject({
      answerWithin: seconds.default(8),
      idleAfter: seconds.default(900),
      loginWithin: seconds.default(30),
      maxBytes: z.number().int().min(256).default(16_384),
      maxConnections: z.number().int().min(1).default(500),
    })
    .prefault({}),
  institutions: z.record(text, institution).refine((all) => Object.keys(all).length > 0, 'at least one institution'),
  terminals: z.array(terminal).default([]),
});

const barcode = z.strictObject({
  /** `item-id`: the broker's ItemId is the barcode; `made`: the gateway makes one. */
  from: z.enum(['item-id', 'made']),
  prefix: z.string().default(''),
});

export const brokerSchema = z.strictObject({
  code: text,
  alsoKnownAs: z.array(text).default([]),
  admit: z
    .strictObject({ addresses: z.array(address).default([]), token: secretSchema.optional() })
    .refine((admit) => admit.addresses.length > 0 || admit.token !== undefined, 'addresses, a token, or both'),
  place,
  lending: z.strictObject({
    patron: z.union([
      z.strictObject({ fixed: text }),
      z.strictObject({ perAgency: z.strictObject({ idPrefix: text, userGroup: text }) }),
    ]),
    pickupLibrary: text,
  }),
  borrowing: z
    .strictObject({
      location: text,
      itemPolicy: text,
      barcode,
      pickupLocations: z.record(text, place),
      defaultPickupLocation: text,
      automaticReceive: z.boolean(),
    })
    .refine((b) => Object.hasOwn(b.pickupLocations, b.defaultPickupLocation), {
      path: ['defaultPickupLocation'],
      message: 'a key of pickupLocations',
    }),
  alreadyReturned: z.enum(['success', 'problem']).default('success'),
});

export const dialectSchema = z.strictObject({
  charset: z.enum(['cp850', 'utf-8', 'iso-8859-1', 'ascii-fold']).default('cp850'),
  terminator: z.enum(['auto', 'CR', 'CRLF', 'LF']).default('auto'),
  delimiter: z
    .string()
    .regex(/^[!-~]$/, 'one printable ASCII character')
    .default('|'),
  checksum: z.enum(['auto', 'lenient']).default('auto'),
  hideFields: z.array(z.string().regex(/^[A-Z]{2}$/, 'a two-letter SIP2 field id')).default([]),
  /** The library's own words on the screen (AF) for a kind of refusal. */
  screens: z.record(z.string(), text).default({}),
});

export type GatewaySettings = z.infer<typeof gatewaySchema>;
export type BrokerSettings = z.infer<typeof brokerSchema>;
export type DialectSettings = z.infer<typeof dialectSchema>;
export type TerminalSettings = z.infer<typeof terminal>;
export type TlsSettings = z.infer<typeof tlsSchema>;
export type SecretSource = z.infer<typeof secretSchema>;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
