import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { placeKey } from "../../base/source.ts";
import type { BoundRepository, ModelEntry } from "../../bind/bound.ts";
import type { Problem } from "../../parse/problem.ts";
import { entryOf, printKeyPath, spanOf } from "../../parse/tree.ts";
import { misplacedKeys } from "../facts/misplaced.ts";
import { repositoryKeysFor } from "../facts/other-names.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const missingKey: Rule = {
  code: "missing-key",
  severity: "error",
  subject: "definition",
  summary: "A required key is missing or has no value.",
  explanation: "The definition language lists all keys, with the required ones in bold.",
  bad: `datasets:
  - name: flights
    format: COCO
`,
  good: `datasets:
  - name: flights
    format: COCO
    stage: test
`,
  *check(graph) {
    const { explained, unindented } = misplacedKeys(graph);
    const missing = [...problemsOf(graph, "missing-key")].filter(
      (problem) => !explained.has(problem) && problem.contains !== "unknown",
    );
    for (const [{ span, path, parent }, keys] of keysByMap(missing)) {
      const names = andList(keys.map(quote));
      const message = `Missing key${keys.length > 1 ? "s" : ""} ${names} in ${parent}.`;
      yield { message, hint: hintForMissingKeys(parent, keys), span, path: printKeyPath(path) };
    }
    for (const { repository, entry } of graph.bound.models) {
      const { section, location } = repository;
      if (location.leaf === undefined) yield* withoutUrl(section, entry);
      if (location.kind !== "remote" || section === undefined || section.node.incomplete) continue;
      if (section.written.has("branch") || section.written.has("hash")) continue;
      // `commit` instead of `hash` is reported as an unknown key.
      const others = section.node.entries.flatMap(({ key }) => repositoryKeysFor(key.text));
      if (others.includes("hash")) continue;
      const written = entryOf(section.node, "branch")?.key ?? entryOf(section.node, "hash")?.key;
      yield {
        message: "Missing key `branch` or `hash` in `repository`, whose `url` is remote.",
        hint: `${written === undefined ? "Add" : "Write"} \`branch: main\`, or \`hash:\` with a commit.`,
        span: spanOf(written ?? entryOf(entry.node, "repository")?.key ?? section.node),
        path: printKeyPath(section.path),
      };
    }
    const unreadable = new Set([...problemsOf(graph, "yaml-syntax")].map(({ span }) => placeKey(span)));
    for (const problem of problemsOf(graph, "empty-value")) {
      // A value that starts with an unknown tag is already reported as invalid YAML.
      const colon = /^:\s*/.exec(problem.span.source.text.slice(problem.span.end, problem.span.end + 40))?.[0] ?? "";
      if (unreadable.has(placeKey({ ...problem.span, start: problem.span.end + colon.length }))) continue;
      const { span, path, key } = problem;
      const below = unindented.get(problem);
      yield {
        message: `${quote(key)} has no value.`,
        hint: below === undefined ? "Write a value after the colon." : `Indent ${quote(below.key)} below it.`,
        span,
        path: printKeyPath(path),
      };
    }
  },
};

/** A branch, a commit or a token without the URL that it belongs to. */
function* withoutUrl(section: BoundRepository["section"], entry: ModelEntry): Generator<Finding> {
  if (section === undefined || section.node.incomplete || section.written.has("url")) return;
  const key = ["branch", "hash", "access_token"].find((each) => section.written.has(each));
  if (key === undefined) return;
  yield {
    message: `Missing key \`url\` in \`repository\`: without it, the code is local and ${quote(key)} has no effect.`,
    hint: `Add \`url:\`, or remove ${quote(key)}.`,
    span: spanOf(entryOf(entry.node, "repository")?.key ?? section.node),
    path: printKeyPath(section.path),
  };
}

/** What to write; text in backquotes can be pasted. */
function hintForMissingKeys(parent: string, keys: readonly string[]): string {
  const [key = ""] = keys;
  if (keys.length > 1) return `Add ${andList(keys.map((each) => `\`${each}:\``))}.`;
  return HINTS.get(`${key} of ${parent}`) ?? HINTS.get(key) ?? `Add \`${key}:\`.`;
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ["name of an item of `inputs`", "Add `name:` with the name of the Python parameter."],
  ["value of an item of `inputs`", "Add `value:`, such as `value: 0.5` or `value: ${datapoints}`."],
  ["url of an item of `files`", "Add `url:` with a path relative to this file, or a URL."],
  ["url of `repository`", "Add `url:`, or remove `repository` if the code is next to this file."],
  ["name of `output`", "Add `name:` with the name that expressions use."],
  ["entrypoint", "Add `entrypoint:` with the module and the function, such as `inference:predict`."],
  ["output", "Add `output:` with `name:` below it."],
  ["load", "Add `load:` with `entrypoint:` and `output:` below it."],
  ["predict", "Add `predict:` with `entrypoint:` and `output:` below it."],
  ["format", "Add `format:` with COCO, ImageNet, ImageRegression, tfrecord or Custom."],
  ["stage", "Add `stage:` with train, validation or test."],
]);

type Missing = Extract<Problem, { readonly kind: "missing-key" }>;

/** Each missing key is a finding; those of an empty map are one finding. */
function keysByMap(problems: readonly Missing[]): readonly (readonly [Missing, readonly string[]])[] {
  const found: (readonly [Missing, string[]])[] = [];
  for (const problem of problems) {
    const last = found[found.length - 1];
    if (
      problem.contains === "nothing" &&
      last !== undefined &&
      last[0].path === problem.path &&
      last[0].span.source === problem.span.source
    )
      last[1].push(problem.key);
    else found.push([problem, [problem.key]]);
  }
  return found;
}

/** `a`, `b` and `c` */
function andList(words: readonly string[]): string {
  const last = words[words.length - 1] ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
