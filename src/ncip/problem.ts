import { type Refusal, type RefusalKind, refusalKinds } from '../circulation/refusals.ts';
import { type Element, element } from './message.ts';
import { pathOf, valueAt } from './problem-element.ts';
import { failure, generalProblemTypes, rankedProblemTypes } from './problem-types.ts';
import type { Service } from './services/service.ts';
import { offered, type ServiceName, services } from './services/table.ts';

const general: ReadonlySet<string> = new Set(generalProblemTypes);
const everyType: readonly string[] = [
  ...new Set([...generalProblemTypes, ...Object.values(services).flatMap(({ problemTypes }) => problemTypes)]),
];

/** The standard's word for a kind of refusal, as far as the service (`undefined`: none that is offered) knows it. */
export function problemType(kind: RefusalKind, service: Service | undefined): string {
  const isKnown = (type: string): boolean => general.has(type) || service?.problemTypes.includes(type) === true;
  return service?.problems?.[kind] ?? rankedProblemTypes[kind].find(isKnown) ?? failure;
}

/** Where a refusal happened: what is known of the message that is answered. */
export interface Refused {
  readonly service: ServiceName | undefined;
  /** The service's element, where it could be read. */
  readonly message?: Element;
  /** The element that breaks the schema. */
  readonly faulty?: string;
  readonly traceId: string;
}

/** The Problem for a refusal: ProblemType, ProblemDetail, ProblemElement?, ProblemValue? (no Scheme, as Alma does). */
export function problem(refusal: Refusal, where: Refused): Element {
  const service = where.service && offered(where.service);
  const type = problemType(refusal.kind, service);
  const path = pathOf(refusal, where.message, service?.paths);
  const value = refusal.facts.value ?? valueAt(where.message, path);
  return element(
    'Problem',
    element('ProblemType', type),
    element('ProblemDetail', problemDetail(type, refusal, where.traceId)),
    element('ProblemElement', problemElement(path, where)),
    value === undefined ? undefined : element('ProblemValue', value),
  );
}

/**
 * One sentence: the type's words, ours, the library system's, and the reference under which the log has the rest.
 * Clients route by the words of other types wherever they occur, so a detail that holds any stays in the log.
 */
function problemDetail(type: string, refusal: Refusal, traceId: string): string {
  const { detail } = refusal.facts;
  const misleading = everyType.some((other) => other !== type && detail?.includes(other));
  const more = detail === undefined || misleading ? '' : `: ${detail}`;
  return `${type}: ${refusalKinds[refusal.kind]}${more} (reference ${traceId})`;
}

function problemElement(path: string | undefined, { service, faulty }: Refused): string {
  if (faulty !== undefined && faulty !== '') return `//${faulty}`;
  const root = service ?? 'NCIPMessage';
  return path === undefined ? `//${root}` : `//${root}/${path}`;
}
