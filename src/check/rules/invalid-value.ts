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
  summary: "A value is not one of those that the format knows.",
  explanation: "The message lists what can stand there.",
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
          ? `${quote(String(path?.key))} cannot be ${quote(found)}.`
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

/** What to write where the count of items or the kind of number is wrong. */
const HINTS: Readonly<Record<string, string>> = {
  image_size: "Write the width and the height in pixels, such as `[640, 480]`.",
  range: "Write the lowest and the highest value, such as `[0, 1]`.",
  passEnv: "Write the name of a variable without its value, such as `HF_TOKEN`.",
  max_size: "Write a whole number; 1, or no `batch` at all, predicts every datapoint alone.",
};

function hintForWord(path: Path | undefined, near: readonly string[], allowed: readonly string[]): string {
  if (path?.key === "device") {
    const which = near.length === 1 ? orList(near) : "`gpu`, `cuda` or `cpu`";
    return `Write ${which}. The platform runs whatever is neither \`gpu\` nor \`cuda\` on its CPU, without a message.`;
  }
  return near.length > 0 ? `Did you mean ${orList(near)}?` : known(allowed);
}

/** The value that was meant; of what only holds the word, or is far from it, somebody should decide. */
function nearFix(node: YamlNode, found: string, near: readonly string[]): readonly Fix[] {
  const sure = certainMatch(found, near);
  const meant = sure ?? (near.length === 1 ? near[0] : undefined);
  const edit = meant === undefined || node.kind !== "scalar" ? undefined : replaceScalar(node, meant);
  if (meant === undefined || edit === undefined) return [];
  return [{ title: `Write ${quote(meant)}`, safe: sure !== undefined, edits: [edit] }];
}

/** The nearest ones; else those that hold the word, as `validation` holds `val`. */
function nearestValues(found: string, allowed: readonly string[]): readonly string[] {
  const same = allowed.filter((value) => value.toLowerCase() === found.toLowerCase());
  // Among a few words, short ones that begin otherwise are other words: `YOLO` is not meant for `COCO`.
  const isAlike = (value: string) => found.length > 5 || value[0]?.toLowerCase() === found[0]?.toLowerCase();
  const near = same.length === 1 ? same : nearest(found, allowed).filter(isAlike);
  if (near.length > 0 || found.length < 3) return near;
  return allowed.filter((value) => value.toLowerCase().includes(found.toLowerCase())).slice(0, 3);
}

function known(allowed: readonly string[]): string {
  if (allowed.length <= 3) return `Write ${orList(allowed)}.`;
  return `Known here: ${allowed.slice(0, 3).map(quote).join(", ")} and ${allowed.length - 3} more.`;
}

type Dataset = NonNullable<NonNullable<NonNullable<ParsedDefinition["root"]>["fields"]["datasets"]>["items"][number]>;

function* checkDataset({ fields: { data_url, annotations_url, upload } }: Dataset): Generator<Finding> {
  const urls = [data_url, annotations_url].flatMap((leaf) => leaf ?? []);
  for (const { node, path } of urls) {
    if (plainText(node)?.trim() !== "") continue;
    const hint = "Write a path beside this file, or an address, or leave the key out.";
    yield {
      message: `${quote(String(path?.key))} cannot be empty.`,
      hint,
      span: spanOf(node),
      path: printKeyPath(path),
    };
  }
  const first = urls.find(({ node }) => hasScheme(node.text));
  if (upload?.node.value !== true || first === undefined) return;
  yield {
    message: "Only data of this machine can be uploaded, and this has an address.",
    hint: "Remove `upload`, or write the path of a local copy.",
    span: spanOf(upload.node),
    path: printKeyPath(upload.path),
    related: [{ message: "The address.", span: spanOf(first.node) }],
  };
}

function* checkFile({ bound: { url, upload }, place }: TypedFile): Generator<Finding> {
  if (literalText(url)?.trim() === "" && url !== undefined) {
    yield {
      message: "The url of a file cannot be empty.",
      hint: "Write a path beside this file, or an address.",
      span: spanOf(url.node),
      path: printKeyPath(url.path),
    };
  }
  if (place.kind === "remote" && upload?.kind === "literal" && upload.node.value === true && url !== undefined) {
    yield {
      message: "Only a file of this machine can be uploaded, and this one has an address.",
      hint: "Remove `upload`, or write the path of a local copy.",
      span: spanOf(upload.node),
      path: printKeyPath(upload.path),
      related: [{ message: "The address.", span: spanOf(url.node) }],
    };
  }
}

/** Python reads no longer number. */
function* longNumbers(value: BoundValue | undefined): Generator<Finding> {
  if (value?.kind === "list") for (const item of value.items) yield* longNumbers(item);
  else if (value?.kind === "map") for (const [, entry] of value.entries) yield* longNumbers(entry);
  else if (value?.kind === "literal" && typeof value.node.value === "number" && value.node.text.length > MAX_DIGITS) {
    yield {
      message: `This number has more than ${MAX_DIGITS} digits.`,
      hint: "Compute it in the Python code.",
      span: spanOf(value.node),
      path: printKeyPath(value.path),
    };
  }
}
