import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { parseEnv } from "node:util";
import type { Command, Option } from "commander";
import { printable } from "../base/quote.ts";
import { MAX_MEGABYTES, type Source } from "../base/source.ts";
import type { RuleSettings } from "../check/rule-settings.ts";
import { nodeHost } from "../disk/host.ts";
import { readStream } from "../system/read.ts";
import { findConfiguration, NO_CONFIGURATION } from "./config/configuration.ts";
import type { Configuration } from "./config/keys.ts";
import { ruleSettingsFrom } from "./config/rule-options.ts";
import { CommandError, EXIT } from "./exit.ts";
import { printNote } from "./output.ts";
import { choose } from "./render/choose.ts";
import { FORMAT_NAMES, FORMATS, type FormatName } from "./render/formats.ts";

const FILES =
  "definition files, folders with an efemarai.yaml, or - for standard input (default: all below the working directory)";

/** One `--format` with its `--output-file`. Without a file, the command's usual stream is used. */
export interface OutputFormat {
  readonly name: FormatName;
  readonly file: string | undefined;
}

/** The options of every command that reads definitions. */
export interface SharedOptions {
  readonly cwd: string;
  readonly formats: readonly OutputFormat[];
  /** `undefined`: use color if the terminal supports it. */
  readonly color: boolean | undefined;
  /** The environment to check against; `undefined` without `--env` or one of its variants. */
  readonly environment: Readonly<Record<string, string | undefined>> | undefined;
  /** Whether the optional rules of each group run. */
  readonly portable: boolean;
  readonly pedantic: boolean;
  /** Severities that replace those of rules. */
  readonly rules: RuleSettings | undefined;
  /** The origin of `rules`, as shown to the user: a file, `--rule`, or both. */
  readonly rulesFrom: string;
  readonly errorOnWarnings: boolean;
  readonly requireVerified: boolean;
  readonly allowEmpty: boolean;
  readonly stdinFilename: string;
  /** The configuration file, for options that only one command has. */
  readonly configuration: Configuration;
}

/** Adds `--format` and `--output-file`, for several formats with a file each. `short` is the short form of the second. */
export function withFormats(command: Command, short: "" | "-o, " = ""): Command {
  const formats: { name: string; file: string | undefined }[] = [];
  return command
    .optionsGroup(GROUPS.output)
    .addOption(
      oneOf(command, "-f, --format <name>", "how findings are shown; may be repeated", FORMAT_NAMES).argParser(
        (name: string) => {
          formats.push({ name, file: undefined });
          return formats;
        },
      ),
    )
    .option(`${short}--output-file <file>`, "write the preceding format to a file", (file: string) => {
      const last = formats[formats.length - 1];
      if (last === undefined) {
        const hint = "Write `--format json --output-file report.json`.";
        throw new CommandError(EXIT.usage, `\`--output-file\` must follow \`--format\`. ${hint}`);
      }
      if (last.file !== undefined) {
        throw new CommandError(EXIT.usage, "`--output-file` can be used only once for each `--format`.");
      }
      last.file = file;
      return file;
    });
}

/** An option whose choices are shown and completed. The command that reads the option reports any other value. */
export function oneOf(command: Command, flags: string, description: string, words: readonly string[]): Option {
  const option = command.createOption(flags, description);
  option.argChoices = [...words];
  return option;
}

/** The headings of the help, in order. */
const GROUPS = { definitions: "Definitions:", findings: "Findings:", output: "Output:" } as const;

/** Adds the options of every command that reads definitions. */
export function withSharedOptions(command: Command): Command {
  return command
    .optionsGroup(GROUPS.definitions)
    .option("--cwd <folder>", "use this folder as the working directory")
    .option("--stdin-filename <name>", "the file name to use for standard input")
    .option("--allow-empty", "exit 0 if no definition is found")
    .option("--no-config", "ignore modelwright.config.json and `modelwright` in package.json")
    .optionsGroup(GROUPS.findings)
    .option("--env", "report environment variables that are not set")
    .option("-e, --env-from <file>", "like --env, and also read variables from this file")
    .option("--env-file <file>", "like --env-from, but Node.js also reads the file and applies its NODE_OPTIONS")
    .option("--portable", "also report what the platform reads differently")
    .option("--pedantic", "also report unpinned images and branches")
    .option("--no-portable", "turn off --portable if a configuration file enables it")
    .option("--no-pedantic", "turn off --pedantic if a configuration file enables it")
    .option(
      "--rule <code=severity>",
      "set the severity of a rule: off, hint, warning or error; may be repeated",
      (rule: string, before: string[] = []) => [...before, rule],
    )
    .option("--error-on-warnings", "treat warnings as errors")
    .option("--require-verified", "treat unverified findings as errors")
    .optionsGroup(GROUPS.output)
    .option("--color", "force color")
    .option("--no-color", "disable color");
}

/** Reads the shared options, with the defaults for those that are not given. */
export function sharedOptions(options: object): SharedOptions {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const cwd = resolve(typeof given["cwd"] === "string" ? given["cwd"] : ".");
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new CommandError(EXIT.usage, `The folder ${cwd} does not exist.`);
  }
  const configuration = given["config"] === false ? NO_CONFIGURATION : findConfiguration(cwd, FORMAT_NAMES);
  return {
    cwd,
    formats: formatsOption(given["format"], configuration, cwd),
    color: colorOption(given),
    environment: environmentOption(given, cwd),
    portable: (given["portable"] ?? configuration.portable) === true,
    pedantic: (given["pedantic"] ?? configuration.pedantic) === true,
    ...rulesOption(given["rule"], configuration),
    errorOnWarnings: given["errorOnWarnings"] === true,
    requireVerified: given["requireVerified"] === true,
    allowEmpty: given["allowEmpty"] === true,
    stdinFilename: typeof given["stdinFilename"] === "string" ? given["stdinFilename"] : "efemarai.yaml",
    configuration,
  };
}

