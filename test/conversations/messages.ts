/** NCIP messages as a broker of ours would write them. Each takes what a conversation wants to vary. */

const namespace = 'http://www.niso.org/2008/ncip';
export const version = 'http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd';

/** A whole message: prefix `ns1:`, qualified version, the demo partner's header. */
export function message(service: string, body: string, { partner = 'DEMO-ILL', from = 'BORROWER-A' } = {}): string {
  const content = `<${service}>${header(partner, from)}${body}</${service}>`;
  const prefixed = content.replace(/<(\/?)(?!\/)/g, '<$1ns1:');
  return `<?xml version="1.0" encoding="UTF-8"?>
<ns1:NCIPMessage xmlns:ns1="${namespace}" ns1:version="${version}">${prefixed}</ns1:NCIPMessage>`;
}

const header = (partner: string, from: string): string =>
  `<InitiationHeader><FromAgencyId><AgencyId>${from}</AgencyId></FromAgencyId>` +
  `<ToAgencyId><AgencyId>01DEMO_INST</AgencyId></ToAgencyId>` +
  `<ApplicationProfileType>${partner}</ApplicationProfileType></InitiationHeader>`;

export const userId = (value: string): string =>
  `<UserId><AgencyId>BORROWER-A</AgencyId><UserIdentifierType>Barcode Id</UserIdentifierType>` +
  `<UserIdentifierValue>${value}</UserIdentifierValue></UserId>`;

export const itemId = (value: string): string => `<ItemId><ItemIdentifierValue>${value}</ItemIdentifierValue></ItemId>`;

const requestId = (value: string): string =>
  `<RequestId><AgencyId>BORROWER-A</AgencyId><RequestIdentifierValue>${value}</RequestIdentifierValue></RequestId>`;

export const authentication = (type: string, data: string): string =>
  `<AuthenticationInput><AuthenticationInputData>${data}</AuthenticationInputData>` +
  `<AuthenticationDataFormatType>text</AuthenticationDataFormatType>` +
  `<AuthenticationInputType>${type}</AuthenticationInputType></AuthenticationInput>`;

export const lookupUser = (who: string, elements: readonly string[] = []): string =>
  message('LookupUser', who + elements.map((name) => `<UserElementType>${name}</UserElementType>`).join(''));

export const requestItem = ({
  request = 'R-1',
  item = '31234000000012',
  mmsId = '',
  user = 'patron-of-a',
} = {}): string =>
  message(
    'RequestItem',
    userId(user) +
      (mmsId
        ? `<BibliographicId><BibliographicRecordId><BibliographicRecordIdentifier>${mmsId}</BibliographicRecordIdentifier>` +
          `<AgencyId>01DEMO_INST</AgencyId></BibliographicRecordId></BibliographicId>`
        : itemId(item)) +
      requestId(request) +
      `<RequestType>Hold</RequestType><RequestScopeType>${mmsId ? 'Bibliographic Item' : 'Item'}</RequestScopeType>`,
  );

export const checkOutItem = ({ request = 'R-1', item = '31234000000012', due = '2027-03-01T23:59:00' } = {}): string =>
  message(
    'CheckOutItem',
    userId('pseudopatron') + itemId(item) + requestId(request) + (due ? `<DesiredDateDue>${due}</DesiredDateDue>` : ''),
  );

export const checkInItem = (item = '31234000000012'): string => message('CheckInItem', itemId(item));

export const acceptItem = ({
  request = 'B-1',
  item = 'ILL-0001',
  user = '21234000000017',
  due = '2027-03-01T23:59:00',
  pickup = 'MAIN',
  title = 'A book from far away',
} = {}): string =>
  message(
    'AcceptItem',
    requestId(request) +
      '<RequestedActionType>Hold For Pickup And Notify</RequestedActionType>' +
      userId(user) +
      (item ? itemId(item) : '') +
      (due ? `<DateForReturn>${due}</DateForReturn>` : '') +
      `<ItemOptionalFields><BibliographicDescription><Author>Doe, Jane</Author><Title>${title}</Title></BibliographicDescription></ItemOptionalFields>` +
      (pickup ? `<PickupLocation>${pickup}</PickupLocation>` : ''),
  );
