// Finds the configuration of the working directory. Its parent folders are not searched. Without a configuration, this only
// looks up two file names.
import { statSync } from "node:fs";
import { join } from "node:path";
import { readText, whyUnreadable } from "../../system/read.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { Configuration } from "./keys.ts";
import { readConfiguration } from "./read-config.ts";

const FILE = "modelwright.config.json";
const PACKAGE = "package.json";

/** In characters: more than any configuration needs, and little enough to be read at every start. */
const MAX_LENGTH = 1_000_000;

/** The key of package.json that holds a configuration. */
const KEY = "modelwright";

/** The names of the files that may hold a configuration. */
export const CONFIGURATION_FILES = [FILE, PACKAGE] as const;

export const NO_CONFIGURATION: Configuration = { file: undefined };

/** The configuration of the working directory. `formats` are the values of `--format`. */
export function findConfiguration(cwd: string, formats: readonly string[]): Configuration {
  if (exists(join(cwd, FILE))) {
    const text = readText(join(cwd, FILE), cwd);
    if (text === undefined) throw new CommandError(EXIT.usage, `${FILE} ${whyUnreadable(join(cwd, FILE), cwd)}.`);
    return readOrFail(cwd, FILE, text, undefined, formats);
  }
  const text = exists(join(cwd, PACKAGE)) ? readText(join(cwd, PACKAGE), cwd) : undefined;
  const isConfigured = text !== undefined && holdsConfiguration(text);
  return isConfigured ? readOrFail(cwd, PACKAGE, text, KEY, formats) : NO_CONFIGURATION;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whether a package.json has our key. If it is not JSON, a mention of the key is enough, so that the mistake is reported. */
function holdsConfiguration(text: string): boolean {
  if (!text.includes(`"${KEY}"`)) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && Object.hasOwn(value, KEY);
  } catch {
    return true;
  }
}

function readOrFail(
  cwd: string,
  path: string,
  text: string,
  key: string | undefined,
  formats: readonly string[],
): Configuration {
  if (text.length > MAX_LENGTH) {
    const hint = key === undefined ? "" : ` Move the configuration to ${FILE}.`;
    throw new CommandError(EXIT.usage, `${path} has more than ${MAX_LENGTH} characters.${hint}`);
  }
  const result = readConfiguration({ path, text }, key, { cwd, formats });
  if (result.kind === "configuration") return result.configuration;
  throw new CommandError(EXIT.usage, result.mistakes.join("\n"));
}
