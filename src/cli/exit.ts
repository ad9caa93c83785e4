/**
 * The exit codes of every command; src/docs/commands.md explains them. When several apply to a run, the order is: interruption
 * (130, 143), a failed step (6), an input without datapoints (5), too many error rows (6).
 */
export const EXIT = {
  clean: 0,
  findings: 1,
  usage: 2,
  failure: 3,
  stale: 4,
  nothing: 5,
  /** A step of `run` failed, or more rows failed than `--max-errors` allows. */
  step: 6,
} as const;

/** Ends a command with a message and an exit code. The command line throws nothing else on purpose. */
export class CommandError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
