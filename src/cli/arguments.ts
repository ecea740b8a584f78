/** The options of every command; each command takes those that it needs. */
export interface Arguments {
  readonly config: string;
  /** `listen.ncip.port=0` and the like: replaces a setting of gateway.yaml. */
  readonly set: readonly string[];
  readonly words: readonly string[];
  readonly host: string;
  readonly port: number;
}

/** A wrong command line: the message says what is right. */
export class UsageError extends Error {}
