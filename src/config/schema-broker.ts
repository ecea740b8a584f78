import { z } from 'zod';
import { explain, lines } from './explanation.ts';
import { addresses, fingerprint, pinDemand, place, secretSchema, settingsVersion, text } from './schema.ts';

const admit = z
  .strictObject({
    addresses: explain(addresses.default([]), {
      description: 'Computers at these addresses: single ones, or ranges.',
      example: '192.0.2.0/24              # the computers of the interlibrary loan office',
    }),
    token: explain(secretSchema.optional(), {
      description: lines(
        'Sent by the broker as "Authorization: Bearer <token>", or at the end of the address that it posts to:',
        '  https://<this gateway>/ncip/<institution>/<token>',
      ),
      example: '{ env: DEMO_ILL_TOKEN }  # or { file: demo-ill.token }',
    }),
    certificates: explain(z.array(fingerprint).default([]), {
      description: lines(
        'Client certificates by which the broker shows who it is, by their SHA-256 fingerprints as this prints them:',
        '  openssl x509 -in broker.crt -noout -fingerprint -sha256',
      ),
      example: '[ "AB:CD:..." ]',
    }),
    messageToken: explain(secretSchema.optional(), {
      description: lines(
        'What must stand in each message as well (NCIP: FromSystemAuthentication or FromAgencyAuthentication). It confirms',
        'the broker and lets nobody in: it is read only after one of the others has opened the door.',
      ),
      example: '{ env: DEMO_ILL_MESSAGE_TOKEN }',
    }),
  })
  .refine(
    ({ addresses, token, certificates }) => addresses.length > 0 || token !== undefined || certificates.length > 0,
    {
      error: ({ input }) =>
        (input as { messageToken?: unknown } | undefined)?.messageToken === undefined
          ? 'addresses, a token or certificates'
          : 'addresses, a token or certificates beside messageToken, which confirms a broker and lets nobody in',
    },
  );

const patron = z.union([
  z.strictObject({ fixed: explain(text, { description: 'The primary identifier of one user, for all libraries.' }) }),
  z.strictObject({
    perAgency: explain(
      z.strictObject({
        idPrefix: explain(text, {
          description: "What stands before the library's own name in the primary identifier.",
        }),
        userGroup: explain(text, { description: 'The user group of the users that are made.' }),
        externalId: explain(text, {
          description: 'The external system that the users are said to come from, which must be one that Alma knows.',
          alma: 'the code of an integration profile of the type "Users" (SIS).',
        }),
      }),
      { description: 'One user for each library, made when it is first needed.' },
    ),
  }),
]);

const barcode = z.strictObject({
  from: explain(z.enum(['item-id', 'made']), { description: 'Whose number it is.' }),
  prefix: explain(z.string().default(''), { description: 'What stands before it.' }),
});

const pickupDesk = place.extend({
  holdShelfProcessing: explain(z.boolean().default(false), {
    description: lines(
      'true: the desk has hold shelf processing, and a book that the gateway receives there (automaticReceive) is put on',
      'the hold shelf all the same.',
    ),
    alma: '"Has hold shelf processing" of the circulation desk.',
  }),
});

const borrowing = z
  .strictObject({
    location: explain(text, {
      alma: 'a location of the resource sharing library above (its "Temporary location"), by its code.',
    }),
    itemPolicy: explain(text, {
      alma: 'the item policy of such items, by its code; it decides loan period and renewals.',
    }),
    barcode: explain(barcode, {
      description: lines(
        'The barcode of the item that the gateway makes.',
        '  from: item-id    the broker sends it (NCIP: ItemId)',
        '  from: made       the gateway makes one',
        'A prefix keeps it apart from the barcodes of your own items.',
      ),
    }),
    pickupLocations: explain(z.record(text, pickupDesk), {
      description:
        'What the broker calls a pickup location, and the Alma library and desk that it means (codes again).',
    }),
    defaultPickupLocation: explain(text, {
      description: 'For messages that name no pickup location: one of the names above.',
    }),
    automaticReceive: explain(z.boolean(), {
      description: lines(
        'true: what the broker announces (AcceptItem) is on the hold shelf at once, and the patron is told.',
        'false: staff scan it in first.',
      ),
      alma: '"Automatic receive" of the partner.',
    }),
  })
  .refine((b) => Object.hasOwn(b.pickupLocations, b.defaultPickupLocation), {
    path: ['defaultPickupLocation'],
    message: 'a key of pickupLocations',
  });

export const brokerSchema = explain(
  z.strictObject({
    version: explain(z.literal(settingsVersion).default(settingsVersion), {
      description: 'The version of these settings.',
    }),
    extends: explain(text.optional(), {
      description: lines(
        'Another file of this folder, without ".yaml": this one then holds only what differs from it. Groups are joined key',
        'by key, lists and single values are replaced; "key: null" takes away what the other file says.',
      ),
      example: 'another-file',
    }),
    code: explain(text, {
      description: lines(
        'How the broker names itself in its messages (NCIP: FromSystemId, FromAgencyId or ApplicationProfileType).',
        'Capitals do not matter.',
      ),
      alma: "the partner's code, or the profile type of its NCIP integration profile.",
    }),
    alsoKnownAs: explain(z.array(text).default([]), { description: 'Other names that it goes by.' }),
    admit: explain(admit, {
      description: lines(
        'Who may speak as this broker: computers at these addresses, whoever sends this token, whoever has one of these',
        'certificates. Where several are given, all of them are needed.',
      ),
    }),
    pinDemand: explain(pinDemand.optional(), {
      description:
        'Whether this broker must send a PIN when it asks about a patron, where that differs from the institution.',
      example: 'required',
    }),
    place: explain(place, {
      description: 'Where interlibrary loans are handled.',
      alma: 'the code of the resource sharing library, and of a circulation desk of it.',
    }),
    lending: explain(
      z.strictObject({
        patron: explain(patron, {
          description: lines(
            'To which Alma user the item is lent while another library has it.',
            '  { fixed: <primary identifier> }       one user for all libraries',
            '  { perAgency: { idPrefix: ILL-, userGroup: PARTNER, externalId: SIS } }   one for each, made when first needed',
          ),
        }),
        pickupLibrary: explain(text, {
          description: 'Where an item is brought before it is sent.',
          alma: 'the pickup library of the request, by its code.',
        }),
      }),
      { description: 'When we lend to others.' },
    ),
    borrowing: explain(borrowing, {
      description: lines(
        'When we borrow from others. The gateway makes a short-lived record and item for each book that arrives, and deletes',
        'them when it is sent home.',
      ),
    }),
    alreadyReturned: explain(z.enum(['success', 'problem']).default('success'), {
      description: lines(
        "The broker's answer for a book that the patron has already returned at a kiosk.",
        '  success    the return is confirmed',
        '  problem    the broker is told that the item was not checked out',
      ),
    }),
  }),
  {
    description: lines(
      'A broker: a program that asks for interlibrary loans by NCIP. Copy this file for each of yours, or write one that',
      'extends it, and name it in gateway.yaml under institutions > (your code) > brokers.',
    ),
  },
);

export type BrokerSettings = z.infer<typeof brokerSchema>;
