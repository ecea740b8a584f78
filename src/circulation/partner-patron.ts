import type { Partner } from './context.ts';
import { type Patron, sameId } from './model.ts';
import type { WriteWork } from './operation.ts';
import { Refusal, unlessUnknown } from './refusals.ts';

/** The partner, and the agency that it asks for. */
export interface ForPartner {
  readonly partner: Partner;
  /** The agency that wants the item: whose patron it is made for where the profile makes one for each agency. */
  readonly forAgency: string;
}

/**
 * The patron on whose record the partner's loans and holds are kept.
 * @throws {Refusal} `data-missing` where the profile has one for each agency and none is named.
 */
export function partnerPatronId({ partner, forAgency }: ForPartner): string {
  const { patron } = partner.lending;
  if (patron.kind === 'fixed') return patron.id;
  if (forAgency !== '') return `${patron.idPrefix}${forAgency}`;
  throw new Refusal('data-missing', {
    about: 'patron',
    detail: 'no agency is named, and the loan is made for an agency',
  });
}

/** The same, made itself where the profile has one for each agency. */
export async function partnerPatron({ library, context, question, steps }: WriteWork<ForPartner>): Promise<string> {
  const { patron } = question.partner.lending;
  const primaryId = partnerPatronId(question);
  if (patron.kind === 'fixed') return primaryId;
  const { userGroup, externalId } = patron;
  const look = async (): Promise<Patron | undefined> =>
    unlessUnknown('unknown-patron', () => library.patron(context, primaryId));
  if ((await look()) === undefined)
    await steps.write('create patron', {
      perform: () => library.createPatron(context, { primaryId, surname: question.forAgency, userGroup, externalId }),
      look,
    });
  return primaryId;
}

/** Whether the library keeps loans of this partner on that patron's record. */
export function isPartnerPatron({ lending: { patron } }: Partner, patronId: string): boolean {
  return patron.kind === 'fixed' ? sameId(patron.id, patronId) : patronId.startsWith(patron.idPrefix);
}
