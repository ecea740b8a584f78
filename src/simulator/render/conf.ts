import type { Library } from '../library.ts';
import type { CircDesk, LibraryUnit } from '../records.ts';
import { coded } from './code.ts';

export function libraryJson(library: Library, base: string, unit: LibraryUnit): object {
  const link = `${base}/conf/libraries/${encodeURIComponent(unit.code)}`;
  return {
    code: unit.code,
    id: unit.id,
    name: unit.name,
    path: `${library.institution.code.replace(/_INST$/, '')}.${library.institution.code}.${unit.code}`,
    description: unit.description,
    resource_sharing: unit.resourceSharing,
    campus: coded(''),
    proxy: '',
    default_location: coded(unit.locations[0]?.code ?? '', unit.locations[0]?.name ?? null),
    number_of_locations: { value: unit.locations.length, link: `${link}/locations` },
    number_of_circ_desks: { value: unit.desks.length, link: `${link}/circ-desks` },
    link,
  };
}

/** One desk with the locations that it serves. The real answer also holds a terminal password, which we leave out. */
export function deskJson(base: string, unit: LibraryUnit, desk: CircDesk): object {
  return {
    code: desk.code,
    name: desk.name,
    primary: desk === unit.desks[0],
    reading_room_desk: false,
    has_hold_shelf: desk.holdShelf !== 'none',
    maximum_days_on_hold_shelf: 7,
    has_hold_shelf_processing: desk.holdShelf === 'processing',
    accept_cash: true,
    accept_credit_card: true,
    has_self_check: true,
    location: desk.serves.map(({ location, checkIn, checkOut, reshelve }) => ({
      location_code: location,
      location_name: unit.locations.find(({ code }) => code === location)?.name ?? null,
      location_type: coded('OPEN', 'Open'),
      check_in: checkIn,
      check_out: checkOut,
      reshelve,
    })),
    link: `${base}/conf/libraries/${encodeURIComponent(unit.code)}/circ-desks/${encodeURIComponent(desk.code)}`,
  };
}
