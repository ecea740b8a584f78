/** One thing that is wrong in the configuration, in words for the person who edits it. */
export interface Problem {
  readonly file: string;
  /** Counted from 1. Absent where there is no place to point at: a file that is missing, an override. */
  readonly line?: number;
  readonly column?: number;
  /** The dotted path of the setting, `listen.ncip.port`; empty when the whole file is meant. */
  readonly key: string;
  /** What was expected and what was found. Never the value of a secret. */
  readonly message: string;
}

/** Everything that is wrong with the configuration, at once. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** A problem as one line, `file:line:column: key: message`, which editors and terminals make clickable. */
export function describeProblem(problem: Problem): string {
  const { file, line, column, key, message } = problem;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return [place, key, message].filter((part) => part !== '').join(': ');
}
