import type { NewBib } from '../circulation/ports.ts';
import { OutcomeUnknown } from '../circulation/refusals.ts';
import type { Alma } from './client.ts';
import { deleteUnlessGone, isGone } from './deletion.ts';
import { endpoint } from './endpoint.ts';
import { noSuchItem, surelyNoItem } from './errors.ts';
import { list, text } from './json.ts';
import { bibXml, holdingXml } from './marcxml.ts';

const retrieveBibs = endpoint('GET /bibs');
const retrieveBib = endpoint('GET /bibs/{mms_id}', noSuchItem);
const createBibRecord = endpoint('POST /bibs');
const deleteBibRecord = endpoint('DELETE /bibs/{mms_id}', surelyNoItem);
const retrieveHoldings = endpoint('GET /bibs/{mms_id}/holdings', noSuchItem);
const createHoldingRecord = endpoint('POST /bibs/{mms_id}/holdings', { ...noSuchItem, '33007': 'unknown-item' });
const deleteHoldingRecord = endpoint('DELETE /bibs/{mms_id}/holdings/{holding_id}', {
  ...surelyNoItem,
  '60213': 'unknown-item',
  '60218': 'unknown-item',
  '402208': 'unknown-item',
});

/** Whether the institution has a bibliographic record with this mms_id. */
export async function titleExists(alma: Alma, mmsId: string): Promise<boolean> {
  try {
    await alma.call(retrieveBib, { mms_id: mmsId }, { query: { view: 'brief' } });
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** The mms_id of the record that carries our control number (MARC 035), if there is one. */
export async function bibByControlNumber(alma: Alma, controlNumber: string): Promise<string | undefined> {
  const found = await alma.call(retrieveBibs, {}, { query: { other_system_id: controlNumber, view: 'full' } });
  // The search is Alma's; whether a record is really ours its own list of control numbers says.
  const ours = list(found, 'bib').find((bib) => {
    const numbers = list(bib, 'network_number');
    return numbers.length === 0 || numbers.includes(controlNumber);
  });
  return text(ours, 'mms_id') || undefined;
}

/** The holding_ids of the title. */
export async function holdingsOf(alma: Alma, mmsId: string): Promise<string[]> {
  const found = await alma.call(retrieveHoldings, { mms_id: mmsId });
  return list(found, 'holding')
    .map((holding) => text(holding, 'holding_id'))
    .filter((id) => id !== '');
}

/** Adds a brief record, suppressed from publishing; gives its mms_id. */
export async function createBib(alma: Alma, bib: NewBib): Promise<string> {
  return idIn(await alma.call(createBibRecord, {}, { xml: bibXml(bib) }), 'mms_id');
}

/** Adds a holding at a location; gives its holding_id. */
export async function createHolding(
  alma: Alma,
  mmsId: string,
  place: { library: string; location: string },
): Promise<string> {
  const xml = holdingXml(place);
  return idIn(await alma.call(createHoldingRecord, { mms_id: mmsId }, { xml }), 'holding_id');
}

export async function deleteHolding(alma: Alma, mmsId: string, holdingId: string): Promise<void> {
  const ids = { mms_id: mmsId, holding_id: holdingId };
  await deleteUnlessGone(
    () => alma.call(deleteHoldingRecord, ids),
    () => holdingsOf(alma, mmsId),
    (left) => !left.includes(holdingId),
  );
}

export async function deleteBib(alma: Alma, mmsId: string): Promise<void> {
  await deleteUnlessGone(
    () => alma.call(deleteBibRecord, { mms_id: mmsId }, { query: { override: 'true' } }),
    () => titleExists(alma, mmsId),
    (exists) => !exists,
  );
}

/** The id of what was made; an answer without one leaves it unknown what was made. */
function idIn(answer: unknown, key: 'mms_id' | 'holding_id'): string {
  const id = text(answer, key);
  if (id === '') throw new OutcomeUnknown(`create ${key}`);
  return id;
}
