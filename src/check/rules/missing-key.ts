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
  explanation: "The format cannot do without it.",
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
      const message = `${parent[0]?.toUpperCase()}${parent.slice(1)} needs the key${keys.length > 1 ? "s" : ""} ${names}.`;
      yield { message, hint: hintForMissingKeys(parent, keys), span, path: printKeyPath(path) };
    }
    for (const { repository, entry } of graph.bound.models) {
      const { section, location } = repository;
      if (location.leaf === undefined) yield* withoutAddress(section, entry);
      if (location.kind !== "remote" || section === undefined || section.node.incomplete) continue;
      if (section.written.has("branch") || section.written.has("hash")) continue;
      // `commit` for `hash` is a key that is not known, and nothing is missing.
      const others = section.node.entries.flatMap(({ key }) => repositoryKeysFor(key.text));
      if (others.includes("hash")) continue;
      const written = entryOf(section.node, "branch")?.key ?? entryOf(section.node, "hash")?.key;
      yield {
        message: "A repository with an address needs the key `branch` or `hash`.",
        hint: `${written === undefined ? "Add" : "Write"} \`branch: main\`, or the commit as \`hash:\`.`,
        span: spanOf(written ?? entryOf(entry.node, "repository")?.key ?? section.node),
        path: printKeyPath(section.path),
      };
    }
    const unreadable = new Set([...problemsOf(graph, "yaml-syntax")].map(({ span }) => placeKey(span)));
    for (const problem of problemsOf(graph, "empty-value")) {
      // A value that begins with an unknown tag is not YAML already.
      const behind = /^:\s*/.exec(problem.span.source.text.slice(problem.span.end, problem.span.end + 40))?.[0] ?? "";
      if (unreadable.has(placeKey({ ...problem.span, start: problem.span.end + behind.length }))) continue;
      const { span, path, key } = problem;
      const below = unindented.get(problem);
      yield {
        message: `${quote(key)} needs a value.`,
        hint: below === undefined ? "Nothing stands behind the colon." : `Indent ${quote(below.key)} below it.`,
        span,
        path: printKeyPath(path),
      };
    }
  },
};

/** A branch, a commit or a token without the address that it belongs to. */
function* withoutAddress(section: BoundRepository["section"], entry: ModelEntry): Generator<Finding> {
  if (section === undefined || section.node.incomplete || section.written.has("url")) return;
  const key = ["branch", "hash", "access_token"].find((each) => section.written.has(each));
  if (key === undefined) return;
  yield {
    message: `\`repository\` needs the key \`url\`; without it the code is beside this file, where ${quote(key)} means nothing.`,
    hint: `Add \`url:\`, or remove ${quote(key)}.`,
    span: spanOf(entryOf(entry.node, "repository")?.key ?? section.node),
    path: printKeyPath(section.path),
  };
}

/** What to write; a text in backquotes can be pasted. */
function hintForMissingKeys(parent: string, keys: readonly string[]): string {
  const [key = ""] = keys;
  if (keys.length > 1) return `Add ${andList(keys.map((each) => `\`${each}:\``))}.`;
  return HINTS.get(`${key} of ${parent}`) ?? HINTS.get(key) ?? `Add \`${key}:\`.`;
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ["name of an item of `inputs`", "Add `name:`, the name of the Python parameter."],
  ["value of an item of `inputs`", "Add `value:`, such as `value: 0.5` or `value: ${datapoints}`."],
  ["url of an item of `files`", "Add `url:`, a path beside this file or an address."],
  ["url of `repository`", "Add `url:`, or remove `repository` if the code is beside this file."],
  ["name of `output`", "Add `name:`, under which others refer to it."],
  ["entrypoint", "Add `entrypoint:`, the module and the function, such as `inference:predict`."],
  ["output", "Add `output:` with `name:` below it."],
  ["load", "Add `load:` with `entrypoint:` and `output:` below it."],
  ["predict", "Add `predict:` with `entrypoint:` and `output:` below it."],
  ["format", "Add `format:`, one of COCO, ImageNet, ImageRegression, tfrecord and Custom."],
  ["stage", "Add `stage:`, one of train, validation and test."],
]);

type Missing = Extract<Problem, { readonly kind: "missing-key" }>;

/** Each key that is missing is a finding; in a map with nothing in it they are one. */
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
