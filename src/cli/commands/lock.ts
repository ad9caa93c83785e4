import { join, resolve } from "node:path";
import { printable } from "../../base/quote.ts";
import type { FetchedCode } from "../../infer/locked-code.ts";
import { type LockChange, type LockResult, lock } from "../../lock/lock.ts";
import type { ExecutionPlan } from "../../plan/execution-plan.ts";
import { cacheFolder } from "../../system/cache-folder.ts";
import { readText } from "../../system/read.ts";
import { compileFiles, report } from "../compile-files.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { SharedOptions } from "../options.ts";
import { printNote, printResult, tryToWrite } from "../output.ts";
import { exitCodeOfPlan, isPlanned } from "./plan.ts";
import { selectOrFail } from "./select-or-fail.ts";

export interface LockOptions {
  /** Ask again for the entries of these models; `true` for all models. */
  readonly update?: readonly string[] | true | undefined;
  /** Compare the lock files with the definitions, and write nothing. */
  readonly check?: boolean | undefined;
  /** Whether to ask registries for the digests of images. */
  readonly images?: boolean | undefined;
}

/** `modelwright lock`: writes the lock files of definitions. */
export async function lockCommand(
  files: readonly string[],
  options: SharedOptions,
  { update, check = false, images = true }: LockOptions,
): Promise<number> {
  if (files.includes("-")) throw new CommandError(EXIT.usage, "`lock` cannot read a definition from standard input.");
  const compile = (code: FetchedCode) => compileFiles(options, files, undefined, { fetchedCode: code });
  // The definitions alone: what the present lock file says about code must not prevent a new one.
  const compilation = compile(new Map());
  if (compilation === undefined) return EXIT.clean;
  if (!isPlanned(compilation)) {
    report(options, compilation, false);
    return EXIT.findings;
  }
  const { plan } = compilation;
  const root = resolve(options.cwd, compilation.root);
  const environment = options.environment ?? process.env;
  const results = await lock({
    plan,
    planRoot: compilation.root,
    compile: (code) => compile(code) ?? compilation,
    root,
    environment,
    programEnvironment: process.env,
    cache: cacheFolder(process.env),
    offline: false,
    signal: new AbortController().signal,
    read: (path) => readText(join(root, path), root),
    update: update === undefined ? undefined : update === true ? "all" : updated(plan, update),
    images,
    drops: files.length === 0,
    asks: !check || update !== undefined,
    onAsk: ({ key }) => printNote(`Fetching ${printable(key)} …\n`),
  });
  const shown = (path: string) => printable(join(compilation.root, path));
  if (check) return checkResults(results, shown);
  for (const result of results) writeResult(result, root, shown(result.path));
  const failed = results.flatMap(({ missing }) => missing);
  for (const { key, reason } of failed) printNote(`Not locked: ${printable(key)}: ${printable(reason ?? "")}.\n`);
  const locked = compileFiles(options, files) ?? compilation;
  report(options, locked, false);
  if (failed.length > 0) return EXIT.step;
  return isPlanned(locked) ? exitCodeOfPlan(options, locked) : EXIT.findings;
}

/** The models to update. Fails if one of them does not exist. */
function updated(plan: ExecutionPlan, names: readonly string[]): ReadonlySet<string> {
  const all = { ...plan, models: plan.models.map((model) => ({ ...model, universal: false })) };
  selectOrFail(all, names);
  return new Set(names);
}

/** Reports what is not up to date. */
function checkResults(results: readonly LockResult[], shown: (path: string) => string): number {
  let isStale = false;
  for (const result of results) {
    const lines = [
      ...(result.invalid === undefined ? [] : [`invalid: ${result.invalid}`]),
      ...result.missing.map(({ key, reason }) => `missing: ${key}${reason === undefined ? "" : `: ${reason}`}`),
      ...result.changes.map(changeText),
    ];
    if (lines.length === 0 && result.before !== undefined && result.before !== result.text) {
      lines.push("not written in the form that `modelwright lock` writes");
    }
    for (const line of lines) printResult(`${shown(result.path)}: ${printable(line)}\n`);
    isStale ||= lines.length > 0;
  }
  if (!isStale) return EXIT.clean;
  printNote("Run `modelwright lock` to update it.\n");
  return EXIT.stale;
}

/** Writes a lock file if it changes, and reports each change. */
function writeResult({ path, before, text, changes, invalid }: LockResult, root: string, shown: string): void {
  const isEmpty = before === undefined && changes.length === 0;
  if (isEmpty) {
    printResult(`${shown}: nothing to lock\n`);
    return;
  }
  if (invalid !== undefined) {
    const hint = "Remove the file, and run `modelwright lock` again.";
    throw new CommandError(EXIT.failure, `${shown} cannot be used, because ${invalid}. ${hint}`);
  }
  for (const change of changes) printResult(`${printable(changeText(change))}\n`);
  if (before === text) {
    printResult(`${shown}: unchanged\n`);
    return;
  }
  const problem = tryToWrite([{ path: resolve(root, path), text }], root);
  if (problem !== undefined) throw new CommandError(EXIT.failure, `Cannot write ${shown}: ${problem}.`);
  printResult(`${shown}: written\n`);
}

/** A change in one sentence. */
function changeText({ section, key, before, after }: LockChange): string {
  if (after === undefined) return `${key}: no longer used`;
  if (before === undefined) return `${key}: locked at ${after}`;
  return `${key}: ${HAPPENED[section]} ${before} to ${after}`;
}

const HAPPENED = {
  code: "moved from",
  files: "the file changed from",
  images: "the tag was replaced, from",
} as const;
