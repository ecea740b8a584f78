import { z } from 'zod';
import { explain, lines } from './explanation.ts';
import { addresses, language, pinDemand, place, secretSchema, text } from './schema.ts';

const sortBins = z.strictObject({
  shelve: explain(text.optional(), { alma: '"Reshelve to ..."', beside: true }),
  holdShelf: explain(text.optional(), { alma: '"On hold shelf"', beside: true }),
  inTransit: explain(text.optional(), { alma: '"In transit to ..."', beside: true }),
  otherLibrary: explain(text.optional(), { description: 'lent by another library, to be sent home', beside: true }),
});

/** One kiosk, gate or sorter. */
export const terminal = z.strictObject({
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

export type TerminalSettings = z.infer<typeof terminal>;
