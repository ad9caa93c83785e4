import { type CompletedCommand, type CompletedOption, flagsOf, namesOf, type Values } from "./completion-words.ts";

/** The completion script for zsh. It can be sourced, or saved as `_modelwright` in a folder of `fpath`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const list = commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`);
  return `#compdef modelwright
# Completion of modelwright for zsh. Load it with: source <(modelwright completion zsh)
_modelwright() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands
  commands=(
${list.join("\n")}
  )
  _arguments -C '(-)--help[show this help]' '(-)--version[print the version]' '1:command:->command' '*::argument:->argument'
  case $state in
  command)
    _describe command commands
    ;;
  argument)
    case $line[1] in
${commands.map(caseOf).join("\n")}
    esac
    ;;
  esac
}
if [ "$funcstack[1]" = "_modelwright" ]; then
  _modelwright "$@"
else
  compdef _modelwright modelwright
fi
`;
}

function caseOf(command: CompletedCommand): string {
  const { name, subcommands } = command;
  if (subcommands.length === 0) return `    ${name})\n      ${argumentsOf(command)}\n      ;;`;
  const cases = subcommands.map(
    (each) => `      ${each.name})
        shift words
        CURRENT=$((CURRENT - 1))
        ${argumentsOf(each)}
        ;;`,
  );
  return `    ${name})
      local subcommand=""
      (( CURRENT > 2 )) && subcommand=$words[2]
      case $subcommand in
${cases.join("\n")}
      *)
        ${argumentsOf(command)}
        ;;
      esac
      ;;`;
}

/** Completes the options and the argument of a command. */
function argumentsOf({ options, argument, subcommands }: CompletedCommand): string {
  const action = actionOf(argument);
  const both = ` _alternative "commands:command:(${namesOf(subcommands).join(" ")})" "arguments:argument:${action}"`;
  const last = argument.kind === "none" ? [] : [quoted(`*:argument:${subcommands.length === 0 ? action : both}`)];
  return `_arguments ${[...options.map(optionSpec), ...last].join(" \\\n        ")}`;
}

/** Such as `'(-f --format)'{-f,--format}'[how findings are shown]:value:(pretty json)'`. */
function optionSpec(option: CompletedOption): string {
  const { description, values, isRepeatable } = option;
  const flags = flagsOf(option);
  const others = isRepeatable ? quoted("*") : quoted(`(${flags.join(" ")})`);
  const written = flags.length === 1 ? flags.join("") : `{${flags.join(",")}}`;
  const text = `[${description.replace(/[[\]:\\]/g, "\\$&")}]`;
  return others + written + quoted(values === undefined ? text : `${text}:value:${actionOf(values)}`);
}

function actionOf(values: Values): string {
  switch (values.kind) {
    case "words":
      return `(${values.words.join(" ")})`;
    case "files":
      return "_files";
    case "folders":
      return "_files -/";
    case "none":
      return " ";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
