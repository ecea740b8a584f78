/** Short messages in our own words, for the places where the schema has surprised those who wrote NCIP by hand. */
import { expect } from 'chai';
import { NAMESPACE, Schema, schemaText } from './models.ts';

const message = (content: string, attributes = 'n:version="2.02"') =>
  `<NCIPMessage xmlns="${NAMESPACE}" xmlns:n="${NAMESPACE}" xmlns:our="urn:our" ${attributes}>${content}</NCIPMessage>`;

const user = '<UserId><UserIdentifierValue>P-77</UserIdentifierValue></UserId>';
const item = '<ItemId><ItemIdentifierValue>B-1001</ItemIdentifierValue></ItemId>';
const request = '<RequestId><RequestIdentifierValue>R-5</RequestIdentifierValue></RequestId>';
const title = '<BibliographicId><BibliographicItemId><BibliographicItemIdentifier>99</BibliographicItemIdentifier>';
const bib = `${title}</BibliographicItemId></BibliographicId>`;
const type = '<RequestType>Hold</RequestType>';
const scope = '<RequestScopeType>Item</RequestScopeType>';
const due = '<DateDue>2026-10-01T23:59:00</DateDue>';
const problem = '<Problem><ProblemType>Unknown Item</ProblemType></Problem>';

const patron = (fields: string) =>
  message(`<LookupUserResponse>${user}<UserOptionalFields>${fields}</UserOptionalFields></LookupUserResponse>`);
const address = (parts: string) => `<UserAddressInformation><UserAddressRoleType>Home</UserAddressRoleType>
  <PhysicalAddress>${parts}</PhysicalAddress></UserAddressInformation>`;
const street = (parts: string) => `<StructuredAddress><Street>1 Shelf Rd</Street>${parts}</StructuredAddress>`;
const postal = '<PhysicalAddressType>Postal Address</PhysicalAddressType>';
const country = '<Country>NO</Country>';
const code = '<PostalCode>0313</PostalCode>';
const privilege = (parts: string) => `<UserPrivilege>${parts}</UserPrivilege>`;
const agency = '<AgencyId>CIRC</AgencyId>';
const status = '<AgencyUserPrivilegeType>Faculty</AgencyUserPrivilegeType>';
const charge = (amount: string) => `<CreateUserFiscalTransaction>${user}<FiscalTransactionInformation>
  <FiscalActionType>Assess</FiscalActionType><FiscalTransactionType>Fine</FiscalTransactionType>
  <Amount>${amount}</Amount></FiscalTransactionInformation></CreateUserFiscalTransaction>`;
const currency = '<CurrencyCode>NOK</CurrencyCode>';
const value = '<MonetaryValue>2500</MonetaryValue>';
const ext = (content: string) => message(`<ItemShippedResponse><Ext>${content}</Ext></ItemShippedResponse>`);

