import type { CompletedCommand, CompletedOption, Values } from "./completion-words.ts";

/** The completion script for fish. It can be sourced, or saved in the folder `completions` of the configuration. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => [
    line(["-n", "__fish_use_subcommand", "-a", command.name, "-d", command.description]),
    ...command.options.map((option) => optionLine(command.name, option)),
    ...(command.argument.kind === "none" ? [] : [line(["-n", isIn(command.name), ...given(command.argument)])]),
  ]);
  return `# Completion of modelwright for fish. Load it with: modelwright completion fish | source
${line(["-f"])}
${line(["-n", "__fish_use_subcommand", "-s", "h", "-l", "help", "-d", "show this help"])}
${line(["-n", "__fish_use_subcommand", "-s", "V", "-l", "version", "-d", "print the version"])}
${lines.join("\n")}
`;
}

function optionLine(command: string, { short, long, description, values }: CompletedOption): string {
  const name = [...(short === undefined ? [] : ["-s", short.slice(1)]), "-l", long.replace(/^--/, "")];
  const value = values === undefined ? [] : [values.kind === "files" ? "-r" : "-x", ...given(values)];
  return line(["-n", isIn(command), ...name, ...value, "-d", description]);
}

function isIn(command: string): string {
  return `__fish_seen_subcommand_from ${command}`;
}

/** Files are completed only with `-F`, because the first line of the script turns them off. */
function given(values: Values): readonly string[] {
  switch (values.kind) {
    case "words":
      return ["-a", values.words.join(" ")];
    case "files":
      return ["-F"];
    case "folders":
      return ["-a", "(__fish_complete_directories)"];
    case "none":
      return [];
  }
}

function line(words: readonly string[]): string {
  return ["complete", "-c", "modelwright", ...words].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w-]+$/.test(word) ? word : `'${word.replace(/['\\]/g, "\\$&")}'`;
}
