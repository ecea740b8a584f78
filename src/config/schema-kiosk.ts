import { z } from 'zod';
import { explain, lines } from './explanation.ts';
import { settingsVersion, text } from './schema.ts';

export const dialectSchema = explain(
  z.strictObject({
    version: explain(z.literal(settingsVersion).default(settingsVersion), {
      description: 'The version of these settings.',
    }),
    extends: explain(text.optional(), {
      description: lines(
        'Another file of this folder, without ".yaml": this one then holds only what differs from it. Lists and single values',
        'are replaced; "key: null" takes away what the other file says.',
      ),
      example: 'another-file',
    }),
    charset: explain(z.enum(['cp850', 'utf-8', 'iso-8859-1', 'ascii-fold']).default('cp850'), {
      description: lines(
        'How letters beyond A to Z are sent: cp850, utf-8, iso-8859-1, or ascii-fold (sends plain letters: "e" for "é").',
        'cp850 is what the SIP2 standard says ("English 850"), and right for most older machines.',
      ),
    }),
    terminator: explain(z.enum(['auto', 'CR', 'CRLF', 'LF']).default('auto'), {
      description: 'What ends a message: CR as the standard says, CRLF, LF, or auto (as the machine ends its own).',
    }),
    delimiter: explain(
      z
        .string()
        .regex(/^[!-~]$/, 'one printable ASCII character')
        .default('|'),
      { description: 'What ends a field.', values: 'one printable ASCII character' },
    ),
    checksum: explain(z.enum(['auto', 'lenient']).default('auto'), {
      description: 'auto: a checksum (AZ) that a machine sends must be right. lenient: any is taken.',
    }),
    hideFields: explain(z.array(z.string().regex(/^[A-Z]{2}$/, 'a two-letter SIP2 field id')).default([]), {
      description: 'Fields that this make cannot digest and must not get, by their two letters, such as [CK, CH].',
    }),
  }),
  {
    description: lines(
      'How a make of kiosk, gate or sorter writes SIP2. When one of yours differs, write a file that extends this one and',
      'holds only what differs, and name it under terminals > dialect in gateway.yaml. Every setting may be left out: what',
      'stands here holds then.',
    ),
    moved: {
      screens: "the library's own words stand in messages/<language>.yaml now, by the same names, for all kiosks",
    },
  },
);

export type DialectSettings = z.infer<typeof dialectSchema>;
