import { z } from 'zod';
import type { Explanation } from '../src/config/explanation.ts';

/** A schema of settings as a plain tree (JSON Schema), in which each setting carries its explanation. */
export interface Explained extends Explanation {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly anyOf?: readonly Explained[];
  readonly items?: Explained;
  readonly properties?: Readonly<Record<string, Explained>>;
  readonly required?: readonly string[];
  /** `false` where only the named properties may be there. */
  readonly additionalProperties?: Explained | false;
}

/** What an operator writes, not what the program makes of it. */
export function explained(schema: z.ZodType): Explained {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Explained;
}

/** The groups of settings that may stand in one place. */
export function groupsOf(node: Explained): readonly Explained[] {
  return node.anyOf?.flatMap(groupsOf) ?? (node.properties === undefined ? [] : [node]);
}

/** What is below a setting, by the key or the index that stands in a file. */
export function below(node: Explained, key: string): Explained | undefined {
  const named = groupsOf(node)
    .map(({ properties }) => properties?.[key])
    .find((child) => child !== undefined);
  return named ?? node.items ?? (node.additionalProperties || undefined);
}

/** What a person is told about a setting, as paragraphs of lines. */
export function paragraphsOf({ description, alma, realLibrary }: Explanation): string[] {
  return [
    ...(description === undefined ? [] : [description]),
    ...(alma === undefined ? [] : [`In Alma: ${alma}`]),
    ...(realLibrary === undefined ? [] : [`REAL LIBRARY: ${realLibrary}`]),
  ];
}
