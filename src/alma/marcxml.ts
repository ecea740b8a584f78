import { create } from 'xmlbuilder2';
import type { NewBib } from '../circulation/ports.ts';

/** Subfields in order: `['a', 'Title']`. Empty ones are left out, and a field without any. */
type Field = readonly [
  tag: string,
  indicators: string,
  ...subfields: readonly (readonly [code: string, value: string])[],
];

/**
 * A brief, suppressed record of a borrowed book (MARC 21 bibliographic): leader, 035 with our control number, 100,
 * 245 and 264 with publisher and year.
 */
export function bibXml(bib: NewBib): string {
  // Leader: n new, a text, m monograph, a UCS; encoding level 7 (minimal), i ISBD.
  return record('bib', true, '     nam a22     7i 4500', [
    ['035', '  ', ['a', bib.controlNumber]],
    ['100', '1 ', ['a', bib.author]],
    ['245', bib.author === '' ? '00' : '10', ['a', bib.title || '[Untitled]']],
    ['264', ' 1', ['b', bib.publisher], ['c', bib.publicationDate]],
  ]);
}

/** A holding (MARC 21 holdings): 852 with library and location. */
export function holdingXml(place: { library: string; location: string }): string {
  // Leader: x single-part item; encoding level 1, n no item information.
  return record('holding', false, '     nx  a22     1n 4500', [
    ['852', '8 ', ['b', place.library], ['c', place.location]],
  ]);
}

function record(root: 'bib' | 'holding', suppressed: boolean, leader: string, fields: readonly Field[]): string {
  // A broker's text may hold characters that XML cannot: they would make the whole record unreadable.
  const document = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\ufffd' }).ele(root);
  document.ele('suppress_from_publishing').txt(String(suppressed));
  const marc = document.ele('record');
  marc.ele('leader').txt(leader);
  for (const [tag, indicators, ...subfields] of fields) {
    const filled = subfields.filter(([, value]) => value.trim() !== '');
    if (filled.length === 0) continue;
    const field = marc.ele('datafield', { tag, ind1: indicators.slice(0, 1), ind2: indicators.slice(1) });
    for (const [code, value] of filled) field.ele('subfield', { code }).txt(value.trim());
  }
  return document.doc().end();
}
