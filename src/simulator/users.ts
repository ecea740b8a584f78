import { type Answer, type Call, EMPTY, entity, isObject, jsonBody, objects, page, type Route, text } from './call.ts';
import { AlmaError } from './errors.ts';
import type { Library } from './library.ts';
import type { Address, User } from './records.ts';
import { briefUser, fullUser } from './render/user.ts';

export const userRoutes: Route[] = [
  { method: 'GET', path: '/users', handle: search },
  { method: 'POST', path: '/users', handle: create },
  { method: 'GET', path: '/users/:user_id', handle: get },
  { method: 'POST', path: '/users/:user_id', op: 'auth', opMayBeMissing: true, onlyReads: true, handle: authenticate },
  { method: 'DELETE', path: '/users/:user_id', handle: remove },
];

/** The user in the path; with a `user_id_type` only an identifier of that type will do, and the error is another. */
function userAt(library: Library, call: Call): User {
  const id = call.params.user_id!;
  const type = call.query.get('user_id_type') ?? 'all_unique';
  if (type === 'all_unique') return library.user(id);
  const user = library.userBy(id);
  const ofType =
    type === 'primary_id'
      ? user?.primaryId.toLowerCase() === id.toLowerCase()
      : user?.identifiers.some((identifier) => identifier.type === type && identifier.value === id);
  return user && ofType ? user : AlmaError.raise('USER_OF_TYPE_NOT_FOUND', id, type);
}

function get(library: Library, call: Call): Answer {
  const user = userAt(library, call);
  const counted = new Set(call.query.get('expand')?.split(',') ?? []);
  return entity('user', fullUser(library, call.base, user, counted));
}

/** Fields that `q` can look into; `q=last_name~wood AND user_group~STUDENT`. */
const SEARCHABLE: Record<string, (user: User) => string[]> = {
  primary_id: (user) => [user.primaryId],
  first_name: (user) => [user.firstName],
  last_name: (user) => [user.lastName],
  email: (user) => user.emails,
  identifiers: (user) => user.identifiers.map(({ value }) => value),
  user_group: (user) => [user.group],
};

function search(library: Library, call: Call): Answer {
  const terms = (call.query.get('q') ?? '').split(' AND ').filter((term) => term !== '');
  const conditions = terms.map((term) => {
    const [field = '', words = ''] = term.split('~');
    const fields = field === 'ALL' ? Object.values(SEARCHABLE) : [SEARCHABLE[field]];
    const wanted = words.replaceAll('_', ' ').toLowerCase();
    return (user: User) =>
      fields.some((values) => {
        if (!values) throw new AlmaError('SEARCH_FIELD_INVALID', 'q');
        return values(user).some((value) => value.replaceAll('_', ' ').toLowerCase().includes(wanted));
      });
  });
  const rows = library.users.all().filter((user) => conditions.every((holds) => holds(user)));
  return entity(
    'users',
    page(call, 'user', rows, (user) => briefUser(call.base, user)),
  );
}

/** Empty 204 when the password (query, or percent-encoded in a header) is right. Nothing is said about why it is not. */
function authenticate(library: Library, call: Call): Answer {
  const user = userAt(library, call);
  const header = call.header('exl-user-pw');
  const password = header === undefined ? call.query.get('password') : decodeURIComponent(header);
  if (user.password === null || password !== user.password) throw new AlmaError('AUTHENTICATION_FAILED');
  return EMPTY;
}

function remove(library: Library, call: Call): Answer {
  const user = userAt(library, call);
  if (library.activeLoansBy(user).length > 0 || library.owedBy(user) > 0) {
    throw new AlmaError('USER_NOT_DELETED', call.params.user_id!, call.query.get('user_id_type') ?? 'all_unique');
  }
  for (const request of library.activeRequestsBy(user)) request.state = 'HISTORY';
  library.users.delete(user.primaryId.toLowerCase());
  return EMPTY;
}

function create(library: Library, call: Call): Answer {
  const user = userFrom(library, jsonBody(call));
  const ids = [user.primaryId, ...user.identifiers.map(({ value }) => value)];
  const taken = ids.find((id) => library.userBy(id) !== undefined);
  if (taken !== undefined) {
    const type = user.identifiers.find(({ value }) => value === taken)?.type ?? 'Primary Identifier';
    throw new AlmaError('USER_EXISTS', taken, type);
  }
  library.users.set(user.primaryId.toLowerCase(), user);
  return entity('user', fullUser(library, call.base, user, new Set()));
}

function userFrom(library: Library, body: Record<string, unknown>): User {
  const field = (name: string) => text(body[name]) ?? '';
  const accountType = field('account_type') || 'INTERNAL';
  if (accountType !== 'INTERNAL' && accountType !== 'EXTERNAL') throw new AlmaError('ACCOUNT_TYPE_ILLEGAL');
  if (accountType === 'EXTERNAL' && field('external_id') === '') throw new AlmaError('EXTERNAL_ID_MISSING');
  if (accountType === 'EXTERNAL' && !library.settings.sisProfiles.includes(field('external_id'))) {
    throw new AlmaError('EXTERNAL_ID_INVALID', field('external_id'));
  }
  if (accountType === 'INTERNAL' && field('external_id') !== '') throw new AlmaError('EXTERNAL_ID_MUST_BE_EMPTY');
  if (field('last_name') === '') throw new AlmaError('MANDATORY_FIELD_MISSING', 'last_name');
  if (!library.groups.has(field('user_group'))) throw new AlmaError('USER_GROUP_NOT_LEGAL');
  const contact = isObject(body.contact_info) ? body.contact_info : {};
  return {
    primaryId: field('primary_id') || library.newId('user'),
    firstName: field('first_name'),
    middleName: field('middle_name'),
    lastName: field('last_name'),
    group: field('user_group'),
    language: field('preferred_language') || 'en',
    accountType,
    externalId: field('external_id'),
    status: field('status') === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE',
    // A date is `2026-03-01Z`: valid to the end of that day.
    expires: field('expiry_date') ? new Date(`${field('expiry_date').replace('Z', '')}T23:59:59.999Z`) : null,
    changed: library.now(),
    roleExpires: null,
    password: field('password') || null,
    identifiers: objects(body.user_identifier).map((identifier) => ({
      type: text(identifier.id_type) ?? '',
      value: text(identifier.value) ?? '',
    })),
    addresses: objects(contact.address).map(addressFrom),
    emails: objects(contact.email).map((email) => text(email.email_address) ?? ''),
    phones: objects(contact.phone).map((phone) => text(phone.phone_number) ?? ''),
    blocks: objects(body.user_block).map((block) => ({
      type: text(block.block_type) === 'LOAN' ? 'LOAN' : 'GENERAL',
      description: text(block.block_description) ?? '',
      note: text(block.block_note) ?? '',
      since: library.now(),
      expires: null,
      loanId: null,
    })),
    more: {},
  };
}

function addressFrom(given: Record<string, unknown>): Address {
  const field = (name: string) => text(given[name]) ?? '';
  return {
    lines: ['line1', 'line2', 'line3', 'line4', 'line5'].map(field).filter((line) => line !== ''),
    city: field('city'),
    state: field('state_province'),
    postalCode: field('postal_code'),
    country: field('country'),
    valid: null,
  };
}
