// All commands and options of the command line. Each command has its own file, which is loaded only when it is called.
import { isAbsolute, join } from "node:path";
import { Argument, Command, CommanderError, Option } from "commander";
import { printableLines } from "../base/quote.ts";
import { VERSION } from "../base/version.ts";
import type { BundleOptions } from "./commands/bundle.ts";
import { CommandError, EXIT } from "./exit.ts";
import { givenDefinitions } from "./given-bundle.ts";
import { oneOf, sharedOptions, withFormats, withSharedOptions } from "./options.ts";
import { printNote, printResult } from "./output.ts";
import { terminalOf } from "./streams.ts";

const FILE =
  "a definition file, a folder with an efemarai.yaml, a bundle, or - for standard input (default: all below the working directory)";
const FILES =
  "definition files, folders with an efemarai.yaml, or - for standard input (default: all below the working directory)";
const BUNDLE = "a bundle: a folder, a .tar file, or oci://HOST/NAME@sha256:…";

const HELP = ["-h, --help", "show this help"] as const;

/** The commands in the order of the help, each with the function that adds it. */
const COMMANDS: ReadonlyMap<string, (program: Command) => void> = new Map([
  ["check", addCheck],
  ["build", addBuild],
  ["plan", addPlan],
  ["graph", addGraph],
  ["lock", addLock],
  ["run", addRun],
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

/** A command that reads definition files. */
function fileCommand(program: Command, name: string, description: string): Command {
  return withSharedOptions(program.command(name).description(description).argument("[files...]", FILES));
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
        "ts: one module; js: a module and declarations with links to the definition (default: ts)",
      ).choices(["ts", "js"]),
    )
    .option("--check", "do not write; exit 4 if generated files are out of date")
    .option("--watch", "rebuild after each change, until Ctrl+C")
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

function addLock(program: Command): void {
  withFormats(
    fileCommand(program, "lock", "write modelwright.lock: the commits, files and images that runs use, and their code"),
  )
    .optionsGroup("Lock file:")
    .option("--update [models...]", "ask again what branches, files and tags are now, for all models or for these")
    .option(
      "--check",
      "do not write; exit 4 if a lock file is out of date, without network access unless --update is given",
    )
    .option("--no-images", "do not ask registries for the digests of images")
    .action(async (files: string[], given: { update?: string[] | true; check?: boolean; images?: boolean }) => {
      const { lockCommand } = await import("./commands/lock.ts");
      process.exitCode = await lockCommand(files, sharedOptions(given), given);
    });
}

function addRun(program: Command): void {
  const command = program.command("run").description("run models over data").argument("[file]", FILE);
  withFormats(withSharedOptions(command))
    .optionsGroup("Data:")
    .option(
      "-i, --input <path>",
      "a folder of files, a .jsonl, .csv, .json or COCO file, or - for JSON lines from standard input",
    )
    .option("--dataset <name>", "predict this dataset of the definition instead of --input")
    .option("--stage <stage>", "with --dataset: fail unless the dataset has this stage (train, validation or test)")
    .option("--images <folder>", "image folder of a COCO file (default: the folder of the file)")
    .option("-o, --output <file>", "write predictions to this .jsonl file or URL, or - for standard output", "-")
    .optionsGroup("Models:")
    .option("-m, --model <name>", "run only this model; may be repeated", repeated)
    .option("--python <program>", "the Python interpreter for the models")
    .option("--host <url>", "run the models on another host: ssh://USER@HOST:PORT/FOLDER")
    .option("--jobs <number>", "how many models to run at the same time")
    .option("--max-restarts <number>", "how many times to restart a crashed model process (default: 2)")
    .optionsGroup("Data:")
    .option("--head <number>", "use only this many datapoints from the start of the input")
    .option("--resume", "continue an interrupted run: keep the rows already in --output")
    .optionsGroup("Models:")
    .option(
      "--pass-env <name>",
      "also pass this environment variable to the models, in addition to those in the definition; may be repeated",
      repeated,
    )
    .option("--fetch-timeout <seconds>", "time limit for fetching a file or a repository (default: 3600)")
    .option("--import-timeout <seconds>", "time limit for starting Python and importing the code (default: 300)")
    .option("--load-timeout <seconds>", "time limit for the load function (default: 300)")
    .option("--batch-timeout <seconds>", "time limit for the predict function, per batch (default: 300)")
    .option("--locked", "fail if modelwright.lock does not have an entry for everything that is fetched")
    .option("--offline", "use only files and code that are in the cache")
    .option("--strict-types", "report predictions that do not match their type annotation as errors")
    .option("--fail-fast", "stop at the first failed datapoint")
    .option("--max-errors <limit>", "how many error rows to allow: a number, a percentage, or all (default: 0)")
    .optionsGroup("Containers:")
    .option("--container [engine]", "run models in containers of their `image`, with podman or docker")
    .option("--no-container", "run all models with the Python of this machine")
    .addOption(oneOf(program, "--network <mode>", "network of the containers; none turns it off", ["none"]))
    .option(
      "--mount <path>",
      "a file or folder that containers may also read; may be repeated",
      (path: string, before: string[] = []) => [...before, path],
    )
    .option("--memory <amount>", "maximum memory of each container, such as 512m or 4g")
    .option("--cpus <number>", "maximum number of CPUs of each container, such as 1.5")
    .option("--processes <number>", "maximum number of processes and threads of each container")
    .optionsGroup("Output:")
    .option("-v, --verbose", "show everything that the models print, and a traceback for each failed datapoint")
    .option("-q, --quiet", "do not show progress")
    .action(async (file: string | undefined, given: Record<string, unknown>) => {
      const { runCommand } = await import("./commands/run.ts");
      const { containerOption } = await import("./container-options.ts");
      const options = sharedOptions(given);
      const { container, files } = containerOption(given, file === undefined ? [] : [file]);
      if (files.length > 1) {
        const message = "Only one definition can be run. To name an engine, use `--container=podman`.";
        throw new CommandError(EXIT.usage, message);
      }
      process.exitCode = await runCommand(await givenDefinitions(files, options), options, { ...given, container });
    });
}

function addTest(program: Command): void {
  fileCommand(program, "test", "predict the examples of models, and compare with the recorded predictions")
    .optionsGroup("Examples:")
    .option("-u, --update", "record the predictions instead of comparing them")
    .option("--rtol <number>", "relative tolerance of numbers (default: 1e-5)")
    .option("--atol <number>", "absolute tolerance of numbers (default: 1e-6)")
    .optionsGroup("Models:")
    .option("-m, --model <name>", "test only this model; may be repeated", repeated)
    .option("--python <program>", "the Python interpreter for the models")
    .optionsGroup("Output:")
    .option("-v, --verbose", "show everything that the models print")
    .action(async (files: string[], given: Record<string, unknown>) => {
      const { testCommand } = await import("./commands/test.ts");
      const options = sharedOptions(given);
      process.exitCode = await testCommand(await givenDefinitions(files, options), options, given);
    });
}

function addDoctor(program: Command): void {
  fileCommand(program, "doctor", "show what a run needs (Python, Git, cache, files to fetch), and what is missing")
    .optionsGroup("Output:")
    .addOption(
      oneOf(program, "-f, --format <name>", "output format of the result", ["pretty", "json"]).default("pretty"),
    )
    .optionsGroup("Models:")
    .option("--python <program>", "the Python interpreter for the models")
    .option("--container [engine]", "examine containers of the models' `image`, with podman or docker")
    .option("--no-container", "examine only the Python of this machine")
    .option("--online", "ask servers whether they have what is not in the cache, and how large it is")
    .action(async (named: string[], given: Record<string, unknown>) => {
      const { doctorCommand } = await import("./commands/doctor.ts");
      const { containerOption } = await import("./container-options.ts");
      const options = sharedOptions(given);
      const { container, files } = containerOption(given, named);
      process.exitCode = await doctorCommand(await givenDefinitions(files, options), options, { ...given, container });
    });
}

function addBundle(program: Command): void {
  const command = fileCommand(
    program,
    "bundle",
    "pack a definition with its code and files into one folder, file or image",
  )
    .optionsGroup("Bundle:")
    .option("-o, --out <path>", "the folder to write to, or a .tar file")
    .option("--push <image>", "push to a registry, such as registry.example.com/team/model:v1")
    .option("--locked", "fail if modelwright.lock does not have an entry for everything that is fetched")
    .option("--offline", "use only files and code that are in the cache")
    .option("--allow-secret <path>", "pack this file although it contains a credential; may be repeated", repeated)
    .action(async (files: string[], given: BundleOptions) => {
      const { bundleCommand } = await import("./commands/bundle.ts");
      process.exitCode = await bundleCommand(files, sharedOptions(given), given);
    });
  const inspect = command.command("inspect").description("show what a bundle contains").argument("<bundle>", BUNDLE);
  withSharedOptions(inspect)
    .optionsGroup("Output:")
    .addOption(
      oneOf(program, "-f, --format <name>", "output format of the result", ["pretty", "json"]).default("pretty"),
    )
    .action(async (bundle: string, given: { format: string }) => {
      const { inspectCommand } = await import("./commands/bundle-inspect.ts");
      process.exitCode = await inspectCommand(bundle, sharedOptions({ ...given, format: undefined }), given.format);
    });
  const verify = command.command("verify").description("verify every hash of a bundle").argument("<bundle>", BUNDLE);
  withSharedOptions(verify)
    .optionsGroup("Models:")
    .option("--run", "also predict the examples of the models, and compare with the recorded predictions")
    .option("--python <program>", "the Python interpreter for the models")
    .action(async (bundle: string, given: { run?: boolean; python?: string }) => {
      const { verifyCommand } = await import("./commands/bundle-verify.ts");
      process.exitCode = await verifyCommand(bundle, sharedOptions(given), given);
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

/** Collects the values of an option that may be repeated. */
function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
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
  readonly target?: "ts" | "js";
  readonly check?: boolean;
  readonly watch?: boolean;
}
