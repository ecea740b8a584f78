import { isIP } from 'node:net';
import { z } from 'zod';
import { explain, lines } from './explanation.ts';

/**
 * The values that several groups of settings are made of. The schemas beside this file, one for each kind of file or
 * section, say what an operator may write, once: the types of the settings, the comments of the delivered
 * files and the reference derive from them.
 * A message here completes the sentence "expected …"; `validate.ts` adds what was found.
 */
export const text = z.string().min(1);
export const port = z.number().int().min(0).max(65535);
/** A day at most: a timer that is set for more than 24 of them goes off at once. */
export const seconds = z.number().positive().max(86_400);

/** How the files are written. A file of a later version is refused before anything else in it is looked at. */
export const settingsVersion = 1;

const addressWords = 'an IP address or a CIDR range such as 10.1.0.0/16';
const address = explain(z.string().refine(isAddress, addressWords), { values: addressWords });
export const addresses = z.array(address);

const fingerprintWords = 'the SHA-256 fingerprint of a certificate: 64 hexadecimal digits, with colons or without';
export const fingerprint = explain(z.string().regex(/^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i, fingerprintWords), {
  values: fingerprintWords,
});

/** A secret never stands in the YAML: it comes from the environment or from a file. */
export const secretSchema = explain(
  z
    .strictObject({ env: text.optional(), file: text.optional() }, '{ env: NAME } or { file: path }')
    .refine((value) => (value.env === undefined) !== (value.file === undefined), 'exactly one of "env" and "file"'),
  { secret: true, values: '{ env: NAME } or { file: path }' },
);

export const place = z.strictObject({
  library: explain(text, { description: 'The library, by its code.' }),
  circDesk: explain(text, { description: 'A circulation desk of it, by its code.' }),
});

export const tlsSchema = z.strictObject({
  certificate: explain(text, {
    description: 'PEM, followed by those between it and its authority',
    beside: true,
  }),
  key: explain(text, { description: 'its private key, PEM', beside: true }),
  makeIfMissing: explain(z.boolean().default(false), {
    description: 'Makes a self-signed certificate when both files are missing.',
    realLibrary: lines(
      'put your own files there and say false, so that a lost certificate',
      'is noticed and not replaced by one that nobody trusts.',
    ),
  }),
});

/** How a PIN is demanded: of an institution, or of one terminal or broker of it. */
export const pinDemand = z.enum(['required', 'if-sent']);

/** A language tag, which is the name of a file in messages/. */
const languageWords = 'a language tag such as en or fr-CA';
export const language = explain(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, languageWords), {
  values: languageWords,
});

export type TlsSettings = z.infer<typeof tlsSchema>;
export type SecretSource = z.infer<typeof secretSchema>;

function isAddress(value: string): boolean {
  const [ip = '', bits, ...rest] = value.split('/');
  const family = isIP(ip);
  // The digits are looked at because Number('') is 0: "10.1.0.0/" must not admit the whole world.
  const width = bits === undefined || /^\d{1,3}$/.test(bits) ? Number(bits ?? 0) : Number.NaN;
  return family !== 0 && rest.length === 0 && width <= (family === 4 ? 32 : 128);
}
