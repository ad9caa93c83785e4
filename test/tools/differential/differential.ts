// The complete comparison: generates definitions, reads them both ways, and counts the outcomes of each kind.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../golden.ts";
import { compare, type Deliberate, type Outcome, type Verdict } from "./compare.ts";
import { type Case, generate } from "./generate.ts";
import { askPlatform, inSandbox } from "./oracle.ts";

/** The number of definitions of a kind, and the smallest of them. */
export interface Kind {
  readonly verdict: Verdict;
  readonly count: number;
  readonly smallest: Case;
  readonly detail: string;
}

export interface Result {
  readonly count: number;
  /** The definitions by their worst verdict. */
  readonly counts: ReadonlyMap<Verdict, number>;
  readonly kinds: ReadonlyMap<string, Kind>;
}

/** From best to worst. */
const VERDICTS: readonly Verdict[] = [
  "both accept",
  "both refuse",
  "warned",
  "deliberate",
  "miss",
  "silent",
  "false alarm",
];

/** The kinds of differences that `grammar/README.md` documents. Its table is the only list of them. */
export function deliberateKinds(): Deliberate {
  const readme = readFileSync(join(ROOT, "grammar/README.md"), "utf8");
  const [, table = ""] = /<!-- deliberate -->([\s\S]*?)<!-- \/deliberate -->/.exec(readme) ?? [];
  const rows = table.split("\n").map((row) => row.split(" | ")[0] ?? "");
  return new Set(rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, kind = ""]) => kind)));
}

/** Compares `count` definitions, starting at a seed. */
export async function differential(python: string, seed: number, count: number): Promise<Result> {
  const deliberate = deliberateKinds();
  const cases = Array.from({ length: count }, (_, i) => generate(seed * 1_000_003 + i));
  const counts = new Map<Verdict, number>();
  const kinds = new Map<string, Kind>();
  const add = (each: Case, { verdict, kind, detail }: Outcome): void => {
    const key = `${verdict}: ${kind}`;
    const before = kinds.get(key);
    const isSmaller = before === undefined || sizeOf(each) < sizeOf(before.smallest);
    kinds.set(key, {
      verdict,
      count: (before?.count ?? 0) + 1,
      smallest: isSmaller ? each : before.smallest,
      detail: isSmaller ? detail : before.detail,
    });
  };
  await inSandbox(async (folder) => {
    let index = 0;
    for await (const answer of askPlatform(python, folder, cases)) {
      const each = cases[index++];
      if (each === undefined) break;
      const outcomes = compare(each, answer, deliberate);
      const worst = outcomes.reduce((most, { verdict }) => Math.max(most, VERDICTS.indexOf(verdict)), 0);
      const verdict = VERDICTS[worst] ?? "both accept";
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      const seen = new Set<string>();
      for (const outcome of outcomes) {
        if (!seen.has(outcome.kind)) add(each, outcome);
        seen.add(outcome.kind);
      }
    }
  });
  return { count, counts, kinds };
}

function sizeOf({ changes, files }: Case): number {
  return changes.length * 10_000 + Object.values(files).join("").length;
}

/** The counts of each verdict and kind as text, with the smallest definitions of the kinds that contain `show`. */
export function report({ count, counts, kinds }: Result, show?: string): string {
  const lines = [`${count} definitions`];
  for (const verdict of VERDICTS) lines.push(`${String(counts.get(verdict) ?? 0).padStart(7)}  ${verdict}`);
  for (const verdict of [...VERDICTS].reverse()) {
    const its = [...kinds].filter(([, kind]) => kind.verdict === verdict).sort(([, a], [, b]) => b.count - a.count);
    if (its.length > 0) lines.push("", `${verdict}:`);
    for (const [key, { count: of, smallest, detail }] of its) {
      const name = key.slice(verdict.length + 2);
      lines.push(`${String(of).padStart(7)}  ${name}`);
      if (verdict === "both accept" || verdict === "both refuse" || verdict === "warned") continue;
      lines.push(
        `         seed ${smallest.seed}: ${smallest.changes.join("; ").slice(0, 200)}`,
        `         ${detail.slice(0, 200)}`,
      );
      if (show !== undefined && key.includes(show)) {
        for (const [path, text] of Object.entries(smallest.files)) lines.push(`--- ${path}`, text);
      }
    }
  }
  return lines.join("\n");
}
