import type { Selectable, Transaction } from 'kysely';
import type { Context } from '../circulation/context.ts';
import { isOpen, type Leg, type LegFacts, type LegState, mayGo, type Side } from '../circulation/legs.ts';
import type { Clock, Correlations } from '../circulation/ports.ts';
import type { Log } from '../log/events.ts';
import type { Database } from './database.ts';
import type { Tables } from './schema.ts';

type LegRow = Selectable<Tables['legs']>;

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** The correlation table on SQLite. A leg and its event are always written in one transaction. */
export function createCorrelations({ database, clock, log }: Parts): Correlations {
  const ofInstitution = (institution: string) =>
    database
      .selectFrom('legs')
      .selectAll()
      .where('institution', '=', institution)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc');
  const byBarcode = (institution: string, barcode: string) => ofInstitution(institution).where('barcode', '=', barcode);
  const byRequest = (institution: string, partner: string, requestId: string) =>
    ofInstitution(institution).where('partner', '=', partner).where('request_id', '=', requestId);

  async function record(tx: Transaction<Tables>, context: Context, leg: Leg, from: LegState | ''): Promise<void> {
    const at = clock().toISOString();
    await tx
      .insertInto('events')
      .values({
        leg: leg.id,
        at,
        source: context.source,
        actor: context.actor,
        what: context.message,
        from_state: from,
        to_state: leg.state,
        trace_id: context.traceId,
      })
      .onConflict((conflict) => conflict.columns(['leg', 'trace_id', 'what', 'to_state']).doNothing())
      .execute();
  }

  const tell = (context: Context, leg: Leg, from: LegState | ''): void =>
    log('state-change', {
      trace: context.traceId,
      institution: leg.institution,
      leg: leg.id,
      partner: leg.partner,
      side: leg.side,
      source: context.source,
      actor: context.actor,
      what: context.message,
      from,
      to: leg.state,
      barcode: leg.barcode,
      request: leg.requestId,
    });

  return {
    async openLegOfBarcode(institution, barcode) {
      const row = await byBarcode(institution, barcode).where('closed_at', 'is', null).executeTakeFirst();
      return row && legOf(row);
    },

    async latestLegOfBarcode(institution, barcode) {
      const [row] = openFirst(await byBarcode(institution, barcode).execute());
      return row && legOf(row);
    },

    async legsOfPartnersItem(institution, partner, itemId) {
      const known = (by: 'barcode' | 'broker_item_id') =>
        database
          .selectFrom('legs')
          .select('id')
          .where('institution', '=', institution)
          .where('partner', '=', partner)
          .where(by, '=', itemId);
      // Each name by its own index: an `or` of them would go through all legs of the partner.
      const rows = await database
        .selectFrom('legs')
        .selectAll()
        .where('id', 'in', known('barcode').unionAll(known('broker_item_id')))
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return openFirst(rows).map(legOf);
    },

    async latestLegOfRequest(institution, partner, side, requestId) {
      const row = await byRequest(institution, partner, requestId).where('side', '=', side).executeTakeFirst();
      return row && legOf(row);
    },

    async endedLegsOfRequest(institution, partner, requestId) {
      return (await byRequest(institution, partner, requestId).where('closed_at', 'is not', null).execute()).length;
    },

    async open(context, { id, partner, side, state, facts }) {
      const opened = await database.selectFrom('legs').selectAll().where('id', '=', id).executeTakeFirst();
      if (opened !== undefined) return legOf(opened);
      const at = clock().toISOString();
      const leg: Leg = {
        ...facts,
        id,
        institution: context.institution.code,
        partner,
        side,
        state,
        createdAt: at,
        updatedAt: at,
      };
      await database.transaction().execute(async (tx) => {
        await tx.insertInto('legs').values(rowOf(leg)).execute();
        await record(tx, context, leg, '');
      });
      tell(context, leg, '');
      return leg;
    },

    async advance(context, { id }, to, facts = {}) {
      const { before, after } = await database.transaction().execute(async (tx) => {
        const before = legOf(await tx.selectFrom('legs').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
        if (before.state !== to && !mayGo(before.side, before.state, to))
          throw new Error(`a ${before.side}'s leg cannot go from ${before.state} to ${to}`);
        const at = clock().toISOString();
        const after: Leg = {
          ...before,
          ...withoutAbsent(facts),
          state: to,
          updatedAt: at,
          closedAt: isOpen(to) ? undefined : (before.closedAt ?? at),
        };
        await tx.updateTable('legs').set(rowOf(after)).where('id', '=', id).execute();
        await record(tx, context, after, before.state);
        return { before, after };
      });
      if (before.state !== to) tell(context, after, before.state);
      return after;
    },

    async forgetPatrons(before) {
      const { numUpdatedRows } = await database
        .updateTable('legs')
        .set({ patron_id: null })
        .where('closed_at', '<', before)
        .where('patron_id', 'is not', null)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
  };
}

/** An open leg is newer than any ended one, whatever the clock said. */
const openFirst = (rows: readonly LegRow[]): LegRow[] =>
  rows.toSorted((a, b) => Number(a.closed_at !== null) - Number(b.closed_at !== null));

const withoutAbsent = (facts: LegFacts): LegFacts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

function rowOf(leg: Leg): LegRow {
  return {
    id: leg.id,
    institution: leg.institution,
    partner: leg.partner,
    side: leg.side,
    state: leg.state,
    request_agency: leg.requestAgency ?? null,
    request_id: leg.requestId ?? null,
    broker_item_id: leg.brokerItemId ?? null,
    barcode: leg.barcode ?? null,
    patron_id: leg.patronId ?? null,
    mms_id: leg.ref?.mmsId ?? null,
    holding_id: leg.ref?.holdingId ?? null,
    item_id: leg.ref?.itemId ?? null,
    alma_request_id: leg.almaRequestId ?? null,
    loan_id: leg.loanId ?? null,
    due: leg.due ?? null,
    title: leg.title ?? null,
    created_at: leg.createdAt,
    updated_at: leg.updatedAt,
    closed_at: leg.closedAt ?? null,
  };
}

/** A row as a leg; what is null in the table is absent. */
export function legOf(row: LegRow): Leg {
  return {
    id: row.id,
    institution: row.institution,
    partner: row.partner,
    side: row.side as Side,
    state: row.state as LegState,
    requestAgency: row.request_agency ?? undefined,
    requestId: row.request_id ?? undefined,
    brokerItemId: row.broker_item_id ?? undefined,
    barcode: row.barcode ?? undefined,
    patronId: row.patron_id ?? undefined,
    ref: {
      mmsId: row.mms_id ?? undefined,
      holdingId: row.holding_id ?? undefined,
      itemId: row.item_id ?? undefined,
    },
    almaRequestId: row.alma_request_id ?? undefined,
    loanId: row.loan_id ?? undefined,
    due: row.due ?? undefined,
    title: row.title ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at ?? undefined,
  };
}
