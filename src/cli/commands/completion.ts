// Completion scripts, generated from the commands and options of the program.
import type { Argument, Command, Option } from "commander";
import { nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import { rules } from "../../check/rules/index.ts";
import { CommandError, EXIT } from "../exit.ts";
import { printResult } from "../output.ts";
import { bashScript } from "../render/completion-bash.ts";
import { fishScript } from "../render/completion-fish.ts";
import type { CompletedCommand, Values } from "../render/completion-words.ts";
import { zshScript } from "../render/completion-zsh.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** The supported shells. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** `modelwright completion SHELL`: prints the script for a shell. `program` has all commands. */
export function completionCommand(shell: string, program: Command): number {
  const known = SHELLS.find((each) => each === shell);
  if (known === undefined) {
    const near = nearest(shell, SHELLS);
    const hint = near.length > 0 ? `Did you mean ${orList(near)}?` : `Use ${orList(SHELLS)}.`;
    throw new CommandError(EXIT.usage, `Unsupported shell ${quote(shell)}. ${hint}`);
  }
  printResult(SCRIPTS[known](commandsOf(program)));
  return EXIT.clean;
}

function commandsOf(program: Command): readonly CompletedCommand[] {
  const names = program.commands.map((command) => command.name());
  const help: CompletedCommand = {
    name: "help",
    description: "show help for a command",
    options: [],
    argument: { kind: "words", words: names },
    subcommands: [],
  };
  return [...program.commands.map(commandOf), help];
}

function commandOf(command: Command): CompletedCommand {
  return {
    name: command.name(),
    description: command.description(),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    argument: argumentOf(command.registeredArguments[0]),
    subcommands: command.commands.map(commandOf),
  };
}

function optionOf(option: Option): CompletedCommand["options"][number] {
  const { short, long = "", description } = option;
  const values = option.required ? valuesOf(option.flags, option.argChoices) : undefined;
  return { short, long, description, values, isRepeatable: description.includes("may be repeated") };
}

function argumentOf(argument: Argument | undefined): Values {
  if (argument === undefined) return { kind: "none" };
  return valuesOf(argument.name(), argument.argChoices);
}

/** What to complete for a value, by its name in the help: `<folder>`, `[files...]`, `[code or place]`. */
function valuesOf(name: string, choices: readonly string[] | undefined): Values {
  if (choices !== undefined) return { kind: "words", words: choices };
  if (/\bcode=/.test(name)) return { kind: "words", words: rules.map(({ code }) => `${code}=`) };
  if (/\bcode\b/.test(name)) return { kind: "words", words: rules.map(({ code }) => code) };
  if (/\bfolder\b/.test(name)) return { kind: "folders" };
  return { kind: /\b(?:files?|path|program|bundle)\b/.test(name) ? "files" : "none" };
}
