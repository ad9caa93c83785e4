// The shared files of the AWS command line: profiles with keys, regions and endpoints.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../system/environment.ts";

/** The settings of one profile. */
export interface AwsProfile {
  readonly name: string;
  readonly settings: ReadonlyMap<string, string>;
}

/** The maximum size of a file, in characters. */
const MAX_FILE = 1024 * 1024;

/** The profile that `AWS_PROFILE` names, or the default one. The file `credentials` has priority over the file `config`. */
export async function readProfile(environment: Environment): Promise<AwsProfile> {
  const name = environment["AWS_PROFILE"] || "default";
  const folder = join(environment["HOME"] || homedir(), ".aws");
  const config = await sectionOf(environment["AWS_CONFIG_FILE"] ?? join(folder, "config"), [name, `profile ${name}`]);
  const own = await sectionOf(environment["AWS_SHARED_CREDENTIALS_FILE"] ?? join(folder, "credentials"), [name]);
  return { name, settings: new Map([...config, ...own]) };
}

async function sectionOf(path: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path, "utf8").catch(() => "");
  const settings = new Map<string, string>();
  let isInside = false;
  for (const line of text.length > MAX_FILE ? [] : text.split(/\r?\n/)) {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) isInside = names.includes(header.trim().replace(/\s+/g, " "));
    // An indented line belongs to a group of settings, such as `s3 =`.
    const [, key, value] = /^([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (isInside && key !== undefined && value !== undefined && value !== "") settings.set(key.toLowerCase(), value);
  }
  return settings;
}
