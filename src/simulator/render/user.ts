import { day, instant } from '../dates.ts';
import type { Library } from '../library.ts';
import type { User } from '../records.ts';
import { amount, coded } from './code.ts';

/** Which of loans, requests and fees to count; the others are null. */
export type Counted = ReadonlySet<string>;

/** A user in a list of users: Alma gives a few fields only. */
export function briefUser(base: string, user: User): object {
  return {
    primary_id: user.primaryId,
    first_name: user.firstName,
    last_name: user.lastName,
    status: coded(user.status, user.status === 'ACTIVE' ? 'Active' : 'Inactive'),
    gender: coded('', ''),
    password: '',
    requests: null,
    loans: null,
    fees: null,
    link: `${base}/users/${encodeURIComponent(user.primaryId)}`,
  };
}

/** A whole user. The PIN is not among the fields, as it never is in Alma's. */
export function fullUser(library: Library, base: string, user: User, counted: Counted): object {
  const link = `${base}/users/${encodeURIComponent(user.primaryId)}`;
  const count = (what: string, value: () => number) =>
    counted.has(what) ? { value: value(), link: `${link}/${what}` } : null;
  return {
    ...names(user),
    ...account(library, user),
    requests: count('requests', () => library.activeRequestsBy(user).length),
    loans: count('loans', () => library.activeLoansBy(user).length),
    fees: count('fees', () => amount(library.owedBy(user))),
    contact_info: contactInfo(user),
    user_identifier: user.identifiers.map(({ type, value }) => ({
      value,
      id_type: coded(type, type === 'BARCODE' ? 'Barcode' : type),
      note: null,
      status: 'ACTIVE',
      segment_type: 'Internal',
    })),
    user_role: [
      {
        status: coded('ACTIVE', 'Active'),
        scope: coded(library.institution.code, library.institution.name),
        role_type: coded('200', 'Patron'),
        ...(user.roleExpires && { expiry_date: day(user.roleExpires) }),
        parameter: [],
      },
    ],
    user_block: user.blocks.map(blockJson),
    user_note: [],
    user_statistic: [],
    proxy_for_user: [],
    rs_library: [],
    ...user.more,
  };
}

function blockJson({ type = 'GENERAL', description, note, since, expires, loanId }: User['blocks'][number]): object {
  return {
    block_type: coded(type, type === 'LOAN' ? 'Loan' : 'General'),
    block_description: coded('02-GLOBAL', description),
    block_status: 'ACTIVE',
    block_note: note,
    created_by: 'System',
    created_date: instant(since),
    ...(expires && { expiry_date: day(expires) }),
    ...(loanId && { item_loan_id: loanId }),
    segment_type: 'Internal',
  };
}

function names(user: User): object {
  return {
    record_type: coded('PUBLIC', 'Public'),
    primary_id: user.primaryId,
    first_name: user.firstName,
    middle_name: user.middleName,
    last_name: user.lastName,
    full_name: [user.firstName, user.middleName, user.lastName].filter((name) => name !== '').join(' '),
    pref_first_name: '',
    pref_middle_name: '',
    pref_last_name: '',
    pref_name_suffix: '',
    user_title: coded('', ''),
    gender: coded('', ''),
    is_researcher: false,
    researcher: null,
    link: null,
  };
}

function account(library: Library, user: User): object {
  return {
    job_category: coded('', ''),
    job_description: '',
    user_group: coded(user.group, library.groups.get(user.group)?.name ?? null),
    campus_code: coded(null, ''),
    web_site_url: '',
    cataloger_level: coded('00', '[00] Default Level (00)'),
    preferred_language: coded(user.language, user.language === 'en' ? 'English' : null),
    ...(user.expires && { expiry_date: day(user.expires) }),
    account_type: coded(user.accountType, user.accountType === 'INTERNAL' ? 'Internal' : 'External'),
    external_id: user.externalId,
    password: '',
    force_password_change: '',
    status: coded(user.status, user.status === 'ACTIVE' ? 'Active' : 'Inactive'),
    status_date: day(user.changed),
  };
}

function contactInfo(user: User): object {
  return {
    address: user.addresses.map((address, index) => ({
      line1: address.lines[0] ?? null,
      line2: address.lines[1] ?? null,
      line3: address.lines[2] ?? null,
      line4: address.lines[3] ?? null,
      line5: address.lines[4] ?? null,
      city: address.city,
      state_province: address.state,
      postal_code: address.postalCode,
      country: coded(address.country || null),
      address_note: '',
      ...(address.valid && { start_date: day(address.valid.from), end_date: day(address.valid.until) }),
      preferred: index === 0,
      segment_type: 'Internal',
      address_type: [coded('home', 'Home')],
    })),
    email: user.emails.map((email, index) => ({
      email_address: email,
      description: null,
      preferred: index === 0,
      segment_type: 'Internal',
      email_type: [coded('personal', 'Personal')],
    })),
    phone: user.phones.map((number, index) => ({
      phone_number: number,
      preferred: index === 0,
      preferred_sms: false,
      segment_type: 'Internal',
      phone_type: [coded('mobile', 'Mobile')],
    })),
  };
}
