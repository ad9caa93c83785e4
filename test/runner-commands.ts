// How GitHub's runner finds commands in the output of a step: a port of its `ActionCommand.TryParseV2` and `TryParse`.
// https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs

/** The commands that a runner registers. */
const REGISTERED = new Set([
  ...["add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path"],
  ...["notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"],
]);

/** A line that a runner interprets. */
export interface RunnerCommand {
  readonly name: string;
  readonly line: string;
  /** Whether it is of the older kind, which is recognized anywhere in a line. */
  readonly isOlder: boolean;
}

/** All commands in the output of a step. The runner's comparisons ignore invisible characters. */
export function commandsIn(output: string): readonly RunnerCommand[] {
  return output.split(/\r\n|\n|\r/).flatMap((line): readonly RunnerCommand[] => {
    const compared = line.replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]|[^\P{Cc}\t\v\f\u0085]/gu, "");
    const name = newerCommand(compared);
    if (name !== undefined) return [{ name, line, isOlder: false }];
    const older = olderCommand(compared);
    return older === undefined ? [] : [{ name: older, line, isOlder: true }];
  });
}

function newerCommand(line: string): string | undefined {
  const message = line.replace(/^[\s\u0085]+/, "");
  if (!message.startsWith("::")) return undefined;
  const end = message.indexOf("::", 2);
  return end < 0 ? undefined : registered(message.slice(2, end));
}

function olderCommand(line: string): string | undefined {
  const start = line.indexOf("##[");
  if (start < 0) return undefined;
  const end = line.indexOf("]", start);
  return end < 0 ? undefined : registered(line.slice(start + 3, end));
}

function registered(command: string): string | undefined {
  const name = command.split(" ", 1)[0] ?? "";
  return REGISTERED.has(name.toLowerCase()) ? name : undefined;
}