/** What it shows; the message that is right; the same message with the mistake. */
const traps: [string, string, string][] = [
  [
    'version is qualified',
    message(`<CheckInItem>${item}</CheckInItem>`),
    message(`<CheckInItem>${item}</CheckInItem>`, 'version="2.02"'),
  ],
  [
    'version is there',
    message(`<CheckInItem>${item}</CheckInItem>`, 'n:version=""'),
    message(`<CheckInItem>${item}</CheckInItem>`, ''),
  ],
  [
    'a message carries one service',
    message(problem + problem),
    message(`<CheckInItem>${item}</CheckInItem><CheckInItem>${item}</CheckInItem>`),
  ],
  [
    'Country stands before PostalCode',
    patron(address(street(country + code) + postal)),
    patron(address(street(code + country) + postal)),
  ],
  ['PhysicalAddressType is required', patron(address(street(code) + postal)), patron(address(street(code)))],
  ['UserPrivilege begins with its AgencyId', patron(privilege(agency + status)), patron(privilege(status))],
  [
    'BlockOrTrap begins with its AgencyId',
    patron(`<BlockOrTrap>${agency}<BlockOrTrapType>Block Hold</BlockOrTrapType></BlockOrTrap>`),
    patron('<BlockOrTrap><BlockOrTrapType>Block Hold</BlockOrTrapType></BlockOrTrap>'),
  ],
  ['CurrencyCode stands before MonetaryValue', message(charge(currency + value)), message(charge(value + currency))],
  ['an Amount has a CurrencyCode', message(charge(currency + value)), message(charge(value))],
  [
    'money is a whole number of minor units',
    message(charge(currency + value)),
    message(charge(`${currency}<MonetaryValue>25.00</MonetaryValue>`)),
  ],
  [
    'a request may be for several titles and items',
    message(`<RequestItem>${user}${bib}${bib}${item}${request}${type}${scope}</RequestItem>`),
    message(`<RequestItem>${user}${item}${bib}${request}${type}${scope}</RequestItem>`),
  ],
  [
    'RequestItem says its scope',
    message(`<RequestItem>${user}${item}${type}${scope}</RequestItem>`),
    message(`<RequestItem>${user}${item}${type}</RequestItem>`),
  ],
  [
    'a user is an id or credentials, never both',
    message(`<LookupUser>${user}</LookupUser>`),
    message(`<LookupUser>${user}<AuthenticationInput><AuthenticationInputData>1234</AuthenticationInputData>
      <AuthenticationDataFormatType>text</AuthenticationDataFormatType>
      <AuthenticationInputType>PIN</AuthenticationInputType></AuthenticationInput></LookupUser>`),
  ],
  [
    'CheckInItem names no user',
    message(`<CheckInItem>${item}</CheckInItem>`),
    message(`<CheckInItem>${user}${item}</CheckInItem>`),
  ],
  [
    'a check-out is answered with a due date or its absence',
    message(`<CheckOutItemResponse>${item}${user}${due}</CheckOutItemResponse>`),
    message(`<CheckOutItemResponse>${item}${user}</CheckOutItemResponse>`),
  ],
  [
    'a check-out for ever says so with an empty flag',
    message(`<CheckOutItemResponse>${item}${user}<IndeterminateLoanPeriodFlag/></CheckOutItemResponse>`),
    message(`<CheckOutItemResponse>${item}${user}<IndeterminateLoanPeriodFlag>Y</IndeterminateLoanPeriodFlag>
      </CheckOutItemResponse>`),
  ],
  [
    'a desired due date has a time',
    message(`<RenewItem>${user}${item}<DesiredDateDue>2026-09-30T00:00:00Z</DesiredDateDue></RenewItem>`),
    message(`<RenewItem>${user}${item}<DesiredDateDue>2026-09-30</DesiredDateDue></RenewItem>`),
  ],
  [
    'a date that is not known is left out, not left empty',
    message(`<RecallItemResponse>${item}</RecallItemResponse>`),
    message(`<RecallItemResponse>${item}<DateDue/></RecallItemResponse>`),
  ],
  [
    'no day is the 30th of February',
    message(`<ItemReceived>${item}<DateReceived>2028-02-29T08:00:00Z</DateReceived></ItemReceived>`),
    message(`<ItemReceived>${item}<DateReceived>2028-02-30T08:00:00Z</DateReceived></ItemReceived>`),
  ],
  [
    'AcceptItem names its PickupLocation after the ItemOptionalFields',
    message(`<AcceptItem>${request}<RequestedActionType>Hold For Pickup</RequestedActionType>${user}${item}
      <ItemOptionalFields/><PickupLocation>DESK</PickupLocation></AcceptItem>`),
    message(`<AcceptItem>${request}<RequestedActionType>Hold For Pickup</RequestedActionType>${user}${item}
      <PickupLocation>DESK</PickupLocation><ItemOptionalFields/></AcceptItem>`),
  ],
  [
    'a refusal carries no item beside its Problem',
    message(`<AcceptItemResponse>${problem}</AcceptItemResponse>`),
    message(`<AcceptItemResponse>${problem}${request}</AcceptItemResponse>`),
  ],
  [
    'a renewal may be pending',
    message('<RenewItemResponse><Pending/></RenewItemResponse>'),
    message(`<RenewItemResponse><Pending/>${item}</RenewItemResponse>`),
  ],
  [
    'elements belong to the namespace of NCIP',
    message(`<CheckInItem>${item}</CheckInItem>`),
    message(`<CheckInItem xmlns="">${item}</CheckInItem>`),
  ],
  [
    'Ext holds anything of anybody',
    ext('<our:note our:by="me">dog-eared <b xmlns="">twice</b></our:note><our:more/><plain xmlns=""/>'),
    message('<ItemShippedResponse><our:note/></ItemShippedResponse>'),
  ],
  [
    'Ext holds NCIP elements, known ones in their own shape',
    ext(`${due}<NotYetInvented/>`),
    ext('<DateDue>soon</DateDue>'),
  ],
  ['Ext holds elements, not text', ext(''), ext('handle with care')],
];

describe('NCIP messages as people write them', () => {
  let schema: Schema;
  before(() => {
    schema = new Schema(schemaText);
  });
  after(() => schema[Symbol.dispose]());

  for (const [lesson, right, wrong] of traps) {
    it(lesson, () => {
      expect(schema.objection(right)).to.equal(undefined);
      expect(schema.objection(wrong)).to.be.a('string');
    });
  }

  it('libxml2 is stricter than XML Schema about space around a date: trim dates before validating', () => {
    const received = (date: string) =>
      message(`<ItemReceived>${item}<DateReceived>${date}</DateReceived></ItemReceived>`);
    expect(schema.objection(received('2026-09-30T08:00:00Z'))).to.equal(undefined);
    expect(schema.objection(received('\n  2026-09-30T08:00:00Z'))).to.match(/DateReceived/);
    expect(schema.objection(received('2026-09-30T08:00:00\n'))).to.match(/DateReceived/);
  });
});
