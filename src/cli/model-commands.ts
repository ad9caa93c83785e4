// The commands that fetch, run or pack models, with their options.
import type { Command } from "commander";
import type { BundleOptions } from "./commands/bundle.ts";
import { CommandError, EXIT } from "./exit.ts";
import { givenDefinitions } from "./given-bundle.ts";
import { fileCommand, oneOf, sharedOptions, withFormats, withSharedOptions } from "./options.ts";

const FILE =
  "a definition file, a folder with an efemarai.yaml, a bundle, or - for standard input (default: all below the working directory)";
const BUNDLE = "a bundle: a folder, a .tar file, or oci://HOST/NAME@sha256:…";

export function addLock(program: Command): void {
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

export function addRun(program: Command): void {
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
    .option("-m, --model <name>", "run only this model; may be repeated", repeated);
  withWorkerOptions(withPlaceOptions(command).option("--jobs <number>", "how many models to run at the same time"))
    .optionsGroup("Data:")
    .option("--head <number>", "use only this many datapoints from the start of the input")
    .option("--resume", "continue an interrupted run: keep the rows already in --output")
    .optionsGroup("Models:");
  withStartOptions(command)
    .option("--strict-types", "report predictions that do not match their type annotation as errors")
    .option("--fail-fast", "stop at the first failed datapoint")
    .option("--max-errors <limit>", "how many error rows to allow: a number, a percentage, or all (default: 0)");
  withContainerOptions(command)
    .optionsGroup("Output:")
    .option("-v, --verbose", "show everything that the models print, and a traceback for each failed datapoint")
    .option("-q, --quiet", "do not show progress")
    .action(async (file: string | undefined, given: Record<string, unknown>) => {
      const { runCommand } = await import("./commands/run.ts");
      const { options, from, container } = await oneDefinition(file, given, "run");
      process.exitCode = await runCommand(from, options, { ...given, container });
    });
}

export function addServe(program: Command): void {
  const command = program
    .command("serve")
    .description("answer requests over HTTP with models")
    .argument("[file]", FILE);
  withFormats(withSharedOptions(command))
    .optionsGroup("Server:")
    .option("--address <ip>", "the IP address to listen at (default: 127.0.0.1)")
    .option("--port <number>", "the port to listen at; 0 is any free port (default: 8080)")
    .option("--token-env <name>", "require a bearer token: one of those in this environment variable")
    .option("--allow-host <name>", "accept requests to this host name; may be repeated", repeated)
    .option("--allow-origin <origin>", "let pages of this origin send requests; may be repeated", repeated)
    .option("--allow-paths", "let clients name files of this machine as datapoints")
    .option("--max-body <megabytes>", "maximum size of a request (default: 64)")
    .option("--max-requests <number>", "how many requests of a model are predicted at the same time (default: 64)")
    .option("--max-queue <number>", "how many more requests of a model may wait (default: 256)")
    .option("--request-timeout <seconds>", "time limit for the answer to a request (default: 60)")
    .option("--send-timeout <seconds>", "time limit for clients to send a request (default: 60)")
    .option(
      "--drain-delay <seconds>",
      "after SIGTERM, accept connections for this time, but report not ready (default: 0)",
    )
    .option("--drain-timeout <seconds>", "after that, time limit for the remaining requests (default: 30)")
    .optionsGroup("Models:")
    .option("-m, --model <name>", "serve only this model; may be repeated", repeated);
  withWorkerOptions(withPlaceOptions(command)).option(
    "--max-wait <milliseconds>",
    "how long a datapoint waits for others to fill its batch (default: 0)",
  );
  withStartOptions(command).option(
    "--strict-types",
    "report predictions that do not match their type annotation as errors",
  );
  withContainerOptions(command)
    .optionsGroup("Output:")
    .option("-q, --quiet", "do not log requests")
    .action(async (file: string | undefined, given: Record<string, unknown>) => {
      const { serveCommand } = await import("./commands/serve.ts");
      const { options, from, container } = await oneDefinition(file, given, "served");
      process.exitCode = await serveCommand(from, options, { ...given, container });
    });
}

export function addTest(program: Command): void {
  const description = "predict the examples of models, and compare with the recorded predictions";
  const command = fileCommand(program, "test", description)
    .optionsGroup("Examples:")
    .option("-u, --update", "record the predictions instead of comparing them")
    .option("--rtol <number>", "relative tolerance of numbers (default: 1e-5)")
    .option("--atol <number>", "absolute tolerance of numbers (default: 1e-6)")
    .optionsGroup("Models:")
    .option("-m, --model <name>", "test only this model; may be repeated", repeated);
  withPlaceOptions(command)
    .option(...LOCKED)
    .option(...OFFLINE);
  withContainerOptions(command)
    .optionsGroup("Output:")
    .option("-v, --verbose", "show everything that the models print")
    .action(async (named: string[], given: Record<string, unknown>) => {
      const { testCommand } = await import("./commands/test.ts");
      const { containerOption } = await import("./container-options.ts");
      const options = sharedOptions(given);
      const { container, files } = containerOption(given, named);
      process.exitCode = await testCommand(await givenDefinitions(files, options, given), options, {
        ...given,
        container,
      });
    });
}

export function addDoctor(program: Command): void {
  fileCommand(program, "doctor", "show what a run needs (Python, Git, cache, files to fetch), and what is missing")
    .optionsGroup("Output:")
    .addOption(
      oneOf(program, "-f, --format <name>", "output format of the result", ["pretty", "json"]).default("pretty"),
    )
    .optionsGroup("Models:")
    .option("--python <program>", "the Python interpreter for the models")
    .option("--container [engine]", "examine containers of the models' `image`, with podman or docker")
    .option("--no-container", "examine only the Python of this machine")
    .option("--host <url>", "also connect to the host of `run --host`, and examine its Python, disk and GPUs")
    .option("--online", "ask servers whether they have what is not in the cache, and how large it is")
    .action(async (named: string[], given: Record<string, unknown>) => {
      const { doctorCommand } = await import("./commands/doctor.ts");
      const { containerOption } = await import("./container-options.ts");
      const options = sharedOptions(given);
      const { container, files } = containerOption(given, named);
      process.exitCode = await doctorCommand(await givenDefinitions(files, options), options, { ...given, container });
    });
}

export function addBundle(program: Command): void {
  const command = fileCommand(
    program,
    "bundle",
    "pack a definition with its code and files into one folder, file or image",
  )
    .optionsGroup("Bundle:")
    .option("-o, --out <path>", "the folder to write to, or a .tar file")
    .option("--push <image>", "push to a registry, such as registry.example.com/team/model:v1")
    .option(...LOCKED)
    .option(...OFFLINE)
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
  const verify = command.command("verify").description("verify every hash of a bundle").argument("[bundle]", BUNDLE);
  withSharedOptions(verify)
    .optionsGroup("Models:")
    .option("--run", "also predict the examples of the models, and compare with the recorded predictions");
  withContainerOptions(withPlaceOptions(verify)).action(
    async (named: string | undefined, given: Record<string, unknown>) => {
      const { verifyCommand } = await import("./commands/bundle-verify.ts");
      const { containerOption } = await import("./container-options.ts");
      const options = sharedOptions(given);
      const { container, files } = containerOption(given, named === undefined ? [] : [named]);
      const [bundle, ...others] = files;
      if (bundle === undefined || others.length > 0) {
        const hint = others.length > 0 ? " To name an engine, use `--container=podman`." : "";
        throw new CommandError(EXIT.usage, `Name one bundle to verify.${hint}`);
      }
      process.exitCode = await verifyCommand(bundle, options, { ...given, container });
    },
  );
}

const LOCKED = ["--locked", "fail if modelwright.lock does not have an entry for everything that is fetched"] as const;
const OFFLINE = ["--offline", "use only files and code that are in the cache"] as const;

/** Adds the options that say with which Python and on which host models run. They belong to the current group. */
function withPlaceOptions(command: Command): Command {
  return command
    .option("--python <program>", "the Python interpreter for the models")
    .option("--host <url>", "run the models on another host: ssh://USER@HOST:PORT/FOLDER");
}

/** Adds the options of containers. `container-options.ts` reads them. */
function withContainerOptions(command: Command): Command {
  return command
    .optionsGroup("Containers:")
    .option("--container [engine]", "run models in containers of their `image`, with podman or docker")
    .option("--no-container", "run all models with the Python of this machine")
    .addOption(oneOf(command, "--network <mode>", "network of the containers; none turns it off", ["none"]))
    .option("--mount <path>", "a file or folder that containers may also read; may be repeated", repeated)
    .option("--memory <amount>", "maximum memory of each container, such as 512m or 4g")
    .option("--cpus <number>", "maximum number of CPUs of each container, such as 1.5")
    .option("--processes <number>", "maximum number of processes and threads of each container");
}

/** The only definition of a command that starts models, and whether it uses containers. */
async function oneDefinition(file: string | undefined, given: Record<string, unknown>, verb: string) {
  const { containerOption } = await import("./container-options.ts");
  const options = sharedOptions(given);
  const { container, files } = containerOption(given, file === undefined ? [] : [file]);
  if (files.length > 1) {
    const message = `Only one definition can be ${verb}. To name an engine, use \`--container=podman\`.`;
    throw new CommandError(EXIT.usage, message);
  }
  return { options, from: await givenDefinitions(files, options, given), container };
}

/** Adds the options of the workers of each model. */
function withWorkerOptions(command: Command): Command {
  return command
    .option("--replicas <number>", "how many processes of each model predict in parallel, or auto (default: 1)")
    .option(
      "--max-restarts <number>",
      "how many times in a row to restart a model process without a finished batch in between (default: 2)",
    )
    .option(
      "--max-restarts-per-minute <number>",
      "how many restarts per minute if no datapoint is the cause; pauses become longer up to this limit (default: 10)",
    );
}

/** Adds the options of every command that starts models. */
function withStartOptions(command: Command): Command {
  return command
    .option(
      "--pass-env <name>",
      "also pass this environment variable to the models, in addition to those in the definition; may be repeated",
      repeated,
    )
    .option("--fetch-timeout <seconds>", "time limit for fetching a file or a repository (default: 3600)")
    .option("--import-timeout <seconds>", "time limit for starting Python and importing the code (default: 300)")
    .option("--load-timeout <seconds>", "time limit for the load function (default: 300)")
    .option("--batch-timeout <seconds>", "time limit for the predict function, per batch (default: 300)")
    .option(...LOCKED)
    .option(...OFFLINE);
}

/** Collects the values of an option that may be repeated. */
function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
