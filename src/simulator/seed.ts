import { closingTime, day, daysAfter } from './dates.ts';
import type { Library } from './library.ts';
import { dataField, withControlNumber } from './marc.ts';
import type { CircDesk, Item, LibraryUnit, Loan, MarcRecord, Process } from './records.ts';
import { seedUsers } from './seed-users.ts';

/** The small library that every demo and test starts with. README lists these tables; outside testers rely on them. */

const API_KEYS = [
  ['demo-key', { name: 'demo', rights: 'read-write' }],
  ['demo-read-only-key', { name: 'demo, read-only', rights: 'read-only' }],
] as const;

/** What a desk may do with the items of some locations: take them back (in), lend them (out), put them away (shelve). */
function served(rights: string, locations = ['stacks', 'reference', 'media']): CircDesk['serves'] {
  const may = (right: string) => rights.split(' ').includes(right);
  return locations.map((location) => ({
    ...{ location, checkIn: may('in'), checkOut: may('out'), reshelve: may('shelve') },
  }));
}

const LIBRARIES: LibraryUnit[] = [
  {
    code: 'MAIN',
    id: '5867020007421',
    name: 'Main Library',
    description: 'The library of the demonstration',
    resourceSharing: false,
    locations: [
      { code: 'stacks', name: 'Main Stacks' },
      { code: 'reference', name: 'Reference Room' },
      { code: 'media', name: 'Music and Film' },
    ],
    desks: [
      {
        code: 'DEFAULT_CIRC_DESK',
        name: 'Main Circulation Desk',
        holdShelf: 'direct',
        serves: served('in out shelve'),
      },
      { code: 'NIGHT_DESK', name: 'Night Return', holdShelf: 'none', serves: served('in') },
      { code: 'INFO_DESK', name: 'Information Desk', holdShelf: 'none', serves: served('out') },
      { code: 'HOLDS_DESK', name: 'Reservations Desk', holdShelf: 'processing', serves: served('in out shelve') },
    ],
  },
  {
    code: 'ILL',
    id: '5867030007421',
    name: 'Resource Sharing Library',
    description: 'Keeps what other libraries lend to us for a while',
    resourceSharing: true,
    locations: [{ code: 'ill_temp', name: 'Interlibrary Loans' }],
    desks: [
      {
        ...{ code: 'ILL_DESK', name: 'Interlibrary Loan Desk', holdShelf: 'direct' },
        serves: served('in out shelve', ['ill_temp']),
      },
    ],
  },
];

const POLICIES = [
  { code: 'REGULAR', name: 'Regular Loan', loanable: true, loanDays: 28, renewals: 3 },
  { code: 'ILL', name: 'Interlibrary Loan', loanable: true, loanDays: 14, renewals: 1 },
  { code: 'COURSE', name: 'Course Reserve', loanable: true, loanDays: 3, renewals: 0 },
  { code: 'REFERENCE', name: 'In Library Use Only', loanable: false, loanDays: 0, renewals: 0 },
];

/** Profiles for users who come from elsewhere: what `external_id` may say. */
const SIS_PROFILES = ['SIS', 'ILL'];

const GROUPS = [
  { code: 'STUDENT', name: 'Student', feeLimit: 10_00, loanLimit: 50 },
  { code: 'FACULTY', name: 'Faculty', feeLimit: 50_00, loanLimit: 200 },
  { code: 'PARTNER', name: 'Resource Sharing Partner', feeLimit: null, loanLimit: null },
];

interface ItemRow {
  barcode: string;
  title: string;
  author: string;
  isbn: string;
  callNumber: string;
  year: string;
  location?: string;
  policy?: string;
  process?: Process;
  magnetic?: boolean;
  description?: string;
  networkId?: string;
  workOrder?: Item['workOrder'];
  /** At MAIN, for the next 60 days. */
  temporary?: { location: string; policy: string | null };
}

