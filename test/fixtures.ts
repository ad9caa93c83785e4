// Reads the folders below `fixtures/reject` and `fixtures/accept` as the command line does.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseEnv } from "node:util";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import type { CheckOptions } from "../src/check/check.ts";
import { rules } from "../src/check/rules/index.ts";
import { type Checked, type Compilation, type CompileOptions, compile } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { renderPretty } from "../src/render/pretty.ts";
import type { Hidden } from "../src/render/summary.ts";
import { fixture } from "./golden.ts";

/** In a folder with two definitions, the one that borrows from the other is the one that is given. */
const DEFINITIONS = ["model.yaml", "models.yaml", "efemarai.yml", "efemarai.yaml"];

/** The names of the folders below one of the two. */
export function casesOf(kind: "accept" | "reject"): readonly string[] {
  const folders = readdirSync(fixture(kind), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).sort();
}

/** The definition file of a case. */
export function definitionOf(folder: string): string {
  const found = DEFINITIONS.find((name) => existsSync(join(folder, name)));
  if (found === undefined) throw new Error(`${folder} holds no definition`);
  return found;
}

/** Compiles the definition of a case. */
export function compileCase(folder: string): Compilation {
  return compile([definitionOf(folder)], nodeHost(folder), optionsFor(folder));
}

/**
 * The options of a case: `variables.env` beside its definition stands for `--env-file`, and a rule that is off until it is
 * asked for is asked for in its own cases.
 */
export function optionsFor(folder: string): CompileOptions {
  const variables = join(folder, "variables.env");
  const environment = existsSync(variables)
    ? { environment: parseEnv(readFileSync(variables, "utf8")) as Readonly<Record<string, string>> }
    : {};
  return { ...environment, ...asking(codeOfCase(folder)) };
}

/** The code that a case below `reject` is about: its name up to the first dot. */
export function codeOfCase(folder: string): string {
  const name = basename(folder);
  return name.split(".")[0] ?? name;
}

/** The codes of the findings, without the one that says of code elsewhere that it cannot be checked. */
export function about(code: string, diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map((each) => each.code).filter((each) => each === code || each !== "remote-code");
}

/** The options with which the rule of a code runs. */
export function asking(code: string): CheckOptions {
  const group = rules.find((rule) => rule.code === code)?.group;
  return group === undefined ? {} : { [group]: true };
}

/** What `modelwright check` prints. */
export function printed(checked: Pick<Checked, "diagnostics" | "files"> & Hidden): string {
  return renderPretty(checked, { color: false, isResult: true });
}
