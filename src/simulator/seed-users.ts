import { day, daysAfter, instant } from './dates.ts';
import type { User } from './records.ts';

interface PatronRow {
  id: string;
  barcode: string;
  first: string;
  last: string;
  group: string;
  expires: number | null;
}

/** Everybody's PIN (op=auth) is 1234. `expires` is counted in days from today; `null` is never. */
const PATRONS: PatronRow[] = [
  { id: 'ada', barcode: '21234000000017', first: 'Ada', last: 'Fairweather', group: 'STUDENT', expires: 365 },
  { id: 'ben', barcode: '21234000000025', first: 'Ben', last: 'Okonkwo', group: 'STUDENT', expires: 365 }, // blocked
  { id: 'cleo', barcode: '21234000000033', first: 'Cleo', last: 'Marchetti', group: 'STUDENT', expires: -30 },
  { id: 'dora', barcode: '21234000000041', first: 'Dora', last: 'Lindqvist', group: 'STUDENT', expires: 365 }, // owes
  { id: 'emil', barcode: '21234000000058', first: 'Emil', last: 'Brandt', group: 'STUDENT', expires: 365 }, // loans
  {
    id: 'noor',
    barcode: '21234000000066',
    first: 'Noor',
    last: 'Ångström-Łukaszewska',
    group: 'FACULTY',
    expires: 730,
  },
  { id: 'gita', barcode: '21234000000074', first: 'Gita', last: 'Raman', group: 'FACULTY', expires: null }, // everything
  { id: 'hugo', barcode: '21234000000082', first: 'Hugo', last: 'Nyberg', group: 'STUDENT', expires: 365 }, // no patron
  { id: 'pseudopatron', barcode: '', first: 'Resource', last: 'Sharing', group: 'PARTNER', expires: 3650 },
];

/** gita's has ended; hugo's is for a loan of his, long since returned, and ends in a month. */
const BLOCKS = [
  {
    user: 'ben',
    type: 'GENERAL',
    description: 'Blocked by staff',
    note: 'Please see the staff at the desk.',
    ends: null,
  },
  { user: 'gita', type: 'GENERAL', description: 'Blocked by staff', note: 'Sorted out.', ends: -10 },
  { user: 'hugo', type: 'LOAN', description: 'Overdue item', note: 'Returned very late.', ends: 30 },
] as const;

/** hugo's patron role has ended. */
const ROLES_ENDED_DAYS_AGO: Record<string, number> = { hugo: 20 };

/** A loan that is no longer in Alma: blocks outlive the loans that they are for. */
const LOAN_LONG_AGO = '1000000000117421';

/** The users that every demo and test starts with. */
export function seedUsers(now: Date): User[] {
  return PATRONS.map((patron) => userOf(patron, now));
}

function userOf(patron: PatronRow, now: Date): User {
  const { id, barcode, group } = patron;
  return {
    primaryId: id,
    firstName: patron.first,
    middleName: '',
    lastName: patron.last,
    group,
    language: 'en',
    accountType: 'INTERNAL',
    externalId: '',
    status: 'ACTIVE',
    expires: patron.expires === null ? null : daysAfter(now, patron.expires),
    changed: daysAfter(now, -100),
    roleExpires: id in ROLES_ENDED_DAYS_AGO ? daysAfter(now, -ROLES_ENDED_DAYS_AGO[id]!) : null,
    password: '1234',
    identifiers: barcode === '' ? [] : [{ type: 'BARCODE', value: barcode }],
    addresses: [
      {
        ...{
          lines: ['12 Harbour Lane', 'Flat 3'],
          city: 'Springfield',
          state: 'MA',
          postalCode: '01103',
          country: 'USA',
        },
        valid: null,
        ...(id === 'hugo' && { lines: ['5 Mill Street'], country: '' }),
      },
    ],
    emails: [`${id}@example.org`],
    phones: ['+1 413 555 0117'],
    blocks: BLOCKS.filter(({ user }) => user === id).map(({ type, description, note, ends }) => ({
      ...{ type, description, note, since: daysAfter(now, -40) },
      expires: ends === null ? null : daysAfter(now, ends),
      loanId: type === 'LOAN' ? LOAN_LONG_AGO : null,
    })),
    more: {},
    ...(id === 'gita' && everythingElse(now)),
  };
}

/** What few users have and one user here has: whoever reads users can be seen to live with all of it. */
function everythingElse(now: Date): Pick<User, 'addresses' | 'more'> {
  return {
    addresses: [
      {
        ...{
          lines: ['Faculty of Letters', 'Room 4', 'Staircase B', '2 College Square', 'Box 17'],
          city: 'Springfield',
        },
        ...{ state: 'MA', postalCode: '01103', country: 'USA' },
        valid: { from: daysAfter(now, -200), until: daysAfter(now, 200) },
      },
    ],
    more: {
      birth_date: '1970-01-31Z',
      purge_date: day(daysAfter(now, 900)),
      last_patron_activity_date: day(daysAfter(now, -3)),
      rs_library: [{ code: coded('ILL', 'Resource Sharing Library') }],
      campus_code: coded('NORTH', 'North Campus'),
      ...{ library_notice: null, linking_id: '', source_link_id: '', source_institution_code: '', pin_number: '' },
      is_researcher: true,
      researcher: { position: null, position_start_date: null, user_orcid: null },
      user_role: [roleOfDesk(now, '32', 'Circulation Desk Operator'), roleOfDesk(now, '200', 'Patron')],
      user_note: [
        {
          ...{ note_type: coded('CIRCULATION', 'Circulation'), note_text: 'Prefers e-mail', user_viewable: false },
          ...{ popup_note: true, created_by: 'System', created_date: instant(daysAfter(now, -90)) },
          segment_type: 'Internal',
        },
      ],
      user_statistic: [
        {
          ...{ statistic_category: coded('LETTERS', 'Faculty of Letters'), category_type: coded('FACULTY', 'Faculty') },
          ...{ statistic_owner: '', statistic_note: '', segment_type: 'Internal' },
        },
      ],
      proxy_for_user: [{ primary_id: 'noor', full_name: 'Noor Ångström-Łukaszewska' }],
    },
  };
}

/** A role for a while, with a parameter as the roles of staff have them. */
function roleOfDesk(now: Date, type: string, name: string): object {
  const desk = { type: coded('CirculationDesk'), scope: coded('MAIN', 'Main Library') };
  return {
    ...{ status: coded('ACTIVE', 'Active'), scope: coded('01DEMO_INST', 'Demonstration Institution') },
    ...{ role_type: coded(type, name), expiry_date: day(daysAfter(now, 500)) },
    parameter: [{ ...desk, value: coded('DEFAULT_CIRC_DESK', 'Main Circulation Desk') }],
  };
}

function coded(value: string, desc: string | null = null): object {
  return { value, desc };
}
