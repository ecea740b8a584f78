import { Refusal } from '../../circulation/refusals.ts';
import { all, type Element, textAt } from '../message.ts';

/** AuthenticationInputType (Version1AuthenticationInputType, and what clients really send), without case or blanks. */
const identifying: ReadonlySet<string> = new Set(['barcodeid', 'barcode', 'userid', 'username']);
const secret: ReadonlySet<string> = new Set(['pin', 'password']);

/** The other values of Version1AuthenticationInputType: proofs that the gateway cannot check. */
const uncheckable = ['MD5 Message Digest Algorithm', 'Secondary Confirmation String', 'X.509 Certificate'];

const typeOf = (input: Element): string => textAt(input, 'AuthenticationInputType').toLowerCase().replace(/\s/g, '');

/** Whether an AuthenticationInput says who the user is; every other one is, or may be, a secret. */
export const isIdentifying = (input: Element): boolean => identifying.has(typeOf(input));

/**
 * Who a LookupUser is about: UserId, or AuthenticationInput with an identifier and perhaps a PIN or password.
 * @throws {Refusal} `data-missing` without an identifier; `patron-authentication-failed` for a proof that the
 * gateway cannot check, such as a certificate: to ignore it would be to believe it.
 */
export function patronAsked(message: Element): { readonly patronId: string; readonly pin?: string } {
  const inputs = all(message, 'AuthenticationInput');
  const foreign = inputs.find((input) => !isIdentifying(input) && !secret.has(typeOf(input)));
  if (foreign !== undefined) {
    // Only the standard's own words are repeated: a broker that swaps type and data has the PIN there.
    const type = textAt(foreign, 'AuthenticationInputType');
    const named = uncheckable.includes(type) ? `"${type}"` : 'an AuthenticationInputType that is not known';
    throw new Refusal('patron-authentication-failed', {
      about: 'pin',
      detail: `authentication by ${named} is not possible here`,
    });
  }
  const identifier = inputs.find(isIdentifying);
  const patronId = textAt(message, 'UserId/UserIdentifierValue') || textAt(identifier, 'AuthenticationInputData');
  if (patronId === '') {
    throw new Refusal('data-missing', { about: 'patron', detail: 'no identifier of the patron was sent' });
  }
  const proof = inputs.find((input) => secret.has(typeOf(input)));
  return { patronId, ...(proof !== undefined && { pin: textAt(proof, 'AuthenticationInputData') }) };
}