/** Every row is an item on a bib and holding of its own, at MAIN, `stacks` and REGULAR unless it says otherwise. */
// biome-ignore format: a table is read by its rows
const ITEMS: ItemRow[] = [
  { barcode: '31234000000012', title: "The Lighthouse Keeper's Almanac", author: 'Marlowe, Edith', isbn: '9780000000019', callNumber: 'PS3563 .A67 L54', year: '2011' },
  { barcode: '31234000000020', title: 'A Short History of Tea', author: 'Banerjee, Rohan', isbn: '9780000000026', callNumber: 'GT2905 .B36', year: '1998' },
  { barcode: '31234000000038', title: 'Atlas of Northern Rivers', author: 'Halvorsen, Signe', isbn: '9780000000033', callNumber: 'G1797.21 .H35', year: '2004', location: 'reference', policy: 'REFERENCE' },
  { barcode: '31234000000046', title: 'Songs for a Small Piano', author: 'Vidal, Inés', isbn: '9780000000040', callNumber: 'M22 .V53', year: '2016', location: 'media', magnetic: true },
  { barcode: '31234000000053', title: "The Cartographer's Daughter", author: 'Whitlock, June', isbn: '9780000000057', callNumber: 'PR6123 .H58 C37', year: '2019' },
  { barcode: '31234000000061', title: 'Problem Solving in Libraries', author: 'Adeyemi, Tola', isbn: '9780000000064', callNumber: 'Z678 .A34', year: '2007' },
  { barcode: '31234000000079', title: 'Smørrebrød på Østerbro', author: 'Sørensen, Åse', isbn: '9780000000071', callNumber: 'PT8177 .S67 S56', year: '2013' },
  { barcode: '31234000000087', title: 'Where Umbrellas Go', author: 'Pereira, Luís', isbn: '9780000000088', callNumber: 'PQ9318 .E74 W44', year: '2001', process: 'MISSING' },
  { barcode: '31234000000095', title: 'Bees at the Window', author: 'Novak, Hana', isbn: '9780000000095', callNumber: 'QL568 .N68', year: '2020' },
  { barcode: '31234000000103', title: 'The Patient Clockmaker', author: 'Dufour, Camille', isbn: '9780000000101', callNumber: 'PQ2664 .U38 P38', year: '1987' },
  { barcode: '31234000000111', title: 'Gardens Between the Tracks', author: 'Ishikawa, Ren', isbn: '9780000000118', callNumber: 'SB453 .I84', year: '2015' },
  { barcode: '31234000000129', title: 'Bread, Rain and Other Letters', author: 'Kowalski, Ewa', isbn: '9780000000125', callNumber: 'PG7170 .O83 B74', year: '1974' },
  { barcode: '31234000000137', title: 'An Introduction to Tides', author: 'Costa, Marina', isbn: '9780000000132', callNumber: 'GC301 .C67', year: '2018', networkId: '991000000000137001', temporary: { location: 'reference', policy: 'COURSE' } },
  { barcode: '31234000000145', title: 'Rules of the Reading Room', author: 'Petit, Anaïs', isbn: '9780000000149', callNumber: 'Z675 .P48', year: '2009', temporary: { location: 'reference', policy: 'REFERENCE' } },
  { barcode: '31234000000178', title: 'A Notebook, Author Unknown', author: '', isbn: '', callNumber: 'MS 178', year: '1911', policy: '', description: 'v.1 (1911)' },
  { barcode: '31234000000152', title: 'The Loose Spine', author: 'Haddad, Sami', isbn: '9780000000156', callNumber: 'Z266 .H33', year: '1969', process: 'WORK_ORDER_DEPARTMENT', workOrder: { type: 'BINDING', department: 'BINDERY' } },
  { barcode: '31234000000160', title: 'Forty Days', author: 'Rossi, Chiara', isbn: '9780000000163', callNumber: 'RA655 .R67', year: '2021', process: 'WORK_ORDER_DEPARTMENT', workOrder: { type: 'QUARANTINE', department: 'QUARANTINE' } },
];

/** Who has what. Emil's history of tea is five days overdue and has been renewed as often as may be. */
const LOANS = [
  { user: 'emil', barcode: '31234000000020', loanedDaysAgo: 89, dueInDays: -5, renewals: 3 },
  { user: 'emil', barcode: '31234000000095', loanedDaysAgo: 18, dueInDays: 10, renewals: 0 },
];

/** All for pickup at MAIN. */
const HOLDS = [
  { user: 'ada', barcode: '31234000000053', placedDaysAgo: 1, onShelf: false },
  { user: 'emil', barcode: '31234000000103', placedDaysAgo: 3, onShelf: true },
];

const FEES = [{ user: 'dora', barcode: '31234000000012', cents: 25_00, daysAgo: 20, comment: 'Returned late' }];

/** Sows the tables above into an empty library; all dates are relative to its clock. */
export function seed(library: Library): void {
  for (const [key, known] of API_KEYS) library.apiKeys.set(key, { ...known });
  for (const unit of LIBRARIES) library.units.set(unit.code, structuredClone(unit));
  for (const policy of POLICIES) library.policies.set(policy.code, { ...policy });
  for (const group of GROUPS) library.groups.set(group.code, { ...group });
  for (const user of seedUsers(library.now())) library.users.set(user.primaryId, user);
  for (const row of ITEMS) addItem(library, row);
  for (const row of LOANS) addLoan(library, row);
  for (const row of HOLDS) addHold(library, row);
  for (const row of FEES) addFee(library, row);
  addDigitization(library, 'gita', '31234000000178');
  library.settings.sisProfiles = [...SIS_PROFILES];
  library.settings.answers = 'full';
}

