import { isObject } from '../call.ts';

/** Keys that Almas of some age, or with some settings, do not send at all. */
const NOT_SENT = new Set([
  ...['arrival_date', 'last_modified_by', 'last_modified_date', 'network_number', 'place_of_publication'],
  ...['date_of_publication', 'publisher_const', 'break_indicator', 'pattern_type', 'linking_number', 'type_of_unit'],
  ...['expected_arrival_date', 'committed_to_retain', 'retention_reason', 'retention_note', 'inventory_date'],
  ...['permanent_call_number', 'permanent_call_number_type', 'temp_call_number_source', 'brief_level'],
  ...['holding_suppress_from_publishing', 'calculated_suppress_from_publishing', 'bib_suppress_from_publishing'],
  ...['suppress_from_external_search', 'suppress_from_metadoor', 'sync_with_oclc', 'sync_with_libraries_australia'],
  ...['holding_id', 'last_interest_date', 'rs_library', 'work_order_type', 'work_order_at'],
]);

/** Keys that are left out where they would say nothing. */
const NOT_SENT_EMPTY = new Set(['loans', 'requests', 'fees', 'is_magnetic', 'comment', 'barcode', 'expiry_date']);

/** Numbers that were seen as strings. */
const COUNTS = new Set(['place_in_queue', 'total_record_count']);

/**
 * The same answer with as little in it as the sparsest recorded ones of its kind have: keys absent or null, `{}` for a
 * code without a value, counts as strings, an ISBN as a number. Nothing that it says is different.
 */
export function sparse(body: object): object {
  const isOfRequest = 'request_type' in body;
  const isEmptyList = 'total_record_count' in body && body.total_record_count === 0;
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => {
      if (NOT_SENT.has(key) && !(key === 'holding_id' && !isOfRequest)) return [];
      if (NOT_SENT_EMPTY.has(key) && (value === null || value === false)) return [];
      if (key === 'total_record_count' && 'item' in body) return [];
      return [[key, sparseValue(key, value, isOfRequest, isEmptyList)]];
    }),
  );
}

function sparseValue(key: string, value: unknown, isOfRequest: boolean, isEmptyList: boolean): unknown {
  if (COUNTS.has(key)) return String(value);
  if (key === 'currency' && isEmptyList) return null;
  if (key === 'isbn' && typeof value === 'string') return Number(value);
  if (key === 'requested' && value === false) return null;
  if (Array.isArray(value)) return value.map((element) => (isObject(element) ? sparse(element) : element));
  if (!isObject(value)) return value;
  if (key === 'material_type' && isOfRequest && value.value === null) return {};
  if (typeof value.value === 'number') return { ...value, value: String(value.value) };
  return sparse(value);
}
