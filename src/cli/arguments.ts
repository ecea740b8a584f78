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

/** A command could not do what it was told; the message is one line that says why. */
export class CommandFailed extends Error {}
