import { dueDate, instant } from '../dates.ts';
import type { Library } from '../library.ts';
import { renewalRefusal } from '../loan-rules.ts';
import { briefBib } from '../marc.ts';
import type { Loan } from '../records.ts';
import { coded } from './code.ts';

/**
 * One loan. `renewable` is null in lists unless `expand=renewable` asked for it. Mind the two odd keys of Alma's own:
 * `location_code.name` and `item_policy.description`.
 */
export function loanJson(library: Library, base: string, loan: Loan, withRenewable: boolean): object {
  const unit = library.units.get(loan.library);
  const user = encodeURIComponent(loan.userId);
  return {
    loan_id: loan.loanId,
    circ_desk: coded(loan.desk, deskName(library, loan.library, loan.desk)),
    return_circ_desk: {
      ...coded(
        loan.returned?.desk ?? '',
        loan.returned && deskName(library, loan.returned.library, loan.returned.desk),
      ),
      link: null,
    },
    library: coded(loan.library, unit?.name ?? null),
    user_id: loan.userId,
    due_date: dueDate(loan.due),
    loan_status: loan.returned ? 'COMPLETE' : 'ACTIVE',
    loan_date: instant(loan.loaned),
    ...(loan.returned && { return_date: instant(loan.returned.at) }),
    returned_by: { value: '', link: null },
    process_status: loan.renewals > 0 ? 'RENEW' : 'NORMAL',
    ...itemFields(library, loan),
    loan_fine: 0,
    ...(loan.requestId && {
      request_id: { value: loan.requestId, link: `${base}/users/${user}/requests/${loan.requestId}` },
    }),
    renewable: withRenewable ? renewalRefusal(library, loan) === undefined : null,
    ...(loan.lastRenewed && { last_renew_date: instant(loan.lastRenewed) }),
    last_renew_status: loan.lastRenewed ? coded('401193;', 'Renewed Successfully') : coded(null, ''),
  };
}

/** What the loan repeats of its item; the item of an old loan may be gone. */
function itemFields(library: Library, loan: Loan): object {
  const item = library.items.get(loan.pid);
  const bib = item && library.bibs.get(item.mmsId);
  const brief = bib && briefBib(bib.marc);
  const unit = item && library.units.get(item.library);
  const policy = item && library.policies.get(item.temporary?.policy ?? item.policy);
  return {
    item_barcode: item?.barcode ?? null,
    mms_id: item?.mmsId ?? null,
    holding_id: item?.holdingId ?? null,
    item_id: loan.pid,
    title: brief?.title ?? null,
    author: brief?.author ?? null,
    description: item?.description || null,
    publication_year: brief?.date ?? null,
    location_code: {
      value: item?.location ?? null,
      name: unit?.locations.find(({ code }) => code === item?.location)?.name ?? null,
    },
    item_policy: { value: policy?.code ?? null, description: policy?.name ?? null },
    call_number: (item && library.holdings.get(item.holdingId)?.callNumber) ?? null,
  };
}

function deskName(library: Library, unitCode: string, deskCode: string): string | null {
  return library.units.get(unitCode)?.desks.find(({ code }) => code === deskCode)?.name ?? null;
}
