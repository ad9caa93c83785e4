// All commands and options of the command line. Each command has its own file, which is loaded only when it is called.
import { isAbsolute, join } from "node:path";
import { Argument, Command, CommanderError, Option } from "commander";
import { printableLines } from "../base/quote.ts";
import { VERSION } from "../base/version.ts";
import type { Target } from "../emit/files.ts";
import { CommandError, EXIT } from "./exit.ts";
import { givenDefinitions } from "./given-bundle.ts";
import { addBundle, addDoctor, addLock, addRun, addServe, addTest } from "./model-commands.ts";
import { fileCommand, oneOf, sharedOptions, withFormats, withSharedOptions } from "./options.ts";
import { printNote, printResult } from "./output.ts";
import { terminalOf } from "./streams.ts";

const HELP = ["-h, --help", "show this help"] as const;

/** The commands in the order of the help, each with the function that adds it. */
const COMMANDS: ReadonlyMap<string, (program: Command) => void> = new Map([
  ["check", addCheck],
  ["build", addBuild],
  ["plan", addPlan],
  ["graph", addGraph],
  ["lock", addLock],
  ["run", addRun],
  ["serve", addServe],
  ["test", addTest],
  ["doctor", addDoctor],
  ["bundle", addBundle],
  ["explain", addExplain],
  ["schema", addSchema],
  ["init", addInit],
  ["lsp", addLsp],
  ["completion", addCompletion],
] as const);

/** Runs a command line and sets the exit code. */
export async function runProgram(given: readonly string[]): Promise<void> {
  const program = newProgram();
  // The list of commands shows only whether they have options.
  if (given.length === 1 && ["-h", "--help", "help"].includes(given[0] ?? "")) program.createCommand = listedCommand;
  // Only the called command has to be added.
  const wanted = COMMANDS.get(given[0] ?? "");
  addCommands(program, wanted === undefined ? COMMANDS.values() : [wanted]);
  try {
    if (given.length === 0) program.help({ error: true });
    await program.parseAsync(given, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.clean : EXIT.usage;
  }
}

function addCommands(program: Command, commands: Iterable<(program: Command) => void>): Command {
  for (const add of commands) add(program);
  const all = [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)];
  for (const command of all) command.exitOverride().addHelpOption(new Option(...HELP).helpGroup("Options:"));
  return program;
}

