// The baseline file of `--baseline`: findings that are accepted.
import { dirname, relative, resolve, sep } from "node:path";
import { printable } from "../base/quote.ts";
import { linkEscape, rootFolderOf } from "../base/root.ts";
import { type BaselineEntry, compareEntries, compareWithBaseline, entriesFor } from "../check/accepted/baseline.ts";
import type { RuleSettings } from "../check/rule-settings.ts";
import type { Checked } from "../compile.ts";
import { nodeHost } from "../disk/host.ts";
import { canonicalJsonPretty } from "../plan/canonical.ts";
import type { Hidden } from "../render/summary.ts";
import { CommandError, EXIT } from "./exit.ts";
import { definitionPath } from "./options.ts";
import { printNote, tryToWrite } from "./output.ts";

/** The baseline options of the command line. */
export interface BaselineOptions {
  readonly cwd: string;
  /** The path as the user gave it. */
  readonly file: string;
  /** Whether to replace the entries with the current findings. */
  readonly update: boolean;
  /** Whether only some files are checked. Entries of other files are then kept. */
  readonly isPart: boolean;
  readonly rules: RuleSettings | undefined;
}

/** Removes the findings that the baseline accepts, and lists entries that are no longer needed. */
export function withBaseline(options: BaselineOptions, checked: Checked): Checked & Hidden {
  const { cwd, file, update } = options;
  const path = resolve(cwd, file);
  const known = readBaseline(options, path);
  const fileName = (name: string) => relative(dirname(path), resolve(cwd, name)).split(sep).join("/");
  const entries = entriesFor(checked.diagnostics, checked.graph, fileName);
  const isInScope = scopeOf(options, checked, fileName);
  if (update) {
    const all = [...entries, ...known.filter((entry) => !isInScope(entry))].sort(compareEntries);
    const isSame = print(known) === print(all) && nodeHost(cwd).kindOf(path) === "file";
    const problem = isSame ? undefined : tryToWrite([{ path, text: print(all) }], cwd);
    if (problem !== undefined)
      throw new CommandError(EXIT.failure, `Cannot write the baseline ${printable(file)}: ${problem}.`);
    printNote(`${printable(file)}: ${plural(all.length, "entry", "entries")}, ${isSame ? "unchanged" : "written"}.\n`);
    return { ...checked, diagnostics: [], accepted: checked.diagnostics };
  }
  const { fresh, accepted, unneeded } = compareWithBaseline(checked.diagnostics, entries, known);
  noteUnneeded(file, unneeded.filter(isInScope));
  return { ...checked, diagnostics: fresh, accepted };
}

/** Selects entries of enabled rules whose file was checked or no longer exists. Nothing is known about other entries. */
function scopeOf(
  { cwd, file, isPart, rules }: BaselineOptions,
  { graph }: Checked,
  fileName: (name: string) => string,
) {
  const read = new Set(graph.bound.files.map(({ source }) => fileName(source.path)));
  const folder = dirname(resolve(cwd, file));
  const host = nodeHost(folder);
  return (entry: BaselineEntry) =>
    rules?.[entry.code] !== "off" && (!isPart || read.has(entry.file) || host.kindOf(entry.file) === undefined);
}

const MOST_NAMED = 10;

function noteUnneeded(file: string, unneeded: readonly BaselineEntry[]): void {
  if (unneeded.length === 0) return;
  const named = unneeded
    .slice(0, MOST_NAMED)
    .map((entry) => `  ${entry.code} ${[entry.file, entry.path].join(" ").trim()}`);
  if (unneeded.length > MOST_NAMED) named.push(`  and ${unneeded.length - MOST_NAMED} more`);
  const what = unneeded.length === 1 ? "1 entry is" : `${unneeded.length} entries are`;
  printNote(`${printable(file)}: ${what} no longer needed. Use \`--update-baseline\` to update the file:\n`);
  for (const line of named) printNote(`${printable(line)}\n`);
}

function print(entries: readonly BaselineEntry[]): string {
  return canonicalJsonPretty({
    baselineVersion: VERSION,
    entries: [...entries].sort(compareEntries),
    generator: GENERATOR,
  });
}

const VERSION = 1;
const GENERATOR = "modelwright";

function readBaseline({ cwd, file, update }: BaselineOptions, path: string): readonly BaselineEntry[] {
  const host = nodeHost(cwd);
  if (host.kindOf(path) === undefined) {
    if (update) return [];
    throw new CommandError(
      EXIT.usage,
      `The baseline ${printable(file)} does not exist. Add \`--update-baseline\` to create it.`,
    );
  }
  const root = rootFolderOf(definitionPath(cwd, file));
  const found =
    linkEscape(host, path, root) === undefined
      ? parseBaseline(host.readText(path, root))
      : "it is a symbolic link that leads out of the working directory";
  if (typeof found !== "string") return found;
  const hint = update ? " Remove it to create a new one." : "";
  throw new CommandError(EXIT.failure, `Cannot use ${printable(file)} as a baseline: ${found}.${hint}`);
}

/** The entries, or the problem with the file. */
function parseBaseline(text: string | undefined): readonly BaselineEntry[] | string {
  if (text === undefined) return "it is not a text file";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  if (!isRecord(value) || value["generator"] !== GENERATOR) return "it was not written by Modelwright";
  const version = value["baselineVersion"];
  if (version !== VERSION) {
    const isNewer = typeof version === "number" && version > VERSION;
    return isNewer ? "it was written by a newer version of Modelwright" : "its version is unknown";
  }
  const entries: unknown = value["entries"];
  if (!Array.isArray(entries)) return "it has no list of entries";
  const read = entries.map(entryFrom);
  const broken = read.indexOf(undefined);
  return broken < 0 ? read.filter((entry) => entry !== undefined) : `entry ${broken + 1} is invalid`;
}

function entryFrom(value: unknown): BaselineEntry | undefined {
  if (!isRecord(value)) return undefined;
  const { code, file, path, content } = value;
  if (typeof code !== "string" || typeof file !== "string" || typeof path !== "string") return undefined;
  return content === undefined || typeof content === "string" ? { code, file, path, content } : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