/** Severities of rules. The command line overrides the configuration file. */
function rulesOption(given: unknown, { file, rules }: Configuration): Pick<SharedOptions, "rules" | "rulesFrom"> {
  const asked = Array.isArray(given) ? ruleSettingsFrom(given.map(String)) : undefined;
  if (typeof asked === "string") throw new CommandError(EXIT.usage, asked);
  const from = [
    ...(rules === undefined || file === undefined ? [] : [file]),
    ...(asked === undefined ? [] : ["--rule"]),
  ];
  return { rules: from.length === 0 ? undefined : { ...rules, ...asked }, rulesFrom: from.join(" and ") };
}

function formatsOption(given: unknown, configuration: Configuration, cwd: string): readonly OutputFormat[] {
  const wanted = Array.isArray(given) ? (given as readonly { name: string; file: string | undefined }[]) : [];
  const formats = wanted.map(({ name, file }): OutputFormat => {
    const isStandardOutput = file === undefined || file === "-";
    return { name: choose(FORMATS, name), file: isStandardOutput ? undefined : resolve(cwd, file) };
  });
  const seen = new Set<string>();
  for (const { file } of formats) {
    if (file !== undefined && seen.has(file)) {
      throw new CommandError(
        EXIT.usage,
        `Cannot write two formats to one file, ${definitionPath(cwd, file)}. Use two files.`,
      );
    }
    if (file !== undefined) seen.add(file);
  }
  const shown = formats.filter(({ file }) => file === undefined);
  const whole = shown.find(({ name }) => FORMATS[name].isDocument);
  if (whole !== undefined && shown.length > 1) {
    const message = `The format \`${whole.name}\` cannot share standard output with another format. Add an \`--output-file\` after one of them.`;
    throw new CommandError(EXIT.usage, message);
  }
  if (formats.length > 0) return formats;
  return [{ name: choose(FORMATS, configuration.format ?? "pretty"), file: undefined }];
}

/** A flag overrides `NO_COLOR`, which overrides `FORCE_COLOR`. Otherwise each stream decides. */
function colorOption({ color }: Readonly<Record<string, unknown>>): boolean | undefined {
  if (typeof color === "boolean") return color;
  if (process.env["NO_COLOR"]) return false;
  if (process.env["FORCE_COLOR"]) return process.env["FORCE_COLOR"] !== "0";
  return undefined;
}

function environmentOption(given: Readonly<Record<string, unknown>>, cwd: string): SharedOptions["environment"] {
  const { envFrom, envFile } = given;
  if (envFrom !== undefined && envFile !== undefined) {
    throw new CommandError(EXIT.usage, "`--env-from` and `--env-file` cannot be used together. Use `--env-from`.");
  }
  const file = envFrom ?? envFile;
  if (typeof file !== "string") return given["env"] === true ? process.env : undefined;
  const variables = readEnvironmentFile(resolve(cwd, file), file);
  if (envFile !== undefined && variables["NODE_OPTIONS"] !== undefined) noteNodeOptions(file);
  return { ...process.env, ...variables };
}

/**
 * Node.js searches all arguments of a script for `--env-file` before our code runs. It exits if the file does not exist, and
 * applies NODE_OPTIONS of the file. Only `node -- main.js` prevents that, and a portable command cannot be started that way.
 */
function noteNodeOptions(file: string): void {
  const hint = `Use \`--env-from ${printable(file)}\` instead, which Node.js ignores.`;
  printNote(`Node.js also reads \`--env-file\`, and applies NODE_OPTIONS of ${printable(file)}. ${hint}\n`);
}

function readEnvironmentFile(path: string, shown: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch {
    throw new CommandError(EXIT.failure, `Cannot read the environment file ${shown}.`);
  }
}

/** A path from the command line as diagnostics show it: relative to the working directory, with `/`. */
export function definitionPath(cwd: string, path: string): string {
  const found = relative(cwd, resolve(cwd, path)).split(sep).join("/");
  return isAbsolute(found) ? found.split(sep).join("/") : found || ".";
}

/** The files of the command line. `-` is standard input, and a folder is the definition in it. */
export function givenFiles(options: SharedOptions, files: readonly string[]): readonly (string | Source)[] {
  return files.map((file) => {
    if (file === "-") return { path: definitionPath(options.cwd, options.stdinFilename), text: readStandardInput() };
    const isFolder = nodeHost(options.cwd).kindOf(file) === "folder";
    return definitionPath(options.cwd, isFolder ? join(file, "efemarai.yaml") : file);
  });
}

function readStandardInput(): string {
  const text = readStream(0);
  if (text !== undefined) return text;
  const message = `Cannot read standard input: it is not UTF-8 text, or is larger than ${MAX_MEGABYTES} MB.`;
  throw new CommandError(EXIT.failure, message);
}

/** A command that reads definition files. */
export function fileCommand(program: Command, name: string, description: string): Command {
  return withSharedOptions(program.command(name).description(description).argument("[files...]", FILES));
}