function newProgram(): Command {
  return new Command("modelwright")
    .description(
      "A compiler for YAML model definitions: checks them, plans them, generates typed bindings and runs models.",
    )
    .version(VERSION, "-V, --version", "print the version")
    .addHelpOption(new Option(...HELP))
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: printResult,
      writeErr: printNote,
      outputError: (text, write) => write(printableLines(text.replace(/^error: /, "modelwright: "))),
      getOutHelpWidth: () => terminalOf(1)?.columns ?? 80,
      getErrHelpWidth: () => terminalOf(2)?.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

/** A command with only its first option, for the list of commands. */
function listedCommand(name?: string): Command {
  const command = new Command(name);
  const addOption = command.addOption.bind(command);
  const addFirst = (option: () => Option) => (command.options.length === 0 ? addOption(option()) : command);
  command.addOption = (option) => addFirst(() => option);
  command.option = (flags: string) => addFirst(() => new Option(flags));
  command.requiredOption = command.option;
  return command;
}

function addCheck(program: Command): void {
  withFormats(
    fileCommand(
      program,
      "check",
      "report mistakes in definitions, without network access, environment variables or Python",
    ),
    "-o, ",
  )
    .option("--watch", "check again after each change, until Ctrl+C")
    .optionsGroup("Fixes and baselines:")
    .option("--fix", "apply safe fixes, then check again; with -, print the fixed text")
    .option("--dry-run", "with --fix: print the changes as a diff instead of writing them")
    .option("--baseline <file>", "ignore findings listed in this file, and fail only for new ones")
    .option("--update-baseline", "with --baseline: replace its entries with the current findings")
    .action(async (files: string[], given: CheckOptions) => {
      const { fix = false, dryRun = false, updateBaseline = false, baseline, envFrom, envFile } = given;
      const own = { fix, dryRun, updateBaseline, baseline };
      const from = await givenDefinitions(files, sharedOptions(given));
      if (from.bundle !== undefined && (fix || given.watch === true || baseline !== undefined)) {
        const message = "`--fix`, `--watch` and `--baseline` cannot be used with a bundle, because it does not change.";
        throw new CommandError(EXIT.usage, message);
      }
      if (given.watch === true) {
        const { checkAndWatch } = await import("./commands/check-watch.ts");
        process.exitCode = await checkAndWatch(files, from.options, own, {
          readOptions: (cwd) => sharedOptions({ ...given, cwd }),
          optionFiles: [envFrom, envFile].filter((path) => path !== undefined),
        });
        return;
      }
      const { checkCommand } = await import("./commands/check.ts");
      process.exitCode = await checkCommand(from.files, from.options, own);
    });
}

function addBuild(program: Command): void {
  withFormats(fileCommand(program, "build", "write the execution plan and the TypeScript bindings"))
    .optionsGroup("Generated files:")
    .option("-o, --out <folder>", "the folder to write to (default: generated)")
    .addOption(
      new Option(
        "--target <name>",
        "ts: one module; js: a module and declarations with links to the definition; openapi: the document of `serve` (default: ts)",
      ).choices(["ts", "js", "openapi"]),
    )
    .option("--declarations", "also write `efemarai.d.yaml.ts` next to each definition, for `import` of the YAML file")
    .option("--check", "do not write; exit 4 if generated files are out of date")
    .option("--watch", "rebuild after each change, until Ctrl+C")
    .action(async (files: string[], given: GivenBuildOptions) => {
      const { buildAndWatch, buildCommand } = await import("./commands/build.ts");
      const { check = false, watch = false, declarations = false } = given;
      const run = watch ? buildAndWatch : buildCommand;
      const options = sharedOptions(given);
      const { out = "generated", target = "ts" } = options.configuration;
      const generated = { out: given.out ?? out, target: given.target ?? target, check, declarations };
      process.exitCode = await run(files, options, generated);
    });
}

function addPlan(program: Command): void {
  withFormats(fileCommand(program, "plan", "print the execution plan as JSON")).action(
    async (files: string[], given: object) => {
      const { planCommand } = await import("./commands/plan.ts");
      const from = await givenDefinitions(files, sharedOptions(given));
      process.exitCode = planCommand(from.files, from.options);
    },
  );
}

function addGraph(program: Command): void {
  const formats = ["mermaid", "dot", "json", "svg", "html"];
  fileCommand(program, "graph", "print the dependency graph or open it in a browser")
    .optionsGroup("Output:")
    .addOption(oneOf(program, "-f, --format <name>", "output format of the graph (default: mermaid)", formats))
    .option("--open", "write the page of --format html to a temporary file and open it in a browser")
    .action(async (files: string[], given: { format?: string; open?: boolean }) => {
      const { graphCommand } = await import("./commands/graph.ts");
      const { format, open = false } = given;
      const from = await givenDefinitions(files, sharedOptions(given));
      process.exitCode = await graphCommand(from.files, from.options, { format, open });
    });
}

function addExplain(program: Command): void {
  withSharedOptions(
    program
      .command("explain")
      .description("explain the code of a finding, or trace the value at a place in a file (default: list all codes)")
      .argument(
        "[code or place]",
        "the code of a finding, such as undefined-reference, or a place: FILE:LINE:COLUMN or FILE:LINE",
      ),
  )
    .optionsGroup("Output:")
    .addOption(oneOf(program, "-f, --format <name>", "output format for a place", ["pretty", "json"]).default("pretty"))
    .action(async (subject: string | undefined, given: { format: string }) => {
      const { explainPlace, parsePlace } = await import("./commands/explain-place.ts");
      const place = subject === undefined ? undefined : parsePlace(subject);
      if (place !== undefined) {
        process.exitCode = explainPlace(place, sharedOptions(given), given.format);
        return;
      }
      const { explainCommand } = await import("./commands/explain.ts");
      process.exitCode = explainCommand(subject);
    });
}

function addSchema(program: Command): void {
  program
    .command("schema")
    .description("print a JSON Schema, for editors and other tools")
    .addArgument(
      oneArgument(
        "[name]",
        "the document that the schema describes",
        ["definition", "plan", "diagnostics", "config"],
        "definition",
      ),
    )
    .action(async (name: string) => {
      const { schemaCommand } = await import("./commands/schema.ts");
      process.exitCode = schemaCommand(name);
    });
}

function addInit(program: Command): void {
  program
    .command("init")
    .description("write a starter definition and a Python stub")
    .argument("[folder]", "the folder to write to", ".")
    .option("--cwd <folder>", "use this folder as the working directory", ".")
    .action(async (folder: string, { cwd }: { cwd: string }) => {
      const { initCommand } = await import("./commands/init.ts");
      process.exitCode = initCommand(isAbsolute(folder) ? folder : join(cwd, folder));
    });
}

function addLsp(program: Command): void {
  program
    .command("lsp")
    .description("start the language server for editors on standard input and output")
    // Many clients pass it. The server has no other transport.
    .addOption(new Option("--stdio").hideHelp())
    // VS Code passes it. The protocol library reads it, and ends this process when the client ends.
    .addOption(new Option("--clientProcessId <id>").hideHelp())
    .action(async () => {
      const { lspCommand } = await import("./commands/lsp.ts");
      lspCommand();
    });
}

function addCompletion(program: Command): void {
  program
    .command("completion")
    .description("print a shell completion script")
    .addArgument(oneArgument("<shell>", "the shell to complete in", ["bash", "zsh", "fish"]))
    .action(async (shell: string) => {
      const { completionCommand } = await import("./commands/completion.ts");
      process.exitCode = completionCommand(shell, addCommands(newProgram(), COMMANDS.values()));
    });
}

/** An argument whose choices are shown and completed. The command reports any other value. */
function oneArgument(name: string, description: string, words: string[], byDefault?: string): Argument {
  const argument = new Argument(name, description);
  argument.argChoices = words;
  return byDefault === undefined ? argument : argument.default(byDefault);
}

interface CheckOptions {
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly watch?: boolean;
  readonly envFrom?: string;
  readonly envFile?: string;
}

interface GivenBuildOptions {
  readonly out?: string;
  readonly target?: Target;
  readonly declarations?: boolean;
  readonly check?: boolean;
  readonly watch?: boolean;
}
