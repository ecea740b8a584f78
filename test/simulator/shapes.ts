import { OneOf, type Shape } from './shape.ts';

// What each of Alma's answers looks like.

const coded = { value: 'string|null', desc: 'string|null' };
const linked = { value: 'string|null', link: 'link|null' };
const counted = { value: 'number|string|null', link: 'link' };
/** What a user has and what is expanded only on demand. Once it was a string. */
const onDemand = new OneOf({ value: 'number|string', link: 'link' }, 'null');
const count = 'number|string';

const address = {
  ...{ line1: 'string', line2: 'string|null', line3: 'string|null', line4: 'string|null', line5: 'string|null' },
  ...{ city: 'string', state_province: 'string', postal_code: 'string', country: coded, address_note: 'string' },
  ...{
    'start_date?': 'date',
    'end_date?': 'date',
    preferred: 'boolean',
    segment_type: 'string',
    address_type: [coded],
  },
};

const email = {
  ...{ email_address: 'string', description: 'string|null', preferred: 'boolean', segment_type: 'string' },
  email_type: [coded],
};

const phone = {
  ...{ phone_number: 'string', preferred: 'boolean', preferred_sms: 'boolean', segment_type: 'string' },
  phone_type: [coded],
};

export const USER: Shape = {
  ...{ record_type: coded, primary_id: 'string', first_name: 'string', middle_name: 'string', last_name: 'string' },
  ...{ full_name: 'string', user_title: coded, job_category: coded, job_description: 'string', gender: coded },
  ...{ user_group: coded, campus_code: coded, web_site_url: 'string', cataloger_level: coded },
  ...{ preferred_language: coded, 'expiry_date?': 'date', account_type: coded, external_id: 'string' },
  ...{ password: 'empty', force_password_change: 'string', status: coded, status_date: 'date' },
  ...{ 'requests?': onDemand, 'loans?': onDemand, 'fees?': onDemand },
  ...{ 'purge_date?': 'date', 'birth_date?': 'date', 'last_patron_activity_date?': 'date', 'pin_number?': 'empty' },
  ...{ 'library_notice?': 'string|null', 'linking_id?': 'string', 'source_link_id?': 'string' },
  ...{ 'source_institution_code?': 'string', 'rs_library?': [{ code: coded }] },
  contact_info: { address: [address], email: [email], phone: [phone] },
  ...{ pref_first_name: 'string', pref_middle_name: 'string', pref_last_name: 'string', pref_name_suffix: 'string' },
  ...{ is_researcher: 'boolean', link: 'null' },
  researcher: new OneOf(
    { position: 'string|null', position_start_date: 'date|null', user_orcid: 'string|null' },
    'null',
  ),
  user_identifier: [{ value: 'string', id_type: coded, note: 'string|null', status: 'string', segment_type: 'string' }],
  user_role: [
    {
      ...{ status: coded, scope: coded, role_type: coded, 'expiry_date?': 'date' },
      parameter: [{ type: coded, scope: coded, value: coded }],
    },
  ],
  user_block: [
    {
      ...{ block_type: coded, block_description: coded, block_status: 'string', block_note: 'string' },
      ...{ created_by: 'string', created_date: 'time', segment_type: 'string' },
      ...{ 'expiry_date?': 'date', 'item_loan_id?': 'id' },
    },
  ],
  user_note: [
    {
      ...{ note_type: coded, note_text: 'string', user_viewable: 'boolean', popup_note: 'boolean' },
      ...{ created_by: 'string', created_date: 'time', segment_type: 'string' },
    },
  ],
  user_statistic: [
    {
      ...{ statistic_category: coded, category_type: coded, statistic_owner: 'string', statistic_note: 'string' },
      segment_type: 'string',
    },
  ],
  proxy_for_user: [{ primary_id: 'string', full_name: 'string' }],
};

export const USERS: Shape = {
  user: [
    {
      ...{ primary_id: 'string', first_name: 'string', last_name: 'string', status: coded, gender: coded },
      ...{ password: 'empty', 'requests?': 'null', 'loans?': 'null', 'fees?': 'null', link: 'link' },
    },
  ],
  total_record_count: count,
};

export const LOAN: Shape = {
  ...{ loan_id: 'id', circ_desk: coded, return_circ_desk: { ...coded, link: 'null' }, library: coded },
  ...{ user_id: 'string', item_barcode: 'string', due_date: 'time', loan_status: 'string', loan_date: 'time' },
  ...{ 'return_date?': 'time', returned_by: linked, process_status: 'string', mms_id: 'id', holding_id: 'id' },
  ...{ item_id: 'id', title: 'string', author: 'string|null', description: 'string|null' },
  publication_year: 'string|null',
  location_code: { value: 'string', name: 'string' },
  item_policy: { value: 'string|null', description: 'string|null' },
  ...{ call_number: 'string', loan_fine: 'number', 'request_id?': linked, renewable: 'boolean|null' },
  ...{ 'last_renew_date?': 'time', last_renew_status: coded },
};

