// Completion for Bash 3.2 (the version of macOS) and later. It does not need the package bash-completion.
import { type CompletedCommand, flagsOf, namesOf, type Values } from "./completion-words.ts";

/** The completion script for Bash. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const names = namesOf(commands);
  const pairs = commands.flatMap(({ name, subcommands }) => namesOf(subcommands).map((sub) => `"${name} ${sub}"`));
  return `# Completion of modelwright for bash. Load it with: source <(modelwright completion bash)
_modelwright() {
  local IFS=$'\\n'
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  # Bash splits \`--format=json\` into three words.
  if [ "$current" = "=" ]; then
    current=""
  elif [ "$previous" = "=" ]; then
    previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    ${replyWith({ kind: "words", words: [...names, "--help", "--version"] })}
    return
  fi
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "$command \${COMP_WORDS[2]}" in
    ${pairs.join(" | ")})
      command="$command \${COMP_WORDS[2]}"
      ;;
    esac
  fi
  case "$command" in
${commands.flatMap(casesOf).join("\n")}
  esac
}
complete -o filenames -F _modelwright modelwright
`;
}

/** The cases of a command and of its subcommands. */
function casesOf(command: CompletedCommand): readonly string[] {
  const { name, subcommands } = command;
  return [caseOf(command), ...subcommands.map((each) => caseOf({ ...each, name: `"${name} ${each.name}"` }))];
}

function caseOf({ name, options, argument, subcommands }: CompletedCommand): string {
  const flags = options.map(({ long }) => long);
  const values = options.flatMap((option) =>
    option.values === undefined
      ? []
      : [`      ${flagsOf(option).join("|")})\n        ${replyWith(option.values)}\n        return\n        ;;`],
  );
  const previous = values.length === 0 ? [] : [`      case "$previous" in`, ...values, "      esac"];
  return [
    `    ${name})`,
    ...previous,
    `      case "$current" in`,
    `      -*)`,
    `        ${replyWith({ kind: "words", words: flags })}`,
    "        ;;",
    "      *)",
    `        ${replyWith(argument)}`,
    ...(subcommands.length === 0
      ? []
      : [`        [ "$COMP_CWORD" -gt 2 ] || COMPREPLY+=(${compgen({ kind: "words", words: namesOf(subcommands) })})`]),
    "        ;;",
    "      esac",
    "      ;;",
  ].join("\n");
}

function replyWith(values: Values): string {
  return values.kind === "none" ? ":" : `COMPREPLY=(${compgen(values)})`;
}

function compgen(values: Exclude<Values, { kind: "none" }>): string {
  const what = values.kind === "words" ? `-W $'${values.words.join("\\n")}'` : values.kind === "files" ? "-f" : "-d";
  return `$(compgen ${what} -- "$current")`;
}
