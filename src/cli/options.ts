import { readFileSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { parseEnv } from "node:util";
import type { Command, Option } from "commander";
import { printable } from "../base/quote.ts";
import type { Source } from "../base/source.ts";
import type { RuleSettings } from "../check/rule-settings.ts";
import { nodeHost } from "../disk/host.ts";
import { MAX_MEGABYTES, readStream } from "../system/read.ts";
import { findConfiguration, NO_CONFIGURATION } from "./config/configuration.ts";
import type { Configuration } from "./config/keys.ts";
import { ruleSettingsFrom } from "./config/rule-options.ts";
import { CommandError, EXIT } from "./exit.ts";
import { printNote } from "./output.ts";
import { choose } from "./render/choose.ts";
import { FORMAT_NAMES, FORMATS, type FormatName } from "./render/formats.ts";

/** One `--format`, with the file that it is written to; without one, to the command's usual stream. */
export interface OutputFormat {
  readonly name: FormatName;
  readonly file: string | undefined;
}

/** What every command that reads definitions takes. */
export interface SharedOptions {
  readonly cwd: string;
  readonly formats: readonly OutputFormat[];
  /** `undefined`: only where the terminal shows it. */
  readonly color: boolean | undefined;
  /** The environment to check against; absent when it was not asked for. */
  readonly environment: Readonly<Record<string, string | undefined>> | undefined;
  /** Rules that are off until they are asked for. */
  readonly portable: boolean;
  readonly pedantic: boolean;
  /** How severe the findings of some rules are. */
  readonly rules: RuleSettings | undefined;
  /** Where `rules` come from, for people: a file, `--rule`, or both. */
  readonly rulesFrom: string;
  readonly errorOnWarnings: boolean;
  readonly requireVerified: boolean;
  readonly allowEmpty: boolean;
  readonly stdinFilename: string;
  /** What the configuration file says, for options that only one command has. */
  readonly configuration: Configuration;
}

/** Adds `--format` and `--output-file` (`short` goes before it): several formats at once, each with its own file. */
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
    .option(`${short}--output-file <file>`, "write the format named before it to a file", (file: string) => {
      const last = formats[formats.length - 1];
      if (last === undefined) throw new CommandError(EXIT.usage, "`--output-file` belongs behind a `--format`.");
      if (last.file !== undefined)
        throw new CommandError(EXIT.usage, "Each `--format` has one `--output-file` at most.");
      last.file = file;
      return file;
    });
}

/** An option whose words are shown and completed; what reads the option says itself what is wrong with another word. */
export function oneOf(command: Command, flags: string, description: string, words: readonly string[]): Option {
  const option = command.createOption(flags, description);
  option.argChoices = [...words];
  return option;
}

/** The headings of the help, in this order. */
const GROUPS = { definitions: "Definitions:", findings: "Findings:", output: "Output:" } as const;

/** Adds the options that every command which reads definitions has. */
export function withSharedOptions(command: Command): Command {
  return command
    .optionsGroup(GROUPS.definitions)
    .option("--cwd <folder>", "work in another folder")
    .option("--stdin-filename <name>", "the name of what is read with `-`")
    .option("--allow-empty", "no definition at all is no failure")
    .option("--no-config", "ignore modelwright.config.json and `modelwright` in package.json")
    .optionsGroup(GROUPS.findings)
    .option("--env", "report environment variables that are not set")
    .option("-e, --env-from <file>", "the same, with the variables of a file added")
    .option("--env-file <file>", "the same, but Node.js reads the file too, and obeys NODE_OPTIONS in it")
    .option("--portable", "also report what the platform would read differently")
    .option("--pedantic", "also report what may change later: floating image tags, branches without a commit")
    .option("--no-portable", "turn off --portable, which a configuration file may ask for")
    .option("--no-pedantic", "turn off --pedantic, which a configuration file may ask for")
    .option(
      "--rule <code=severity>",
      "set the severity of a rule: off, hint, warning or error; may be repeated",
      (rule: string, before: string[] = []) => [...before, rule],
    )
    .option("--error-on-warnings", "warnings fail too")
    .option("--require-verified", "what cannot be verified here fails too")
    .optionsGroup(GROUPS.output)
    .option("--color", "use color, whatever the terminal says")
    .option("--no-color", "use no color");
}

/** Reads the shared options among those that were given; without any, what holds then. */
export function sharedOptions(options: object): SharedOptions {
  const given: Readonly<Record<string, unknown>> = { ...options };
  const cwd = resolve(typeof given["cwd"] === "string" ? given["cwd"] : ".");
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new CommandError(EXIT.usage, `There is no folder ${cwd}.`);
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

/** What the command line says about a rule replaces what the configuration file says. */
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
      throw new CommandError(EXIT.usage, `Two formats cannot be written to one file, ${definitionPath(cwd, file)}.`);
    }
    if (file !== undefined) seen.add(file);
  }
  const shown = formats.filter(({ file }) => file === undefined);
  const whole = shown.find(({ name }) => FORMATS[name].isDocument);
  if (whole !== undefined && shown.length > 1) {
    const message = `${whole.name} cannot share standard output with another format; give one of them an \`--output-file\`.`;
    throw new CommandError(EXIT.usage, message);
  }
  if (formats.length > 0) return formats;
  return [{ name: choose(FORMATS, configuration.format ?? "pretty"), file: undefined }];
}

/** A flag wins over `NO_COLOR`, which wins over `FORCE_COLOR`; otherwise each stream decides. */
function colorOption({ color }: Readonly<Record<string, unknown>>): boolean | undefined {
  if (typeof color === "boolean") return color;
  if (process.env["NO_COLOR"]) return false;
  if (process.env["FORCE_COLOR"]) return process.env["FORCE_COLOR"] !== "0";
  return undefined;
}

function environmentOption(given: Readonly<Record<string, unknown>>, cwd: string): SharedOptions["environment"] {
  const { envFrom, envFile } = given;
  if (envFrom !== undefined && envFile !== undefined) {
    throw new CommandError(EXIT.usage, "`--env-from` and `--env-file` name the same thing; give one of them.");
  }
  const file = envFrom ?? envFile;
  if (typeof file !== "string") return given["env"] === true ? process.env : undefined;
  const variables = readEnvironmentFile(resolve(cwd, file), file);
  if (envFile !== undefined && variables["NODE_OPTIONS"] !== undefined) noteNodeOptions(file);
  return { ...process.env, ...variables };
}

/**
 * Node searches all arguments of a script for `--env-file`, before any code of ours runs: it ends when the file does not exist,
 * and obeys NODE_OPTIONS of the file. Only `node -- main.js` stops that, which no portable way to start a command can say.
 */
function noteNodeOptions(file: string): void {
  const hint = `Use \`--env-from ${printable(file)}\` instead: Node.js does not read that.`;
  printNote(`Node.js reads \`--env-file\` itself, and obeys NODE_OPTIONS in ${printable(file)}. ${hint}\n`);
}

function readEnvironmentFile(path: string, shown: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch {
    throw new CommandError(EXIT.failure, `The environment file ${shown} cannot be read.`);
  }
}

/** A path from the command line as definitions name files: relative to the working folder, with `/`. */
export function definitionPath(cwd: string, path: string): string {
  const found = relative(cwd, resolve(cwd, path)).split(sep).join("/");
  return isAbsolute(found) ? found.split(sep).join("/") : found || ".";
}

/** The files that a command was given: `-` is standard input, a folder is the definition in it. */
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
  const message = `Standard input cannot be read: it is no UTF-8 text, or has more than ${MAX_MEGABYTES} MB.`;
  throw new CommandError(EXIT.failure, message);
}
