import type { Circulation } from '../../circulation/circulation.ts';
import type { Context, Partner } from '../../circulation/context.ts';
import type { RefusalKind } from '../../circulation/refusals.ts';
import type { Element } from '../message.ts';
import type { Paths } from '../problem-element.ts';
import type { GeneralProblemType } from '../problem-types.ts';

/** One message on its way to the core. */
export interface ServiceCall {
  /** The service's element, valid by the schema. */
  readonly message: Element;
  readonly circulation: Circulation;
  readonly context: Context;
  readonly partner: Partner;
  /** Tells messages with other contents apart, whatever their header. */
  readonly digest: string;
  readonly now: Date;
}

/** A service that the gateway offers: all that is said about it stands in its own file. */
export interface Service<ProblemType extends string = string> {
  /** What it does at the library, in README's words. */
  readonly does: string;
  /** The values of ProblemType that the standard lists for it (Z39.83-1-2012, Appendix A), word for word. */
  readonly problemTypes: readonly ProblemType[];
  /** What it says of a kind of refusal, where that is not the first of the general words that it lists. */
  readonly problems?: { readonly [K in RefusalKind]?: NoInfer<ProblemType> | GeneralProblemType };
  /** Where the things that a refusal can be about stand in its message, beside the usual places. */
  readonly paths?: Partial<Paths>;
  /** Gives what stands in the response after its header. Refusals are thrown, and caught in one place. */
  perform(call: ServiceCall): Promise<Element[]>;
}

/** Declares a service: a word that the standard does not list for it does not compile. */
export const service = <const ProblemType extends string>(declared: Service<ProblemType>): Service => declared;