function addItem(library: Library, row: ItemRow): void {
  const created = daysAfter(library.now(), -400);
  const dates = { created, changed: created };
  const [mmsId, holdingId, pid] = [library.newId('bib'), library.newId('holding'), library.newId('item')];
  const location = row.location ?? 'stacks';
  const marc = withControlNumber(bibRecord(row), mmsId);
  library.bibs.set(mmsId, { mmsId, networkId: row.networkId ?? null, marc, suppressed: false, ...dates });
  const { callNumber, barcode } = row;
  const holding = { holdingId, mmsId, library: 'MAIN', location, callNumber, suppressed: false, ...dates };
  library.holdings.set(holdingId, { ...holding, marc: holdingRecord('MAIN', location, callNumber) });
  const item: Item = {
    ...{ pid, mmsId, holdingId, barcode, location, ...dates },
    library: 'MAIN',
    materialType: row.location === 'media' ? 'CD' : 'BOOK',
    policy: row.policy ?? 'REGULAR',
    isMagnetic: row.magnetic ?? false,
    description: row.description ?? '',
    publicNote: '',
    fulfillmentNote: '',
    process: row.process ?? '',
    workOrder: row.workOrder ?? null,
    temporary: row.temporary ? { library: 'MAIN', ...row.temporary, until: daysAfter(library.now(), 60) } : null,
  };
  library.items.set(pid, item);
}

function bibRecord(row: ItemRow): MarcRecord {
  return {
    leader: '00000nam a2200000 a 4500',
    fields: [
      { tag: '008', text: `${row.year.slice(2)}0101s${row.year}    mau           000 0 eng d` },
      dataField('020', '  ', { a: row.isbn }),
      dataField('035', '  ', { a: `(DEMO)${row.barcode}` }),
      dataField('100', '1 ', { a: row.author }),
      dataField('245', '10', { a: row.title }),
      dataField('264', ' 1', { a: 'Springfield', b: 'Harbour Lane Press', c: row.year }),
    ],
  };
}

function holdingRecord(unit: string, location: string, callNumber: string): MarcRecord {
  return {
    leader: '00000nx  a2200000zn 4500',
    fields: [dataField('852', '8 ', { b: unit, c: location, h: callNumber })],
  };
}

function addLoan(library: Library, row: (typeof LOANS)[number]): void {
  const now = library.now();
  const loan: Loan = {
    loanId: library.newId('loan'),
    userId: row.user,
    pid: library.itemByBarcode(row.barcode)!.pid,
    library: 'MAIN',
    desk: 'DEFAULT_CIRC_DESK',
    loaned: daysAfter(now, -row.loanedDaysAgo),
    due: closingTime(now, row.dueInDays),
    returned: null,
    renewals: row.renewals,
    lastRenewed: row.renewals > 0 ? daysAfter(now, row.dueInDays - 28) : null,
    requestId: null,
  };
  library.loans.set(loan.loanId, loan);
}

function addHold(library: Library, row: (typeof HOLDS)[number]): void {
  const { pid, mmsId } = library.itemByBarcode(row.barcode)!;
  const requestId = library.newId('request');
  library.requests.set(requestId, {
    ...{ requestId, type: 'HOLD', userId: row.user, mmsId, pid },
    pickup: { type: 'LIBRARY', library: 'MAIN', desk: null },
    comment: null,
    placed: daysAfter(library.now(), -row.placedDaysAgo),
    state: row.onShelf ? 'ON_HOLD_SHELF' : 'WAITING',
    expires: daysAfter(library.now(), 5),
    lastInterest: null,
  });
}

/** A scan of some pages: it keeps the item from nobody. */
function addDigitization(library: Library, user: string, barcode: string): void {
  const { pid, mmsId } = library.itemByBarcode(barcode)!;
  const requestId = library.newId('request');
  library.requests.set(requestId, {
    ...{ requestId, type: 'DIGITIZATION', userId: user, mmsId, pid, comment: 'Pages 12 to 19, please' },
    pickup: { type: 'LIBRARY', library: 'MAIN', desk: null },
    placed: daysAfter(library.now(), -2),
    state: 'WAITING',
    expires: null,
    lastInterest: day(daysAfter(library.now(), 30)),
  });
}

function addFee(library: Library, row: (typeof FEES)[number]): void {
  const feeId = library.newId('fee');
  const at = daysAfter(library.now(), -row.daysAgo);
  library.fees.set(feeId, {
    ...{ feeId, userId: row.user, type: 'OVERDUEFINE', owner: 'MAIN', comment: row.comment },
    ...{ original: row.cents, balance: row.cents, created: at, changed: at },
    pid: library.itemByBarcode(row.barcode)!.pid,
    payments: [],
  });
}
