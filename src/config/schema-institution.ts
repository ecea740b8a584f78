import { z } from 'zod';
import { explain, lines } from './explanation.ts';
import { language, pinDemand, secretSchema, text } from './schema.ts';

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
  callsPerDay: explain(z.number().int().min(1).optional(), {
    example: '100000',
    description: 'your daily quota, if you know it: the last fifth of it is kept for people',
  }),
});

const count = z.number().int().nonnegative();

/** One Alma institution. */
export const institution = z.strictObject({
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
    realLibrary: 'say where yours is instead:',
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

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
