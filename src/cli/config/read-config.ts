// Reads the text of a configuration file. Returns the configuration, or all mistakes with their lines.
import { isAbsolute, relative, resolve, sep } from "node:path";
import { suggest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import { positionAt, type Source } from "../../base/source.ts";
import { RULE_SETTINGS, type RuleSetting, type RuleSettings } from "../../check/rule-settings.ts";
import { JsonMistake, type JsonNode, readJsonTree } from "./json-tree.ts";
import { type Configuration, configProperties, TARGETS } from "./keys.ts";
import { ruleMistake } from "./rule-options.ts";

/** A configuration, or messages that each start with file, line and column. */
export type ConfigurationResult =
  | { readonly kind: "configuration"; readonly configuration: Configuration }
  | { readonly kind: "mistakes"; readonly mistakes: readonly string[] };

/** Reports a mistake at an offset. */
type Report = (offset: number, message: string) => unknown;

/** More mistakes are not listed: finding similar names takes time, and the file may be hostile. */
const MAX_MISTAKES = 20;

/** Reads a configuration. `key` is the key of a larger file that contains it. */
export function readConfiguration(
  source: Source,
  key: string | undefined,
  { cwd, formats }: { readonly cwd: string; readonly formats: readonly string[] },
): ConfigurationResult {
  const found: { readonly offset: number; readonly message: string }[] = [];
  const report: Report = (offset, message) => found.push({ offset, message });
  const isFull = (): boolean => found.length >= MAX_MISTAKES;
  const nodes = nodesOf(source.text, key, Object.keys(configProperties(formats)), report, isFull);
  const take = <T>(name: string, read: (node: JsonNode, name: string) => T | undefined): T | undefined => {
    const node = nodes.get(name);
    return node && read(node, name);
  };
  const word =
    <Word extends string>(words: readonly Word[]) =>
    (node: JsonNode, name: string) =>
      readWord(node, name, words, report);
  const flag = (node: JsonNode, name: string) => readBoolean(node, name, report);
  const configuration: Configuration = {
    file: source.path,
    format: take("format", word(formats)),
    rules: take("rules", (node, name) => readRules(node, name, report, isFull)),
    portable: take("portable", flag),
    pedantic: take("pedantic", flag),
    out: take("out", (node, name) => readFolder(node, name, cwd, report)),
    target: take("target", word(TARGETS)),
  };
  if (found.length === 0) return { kind: "configuration", configuration };
  found.sort((a, b) => a.offset - b.offset);
  const mistakes = found.map(({ offset, message }) => {
    const { line, column } = positionAt(source, offset);
    return `${source.path}:${line}:${column}: ${message}`;
  });
  return { kind: "mistakes", mistakes };
}

/** The values of the known keys. */
function nodesOf(
  text: string,
  key: string | undefined,
  known: readonly string[],
  report: Report,
  isFull: () => boolean,
): ReadonlyMap<string, JsonNode> {
  const tree = treeOf(text, report);
  const root = key === undefined || tree === undefined ? tree : valueAt(tree, key);
  if (root === undefined) return new Map();
  if (root.kind !== "map") {
    report(root.start, "The configuration must be an object.");
    return new Map();
  }
  for (const { key: name, start } of root.entries) {
    if (name === "$schema" || known.includes(name)) continue;
    if (isFull()) break;
    report(start, `Unknown key ${quote(name)}. ${suggest(name, known, "key")}`);
  }
  return new Map(root.entries.map(({ key: name, value }) => [name, value]));
}

function treeOf(text: string, report: Report): JsonNode | undefined {
  try {
    return readJsonTree(text);
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    report(error.offset, `Invalid JSON. ${error.message}`);
    return undefined;
  }
}

function valueAt(node: JsonNode, key: string): JsonNode | undefined {
  return node.kind === "map" ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

function readWord<Word extends string>(
  { start, value }: JsonNode,
  name: string,
  words: readonly Word[],
  report: Report,
): Word | undefined {
  const found = words.find((each) => each === value);
  if (found === undefined) report(start, `${quote(name)} must be ${orList(words)}.`);
  return found;
}

function readBoolean({ start, value }: JsonNode, name: string, report: Report): boolean | undefined {
  if (typeof value === "boolean") return value;
  report(start, `${quote(name)} must be true or false.`);
  return undefined;
}

/** The file may be untrusted, so it can only name a folder inside the working directory. */
function readFolder({ start, value }: JsonNode, name: string, cwd: string, report: Report): string | undefined {
  if (typeof value !== "string" || value === "") {
    report(start, `${quote(name)} must be the path of a folder, as a string.`);
    return undefined;
  }
  const inside = relative(cwd, resolve(cwd, value));
  const isOutside = inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  if (!isOutside && !isAbsolute(value) && !/[\\\0]|^[A-Za-z]:/.test(value)) return value;
  const hint = "Use a relative path with `/`, or use `--out` on the command line.";
  report(start, `${quote(value)} is not below the folder of this file. ${hint}`);
  return undefined;
}

function readRules(node: JsonNode, name: string, report: Report, isFull: () => boolean): RuleSettings | undefined {
  if (node.kind !== "map") {
    report(node.start, `${quote(name)} must be an object, such as { "unknown-key": "warning" }.`);
    return undefined;
  }
  const settings: Record<string, RuleSetting> = {};
  for (const { key, start, value } of node.entries) {
    if (isFull()) break;
    const mistake = ruleMistake(key, value.value);
    if (mistake !== undefined) report(mistake.isCode ? start : value.start, mistake.message);
    const setting = RULE_SETTINGS.find((each) => each === value.value);
    if (mistake === undefined && setting !== undefined) settings[key] = setting;
  }
  return settings;
}
