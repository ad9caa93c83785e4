// Everything that the command line takes. Each command is a file of its own and is loaded only when it is called.
import { isAbsolute, join } from "node:path";
import { Argument, Command, CommanderError, Option } from "commander";
import { printableLines } from "../base/quote.ts";
import { VERSION } from "../base/version.ts";
import { EXIT } from "./exit.ts";
import { oneOf, sharedOptions, withFormats, withSharedOptions } from "./options.ts";
import { printNote, printResult } from "./output.ts";
import { terminalOf } from "./streams.ts";

const FILES = "definition files, folders that hold one, or - for standard input; without any, those found below here";

const HELP = ["-h, --help", "print this help"] as const;

/** The commands in the order of the help, each with what adds it. */
const COMMANDS: ReadonlyMap<string, (program: Command) => void> = new Map([
  ["check", addCheck],
  ["build", addBuild],
  ["plan", addPlan],
  ["graph", addGraph],
  ["run", addRun],
  ["doctor", addDoctor],
  ["explain", addExplain],
  ["schema", addSchema],
  ["init", addInit],
  ["completion", addCompletion],
] as const);

/** Runs a command line and sets the exit code. */
export async function runProgram(given: readonly string[]): Promise<void> {
  const program = newProgram();
  // The list of commands says only whether they have options.
  if (given.length === 1 && ["-h", "--help", "help"].includes(given[0] ?? "")) program.createCommand = listedCommand;
  // A command that is known needs no other one.
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
  for (const command of [program, ...program.commands]) {
    command.exitOverride().addHelpOption(new Option(...HELP).helpGroup("Options:"));
  }
  return program;
}

