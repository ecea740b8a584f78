import type { Institution } from '../../circulation/context.ts';
import type { ContactPoint, Patron, PostalAddress } from '../../circulation/model.ts';
import type { PatronAccount } from '../../circulation/operations/look-up-patron.ts';
import type { StandingReason } from '../../circulation/standing.ts';
import { type Element, element } from '../message.ts';
import { userId } from './elements.ts';

/** What UserElementType may ask for, in the order in which UserOptionalFields has it. */
const fields: readonly {
  readonly asked: string;
  gives(account: PatronAccount, institution: Institution): Element[];
}[] = [
  { asked: 'name information', gives: ({ patron }) => [name(patron)] },
  { asked: 'user address information', gives: ({ patron }) => addresses(patron) },
  { asked: 'user privilege', gives: (account, institution) => [privilege(account, institution)] },
  { asked: 'block or trap', gives: ({ patron }, institution) => blocks(patron, institution) },
  {
    asked: 'user id',
    gives: ({ patron }, institution) =>
      publicIds(patron, institution).map(({ type, value }) => userId(institution.code, type, value)),
  },
];

/** UserOptionalFields with what was asked for and nothing else; `undefined` where that is nothing. */
export function userOptionalFields(
  asked: readonly string[],
  account: PatronAccount,
  institution: Institution,
): Element | undefined {
  const wanted = new Set(asked.map((type) => type.toLowerCase()));
  const given = fields.filter((field) => wanted.has(field.asked)).flatMap((field) => field.gives(account, institution));
  return given.length === 0 ? undefined : element('UserOptionalFields', ...given);
}

/**
 * The patron's identifiers, the primary id first, in the standard's types where it has one (UserIdentifierType:
 * Barcode, Institution Id Number). Where the library uses a type as PIN, its values are secrets and never leave.
 */
export function publicIds(patron: Patron, { pin }: Institution): { type: string; value: string }[] {
  const secretType = pin.kind === 'identifier' ? pin.type.toLowerCase() : undefined;
  const others = patron.identifiers.filter(({ type }) => type.toLowerCase() !== secretType);
  return [
    { type: 'Institution Id Number', value: patron.primaryId },
    ...others.map(({ type, value }) => ({ type: type === 'BARCODE' ? 'Barcode' : type, value })),
  ];
}

function name({ name: { full, given, surname } }: Patron): Element {
  const structured =
    surname === ''
      ? undefined
      : element(
          'StructuredPersonalUserName',
          given === '' ? undefined : element('GivenName', given),
          element('Surname', surname),
        );
  const unstructured = element('UnstructuredPersonalUserName', full);
  return element('NameInformation', element('PersonalNameInformation', structured, unstructured));
}

function addresses(patron: Patron): Element[] {
  return [
    ...preferredFirst(patron.addresses).map(postal),
    ...preferredFirst(patron.emails).map((email) => electronic(email, 'mailto')),
    ...preferredFirst(patron.phones).map((phone) => electronic(phone, 'tel')),
  ];
}

const preferredFirst = <T extends { readonly preferred: boolean }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => Number(b.preferred) - Number(a.preferred));

/** UserAddressRoleType has Home and Work; any other type of Alma's serves more than one purpose. */
function role(type: string): Element {
  const known: Readonly<Record<string, string>> = { home: 'Home', work: 'Work' };
  return element('UserAddressRoleType', known[type.toLowerCase()] ?? 'Multi-Purpose');
}

/** StructuredAddress has two lines, and Country comes before PostalCode. */
function postal({ lines, city, region, country, postalCode, type }: PostalAddress): Element {
  const [first = '', ...others] = lines;
  const structured = element(
    'StructuredAddress',
    element('Line1', first),
    optional('Line2', others.join(', ')),
    optional('Locality', city),
    optional('Region', region),
    optional('Country', country),
    optional('PostalCode', postalCode),
  );
  const physical = element('PhysicalAddress', structured, element('PhysicalAddressType', 'Postal Address'));
  return element('UserAddressInformation', role(type), physical);
}

function electronic({ value, type }: ContactPoint, scheme: 'mailto' | 'tel'): Element {
  const address = element(
    'ElectronicAddress',
    element('ElectronicAddressType', scheme),
    element('ElectronicAddressData', value),
  );
  return element('UserAddressInformation', role(type), address);
}

/** Only what makes a patron ineligible is a status; limits are about the next loan, not about the person. */
const statuses: Readonly<Partial<Record<StandingReason, string>>> = {
  'patron-inactive': 'Inactive',
  'patron-expired': 'Expired',
  'patron-blocked': 'Blocked',
};

function privilege({ patron, standing }: PatronAccount, institution: Institution): Element {
  const status = standing.reasons.map((reason) => statuses[reason]).find((word) => word !== undefined) ?? 'Active';
  return element(
    'UserPrivilege',
    element('AgencyId', institution.code),
    element('AgencyUserPrivilegeType', patron.group.code),
    optional('ValidToDate', patron.expires),
    element('UserPrivilegeStatus', element('UserPrivilegeStatusType', status)),
    optional('UserPrivilegeDescription', patron.group.name),
  );
}

/** A block must not vanish because its text holds the word that clients take for a failure: its type stands in. */
function blocks(patron: Patron, institution: Institution): Element[] {
  return patron.blocks.map(({ description, type, expires }) => {
    const words = [description, type].find((text) => text !== '' && !text.includes('Problem')) ?? 'Block';
    return element(
      'BlockOrTrap',
      element('AgencyId', institution.code),
      element('BlockOrTrapType', words),
      optional('ValidToDate', expires),
    );
  });
}

const optional = (name: string, text: string | undefined): Element | undefined =>
  text === undefined || text === '' ? undefined : element(name, text);
