import { ncipNamespace } from './message.ts';
import type { Fault } from './sent.ts';

/**
 * A violation of the schema in plain words. libxml2 says "Element '{namespace}X': This element is not expected.
 * Expected is one of ( {namespace}Y )."
 */
export function faultOf(line: number, said: string): Fault {
  // Cut, because a value of any length may be quoted in it.
  const message = said.slice(0, 1000).replaceAll(`{${ncipNamespace}}`, '').trim();
  const [, element = '', attribute, rest = message] =
    /^Element '([^']*)'(?:, attribute '([^']*)')?: (.*?)\.?$/s.exec(message) ?? [];
  const sentence = rest
    .replace(/^This element is not expected\.?/, 'it is not expected here')
    .replace(/^Missing child element\(s\)\.?/, 'something is missing in it')
    .replace(/^No matching global declaration.*/, 'it is no message of NCIP 2 (wrong namespace or name)')
    .replace(/ Expected is (?:one of )?\( (.*) \)/, ', expected is $1')
    .replace(/^The attribute/, 'the attribute');
  const subject = attribute === undefined ? `element ${element}` : `element ${element}, attribute ${attribute}`;
  return { line, element, detail: `line ${line}, ${subject}: ${sentence}` };
}
