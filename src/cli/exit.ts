/** The exit codes of every command; src/docs/commands.md explains them. */
export const EXIT = {
  clean: 0,
  findings: 1,
  usage: 2,
  failure: 3,
  stale: 4,
  nothing: 5,
  step: 6,
} as const;

/** Ends a command with a message for people and an exit code; nothing else in the command line throws. */
export class CommandError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
