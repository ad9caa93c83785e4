// Compares the scanner with CPython's own parser on real files.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isGenerator } from "../../src/python/calls/generator.ts";
import type { Binding, ClassHeader, Definition, FunctionHeader } from "../../src/python/module.ts";
import { scanModule } from "../../src/python/scan/scan.ts";
import type { Part } from "../../src/python/text/text.ts";
import { ROOT } from "../golden.ts";

type OraclePart = readonly [text: string, start: number, end: number];

interface OracleDefinition {
  readonly kind: "function" | "class";
  readonly name: string;
  readonly start: number;
  readonly decorators: readonly OraclePart[];
  readonly docstring: string | null;
  readonly isAsync?: boolean;
  readonly isGenerator?: boolean;
  readonly parameters?: readonly (readonly [string, string, number, OraclePart | null, OraclePart | null])[];
  readonly returns?: OraclePart | null;
  readonly bases?: readonly OraclePart[];
  readonly keywords?: readonly (readonly [string, OraclePart])[];
}

interface OracleModule {
  readonly definitions: readonly OracleDefinition[];
  readonly names: readonly string[];
  /** Names of comprehensions, which newer Pythons list with those of the module. */
  readonly hidden: readonly string[];
  readonly imports: readonly (readonly [string, number, string, string | null])[];
}

/** The number of compared things, and every difference as one line. */
export interface Comparison {
  files: number;
  skipped: number;
  characters: number;
  functions: number;
  classes: number;
  parameters: number;
  imports: number;
  names: number;
  /** Milliseconds in the scanner and in `ast.parse`. */
  scanner: number;
  ast: number;
  readonly differences: string[];
}

/** Runs the oracle over files in a few parallel processes, and compares each answer as it arrives. */
export async function compareWithAst(python: string, paths: readonly string[], processes = 2): Promise<Comparison> {
  const zero = { files: 0, skipped: 0, characters: 0, functions: 0, classes: 0, parameters: 0, imports: 0, names: 0 };
  const comparison: Comparison = { ...zero, scanner: 0, ast: 0, differences: [] };
  const runs = Array.from({ length: processes }, (_, at) =>
    compareSome(
      python,
      paths.filter((_path, index) => index % processes === at),
      comparison,
    ),
  );
  await Promise.all(runs);
  return comparison;
}

