import { quote } from "../../base/quote.ts";
import { positionAt } from "../../base/source.ts";
import type { Problem } from "../../parse/problem.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const duplicateKey: Rule = {
  code: "duplicate-key",
  severity: "error",
  subject: "definition",
  summary: "A map contains the same key twice.",
  explanation: "Most YAML parsers keep the last value and silently discard the first.",
  bad: `project:
  name: aircraft
  name: airplanes
`,
  good: `project:
  name: aircraft
`,
  *check(graph) {
    for (const [problem, ...others] of runsOf(problemsOf(graph, "duplicate-key"))) {
      const { span, path, first } = problem;
      const at = { span, path: printKeyPath(path), related: [{ message: "first defined here", span: first }] };
      const keys = [problem, ...others].map((each) => quote(String(each.path.key)));
      if (others.length === 0) {
        yield {
          message: `Duplicate key ${keys[0]}.`,
          hint: "Remove one of the two: the platform silently uses the last one.",
          ...at,
        };
        continue;
      }
      const isItem = typeof path.parent?.key === "number";
      yield {
        message: `Duplicate keys ${listed(keys)}.`,
        hint: isItem
          ? "Start each item with `-`."
          : "Add the line that separates the two groups, or remove one of them.",
        ...at,
      };
    }
  },
};

/** More keys than this are counted. */
const MOST_NAMED = 6;

function listed(keys: readonly string[]): string {
  const more = keys.length - MOST_NAMED;
  if (more > 1) return `${keys.slice(0, MOST_NAMED).join(", ")} and ${more} more`;
  return `${keys.slice(0, -1).join(", ")} and ${keys[keys.length - 1]}`;
}

type Duplicate = Extract<Problem, { readonly kind: "duplicate-key" }>;

/** Consecutive duplicates, as when a `-` or the line above them is missing: they are one mistake. */
function* runsOf(problems: Iterable<Duplicate>): Generator<readonly [Duplicate, ...Duplicate[]]> {
  let run: [Duplicate, ...Duplicate[]] | undefined;
  let parent = "";
  for (const problem of problems) {
    const last = run?.[run.length - 1];
    const map = printKeyPath(problem.path.parent);
    if (run !== undefined && last !== undefined && map === parent && isNext(last, problem)) run.push(problem);
    else {
      if (run !== undefined) yield run;
      [run, parent] = [[problem], map];
    }
  }
  if (run !== undefined) yield run;
}

/** Whether there is no other key of the same map between the two. */
function isNext({ span: { source, end } }: Duplicate, { span }: Duplicate): boolean {
  if (span.source !== source || span.start < end) return false;
  const indent = positionAt(source, span.start).column - 1;
  const between = source.text.slice(end, span.start).split("\n").slice(1, -1);
  return between.every((line) => line.trim() === "" || line.search(/\S/) > indent || /^\s*#/.test(line));
}
