import { type CompletedCommand, type CompletedOption, namesOf, type Values } from "./completion-words.ts";

/** The completion script for fish. It can be sourced, or saved in the folder `completions` of the configuration. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => [
    line(["-n", "__fish_use_subcommand", "-a", command.name, "-d", command.description]),
    ...linesOf(command, alone(command)),
    ...command.subcommands.flatMap((each) => [
      line(["-n", alone(command), "-a", each.name, "-d", each.description]),
      ...linesOf(each, `${isIn(command.name)}; and ${isIn(each.name)}`),
    ]),
  ]);
  return `# Completion of modelwright for fish. Load it with: modelwright completion fish | source
${line(["-f"])}
${line(["-n", "__fish_use_subcommand", "-s", "h", "-l", "help", "-d", "show this help"])}
${line(["-n", "__fish_use_subcommand", "-s", "V", "-l", "version", "-d", "print the version"])}
${lines.join("\n")}
`;
}

/** The options and the argument of a command, which are offered if a condition is true. */
function linesOf({ options, argument }: CompletedCommand, condition: string): readonly string[] {
  return [
    ...options.map((option) => optionLine(condition, option)),
    ...(argument.kind === "none" ? [] : [line(["-n", condition, ...given(argument)])]),
  ];
}

function optionLine(condition: string, { short, long, description, values }: CompletedOption): string {
  const name = [...(short === undefined ? [] : ["-s", short.slice(1)]), "-l", long.replace(/^--/, "")];
  const value = values === undefined ? [] : [values.kind === "files" ? "-r" : "-x", ...given(values)];
  return line(["-n", condition, ...name, ...value, "-d", description]);
}

function isIn(command: string): string {
  return `__fish_seen_subcommand_from ${command}`;
}

/** The condition that a command is given without one of its subcommands. */
function alone({ name, subcommands }: CompletedCommand): string {
  if (subcommands.length === 0) return isIn(name);
  return `${isIn(name)}; and not ${isIn(namesOf(subcommands).join(" "))}`;
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
