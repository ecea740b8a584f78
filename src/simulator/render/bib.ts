import { day } from '../dates.ts';
import type { Library } from '../library.ts';
import { briefBib, writeMarc } from '../marc.ts';
import type { Bib, Holding } from '../records.ts';
import { coded } from './code.ts';

/** What a bib says of itself, alone and inside each of its items. */
export function describedBib(bib: Bib): object {
  const brief = briefBib(bib.marc);
  return {
    mms_id: bib.mmsId,
    title: brief.title,
    author: brief.author,
    issn: null,
    isbn: brief.isbn,
    complete_edition: '',
    network_number: brief.systemNumbers,
    place_of_publication: brief.place,
    date_of_publication: brief.date,
    publisher_const: brief.publisher,
  };
}

/** One bib. The MARC record is a string inside `anies`, whose declaration says UTF-16 although it is not. */
export function bibJson(library: Library, base: string, bib: Bib): object {
  const requests = library.requests
    .all()
    .filter(({ mmsId, state }) => mmsId === bib.mmsId && state !== 'HISTORY').length;
  return {
    ...describedBib(bib),
    record_format: 'marc21',
    linked_record_id: { value: bib.networkId, type: bib.networkId === null ? null : 'NZ' },
    holdings: { value: null, link: `${base}/bibs/${bib.mmsId}/holdings` },
    requests: requests === 0 ? null : { value: requests, link: `${base}/bibs/${bib.mmsId}/requests` },
    ...history(bib),
    suppress_from_publishing: String(bib.suppressed),
    suppress_from_external_search: 'false',
    suppress_from_metadoor: 'false',
    sync_with_oclc: 'NONE',
    sync_with_libraries_australia: 'NONE',
    brief_level: null,
    originating_system: library.institution.code,
    originating_system_id: bib.mmsId,
    cataloging_level: coded('00', 'Default Level'),
    anies: [writeMarc(bib.marc)],
    link: null,
  };
}

/** One holding with its MARC record. */
export function holdingJson(holding: Holding): object {
  return {
    holding_id: holding.holdingId,
    ...history(holding),
    originating_system: 'ILS',
    originating_system_id: holding.holdingId,
    suppress_from_publishing: String(holding.suppressed),
    calculated_suppress_from_publishing: String(holding.suppressed),
    anies: [writeMarc(holding.marc)],
  };
}

/** A holding in the list of its bib. */
export function briefHolding(library: Library, base: string, holding: Holding): object {
  const unit = library.units.get(holding.library);
  return {
    holding_id: holding.holdingId,
    library: coded(holding.library, unit?.name ?? null),
    location: coded(holding.location, unit?.locations.find(({ code }) => code === holding.location)?.name ?? null),
    call_number: holding.callNumber,
    suppress_from_publishing: String(holding.suppressed),
    link: `${base}/bibs/${holding.mmsId}/holdings/${holding.holdingId}`,
  };
}

/** `bib_data` of the list of holdings: not quite the fields that an item repeats (`publisher`, no edition). */
export function holdingsBibData(base: string, bib: Bib): object {
  const brief = briefBib(bib.marc);
  return {
    mms_id: bib.mmsId,
    title: brief.title,
    author: brief.author,
    issn: null,
    isbn: brief.isbn,
    network_number: brief.systemNumbers,
    place_of_publication: brief.place,
    date_of_publication: brief.date,
    publisher: brief.publisher,
    link: `${base}/bibs/${bib.mmsId}`,
  };
}

function history(record: { created: Date; changed: Date }): object {
  return {
    created_by: 'System',
    created_date: day(record.created),
    last_modified_by: 'System',
    last_modified_date: day(record.changed),
  };
}
