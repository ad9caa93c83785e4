import type { Finding, Fix } from "../../base/diagnostic.ts";
import { MAX_DIGITS } from "../../base/exact-json.ts";
import { certainMatch, nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import { hasScheme } from "../../base/schemes.ts";
import type { BoundValue } from "../../bind/bound.ts";
import { literalText, plainText } from "../../bind/value.ts";
import type { TypedFile } from "../../infer/typed.ts";
import { replaceScalar } from "../../parse/edit-scalar.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import { type Path, printKeyPath, spanOf, type YamlNode } from "../../parse/tree.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const invalidValue: Rule = {
  code: "invalid-value",
  severity: "error",
  subject: "definition",
  summary: "A value is not one of the allowed values.",
  explanation: "The finding shows which values are allowed.",
  bad: `datasets:
  - name: flights
    format: coco
    stage: test
`,
  good: `datasets:
  - name: flights
    format: COCO
    stage: test
`,
  *check(graph) {
    for (const { span, path, node, expected, found, allowed } of problemsOf(graph, "invalid-value")) {
      const near = nearestValues(found, allowed);
      const isWord = allowed.length > 0;
      const hint = isWord
        ? hintForWord(path, near, allowed)
        : HINTS[String(typeof path?.key === "number" ? path.parent?.key : path?.key)];
      yield {
        message: isWord
          ? `${quote(found)} is not a valid ${quote(String(path?.key))}.`
          : `Expected ${expected}, found ${found}.`,
        ...(hint === undefined ? {} : { hint }),
        span,
        path: printKeyPath(path),
        fixes: nearFix(node, found, near),
      };
    }
    for (const { root } of graph.bound.files) {
      for (const dataset of root?.fields.datasets?.items ?? []) if (dataset !== undefined) yield* checkDataset(dataset);
    }
    for (const { bound, files, load, predict } of graph.models) {
      for (const file of files) yield* checkFile(file);
      if (bound.runtime.kind !== "own") continue;
      for (const { value } of [...load, ...predict]) yield* longNumbers(value);
    }
  },
};

/** What to write if the number of items or the kind of number is wrong. */
const HINTS: Readonly<Record<string, string>> = {
  image_size: "Write the width and the height in pixels, such as `[640, 480]`.",
  range: "Write the lowest and the highest value, such as `[0, 1]`.",
  passEnv: "Write the name of a variable without its value, such as `HF_TOKEN`.",
  examples: "Write the path of a folder relative to this file, such as `tests/examples`.",
  max_size: "Write a whole number. With 1, or without `batch`, each datapoint is predicted separately.",
};

function hintForWord(path: Path | undefined, near: readonly string[], allowed: readonly string[]): string {
  if (path?.key === "device") {
    const which = near.length === 1 ? orList(near) : "`gpu`, `cuda` or `cpu`";
    return `Write ${which}. For any value other than \`gpu\` and \`cuda\`, the platform silently uses the CPU.`;
  }
  return near.length > 0 ? `Did you mean ${orList(near)}?` : known(allowed);
}

/** Replaces the value with the one that was meant; not safe if that only contains the word or is less similar to it. */
function nearFix(node: YamlNode, found: string, near: readonly string[]): readonly Fix[] {
  const sure = certainMatch(found, near);
  const meant = sure ?? (near.length === 1 ? near[0] : undefined);
  const edit = meant === undefined || node.kind !== "scalar" ? undefined : replaceScalar(node, meant);
  if (meant === undefined || edit === undefined) return [];
  return [{ title: `Replace with ${quote(meant)}`, safe: sure !== undefined, edits: [edit] }];
}

/** The nearest values; otherwise those that contain the word, as `validation` contains `val`. */
function nearestValues(found: string, allowed: readonly string[]): readonly string[] {
  const same = allowed.filter((value) => value.toLowerCase() === found.toLowerCase());
  // Among a few words, a short one with another first letter is another word: `YOLO` is not a typo of `COCO`.
  const isPlausible = (value: string) => found.length > 5 || value[0]?.toLowerCase() === found[0]?.toLowerCase();
  const near = same.length === 1 ? same : nearest(found, allowed).filter(isPlausible);
  if (near.length > 0 || found.length < 3) return near;
  return allowed.filter((value) => value.toLowerCase().includes(found.toLowerCase())).slice(0, 3);
}

function known(allowed: readonly string[]): string {
  if (allowed.length <= 3) return `Write ${orList(allowed)}.`;
  return `Allowed values: ${allowed.slice(0, 3).map(quote).join(", ")} and ${allowed.length - 3} more.`;
}

type Dataset = NonNullable<NonNullable<NonNullable<ParsedDefinition["root"]>["fields"]["datasets"]>["items"][number]>;

function* checkDataset({ fields: { data_url, annotations_url, upload } }: Dataset): Generator<Finding> {
  const urls = [data_url, annotations_url].flatMap((leaf) => leaf ?? []);
  for (const { node, path } of urls) {
    if (plainText(node)?.trim() !== "") continue;
    const hint = "Write a path relative to this file or a URL, or remove the key.";
    yield {
      message: `${quote(String(path?.key))} is empty.`,
      hint,
      span: spanOf(node),
      path: printKeyPath(path),
    };
  }
  const first = urls.find(({ node }) => hasScheme(node.text));
  if (upload?.node.value !== true || first === undefined) return;
  yield {
    message: "Only local data can be uploaded, but this data has a URL.",
    hint: "Remove `upload`, or write the path of a local copy.",
    span: spanOf(upload.node),
    path: printKeyPath(upload.path),
    related: [{ message: "URL defined here", span: spanOf(first.node) }],
  };
}

function* checkFile({ bound: { url, upload }, place }: TypedFile): Generator<Finding> {
  if (literalText(url)?.trim() === "" && url !== undefined) {
    yield {
      message: "`url` is empty.",
      hint: "Write a path relative to this file, or a URL.",
      span: spanOf(url.node),
      path: printKeyPath(url.path),
    };
  }
  if (place.kind === "remote" && upload?.kind === "literal" && upload.node.value === true && url !== undefined) {
    yield {
      message: "Only local files can be uploaded, but this file has a URL.",
      hint: "Remove `upload`, or write the path of a local copy.",
      span: spanOf(upload.node),
      path: printKeyPath(upload.path),
      related: [{ message: "URL defined here", span: spanOf(url.node) }],
    };
  }
}

/** Numbers that are too long for Python to read. */
function* longNumbers(value: BoundValue | undefined): Generator<Finding> {
  if (value?.kind === "list") for (const item of value.items) yield* longNumbers(item);
  else if (value?.kind === "map") for (const [, entry] of value.entries) yield* longNumbers(entry);
  else if (value?.kind === "literal" && typeof value.node.value === "number" && value.node.text.length > MAX_DIGITS) {
    yield {
      message: `The number has more than ${MAX_DIGITS} digits.`,
      hint: "Compute it in the Python code.",
      span: spanOf(value.node),
      path: printKeyPath(value.path),
    };
  }
}
