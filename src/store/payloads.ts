/**
 * The form of what a run stores (question, findings, outcome). A run in a newer form than this is left alone, as after
 * a step back to an older program; one in an older form is brought up to date by a migration.
 */
export const payloadVersion = 2;

/**
 * An outcome as the first version stored it, in today's form: the fields of item, loan and hold that it copied are
 * objects of their own by now. What it had not kept stays empty; it is only told again to whoever asked for it.
 */
export function outcomeOfFirstVersion(outcome: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { at, patronId, barcode, title = '', due, magnetic = false, materialType = '', leg, renewed, next } = outcome;
  const { permanentLocation, almaRequestId, side, alreadyReturned } = outcome;
  const ref = { mmsId: '', holdingId: '', itemId: '' };
  const nowhere = { code: '', name: '' };
  const item = barcode !== undefined && {
    ...{ ref, barcode, title, author: '', callNumber: '', library: permanentLocation ?? nowhere, location: nowhere },
    ...{ itemPolicy: '', materialType, magnetic, process: 'other', requested: false },
  };
  const loan = due !== undefined && { loanId: '', patronId, barcode, ref, title, due, loaned: at };
  return {
    ...{ at, patronId, barcode, leg, renewed, next, side, alreadyReturned },
    ...(item && { item }),
    ...(loan && { loan }),
    ...(almaRequestId !== undefined && { hold: { requestId: almaRequestId, patronId, title } }),
  };
}