async function compareSome(python: string, paths: readonly string[], comparison: Comparison): Promise<void> {
  const oracle = spawn(python, [join(ROOT, "test/tools/python-oracle.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(oracle, "close");
  oracle.stdin.end(paths.join("\n"));
  for await (const line of createInterface({ input: oracle.stdout })) {
    const answer = JSON.parse(line) as { path: string; module: OracleModule | null } | { seconds: number };
    if ("seconds" in answer) comparison.ast += answer.seconds * 1000;
    else if (answer.module === null) comparison.skipped++;
    else compareFile(answer.path, answer.module, comparison);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`the oracle ended with ${code}`);
}

function compareFile(path: string, oracle: OracleModule, comparison: Comparison): void {
  const text = readFileSync(path, "utf8");
  const started = performance.now();
  const module = scanModule({ path, text });
  comparison.scanner += performance.now() - started;
  comparison.files++;
  comparison.characters += text.length;
  const report = (what: string) => comparison.differences.push(`${path}: ${what}`);
  if (module.damage.length > 0) report(`is damaged at ${module.damage.map(({ start }) => start).join(", ")}`);

  const own = [...definitionsIn(module.bindings, "")];
  for (let at = 0; at < Math.max(own.length, oracle.definitions.length); at++) {
    const [mine, theirs] = [own[at], oracle.definitions[at]];
    if (mine === undefined || theirs === undefined || mine.name !== theirs.name) {
      report(`definition ${at} is ${mine?.name}, not ${theirs?.name}`);
      break;
    }
    const difference = compareDefinition(mine.definition, theirs, comparison);
    if (difference !== undefined) report(`${theirs.name}: ${difference}`);
  }

  const imports = module.bindings.flatMap(importOf);
  comparison.imports += imports.length;
  if (JSON.stringify(imports) !== JSON.stringify(oracle.imports)) report("imports differ");

  const names = new Set(module.bindings.flatMap(boundName));
  const hidden = new Set(oracle.hidden);
  const missing = oracle.names.filter((name) => !names.has(unmangled(name)) && !hidden.has(name));
  const theirs = new Set(oracle.names.map(unmangled));
  const surplus = [...names].filter((name) => !theirs.has(name) && !hidden.has(name));
  comparison.names += oracle.names.length;
  if (missing.length > 0) report(`does not bind ${missing.join(", ")}`);
  if (surplus.length > 0) report(`binds ${surplus.join(", ")}`);
}

function boundName(binding: Binding): readonly string[] {
  return binding.kind === "import-star" || binding.kind === "deleted" ? [] : [binding.name.text];
}

/** Inside of a class, `global __x` is about `_Class__x`, which the scanner does not follow. */
function unmangled(name: string): string {
  return name.replace(/^_[A-Z][A-Za-z0-9]*(?=__\w*[^_]_?$)/, "");
}

interface Qualified {
  readonly name: string;
  readonly definition: Definition;
}

/** All definitions with their qualified names, in the order of the text. */
export function* definitionsIn(bindings: readonly Binding[], prefix: string): Generator<Qualified> {
  for (const definition of bindings) {
    if (definition.kind !== "function" && definition.kind !== "class") continue;
    const name = prefix + definition.name.text;
    yield { name, definition };
    yield* definitionsIn(definition.kind === "class" ? definition.body : definition.inner, `${name}.`);
  }
}

function importOf(binding: Binding): readonly (readonly [string, number, string, string | null])[] {
  if (binding.kind === "import") return [[binding.name.text, 0, binding.module, null]];
  if (binding.kind === "import-star") return [["*", binding.from.level, binding.from.module, "*"]];
  if (binding.kind !== "import-from") return [];
  return [[binding.name.text, binding.from.level, binding.from.module, binding.imported.text]];
}

function compareDefinition(mine: Definition, theirs: OracleDefinition, comparison: Comparison): string | undefined {
  if (mine.kind !== theirs.kind) return `is a ${mine.kind}`;
  if (mine.isBroken) return "is broken";
  if (mine.span.start !== theirs.start) return `starts at ${mine.span.start}, not ${theirs.start}`;
  if ((mine.docstring ?? null) !== theirs.docstring) return `docstring ${mine.docstring}, not ${theirs.docstring}`;
  const decorators = compareParts(
    mine.decorators.map(({ expression }) => expression),
    theirs.decorators,
  );
  if (decorators !== undefined) return `decorators: ${decorators}`;
  return mine.kind === "class" ? compareClass(mine, theirs, comparison) : compareFunction(mine, theirs, comparison);
}

function compareClass(mine: ClassHeader, theirs: OracleDefinition, comparison: Comparison): string | undefined {
  comparison.classes++;
  const { positional, keywords } = mine.bases;
  const names = keywords.map(({ name }) => name.text).join();
  if (names !== theirs.keywords?.map(([name]) => name).join()) return `keywords ${names}`;
  const parts = [...positional, ...keywords.map(({ value }) => value)];
  return compareParts(parts, [...(theirs.bases ?? []), ...(theirs.keywords ?? []).map(([, value]) => value)]);
}

function compareFunction(mine: FunctionHeader, theirs: OracleDefinition, comparison: Comparison): string | undefined {
  comparison.functions++;
  comparison.parameters += mine.parameters.length;
  if (mine.isAsync !== theirs.isAsync) return `async is ${mine.isAsync}`;
  if (isGenerator(mine.span) !== theirs.isGenerator) return `is ${theirs.isGenerator ? "" : "not "}a generator`;
  const returns = comparePart(mine.returns, theirs.returns ?? null);
  if (returns !== undefined) return `returns ${returns}`;
  if (mine.parameters.length !== theirs.parameters?.length) return `takes ${mine.parameters.length} parameters`;
  for (const [at, [kind, name, start, annotation, value]] of theirs.parameters.entries()) {
    const parameter = mine.parameters[at];
    if (parameter?.kind !== kind || parameter.name.text !== name) return `parameter ${at} is not ${kind} ${name}`;
    if (parameter.name.span.start !== start) return `parameter ${name} is not at ${start}`;
    const difference = comparePart(parameter.annotation, annotation) ?? comparePart(parameter.default, value);
    if (difference !== undefined) return `parameter ${name}: ${difference}`;
  }
  return undefined;
}

function compareParts(mine: readonly Part[], theirs: readonly OraclePart[]): string | undefined {
  if (mine.length !== theirs.length) return `${mine.length}, not ${theirs.length}`;
  return mine.map((part, at) => comparePart(part, theirs[at] ?? null)).find((difference) => difference !== undefined);
}

/** Brackets around a whole expression are not in the tree of `ast`; comments can be next to them. */
function comparePart(mine: Part | undefined, theirs: OraclePart | null): string | undefined {
  if (mine === undefined || theirs === null)
    return mine === theirs?.[0] ? undefined : `${mine?.text}, not ${theirs?.[0]}`;
  const [text, start, end] = theirs;
  const before = mine.text.slice(0, start - mine.span.start);
  const after = mine.text.slice(end - mine.span.start);
  const isWhole = mine.span.start <= start && end <= mine.span.end && before + text + after === mine.text;
  const isBracket = BEFORE.test(before) && AFTER.test(after);
  return isWhole && isBracket ? undefined : `${mine.text}, not ${text}`;
}

const BEFORE = /^(?:\(|\s|\\|#.*\n)*$/;
const AFTER = /^(?:\)|,(?=\s*\))|\s|\\|#.*\n)*$/;
