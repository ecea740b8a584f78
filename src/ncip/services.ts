/**
 * The 47 initiation messages of NCIP 2.02 (Z39.83-1-2012; LookupItemSet came with 2.02), in the standard's names.
 * A service that the gateway offers says what it does at the library; `null` is answered "Unsupported Service".
 * Names of responses, the table of handlers and README's table of services derive from this.
 */
export const services = {
  AcceptItem: 'makes a temporary item of a borrowed one, with a hold for the patron',
  AgencyCreated: null,
  AgencyUpdated: null,
  CancelRecallItem: null,
  CancelRequestItem: null,
  CheckInItem: 'ends the loan to or from the partner; a temporary item is removed',
  CheckOutItem: 'lends an item of the library to the partner',
  CirculationStatusChangeReported: null,
  CirculationStatusUpdated: null,
  CreateAgency: null,
  CreateItem: null,
  CreateUser: null,
  CreateUserFiscalTransaction: null,
  DeleteItem: null,
  DeleteUser: null,
  ItemCheckedIn: null,
  ItemCheckedOut: null,
  ItemCreated: null,
  ItemRecallCancelled: null,
  ItemRecalled: null,
  ItemReceived: null,
  ItemRenewed: null,
  ItemRequestCancelled: null,
  ItemRequestUpdated: null,
  ItemRequested: null,
  ItemShipped: null,
  ItemUpdated: null,
  LookupAgency: null,
  LookupItem: null,
  LookupItemSet: null,
  LookupRequest: null,
  LookupUser: 'tells who a patron is and whether the patron may borrow; checks a PIN',
  RecallItem: null,
  RenewItem: null,
  ReportCirculationStatusChange: null,
  RequestItem: 'places a hold on an item or title of the library for the partner',
  SendUserNotice: null,
  UndoCheckOutItem: null,
  UpdateAgency: null,
  UpdateCirculationStatus: null,
  UpdateItem: null,
  UpdateRequestItem: null,
  UpdateUser: null,
  UserCreated: null,
  UserFiscalTransactionCreated: null,
  UserNoticeSent: null,
  UserUpdated: null,
} as const satisfies Record<string, string | null>;

export type ServiceName = keyof typeof services;
export type OfferedService = {
  [S in ServiceName]: (typeof services)[S] extends string ? S : never;
}[ServiceName];

/** Whether this is the name of an initiation message. */
export const isService = (name: string): name is ServiceName => Object.hasOwn(services, name);

export const isOffered = (name: ServiceName): name is OfferedService => services[name] !== null;

/** The message that answers: every service's response is named after it. */
export const responseName = (service: ServiceName): string => `${service}Response`;

/** The rows of README's table of services, offered ones first. */
export function serviceRows(): { service: string; response: string; offered: boolean; does: string }[] {
  return Object.entries(services)
    .map(([service, does]) => ({
      service,
      response: `${service}Response`,
      offered: does !== null,
      does: does ?? 'answered with the Problem "Unsupported Service"',
    }))
    .sort((a, b) => Number(b.offered) - Number(a.offered));
}
