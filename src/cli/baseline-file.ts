// The file of `--baseline`: findings that are accepted as they are.
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

/** What was asked for on the command line. */
export interface BaselineOptions {
  readonly cwd: string;
  /** As it was given. */
  readonly file: string;
  /** Accepts everything that is found now. */
  readonly update: boolean;
  /** Whether only some files were named: then entries of others are neither missed nor removed. */
  readonly isPart: boolean;
  readonly rules: RuleSettings | undefined;
}

/** Takes out what the baseline accepts, and says which of its entries are not needed any more. */
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
      throw new CommandError(EXIT.failure, `The baseline ${printable(file)} cannot be written: ${problem}.`);
    printNote(`${printable(file)}: ${plural(all.length, "entry", "entries")}, ${isSame ? "unchanged" : "written"}.\n`);
    return { ...checked, diagnostics: [], accepted: checked.diagnostics };
  }
  const { fresh, accepted, unneeded } = compareWithBaseline(checked.diagnostics, entries, known);
  noteUnneeded(file, unneeded.filter(isInScope));
  return { ...checked, diagnostics: fresh, accepted };
}

/** Entries that this run can judge: of rules that are on, and of files that it read, or that are gone. */
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
  const [what, it] = unneeded.length === 1 ? ["One entry is", "it"] : [`${unneeded.length} entries are`, "them"];
  printNote(`${printable(file)}: ${what} no longer needed; \`--update-baseline\` removes ${it}:\n`);
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
      `The baseline ${printable(file)} does not exist. \`--update-baseline\` writes it.`,
    );
  }
  const root = rootFolderOf(definitionPath(cwd, file));
  const found =
    linkEscape(host, path, root) === undefined
      ? parseBaseline(host.readText(path, root))
      : "it is a link that leads out of the working folder";
  if (typeof found !== "string") return found;
  const then = update ? "it is not overwritten. Remove it to begin a new one." : "nothing is compared with it.";
  throw new CommandError(EXIT.failure, `${printable(file)} is no baseline that can be read (${found}), so ${then}`);
}

/** The entries, or what is wrong with the file. */
function parseBaseline(text: string | undefined): readonly BaselineEntry[] | string {
  if (text === undefined) return "it is no text file";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  if (!isRecord(value) || value["generator"] !== GENERATOR) return "Modelwright did not write it";
  const version = value["baselineVersion"];
  if (version !== VERSION) {
    const isNewer = typeof version === "number" && version > VERSION;
    return isNewer ? "a newer Modelwright wrote it" : "it has no known version";
  }
  const entries: unknown = value["entries"];
  if (!Array.isArray(entries)) return "it has no list of entries";
  const read = entries.map(entryFrom);
  const broken = read.indexOf(undefined);
  return broken < 0 ? read.filter((entry) => entry !== undefined) : `entry ${broken + 1} is broken`;
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
