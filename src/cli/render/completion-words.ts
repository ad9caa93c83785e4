/** What a shell completes for a value. */
export type Values =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "files" | "folders" | "none" };

/** An option for completion. */
export interface CompletedOption {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  /** `undefined` for an option that takes no value. */
  readonly values: Values | undefined;
  readonly isRepeatable: boolean;
}

/** A command for completion. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly argument: Values;
  /** Commands that can follow it in place of its argument. */
  readonly subcommands: readonly CompletedCommand[];
}

/** The names of commands. */
export function namesOf(commands: readonly CompletedCommand[]): readonly string[] {
  return commands.map(({ name }) => name);
}

/** The short and long form of an option. */
export function flagsOf({ short, long }: CompletedOption): readonly string[] {
  return short === undefined ? [long] : [short, long];
}
