import { ParseOption, XmlDocument, XmlElement } from 'libxml2-wasm';
import { create } from 'xmlbuilder2';
import type { MarcField, MarcRecord } from './records.ts';

/** What items, loans and lists repeat of a bib. */
export interface BriefBib {
  title: string | null;
  author: string | null;
  isbn: string | null;
  place: string | null;
  publisher: string | null;
  date: string | null;
  /** 035 $a. */
  systemNumbers: string[];
}

/** The posted `<bib>` or `<holding>`: its MARC record and its own flag. Throws whatever the parser throws, or Error. */
export function readPosted(xml: string): { marc: MarcRecord; suppressed: boolean } {
  using document = XmlDocument.fromString(xml, { option: ParseOption.XML_PARSE_NONET });
  const record = document.get("//*[local-name()='record']");
  if (!(record instanceof XmlElement)) throw new Error('no MARC record');
  const fields: MarcField[] = [];
  let leader = '';
  for (let node = record.firstChild; node; node = node.next) {
    if (!(node instanceof XmlElement)) continue;
    if (node.name === 'leader') leader = node.content;
    else fields.push(readField(node));
  }
  const suppressed = document.get("/*/*[local-name()='suppress_from_publishing']");
  return { marc: { leader, fields }, suppressed: suppressed?.content.trim() === 'true' };
}

function readField(element: XmlElement): MarcField {
  const attribute = (element: XmlElement, name: string) => element.attr(name)?.value ?? ' ';
  const tag = attribute(element, 'tag');
  if (element.name === 'controlfield') return { tag, text: element.content };
  const subfields: [string, string][] = [];
  for (let node = element.firstChild; node; node = node.next) {
    if (node instanceof XmlElement) subfields.push([attribute(node, 'code'), node.content]);
  }
  return { tag, ind1: attribute(element, 'ind1'), ind2: attribute(element, 'ind2'), subfields };
}

/** The record as the XML text that Alma puts into `anies`. */
export function writeMarc(marc: MarcRecord): string {
  const record = create().ele('record');
  record.ele('leader').txt(marc.leader);
  for (const field of marc.fields) {
    if ('text' in field) {
      record.ele('controlfield', { tag: field.tag }).txt(field.text);
      continue;
    }
    const data = record.ele('datafield', { ind1: field.ind1, ind2: field.ind2, tag: field.tag });
    for (const [code, text] of field.subfields) data.ele('subfield', { code }).txt(text);
  }
  return `<?xml version="1.0" encoding="UTF-16"?>\n${record.toString()}`;
}

/** A data field for a record of our own making; empty subfields are left out. */
export function dataField(tag: string, indicators: string, subfields: Record<string, string>): MarcField {
  const filled = Object.entries(subfields).filter(([, text]) => text !== '');
  return { tag, ind1: indicators[0] ?? ' ', ind2: indicators[1] ?? ' ', subfields: filled };
}

/** Puts the record's own id into 001, where Alma keeps it. */
export function withControlNumber(marc: MarcRecord, id: string): MarcRecord {
  return { leader: marc.leader, fields: [{ tag: '001', text: id }, ...marc.fields.filter(({ tag }) => tag !== '001')] };
}

/** All values of a subfield, in the order of the record. */
export function subfields(marc: MarcRecord, tag: string, code: string): string[] {
  return marc.fields
    .filter((field) => field.tag === tag)
    .flatMap((field) => ('subfields' in field ? field.subfields : []))
    .filter(([itsCode]) => itsCode === code)
    .map(([, text]) => text);
}

/** The few fields of a bib that Alma copies everywhere: 245, 1xx, 020, 26x, 035. */
export function briefBib(marc: MarcRecord): BriefBib {
  const first = (tags: string[], code: string) => tags.flatMap((tag) => subfields(marc, tag, code))[0] ?? null;
  const title = [first(['245'], 'a'), first(['245'], 'b')].filter((part) => part !== null).join(' ');
  return {
    title: title === '' ? null : title,
    author: first(['100', '110', '111', '700'], 'a'),
    isbn: first(['020'], 'a'),
    place: first(['264', '260'], 'a'),
    publisher: first(['264', '260'], 'b'),
    date: first(['264', '260'], 'c'),
    systemNumbers: subfields(marc, '035', 'a'),
  };
}
