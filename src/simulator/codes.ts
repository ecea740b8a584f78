/** Code tables, in part: code → description. */

/** FineFeeTransactionType: what a fee can be. */
export const FEE_TYPES = {
  OVERDUEFINE: 'Overdue fine',
  LOSTITEMREPLACEMENTFEE: 'Lost item replacement fee',
  LOSTITEMPROCESSFEE: 'Lost item process fee',
  RENEWFEE: 'Renew fee',
  OTHER: 'Other',
};
export type FeeType = keyof typeof FEE_TYPES;

/** Ways to pay over the API. */
export const PAYMENT_METHODS = { CREDIT_CARD: 'Credit card', ONLINE: 'Online', CASH: 'Cash' };
export type PaymentMethod = keyof typeof PAYMENT_METHODS;

/** PROCESSTYPE: why an item is not in place. */
export const PROCESS_TYPES = {
  LOAN: 'Loan',
  HOLDSHELF: 'Hold Shelf',
  TRANSIT: 'Transit',
  MISSING: 'Missing',
  ACQ: 'Acquisition',
  TECHNICAL: 'Technical - Migration',
  REQUESTED: 'Requested',
  WORK_ORDER_DEPARTMENT: 'In Process',
};
export type ProcessType = keyof typeof PROCESS_TYPES;

/** Physical work orders. */
export const WORK_ORDER_TYPES = { BINDING: 'Binding', QUARANTINE: 'Quarantine' };
export type WorkOrderType = keyof typeof WORK_ORDER_TYPES;

/** Physical material types. */
export const MATERIAL_TYPES = { BOOK: 'Book', DVD: 'DVD', CD: 'Compact Disc', ISSUE: 'Issue', OTHER: 'Other' };
export type MaterialType = keyof typeof MATERIAL_TYPES;

export function isCode<Table extends object>(table: Table, code: string | undefined): code is keyof Table & string {
  return code !== undefined && Object.hasOwn(table, code);
}
