import { loneExpression } from "../../../grammar/expression.ts";
import type { Finding, Fix } from "../../base/diagnostic.ts";
import { printable, quote } from "../../base/quote.ts";
import { textOf } from "../../base/source.ts";
import type { BoundRuntime, Meaning } from "../../bind/bound.ts";
import { isIdentifier } from "../../bind/identifier.ts";
import { isVariable, lateName } from "../../bind/late-name.ts";
import { referencesIn } from "../../bind/value.ts";
import { typeName } from "../../infer/type.ts";
import { rewriteScalar } from "../../parse/edit-scalar.ts";
import { otherReading } from "../../parse/other-spelling.ts";
import type { Problem } from "../../parse/problem.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { type Path, printKeyPath, spanOf, type YamlNode } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { pathSpan, problemsOf, segmentSpan, shown } from "../facts/places.ts";
import { nameOfValue, readBy } from "../facts/readings.ts";
import { DEVICE, type Expectation, type Setting, settingsOf } from "../facts/settings.ts";
import type { Rule } from "../rule.ts";

type OtherSpelling = Extract<Problem, { readonly kind: "other-spelling" }>;

export const wrongType: Rule = {
  code: "wrong-type",
  severity: "error",
  subject: "definition",
  summary: "A value has the wrong type.",
  explanation:
    "In YAML, the spelling of a value determines whether it is text, a number or a boolean; in quotes, it is always text.",
  bad: example({
    runtime: `      batch:
        max_size: "8"
`,
  }),
  good: example({
    runtime: `      batch:
        max_size: 8
`,
  }),
  *check(graph) {
    for (const problem of problemsOf(graph, "other-spelling")) yield otherSpelling(problem);
    for (const { span, path, node, expected, found, spelling } of problemsOf(graph, "wrong-type")) {
      if (spelling !== undefined) {
        // Quotes alone would not make it a valid name, which `invalid-name` reports.
        if (isFileName(path) && !isIdentifier(spelling)) continue;
        const message = `Expected ${expected}, but YAML reads this as ${found}; it is used as written.`;
        const edit = node.kind === "scalar" ? rewriteScalar(node, spelling) : undefined;
        const fixes = edit === undefined ? [] : [{ title: "Add quotes", safe: true, edits: [edit] }];
        yield { message, hint: `Write "${spelling}".`, severity: "warning", span, path: printKeyPath(path), fixes };
        continue;
      }
      const hint =
        path === undefined
          ? "Start the file with a section such as `models:`, and indent the rest below it."
          : (hintForPlace(path, expected, found, textOf(span)) ?? hintForExpectedType(expected, found, textOf(span)));
      yield {
        message: `Expected ${expected}, found ${found}.`,
        span,
        path: printKeyPath(path),
        ...(hint === undefined ? {} : { hint }),
        fixes: retyped(node, path, expected),
      };
    }
    for (const setting of settingsOf(graph)) yield* checkSetting(setting);
    for (const { runtime } of graph.bound.models) if (runtime.kind === "own") yield* checkImage(runtime.runtime);
  },
};

function isFileName(path: Path | undefined): boolean {
  return path?.key === "name" && path.parent?.parent?.key === "files";
}

