import type { KindName } from './values.ts';

/** A fixed-length field: it has no identifier on the wire, only its place and its width in characters. */
export interface FixedField {
  readonly kind: KindName;
  readonly width: number;
}

/** A variable-length field: two-character identifier, value, delimiter. */
export interface VariableField {
  /** The standard's name, in camel case; the name of the property in a message. */
  readonly name: string;
  /** `text` when left out. */
  readonly kind?: 'flag' | 'count' | 'number';
  /** May be sent several times; in a message it is an array of texts. */
  readonly repeatable?: true;
  /** Must never reach a log. */
  readonly secret?: true;
}

const flag = { kind: 'flag', width: 1 } as const;
const ok = { kind: 'ok', width: 1 } as const;
const date = { kind: 'date', width: 18 } as const;
const count = { kind: 'count', width: 4 } as const;

/** Every fixed-length field of SIP 2.00, by the standard's name. */
export const fixedFields = {
  acsRenewalPolicy: flag,
  alert: flag,
  available: flag,
  cardRetained: flag,
  chargedItemsCount: count,
  checkinOk: flag,
  checkoutOk: flag,
  circulationStatus: { kind: 'code', width: 2 },
  currencyType: { kind: 'code', width: 3 },
  dateTimeSync: date,
  desensitize: flag,
  endSession: flag,
  feeType: { kind: 'code', width: 2 },
  fineItemsCount: count,
  holdItemsCount: count,
  holdMode: { kind: 'code', width: 1 },
  itemPropertiesOk: ok,
  language: { kind: 'code', width: 3 },
  magneticMedia: { kind: 'flagOrUnknown', width: 1 },
  maxPrintWidth: { kind: 'count', width: 3 },
  nbDueDate: date,
  noBlock: flag,
  offLineOk: flag,
  ok,
  onLineStatus: flag,
  overdueItemsCount: count,
  patronStatus: { kind: 'patronStatus', width: 14 },
  paymentAccepted: flag,
  paymentType: { kind: 'code', width: 2 },
  protocolVersion: { kind: 'code', width: 4 },
  pwdAlgorithm: { kind: 'code', width: 1 },
  recallItemsCount: count,
  renewalOk: flag,
  renewedCount: count,
  resensitize: flag,
  retriesAllowed: { kind: 'count', width: 3 },
  returnDate: date,
  scRenewalPolicy: flag,
  securityMarker: { kind: 'code', width: 2 },
  statusCode: { kind: 'code', width: 1 },
  statusUpdateOk: flag,
  summary: { kind: 'summary', width: 10 },
  thirdPartyAllowed: flag,
  /** Tenths of a second. */
  timeoutPeriod: { kind: 'count', width: 3 },
  transactionDate: date,
  uidAlgorithm: { kind: 'code', width: 1 },
  unavailableHoldsCount: count,
  unrenewedCount: count,
} as const satisfies Record<string, FixedField>;

/**
 * Every variable-length field of SIP 2.00 by identifier, and the six of the later extension that sorters read
 * (CR CS CT CV CY DA). AY and AZ are no fields: they belong to error detection (codec.ts).
 */
export const fields = {
  AA: { name: 'patronIdentifier' },
  AB: { name: 'itemIdentifier' },
  AC: { name: 'terminalPassword', secret: true },
  AD: { name: 'patronPassword', secret: true },
  AE: { name: 'personalName' },
  AF: { name: 'screenMessage', repeatable: true },
  AG: { name: 'printLine', repeatable: true },
  AH: { name: 'dueDate' },
  AJ: { name: 'titleIdentifier' },
  AL: { name: 'blockedCardMsg' },
  AM: { name: 'libraryName' },
  AN: { name: 'terminalLocation' },
  AO: { name: 'institutionId' },
  AP: { name: 'currentLocation' },
  AQ: { name: 'permanentLocation' },
  AS: { name: 'holdItems', repeatable: true },
  AT: { name: 'overdueItems', repeatable: true },
  AU: { name: 'chargedItems', repeatable: true },
  AV: { name: 'fineItems', repeatable: true },
  BD: { name: 'homeAddress' },
  BE: { name: 'emailAddress' },
  BF: { name: 'homePhoneNumber' },
  BG: { name: 'owner' },
  BH: { name: 'currencyType' },
  BI: { name: 'cancel', kind: 'flag' },
  BK: { name: 'transactionId' },
  BL: { name: 'validPatron', kind: 'flag' },
  BM: { name: 'renewedItems', repeatable: true },
  BN: { name: 'unrenewedItems', repeatable: true },
  BO: { name: 'feeAcknowledged', kind: 'flag' },
  BP: { name: 'startItem', kind: 'number' },
  BQ: { name: 'endItem', kind: 'number' },
  BR: { name: 'queuePosition', kind: 'number' },
  BS: { name: 'pickupLocation' },
  BT: { name: 'feeType' },
  BU: { name: 'recallItems', repeatable: true },
  BV: { name: 'feeAmount' },
  BW: { name: 'expirationDate' },
  BX: { name: 'supportedMessages' },
  BY: { name: 'holdType' },
  BZ: { name: 'holdItemsLimit', kind: 'count' },
  CA: { name: 'overdueItemsLimit', kind: 'count' },
  CB: { name: 'chargedItemsLimit', kind: 'count' },
  CC: { name: 'feeLimit' },
  CD: { name: 'unavailableHoldItems', repeatable: true },
  CF: { name: 'holdQueueLength', kind: 'number' },
  CG: { name: 'feeIdentifier' },
  CH: { name: 'itemProperties' },
  CI: { name: 'securityInhibit', kind: 'flag' },
  CJ: { name: 'recallDate' },
  CK: { name: 'mediaType' },
  CL: { name: 'sortBin' },
  CM: { name: 'holdPickupDate' },
  CN: { name: 'loginUserId' },
  CO: { name: 'loginPassword', secret: true },
  CP: { name: 'locationCode' },
  CQ: { name: 'validPatronPassword', kind: 'flag' },
  CR: { name: 'collectionCode' },
  CS: { name: 'callNumber' },
  CT: { name: 'destinationLocation' },
  CV: { name: 'alertType' },
  CY: { name: 'holdPatronIdentifier' },
  DA: { name: 'holdPatronName' },
} as const satisfies Record<string, VariableField>;

/** The name of a fixed-length field. */
export type FixedName = keyof typeof fixedFields;

/** The two-character identifier of a variable-length field. */
export type FieldId = keyof typeof fields;

/** The row of a variable-length field. */
export function fieldOf(id: FieldId): VariableField {
  return fields[id];
}

/** The identifiers of the fields that no log may show. */
export const secretFields: readonly FieldId[] = (Object.keys(fields) as FieldId[]).filter((id) => fieldOf(id).secret);
