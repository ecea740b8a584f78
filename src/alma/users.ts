import type { ContactPoint, Patron, PatronBlock, PostalAddress } from '../circulation/model.ts';
import type { Clock, NewPatron } from '../circulation/ports.ts';
import { Refusal } from '../circulation/refusals.ts';
import type { Alma } from './client.ts';
import { endpoint } from './endpoint.ts';
import { explained, noSuchPatron } from './errors.ts';
import { codeAndName, flag, has, instant, list, number, text } from './json.ts';

const getUser = endpoint('GET /users/{user_id}', noSuchPatron);
/** `op=auth` */
const authenticateUser = endpoint('POST /users/{user_id}', {
  ...noSuchPatron,
  '401866': 'patron-authentication-failed',
});
const createUser = endpoint('POST /users', {
  '401851': 'library-system-refused',
  // Nothing of such a user comes from a message but a name: a broker's profile, or the tenant's rules, do not fit.
  otherwise: 'library-system-misconfigured',
});

/** Alma's role type "Patron", which allows loans and requests. */
const patronRole = '200';

/** The user with counts and the sum owed, in one call. `id` is a primary id, a barcode or any unique identifier. */
export async function patron(alma: Alma, id: string): Promise<Patron> {
  const query = { view: 'full', expand: 'loans,requests,fees' };
  return patronFrom(await alma.call(getUser, { user_id: id }, { query }), alma);
}

/** Asks Alma's identity service. It knows passwords of internal users only, never the self-check PIN. */
export async function passwordMatches(alma: Alma, patronId: string, password: string): Promise<boolean> {
  try {
    await alma.call(authenticateUser, { user_id: patronId }, { query: { op: 'auth' }, password });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'patron-authentication-failed') return false;
    throw error;
  }
}

/**
 * A public, external user with the patron role and nothing else; 401851 in the facts means that the id is taken.
 * @throws {Refusal} library-system-misconfigured, with the settings in question, where Alma will not have such a user.
 */
export async function createPatron(alma: Alma, ask: NewPatron): Promise<Patron> {
  const json = {
    record_type: { value: 'PUBLIC' },
    account_type: { value: 'EXTERNAL' },
    external_id: ask.externalId,
    status: { value: 'ACTIVE' },
    primary_id: ask.primaryId,
    first_name: '',
    last_name: ask.surname,
    user_group: { value: ask.userGroup },
    contact_info: { address: [], email: [], phone: [] },
    user_identifier: [],
    user_role: [
      {
        status: { value: 'ACTIVE' },
        scope: { value: alma.institution },
        role_type: { value: patronRole },
        parameter: [],
      },
    ],
    user_block: [],
    user_note: [],
    user_statistic: [],
  };
  try {
    return patronFrom(await alma.call(createUser, {}, { json }), alma);
  } catch (error) {
    const isMisfit = error instanceof Refusal && error.kind === 'library-system-misconfigured';
    // Alma's codes for what was sent are numbers; those of its doors (`UNAUTHORIZED`) are words.
    if (!isMisfit || !/^\d+$/.test(error.facts.code ?? '')) throw error;
    const settings = `userGroup "${ask.userGroup}" and externalId "${ask.externalId}" of lending.patron.perAgency`;
    throw explained(error, `(a user was to be made with ${settings})`);
  }
}

function patronFrom(user: unknown, { clock, currency }: Alma): Patron {
  const given = text(user, 'first_name');
  const surname = text(user, 'last_name');
  const expires = instant(user, 'expiry_date');
  return {
    primaryId: text(user, 'primary_id'),
    name: { full: text(user, 'full_name') || `${given} ${surname}`.trim(), given, surname },
    group: codeAndName(user, 'user_group'),
    active: text(user, 'status', 'value').toUpperCase() === 'ACTIVE',
    hasPatronRole: hasPatronRole(user, clock),
    ...(expires !== undefined && { expires }),
    blocks: blocksOf(user, clock),
    identifiers: list(user, 'user_identifier')
      .filter((identifier) => text(identifier, 'status').toUpperCase() !== 'INACTIVE')
      .map((identifier) => ({ type: text(identifier, 'id_type', 'value'), value: text(identifier, 'value') })),
    addresses: list(user, 'contact_info', 'address').map(addressFrom),
    emails: contactPoints(user, 'email', 'email_address'),
    phones: contactPoints(user, 'phone', 'phone_number'),
    loanCount: number(user, 'loans', 'value') ?? 0,
    holdCount: number(user, 'requests', 'value') ?? 0,
    owes: { amount: number(user, 'fees', 'value') ?? 0, currency },
  };
}

/** A record that does not carry roles at all says nothing against the patron. */
function hasPatronRole(user: unknown, clock: Clock): boolean {
  if (!has(user, 'user_role')) return true;
  return list(user, 'user_role').some(
    (role) =>
      text(role, 'role_type', 'value') === patronRole &&
      text(role, 'status', 'value').toUpperCase() === 'ACTIVE' &&
      !isPast(instant(role, 'expiry_date'), clock),
  );
}

/** The blocks that count now. Blocks that Alma computes when a loan is tried (fees, overdue) are never among them. */
function blocksOf(user: unknown, clock: Clock): PatronBlock[] {
  return list(user, 'user_block')
    .filter((block) => text(block, 'block_status').toUpperCase() === 'ACTIVE')
    .map((block) => {
      const expires = instant(block, 'expiry_date');
      return {
        type: text(block, 'block_type', 'value'),
        description: codeAndName(block, 'block_description').name,
        note: text(block, 'block_note'),
        ...(expires !== undefined && { expires }),
      };
    })
    .filter((block) => !isPast(block.expires, clock));
}

const isPast = (moment: string | undefined, clock: Clock): boolean =>
  moment !== undefined && Date.parse(moment) < clock().getTime();

function addressFrom(address: unknown): PostalAddress {
  const lines = ['line1', 'line2', 'line3', 'line4', 'line5'].map((line) => text(address, line));
  return {
    lines: lines.filter((line) => line !== ''),
    city: text(address, 'city'),
    region: text(address, 'state_province'),
    postalCode: text(address, 'postal_code'),
    country: codeAndName(address, 'country').name,
    type: text(list(address, 'address_type')[0], 'value'),
    preferred: flag(address, 'preferred') ?? false,
  };
}

function contactPoints(user: unknown, kind: 'email' | 'phone', field: string): ContactPoint[] {
  return list(user, 'contact_info', kind)
    .map((point) => ({
      value: text(point, field),
      type: text(list(point, `${kind}_type`)[0], 'value'),
      preferred: flag(point, 'preferred') ?? false,
    }))
    .filter(({ value }) => value !== '');
}