function newProgram(): Command {
  return new Command("modelwright")
    .description("The compiler for YAML model definitions: checks them, plans them, types them and runs them.")
    .version(VERSION, "-V, --version", "print the version")
    .addHelpOption(new Option(...HELP))
    .helpCommand("help [command]", "print the help of a command")
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

/** A command as the list shows it: of its options there is only the first. */
function listedCommand(name?: string): Command {
  const command = new Command(name);
  const addOption = command.addOption.bind(command);
  const addFirst = (option: () => Option) => (command.options.length === 0 ? addOption(option()) : command);
  command.addOption = (option) => addFirst(() => option);
  command.option = (flags: string) => addFirst(() => new Option(flags));
  command.requiredOption = command.option;
  return command;
}

/** A command that reads definition files. */
function fileCommand(program: Command, name: string, description: string, argument = "[files...]"): Command {
  return withSharedOptions(program.command(name).description(description).argument(argument, FILES));
}

function addCheck(program: Command): void {
  withFormats(fileCommand(program, "check", "find every mistake; needs no network, no environment, no Python"), "-o, ")
    .optionsGroup("Fixes and baselines:")
    .option("--fix", "mend what can be meant in one way only, then check again; with -, print the mended text")
    .option("--dry-run", "with --fix: print the changes as a diff, and change nothing")
    .option("--baseline <file>", "accept the findings in this file, and fail only on new ones")
    .option("--update-baseline", "with --baseline: accept what is found now, and drop what is no longer needed")
    .action(async (files: string[], given: CheckOptions) => {
      const { checkCommand } = await import("./commands/check.ts");
      const { fix = false, dryRun = false, updateBaseline = false, baseline } = given;
      process.exitCode = await checkCommand(files, sharedOptions(given), { fix, dryRun, updateBaseline, baseline });
    });
}

function addBuild(program: Command): void {
  withFormats(fileCommand(program, "build", "write the plan and the TypeScript bindings"))
    .optionsGroup("Generated files:")
    .option("-o, --out <folder>", "the folder to write to (default: generated)")
    .addOption(
      new Option(
        "--target <name>",
        "ts: one module; js: a module and declarations that lead editors into the definition (default: ts)",
      ).choices(["ts", "js"]),
    )
    .option("--check", "write nothing; exit with 4 when what is there is stale")
    .option("--watch", "build again after each change, until Ctrl+C")
    .action(async (files: string[], given: GivenBuildOptions) => {
      const { buildAndWatch, buildCommand } = await import("./commands/build.ts");
      const { check = false, watch = false } = given;
      const run = watch ? buildAndWatch : buildCommand;
      const options = sharedOptions(given);
      const { out = "generated", target = "ts" } = options.configuration;
      process.exitCode = await run(files, options, { out: given.out ?? out, target: given.target ?? target, check });
    });
}

function addPlan(program: Command): void {
  withFormats(fileCommand(program, "plan", "print the execution plan as JSON")).action(
    async (files: string[], given: object) => {
      const { planCommand } = await import("./commands/plan.ts");
      process.exitCode = planCommand(files, sharedOptions(given));
    },
  );
}

function addGraph(program: Command): void {
  fileCommand(program, "graph", "print the dependency graph")
    .optionsGroup("Output:")
    .addOption(
      oneOf(program, "-f, --format <name>", "how the graph is printed", ["mermaid", "dot", "json"]).default("mermaid"),
    )
    .action(async (files: string[], given: { format: string }) => {
      const { graphCommand } = await import("./commands/graph.ts");
      process.exitCode = graphCommand(files, sharedOptions(given), given.format);
    });
}

function addRun(program: Command): void {
  withFormats(fileCommand(program, "run", "run the plan over data", "[file]"))
    .optionsGroup("Data:")
    .requiredOption("-i, --input <path>", "a folder of files, a .jsonl, .csv, .json or COCO file, or - for JSON lines")
    .option("--images <folder>", "the images of a COCO file, when they are not beside it")
    .option("-o, --output <file>", "where the predictions go, as .jsonl; standard output when absent", "-")
    .optionsGroup("Models:")
    .option("-m, --model <name>", "run only this model; may be repeated", (name: string, before: string[] = []) => [
      ...before,
      name,
    ])
    .option("--python <program>", "the Python to run the models with")
    .option("--jobs <number>", "how many models run at the same time")
    .option("--max-restarts <number>", "how often a model whose process has died is started again (default: 2)")
    .optionsGroup("Data:")
    .option("--head <number>", "only the first datapoints")
    .option(
      "--resume",
      "keep the rows that --output has already, also those of a run that was killed, and predict the rest",
    )
    .optionsGroup("Models:")
    .option(
      "--pass-env <name>",
      "also pass this environment variable to the models, beside those that their definitions name; may be repeated",
      (name: string, before: string[] = []) => [...before, name],
    )
    .option("--fetch-timeout <seconds>", "how long fetching a file or a repository may take in all (default: 3600)")
    .option("--import-timeout <seconds>", "how long starting Python and importing the code may take (default: 300)")
    .option("--load-timeout <seconds>", "how long the load function may take (default: 300)")
    .option("--batch-timeout <seconds>", "how long the predict function may take for one batch (default: 300)")
    .option("--strict-types", "a prediction that is not of the type that its annotation declares is an error")
    .option("--fail-fast", "stop at the first datapoint that fails")
    .option("--max-errors <limit>", "error rows that do not fail the run: a number, a percentage, or all (default: 0)")
    .optionsGroup("Output:")
    .option("-v, --verbose", "show every line that the models print, and the traceback of every datapoint that fails")
    .option("-q, --quiet", "no progress")
    .action(async (file: string | undefined, given: Record<string, unknown>) => {
      const { runCommand } = await import("./commands/run.ts");
      process.exitCode = await runCommand(file === undefined ? [] : [file], sharedOptions(given), given);
    });
}

function addDoctor(program: Command): void {
  fileCommand(program, "doctor", "print what a run would use (Python, git, cache, files to fetch), and what is wrong")
    .optionsGroup("Output:")
    .addOption(oneOf(program, "-f, --format <name>", "how the result is printed", ["pretty", "json"]).default("pretty"))
    .optionsGroup("Models:")
    .option("--python <program>", "the Python to run the models with")
    .action(async (files: string[], given: { format: string; python?: string }) => {
      const { doctorCommand } = await import("./commands/doctor.ts");
      process.exitCode = await doctorCommand(files, sharedOptions(given), given);
    });
}

function addExplain(program: Command): void {
  withSharedOptions(
    program
      .command("explain")
      .description(
        "explain a finding by its code, or where the value at a place comes from; without either, list all codes",
      )
      .argument(
        "[code or place]",
        "the code of a finding, such as undefined-reference, or FILE:LINE:COLUMN, or FILE:LINE",
      ),
  )
    .optionsGroup("Output:")
    .addOption(oneOf(program, "-f, --format <name>", "how a place is explained", ["pretty", "json"]).default("pretty"))
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
      oneArgument("[name]", "what the schema is for", ["definition", "plan", "diagnostics", "config"], "definition"),
    )
    .action(async (name: string) => {
      const { schemaCommand } = await import("./commands/schema.ts");
      process.exitCode = schemaCommand(name);
    });
}

function addInit(program: Command): void {
  program
    .command("init")
    .description("write a commented starter definition and its Python stub")
    .argument("[folder]", "the folder to write into", ".")
    .option("--cwd <folder>", "work in another folder", ".")
    .action(async (folder: string, { cwd }: { cwd: string }) => {
      const { initCommand } = await import("./commands/init.ts");
      process.exitCode = initCommand(isAbsolute(folder) ? folder : join(cwd, folder));
    });
}

function addCompletion(program: Command): void {
  program
    .command("completion")
    .description("print a script that completes commands and options in a shell")
    .addArgument(oneArgument("<shell>", "the shell that reads the script", ["bash", "zsh", "fish"]))
    .action(async (shell: string) => {
      const { completionCommand } = await import("./commands/completion.ts");
      process.exitCode = completionCommand(shell, addCommands(newProgram(), COMMANDS.values()));
    });
}

/** An argument whose words are shown and completed; the command says itself what is wrong with another one. */
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
}

interface GivenBuildOptions {
  readonly out?: string;
  readonly target?: "ts" | "js";
  readonly check?: boolean;
  readonly watch?: boolean;
}
