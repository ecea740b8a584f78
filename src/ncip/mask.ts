import { decode } from './encoding.ts';

/** Elements whose content is, or may be, a secret. */
const secrets = 'AuthenticationInputData|FromAgencyAuthentication|FromSystemAuthentication';

/**
 * From the element's name to its end tag, or to the end of a message that was cut off. Each name is looked at once,
 * so that no message can make this slow.
 */
const secretContent = new RegExp(
  `(<(?:[^\\s<>/:]+:)?(${secrets}))\\b(?!\\s*/>)[\\s\\S]*?(?=</(?:[^\\s<>/:]+:)?\\2\\s*>|$)`,
  'g',
);

/**
 * A message's text for the log, with PINs, passwords and tokens as `***`. Works on text, not on the parsed message,
 * because the messages that one wants to see are the ones that do not parse.
 */
export function maskedText(bytes: Uint8Array): string {
  const decoded = decode(bytes);
  return 'text' in decoded ? decoded.text.replace(secretContent, '$1>***') : '(no text in any encoding)';
}