export const LOANS: Shape = { item_loan: [LOAN], total_record_count: count };

/** With nothing to list, loans, requests, items and users have no list at all. */
export const NOTHING: Shape = { total_record_count: count };

const bibData = {
  ...{ mms_id: 'id', title: 'string', author: 'string|null', issn: 'null', isbn: 'string|number|null' },
  ...{ 'network_number?': ['string'], 'place_of_publication?': 'string|null' },
  'date_of_publication?': 'string|null',
  link: 'link',
};

const holdingData = {
  ...{ holding_id: 'id', call_number_type: coded, call_number: 'string', accession_number: 'string' },
  ...{ copy_id: 'string', in_temp_location: 'boolean', temp_library: coded, temp_location: coded },
  ...{ temp_call_number_type: coded, temp_call_number: 'string', temp_policy: coded, link: 'link' },
  ...{ 'permanent_call_number?': 'string', 'permanent_call_number_type?': coded, 'temp_call_number_source?': 'string' },
  ...{ 'holding_suppress_from_publishing?': 'string', 'calculated_suppress_from_publishing?': 'string' },
  'due_back_date?': 'date',
};

const itemData = {
  ...{ pid: 'id', barcode: 'string', creation_date: 'date', modification_date: 'date', base_status: coded },
  ...{ awaiting_reshelving: 'boolean', physical_material_type: coded, policy: coded, provenance: coded },
  ...{ po_line: 'string', 'is_magnetic?': 'boolean', 'arrival_date?': 'date', year_of_issue: 'string' },
  ...Object.fromEntries([...'abcdefgh'].map((letter) => [`enumeration_${letter}`, 'string'])),
  ...Object.fromEntries([...'ijklm'].map((letter) => [`chronology_${letter}`, 'string'])),
  ...{ description: 'string', receiving_operator: 'string', process_type: coded, inventory_number: 'string' },
  ...{ inventory_price: 'string', library: coded, location: coded, alternative_call_number: 'string' },
  ...{ alternative_call_number_type: coded, storage_location_id: 'string', pages: 'string', pieces: 'string' },
  ...{ public_note: 'string', fulfillment_note: 'string', internal_note_1: 'string', internal_note_2: 'string' },
  ...{ internal_note_3: 'string', statistics_note_1: 'string', statistics_note_2: 'string' },
  ...{ statistics_note_3: 'string', requested: 'boolean|null', edition: 'null', imprint: 'null', language: 'null' },
  ...{ physical_condition: coded, 'due_date?': 'time', 'due_date_policy?': 'string' },
  ...{ 'break_indicator?': coded, 'pattern_type?': coded, 'linking_number?': 'string', 'type_of_unit?': 'string' },
  ...{ 'expected_arrival_date?': 'date|null', 'inventory_date?': 'date|null', 'committed_to_retain?': coded },
  ...{ 'retention_reason?': coded, 'retention_note?': 'string', 'work_order_type?': coded, 'work_order_at?': coded },
};

const item = {
  bib_data: {
    ...{ ...bibData, complete_edition: 'string', 'publisher_const?': 'string|null' },
    'bib_suppress_from_publishing?': 'string',
  },
  ...{ holding_data: holdingData, item_data: itemData, link: 'link' },
};

export const ITEM: Shape = item;
export const ITEMS: Shape = { item: [item], 'total_record_count?': count };
export const SCAN: Shape = { ...item, additional_info: 'string' };

export const BIB: Shape = {
  ...{ mms_id: 'id', record_format: 'string', linked_record_id: { value: 'id|null', type: 'string|null' } },
  ...{ title: 'string', author: 'string|null', issn: 'null', isbn: 'string|number|null', complete_edition: 'string' },
  ...{ 'network_number?': ['string'], 'place_of_publication?': 'string|null' },
  ...{ 'date_of_publication?': 'string|null', 'publisher_const?': 'string|null', holdings: counted },
  ...{ 'requests?': onDemand, created_by: 'string', created_date: 'date', 'last_modified_by?': 'string' },
  ...{ 'last_modified_date?': 'date', 'suppress_from_external_search?': 'string' },
  ...{ 'suppress_from_metadoor?': 'string', 'sync_with_oclc?': 'string', 'brief_level?': 'string|null' },
  'sync_with_libraries_australia?': 'string',
  ...{ suppress_from_publishing: 'string', originating_system: 'string', originating_system_id: 'string' },
  ...{ cataloging_level: coded, anies: ['string'], link: 'null' },
};

