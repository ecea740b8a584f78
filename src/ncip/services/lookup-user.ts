import type { PatronAccount } from '../../circulation/operations/look-up-patron.ts';
import { Refusal } from '../../circulation/refusals.ts';
import { all, type Element, echo, find, textAt } from '../message.ts';
import { patronAsked } from './authentication.ts';
import { userId } from './elements.ts';
import { type ServiceCall, service } from './service.ts';
import { publicIds, userOptionalFields } from './user-fields.ts';

/**
 * LookupUser (Z39.83-1-2012 §6.1.4): who a patron is and whether the patron may borrow. Blocks are told, in
 * BlockOrTrap and UserPrivilegeStatus, and are no Problem. A PIN that was sent is never passed over in silence.
 */
export const lookupUser = service({
  does: 'tells who a patron is and whether the patron may borrow; checks a PIN',
  problemTypes: [
    'Element Rule Violated',
    'Non-Unique User',
    'Unknown User',
    'User Access Denied',
    'User Authentication Failed',
  ],
  async perform(call) {
    const { message, circulation, context } = call;
    const asked = patronAsked(message);
    const account = await circulation.lookUpPatron(context, asked);
    if (asked.pin !== undefined && account.pin !== 'matches') {
      const unchecked = account.pin === 'not-checked' && asked.pin !== '';
      const detail = unchecked ? 'this library checks no PIN' : undefined;
      throw new Refusal('patron-authentication-failed', { about: 'pin', ...(detail !== undefined && { detail }) });
    }
    const types = all(message, 'UserElementType').map((type) => type.text);
    const fields = userOptionalFields(types, account, context.institution);
    return fields === undefined ? [answeredId(call, account)] : [answeredId(call, account), fields];
  },
});

/**
 * The UserId that was asked for, because brokers match answer and question by it; the primary id after a login by
 * AuthenticationInput, or where the value asked for is one of the patron's that must not be shown (a PIN).
 */
function answeredId({ message, context: { institution } }: ServiceCall, { patron }: PatronAccount): Element {
  const sent = find(message, 'UserId');
  const value = textAt(sent, 'UserIdentifierValue').toLowerCase();
  const isPublic = publicIds(patron, institution).some((id) => id.value.toLowerCase() === value);
  if (sent !== undefined && isPublic) return echo(sent);
  return userId(institution.code, 'Institution Id Number', patron.primaryId);
}
