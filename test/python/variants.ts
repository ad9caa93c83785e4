// Runs generated modules in Python, in every variant, and compares the static analysis.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { memoryHost } from "../../src/base/host.ts";
import { possibleOf } from "../../src/infer/arguments.ts";
import type { Resolution } from "../../src/python/names/resolution.ts";
import { resolveFunction } from "../../src/python/resolve.ts";
import type { Parameter } from "../../src/python/text/parameters.ts";
import { ROOT } from "../golden.ts";

/** The text of a module, the modules that it imports, and a question about one of its names. */
export interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly entry: string;
  /** The number of conditions. Each is tried both ways. */
  readonly flags: number;
  /** The keywords of calls. */
  readonly calls: readonly (readonly string[])[];
}

/** The compared results: certain verdicts and uncertain ones. */
export interface Counts {
  modules: number;
  variants: number;
  accepted: number;
  refused: number;
  open: number;
  /** Modules that Python imports in no variant. */
  broken: number;
}

/** The result of Python for one variant: whether each call is accepted, or why there is nothing to call. */
type Variant = string | readonly boolean[];

/** The result of the static analysis. */
type Verdict = "accepted" | "refused" | "open";

/** Whether a call with these keywords is accepted. */
function accepts(parameters: readonly Parameter[], keywords: readonly string[]): boolean {
  const names = new Set(keywords);
  const takesAny = parameters.some(({ kind }) => kind === "var-keyword");
  for (const { kind, name, default: value } of parameters) {
    if (kind === "positional-only" && value === undefined) return false;
    if (kind !== "positional-or-keyword" && kind !== "keyword-only") continue;
    if (!names.delete(name.text) && value === undefined) return false;
  }
  return takesAny || names.size === 0;
}

function verdictOf(resolution: Resolution, keywords: readonly string[]): Verdict {
  if (resolution.kind === "unverified") return "open";
  if (!("doubts" in resolution)) return "refused";
  const possible = possibleOf(resolution);
  const refused = possible?.every(({ signature }) => !accepts(signature.parameters, keywords));
  if (refused === true) return "refused";
  return resolution.doubts.length === 0 ? "accepted" : "open";
}

/** Compares every case with Python: nothing that works in some variant is rejected, and what is accepted works in all. */
export function compareVariants(cases: readonly Case[]): Counts {
  const input = cases.map((each) => JSON.stringify(each)).join("\n");
  const script = join(ROOT, "test/tools/python-variants.py");
  const { stdout, stderr } = spawnSync("python3", ["-B", script], { input, encoding: "utf8", maxBuffer: 1 << 30 });
  const answers = stdout.trim().split("\n");
  assert.is(answers.length, cases.length, stderr.slice(-2_000));
  const counts: Counts = { modules: cases.length, variants: 0, accepted: 0, refused: 0, open: 0, broken: 0 };
  for (const [at, { files, entry, calls }] of cases.entries()) {
    const variants = JSON.parse(answers[at] ?? "[]") as readonly Variant[];
    counts.variants += variants.length;
    const imported = variants.filter((each) => typeof each !== "string");
    // An error about the name itself is also an answer.
    if (variants.every((each) => typeof each === "string" && each !== "AttributeError")) {
      counts.broken++;
      continue;
    }
    const host = memoryHost(new Map(Object.entries(files).map(([name, text]) => [`${name}.py`, text])));
    const resolution = resolveFunction(host, ".", { module: Object.keys(files)[0] ?? "", function: entry });
    for (const [index, keywords] of calls.entries()) {
      const verdict = verdictOf(resolution, keywords);
      const works = imported.filter((each) => each[index] === true).length;
      counts[verdict]++;
      const shown = () =>
        `${entry}(${keywords.join(", ")}) works in ${works} of ${variants.length}:\n${JSON.stringify(variants)}\n${Object.values(files).join("\n# ---\n")}`;
      if (verdict === "refused") assert.is(works, 0, `refused: ${shown()}`);
      if (verdict === "accepted") assert.is(works, imported.length, `accepted: ${shown()}`);
    }
  }
  return counts;
}