export const BIBS: Shape = { bib: [BIB], total_record_count: count };

export const HOLDING: Shape = {
  ...{ holding_id: 'id', created_by: 'string', created_date: 'date', 'last_modified_by?': 'string' },
  ...{
    'last_modified_date?': 'date',
    'calculated_suppress_from_publishing?': 'string',
    originating_system: 'string',
    originating_system_id: 'string',
  },
  ...{ suppress_from_publishing: 'string', anies: ['string'] },
};

export const HOLDINGS: Shape = {
  holding: [
    {
      ...{ holding_id: 'id', library: coded, location: coded, call_number: 'string' },
      ...{ suppress_from_publishing: 'string', link: 'link' },
    },
  ],
  bib_data: { ...bibData, publisher: 'string|null' },
  total_record_count: count,
};

export const REQUEST: Shape = {
  ...{ user_primary_id: 'string', request_id: 'id', additional_id: 'string', request_type: 'string' },
  ...{ request_sub_type: coded, mms_id: 'id', title: 'string', author: 'string|null', description: 'string|null' },
  ...{ pickup_location: 'string', pickup_location_type: 'string', pickup_location_library: 'string' },
  ...{ 'pickup_location_circulation_desk?': 'string', managed_by_library: 'string' },
  ...{ managed_by_circulation_desk: 'string', managed_by_library_code: 'string' },
  ...{
    managed_by_circulation_desk_code: 'string',
    material_type: new OneOf(coded, {}),
    volume: 'string',
    issue: 'string',
  },
  ...{ part: 'string', 'date_of_publication?': 'string', 'comment?': 'string|null', request_status: 'string' },
  ...{ 'place_in_queue?': count, request_date: 'date', request_time: 'time', 'task_name?': 'string' },
  ...{ 'expiry_date?': 'date', 'item_id?': 'id', 'barcode?': 'string|null' },
  ...{ 'holding_id?': 'id|null', 'last_interest_date?': 'date|null' },
};

/** Requests of other types have these as well. */
const DIGITIZATION: Shape = {
  ...(REQUEST as object),
  ...{ 'resource_sharing?': 'null', target_destination: coded, partial_digitization: 'boolean' },
  ...{ full_chapter: 'boolean', chapter_or_article_title: 'string', chapter_or_article_author: 'string' },
  ...{ required_pages_range: [{ from_page: 'string', to_page: 'string' }], manual_description: 'string' },
  ...{ copyrights_declaration_signed_by_patron: 'boolean', booking_start_date: 'null', booking_end_date: 'null' },
  ...{ adjusted_booking_start_date: 'null', adjusted_booking_end_date: 'null' },
};

export const REQUESTS: Shape = { user_request: [new OneOf(REQUEST, DIGITIZATION)], total_record_count: count };

const FEE: Shape = {
  ...{ id: 'id', type: coded, status: coded, user_primary_id: linked, balance: 'number' },
  ...{ remaining_vat_amount: 'number', original_amount: 'number', original_vat_amount: 'number' },
  ...{ creation_time: 'time', status_time: 'time', 'comment?': 'string|null', owner: coded, title: 'string|null' },
  'barcode?': new OneOf(linked, 'null'),
  'transaction?': [
    {
      ...{ type: coded, amount: 'number', vat_amount: 'number', created_by: 'string' },
      ...{ external_transaction_id: 'string', transaction_time: 'time', received_by: coded, payment_method: coded },
    },
  ],
  link: 'link',
};

export const FEES: Shape = { fee: [FEE], total_record_count: count, total_sum: 'number', currency: 'string' };
export const NO_FEES: Shape = { total_record_count: count, total_sum: 'number', currency: 'string|null' };

const library = {
  ...{ code: 'string', id: 'string', name: 'string', path: 'string', description: 'string' },
  ...{ resource_sharing: 'boolean', campus: coded, proxy: 'string', default_location: coded },
  ...{ number_of_locations: counted, number_of_circ_desks: counted, link: 'link' },
};
export const LIBRARY: Shape = library;
export const LIBRARIES: Shape = { library: [library], total_record_count: count };

const error = { errorCode: 'string', errorMessage: 'string' };
const traced = { ...error, trackingId: 'string' };

/** The ordinary refusal. */
export const REFUSAL: Shape = { errorsExist: 'boolean', errorList: { error: [traced] }, result: 'null' };
/** The limits' refusal has no trackingId. */
export const LIMIT: Shape = { errorsExist: 'boolean', errorList: { error: [error] }, result: 'null' };
/** Unreadable bodies and unknown paths: one wrapper more, and `error` is no list. */
export const WRAPPED: Shape = { web_service_result: { errorsExist: 'boolean', errorList: { error: traced } } };
