import { type FieldId, type FixedName, fieldOf, fixedFields } from './fields.ts';
import { type MessageRow, type RequestCode, type ResponseCode, requests, responses } from './messages.ts';
import { type KindName, kinds } from './values.ts';

/** A row of the table of messages, prepared for reading and writing bytes. */
export interface Layout {
  readonly fixed: readonly { readonly name: FixedName; readonly kind: KindName; readonly width: number }[];
  /** The fixed-length fields together, in characters. */
  readonly width: number;
  /** The fixed part as it should look. */
  readonly exact: RegExp;
  /** A fixed part of the wrong width: any element may be missing, and strays may stand before a date. */
  readonly loose: RegExp;
  readonly fields: readonly Field[];
  /** Finds the first identifier of one of the message's fields. */
  readonly firstField: RegExp;
  readonly unnumbered: boolean;
}

/** A variable-length field in a message. */
export interface Field {
  readonly id: FieldId;
  readonly name: string;
  readonly kind: KindName;
  readonly repeatable: boolean;
  readonly required: boolean;
}

function layoutOf(row: MessageRow): Layout {
  const fixed = row.fixed.map((name) => ({ name, ...fixedFields[name] }));
  const shapes = fixed.map(({ kind, width }) => ({ kind, shape: kinds[kind].shape(width) }));
  const loose = shapes.map(({ kind, shape }) => (kind === 'date' ? `(?:.*?(${shape}))?` : `(${shape})?`));
  const fields = row.fields.map((marked): Field => {
    const id = marked.slice(0, 2) as FieldId;
    const { name, kind = 'text', repeatable = false } = fieldOf(id);
    return { id, name, kind, repeatable, required: marked === id };
  });
  return {
    fixed,
    width: fixed.reduce((sum, { width }) => sum + width, 0),
    exact: new RegExp(`^${shapes.map(({ shape }) => shape).join('')}$`, 's'),
    loose: new RegExp(`^${loose.join('')}$`, 's'),
    fields,
    firstField: new RegExp(fields.map(({ id }) => id).join('|') || '$'),
    unnumbered: row.unnumbered ?? false,
  };
}

function layoutsOf<C extends string>(rows: Readonly<Record<C, MessageRow>>): ReadonlyMap<string, Layout> {
  return new Map(Object.entries<MessageRow>(rows).map(([code, row]) => [code, layoutOf(row)]));
}

/** The layout of every request, by command. */
export const requestLayouts = layoutsOf<RequestCode>(requests);

/** The layout of every response, by command. */
export const responseLayouts = layoutsOf<ResponseCode>(responses);
