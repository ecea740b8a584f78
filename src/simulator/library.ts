import { AlmaError } from './errors.ts';
import type {
  ApiKey,
  Bib,
  CircDesk,
  Fee,
  Holding,
  Item,
  ItemPolicy,
  Letter,
  LibraryUnit,
  Loan,
  Request,
  Settings,
  User,
  UserGroup,
} from './records.ts';

/** Ends every id of this institution, as every real one ends in four digits of its own. */
const ID_SUFFIX = '7421';

/** Alma's ids are told apart by how they start. They exceed 2^53, so that a client which makes numbers of them fails. */
const ID_PREFIX = { bib: '99', holding: '22', item: '23', loan: '1', request: '1', fee: '1', user: '' } as const;

/** Records by id, in the order of making. */
class Table<Row> extends Map<string, Row> {
  all(): Row[] {
    return [...this.values()];
  }
}

/** The whole state of the simulated institution, with the lookups that more than one API area needs. */
export class Library {
  readonly institution = { code: '01DEMO_INST', name: 'Demonstration Institution' };
  readonly currency = 'USD';
  /** By the key itself. */
  readonly apiKeys = new Table<ApiKey>();
  readonly units = new Table<LibraryUnit>();
  readonly policies = new Table<ItemPolicy>();
  readonly groups = new Table<UserGroup>();
  /** By primary id in lower case: Alma does not tell `Ada` from `ada`. */
  readonly users = new Table<User>();
  readonly bibs = new Table<Bib>();
  readonly holdings = new Table<Holding>();
  readonly items = new Table<Item>();
  readonly loans = new Table<Loan>();
  readonly requests = new Table<Request>();
  readonly fees = new Table<Fee>();
  /** Every letter that went out, oldest first. */
  readonly letters: Letter[] = [];
  readonly settings: Settings = { sisProfiles: [], answers: 'full' };
  readonly now: () => Date;
  private serial = 0;

  constructor(now: () => Date) {
    this.now = now;
  }

  /** Empties everything, so that a seed can be sown again and gives the same ids. */
  clear(): void {
    for (const table of Object.values(this)) if (table instanceof Table) table.clear();
    this.letters.length = 0;
    this.serial = 0;
  }

  /** A new id: decimal digits, unique in the institution, in the order of making. */
  newId(kind: keyof typeof ID_PREFIX): string {
    this.serial += 1;
    return `${ID_PREFIX[kind]}${String(this.serial * 10).padStart(12, '0')}${ID_SUFFIX}`;
  }

  /** The user with this primary id (in any case), barcode or other identifier. */
  userBy(id: string): User | undefined {
    const byPrimaryId = this.users.get(id.toLowerCase());
    return (
      byPrimaryId ?? this.users.all().find((user) => user.identifiers.some((identifier) => identifier.value === id))
    );
  }

  /** As userBy; throws 401861 when there is none. */
  user(id: string): User {
    return this.userBy(id) ?? AlmaError.raise('USER_NOT_FOUND', id);
  }

  itemByBarcode(barcode: string): Item | undefined {
    return this.items.all().find((item) => item.barcode === barcode);
  }

  itemsOf(owner: { mmsId: string } | { holdingId: string }): Item[] {
    const belongs = (item: Item) =>
      'holdingId' in owner ? item.holdingId === owner.holdingId : item.mmsId === owner.mmsId;
    return this.items.all().filter(belongs);
  }

  holdingsOf(mmsId: string): Holding[] {
    return this.holdings.all().filter((holding) => holding.mmsId === mmsId);
  }

  activeLoanOf(pid: string): Loan | undefined {
    return this.loans.all().find((loan) => loan.pid === pid && loan.returned === null);
  }

  activeLoansBy(user: User): Loan[] {
    return this.loans.all().filter((loan) => loan.userId === user.primaryId && loan.returned === null);
  }

  activeRequestsBy(user: User): Request[] {
    return this.requests.all().filter((request) => request.userId === user.primaryId && request.state !== 'HISTORY');
  }

  openFeesOf(user: User): Fee[] {
    return this.fees.all().filter((fee) => fee.userId === user.primaryId && fee.balance !== 0);
  }

  /** What the user owes, in cents. */
  owedBy(user: User): number {
    return this.openFeesOf(user).reduce((sum, fee) => sum + fee.balance, 0);
  }

  /** Where the item belongs now: its temporary place while it has one. */
  placeOf({ temporary, library, location }: Item): { library: string; location: string } {
    return temporary ?? { library, location };
  }

  /** That of the temporary place, else the item's own. Without one, or with one since deleted, it is REGULAR. */
  policyOf(item: Item): ItemPolicy {
    return this.policies.get(item.temporary?.policy ?? item.policy) ?? this.policies.get('REGULAR')!;
  }

  /** The library and desk named in a call, or the error that names the parameter which is wrong. */
  desk(libraryCode: string, deskCode: string): { unit: LibraryUnit; desk: CircDesk } {
    const unit = this.units.get(libraryCode) ?? AlmaError.raise('PARAMETER_INVALID', 'library', libraryCode);
    const desk = unit.desks.find(({ code }) => code === deskCode);
    return { unit, desk: desk ?? AlmaError.raise('PARAMETER_INVALID', 'circ_desk', deskCode) };
  }
}