/** What to write where something shorter is often written. */
function hintForPlace(path: Path, expected: string, found: string, text: string): string | undefined {
  const shown = /^[^\n`]{1,40}$/.test(text) ? printable(text) : "…";
  const key = String(path.key);
  const isSection = path.parent === undefined;
  if (key === "entrypoint" && expected === "text") return "Write `module:function`, such as `inference:predict`.";
  if (key === "image_size") return "Write the width and the height in pixels, such as `[640, 480]`.";
  if (key === "keys" && found === "text") {
    const keys = shown.replace(/^["']|["']$/g, "").split(/[\s,]+/);
    return `Write a list: \`[${keys.join(", ")}]\`.`;
  }
  const [, word = "", rest = ""] = /^(name|url|max_size|description|problem_type) +([^\n`]{1,40})$/.exec(text) ?? [];
  if (expected === "a map" && word !== "") return `Write \`${word}: ${printable(rest)}\` with a colon.`;
  if (expected === "a map" && INSTEAD.has(key)) return `Write \`${INSTEAD.get(key)}: ${shown}\` below \`${key}:\`.`;
  if (typeof path.key === "number" && path.parent?.parent === undefined && found === "text")
    return `Write \`- name: ${shown}\` with the other keys below it.`;
  const below = BELOW.get(typeof path.key === "number" ? path.parent?.key : path.key);
  if (below !== undefined && typeof path.key === "number") {
    if (found !== "text" || (below.isFile && /[/.]/.test(text)))
      return `Write \`- name: …\` with \`${below.key}: ${found === "text" ? shown : "…"}\` below it.`;
    return `Write \`- name: ${shown}\` with \`${below.key}: …\` below it.`;
  }
  if (below !== undefined) return `Write each item as \`- name: …\` with \`${below.key}: …\` below it.`;
  if (isSection && expected === "a list") return "Add `- ` before the first key of each item below it.";
  return undefined;
}

/** Maps for which only the most important text is often written, with the key of that text. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["project", "name"],
  ["repository", "url"],
  ["batch", "max_size"],
  ["output", "name"],
]);

/** Lists of items with a name and one other key; text in `files` is probably a path. */
const BELOW: ReadonlyMap<string | number | undefined, { readonly key: string; readonly isFile: boolean }> = new Map([
  ["inputs", { key: "value", isFile: false }],
  ["files", { key: "url", isFile: true }],
]);

/** Rewrites the value so that YAML reads it as the expected type. */
function retyped(node: YamlNode, path: Path | undefined, expected: string): readonly Fix[] {
  if (node.kind !== "scalar" || node.style === "literal" || node.style === "folded") return [];
  const { text, value } = node;
  const fix = (meant: string | number | boolean) => {
    const edit = rewriteScalar(node, meant);
    return edit === undefined ? [] : [{ title: `Replace with ${quote(edit.newText)}`, safe: true, edits: [edit] }];
  };
  if (expected === "true or false" && /^(?:true|yes|on)$/i.test(text)) return fix(true);
  if (expected === "true or false" && /^(?:false|no|off)$/i.test(text)) return fix(false);
  if (expected.startsWith("a whole number") && node.style !== "plain" && /^[1-9]\d{0,14}$/.test(text))
    return fix(Number(text));
  if (expected === "text" && (typeof value === "number" || typeof value === "boolean")) return fix(text);
  const words = text.split(/ *, */);
  const isWords = words.every((word) => isIdentifier(word)) && node.source.text.slice(node.start, node.end) === text;
  if (expected !== "a list" || path?.key !== "keys" || !isWords) return [];
  const newText = `[${words.join(", ")}]`;
  return [{ title: `Replace with ${quote(newText)}`, safe: true, edits: [{ span: spanOf(node), newText }] }];
}

/** A number or boolean that YAML 1.2 and PyYAML read differently, if only one of the readings fits. */
function otherSpelling({ span, path, node, expected, meant }: OtherSpelling): Finding {
  if (node.value === null) {
    const colon = /^[ \t]*:/.exec(span.source.text.slice(span.end))?.[0].length;
    const at = { ...span, start: span.end + (colon ?? 0), end: span.end + (colon ?? 0) };
    const edits = [{ span: at, newText: ` ${meant}` }];
    return {
      message: `${quote(String(path?.key))} has no value, which the platform reads as ${meant}; without the key, it may be ${!meant}.`,
      hint: `Write \`${path?.key}: ${meant}\`, or remove the key.`,
      severity: "warning",
      span,
      path: printKeyPath(path),
      fixes: colon === undefined ? [] : [{ title: `Add ${quote(String(meant))}`, safe: true, edits }],
    };
  }
  const edit = rewriteScalar(node, meant, expected.startsWith("a whole number") ? false : undefined);
  const reading = otherReading(node);
  const message =
    reading === undefined
      ? `Expected ${expected}, found the number ${node.text}, which the platform treats as ${meant}.`
      : node.value === meant
        ? `${quote(node.text)} is ${nameOfValue(meant)} in YAML 1.2, but the platform (PyYAML) ${readBy(reading)}.`
        : `${quote(node.text)} is ${nameOfValue(node.value)} in YAML 1.2, but the platform (PyYAML) reads ${nameOfValue(meant)}.`;
  return {
    message,
    ...(edit === undefined ? {} : { hint: `Write ${quote(edit.newText)}.` }),
    severity: "warning",
    span,
    path: printKeyPath(path),
    fixes: edit === undefined ? [] : [{ title: `Replace with ${quote(edit.newText)}`, safe: true, edits: [edit] }],
  };
}

function hintForExpectedType(expected: string, found: string, text: string): string | undefined {
  if (expected === "text" && found === "a list") return "Write a single text, without brackets or dashes.";
  if (expected === "text" && found === "a map")
    return "Write text, or add the dollar sign of an expression, as in `${NAME}`.";
  if (expected === "a list" && found === "a map") return "Start each item with `-`.";
  if (expected === "a list") return "Write a list, such as `[first, second]`.";
  if (expected === "a map" && found !== "a list") return "Write its keys below it, each followed by a colon.";
  if (expected === "true or false" && found === "text")
    return "Write true or false; `yes` and `no` are text in YAML 1.2.";
  if (expected.startsWith("a whole number") && found === "text")
    return /^["'][\d.]+["']$/.test(text) ? "Remove the quotes." : "Write the number in digits.";
  if (expected === "text" && (found === "a number" || found.startsWith("the boolean"))) return "Put it in quotes.";
  return undefined;
}

/** A setting is a literal or comes from environment variables. */
function* checkSetting({ expected, node, path, reference }: Setting): Generator<Finding> {
  const template = node.kind === "scalar" ? node.template : undefined;
  if (node.kind !== "scalar" || template === undefined || template.problems.length > 0) return;
  const expression = loneExpression(template);
  const at = printKeyPath(path);
  if (expression === undefined) {
    const late = lateName(node);
    const isLate = template.parts.every(
      (part) => part.kind === "text" || (part.kind === "expression" && isVariable(part)),
    );
    if (late !== undefined && isLate && expected.mayBecome(late)) return;
    const message = `Expected ${expected.name}, found text.`;
    yield {
      message,
      hint: "Write a single expression, or text and environment variables that form the value.",
      span: spanOf(node),
      path: at,
    };
  } else if (reference !== undefined && isOther(reference.meaning.kind, expected)) {
    const { kind } = reference.meaning;
    const what = typeName({ kind: kind === "device" ? "device" : kind === "model-name" ? "text" : "path" });
    yield {
      message: `Expected ${expected.name}, but ${shown(reference)} is ${what}.`,
      hint: "Write the value, or use an environment variable.",
      span: segmentSpan(reference, reference.expression.path.length - 1),
      path: at,
    };
  } else if (
    expression.default !== undefined &&
    expression.path.length === 1 &&
    !expected.fits(expression.default.value)
  ) {
    const { value, start, end } = expression.default;
    yield {
      message: `Expected ${expected.name}, but the default is ${value === "" ? "empty" : quote(value)}.`,
      span: spanInScalar(node, value === "" ? start - 2 : start, end),
      path: at,
    };
  }
}

/** The name of an image cannot contain the path of a file. */
function* checkImage({ image }: BoundRuntime): Generator<Finding> {
  for (const reference of referencesIn(image)) {
    if (reference.meaning.kind !== "file" && reference.meaning.kind !== "required-file") continue;
    yield {
      message: `Expected the name of a Docker image, but ${shown(reference)} is a path.`,
      hint: "Write the name and the tag, such as `python:3.11-slim`.",
      span: pathSpan(reference),
      path: printKeyPath(reference.path),
    };
  }
}

/** Meanings that no other rule reports; a device that refers to itself is a cycle. */
function isOther(kind: Meaning["kind"], expected: Expectation): boolean {
  return (
    kind === "model-name" || kind === "file" || kind === "required-file" || (kind === "device" && expected !== DEVICE)
  );
}
