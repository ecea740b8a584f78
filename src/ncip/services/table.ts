import { acceptItem } from './accept-item.ts';
import { checkInItem } from './check-in-item.ts';
import { checkOutItem } from './check-out-item.ts';
import { lookupUser } from './lookup-user.ts';
import { renewItem } from './renew-item.ts';
import { requestItem } from './request-item.ts';
import type { Service } from './service.ts';

/** The initiation messages of NCIP 2.02 (Z39.83-1-2012; LookupItemSet came with 2.02), in the standard's names. */
export const serviceNames = [
  'AcceptItem',
  'AgencyCreated',
  'AgencyUpdated',
  'CancelRecallItem',
  'CancelRequestItem',
  'CheckInItem',
  'CheckOutItem',
  'CirculationStatusChangeReported',
  'CirculationStatusUpdated',
  'CreateAgency',
  'CreateItem',
  'CreateUser',
  'CreateUserFiscalTransaction',
  'DeleteItem',
  'DeleteUser',
  'ItemCheckedIn',
  'ItemCheckedOut',
  'ItemCreated',
  'ItemRecallCancelled',
  'ItemRecalled',
  'ItemReceived',
  'ItemRenewed',
  'ItemRequestCancelled',
  'ItemRequestUpdated',
  'ItemRequested',
  'ItemShipped',
  'ItemUpdated',
  'LookupAgency',
  'LookupItem',
  'LookupItemSet',
  'LookupRequest',
  'LookupUser',
  'RecallItem',
  'RenewItem',
  'ReportCirculationStatusChange',
  'RequestItem',
  'SendUserNotice',
  'UndoCheckOutItem',
  'UpdateAgency',
  'UpdateCirculationStatus',
  'UpdateItem',
  'UpdateRequestItem',
  'UpdateUser',
  'UserCreated',
  'UserFiscalTransactionCreated',
  'UserNoticeSent',
  'UserUpdated',
] as const;

export type ServiceName = (typeof serviceNames)[number];

/** The services that the gateway offers; every other one is answered "Unsupported Service". README's table follows. */
export const services = {
  AcceptItem: acceptItem,
  CheckInItem: checkInItem,
  CheckOutItem: checkOutItem,
  LookupUser: lookupUser,
  RenewItem: renewItem,
  RequestItem: requestItem,
} as const satisfies { readonly [S in ServiceName]?: Service };

/** Whether this is the name of an initiation message. */
export const isService = (name: string): name is ServiceName => (serviceNames as readonly string[]).includes(name);

/** What the gateway offers under a service's name, if it does. */
export const offered = (name: ServiceName): Service | undefined =>
  (services as { readonly [S in ServiceName]?: Service })[name];

/** The message that answers: every service's response is named after it. */
export const responseName = (service: ServiceName): string => `${service}Response`;
