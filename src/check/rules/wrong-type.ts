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
  summary: "A value is of the wrong type.",
  explanation:
    "YAML decides by the spelling whether something is text, a number or a boolean; quotes always make it text.",
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
        // Quotes alone would not make it a name; `invalid-name` says so.
        if (isFileName(path) && !isIdentifier(spelling)) continue;
        const message = `YAML reads this as ${found}; here ${expected} is meant, and it is taken as it is spelled.`;
        const edit = node.kind === "scalar" ? rewriteScalar(node, spelling) : undefined;
        const fixes = edit === undefined ? [] : [{ title: "Put it in quotes", safe: true, edits: [edit] }];
        yield { message, hint: `Write "${spelling}".`, severity: "warning", span, path: printKeyPath(path), fixes };
        continue;
      }
      const hint =
        path === undefined
          ? "Begin the file with a section, such as `models:`, and put the rest below it."
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

/** What to write in the places where people often write something shorter. */
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
  if (expected === "a map" && word !== "") return `Write \`${word}: ${printable(rest)}\`, with a colon.`;
  if (expected === "a map" && INSTEAD.has(key)) return `Write \`${INSTEAD.get(key)}: ${shown}\` below \`${key}:\`.`;
  if (typeof path.key === "number" && path.parent?.parent === undefined && found === "text")
    return `Write \`- name: ${shown}\`, with its other keys below it.`;
  const below = BELOW.get(typeof path.key === "number" ? path.parent?.key : path.key);
  if (below !== undefined && typeof path.key === "number") {
    if (found !== "text" || (below.isFile && /[/.]/.test(text)))
      return `Write \`- name: …\`, and below it \`${below.key}: ${found === "text" ? shown : "…"}\`.`;
    return `Write \`- name: ${shown}\`, and below it \`${below.key}: …\`.`;
  }
  if (below !== undefined) return `Write every entry as \`- name: …\`, and below it \`${below.key}: …\`.`;
  if (isSection && expected === "a list") return "Write every entry below it, with `- ` before its first key.";
  return undefined;
}

/** Maps that people write as the text that matters most in them. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["project", "name"],
  ["repository", "url"],
  ["batch", "max_size"],
  ["output", "name"],
]);

/** Lists of names, each with one thing more; the text of a file is its path. */
const BELOW: ReadonlyMap<string | number | undefined, { readonly key: string; readonly isFile: boolean }> = new Map([
  ["inputs", { key: "value", isFile: false }],
  ["files", { key: "url", isFile: true }],
]);

/** The same value, written so that YAML reads it as what it must be. */
function retyped(node: YamlNode, path: Path | undefined, expected: string): readonly Fix[] {
  if (node.kind !== "scalar" || node.style === "literal" || node.style === "folded") return [];
  const { text, value } = node;
  const fix = (meant: string | number | boolean) => {
    const edit = rewriteScalar(node, meant);
    return edit === undefined ? [] : [{ title: `Write ${edit.newText}`, safe: true, edits: [edit] }];
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
  return [{ title: `Write ${newText}`, safe: true, edits: [{ span: spanOf(node), newText }] }];
}

/** A number or boolean that the two readers read differently, where only one of the readings fits. */
function otherSpelling({ span, path, node, expected, meant }: OtherSpelling): Finding {
  if (node.value === null) {
    const colon = /^[ \t]*:/.exec(span.source.text.slice(span.end))?.[0].length;
    const at = { ...span, start: span.end + (colon ?? 0), end: span.end + (colon ?? 0) };
    const edits = [{ span: at, newText: ` ${meant}` }];
    return {
      message: `${quote(String(path?.key))} has no value, which the platform takes for ${meant}; without the key it may be ${!meant}.`,
      hint: `Write \`${path?.key}: ${meant}\`, or remove the key.`,
      severity: "warning",
      span,
      path: printKeyPath(path),
      fixes: colon === undefined ? [] : [{ title: `Write ${meant}`, safe: true, edits }],
    };
  }
  const edit = rewriteScalar(node, meant, expected.startsWith("a whole number") ? false : undefined);
  const reading = otherReading(node);
  const message =
    reading === undefined
      ? `Expected ${expected}, found the number ${node.text}, which the platform treats as ${meant}.`
      : node.value === meant
        ? `${quote(node.text)} is ${nameOfValue(meant)} here, but PyYAML, with which the platform reads it, ${readBy(reading)}.`
        : `PyYAML, with which the platform reads this, takes ${quote(node.text)} for ${nameOfValue(meant)}; in YAML 1.2 it is ${nameOfValue(node.value)}.`;
  return {
    message,
    ...(edit === undefined ? {} : { hint: `Write ${quote(edit.newText)}.` }),
    severity: "warning",
    span,
    path: printKeyPath(path),
    fixes: edit === undefined ? [] : [{ title: `Write ${edit.newText}`, safe: true, edits: [edit] }],
  };
}

function hintForExpectedType(expected: string, found: string, text: string): string | undefined {
  if (expected === "text" && found === "a list") return "Write one text, without brackets and dashes.";
  if (expected === "text" && found === "a map")
    return "Write the text itself; an expression has a dollar before its brace, as in `${NAME}`.";
  if (expected === "a list" && found === "a map") return "Begin each entry with `-`.";
  if (expected === "a list") return "Write a list, such as `[first, second]`.";
  if (expected === "a map" && found !== "a list") return "Write its keys below it, each with a colon.";
  if (expected === "true or false" && found === "text")
    return "Write true or false; `yes` and `no` are text in YAML 1.2.";
  if (expected.startsWith("a whole number") && found === "text")
    return /^["'][\d.]+["']$/.test(text) ? "Write the number without quotes." : "Write the number in digits.";
  if (expected === "text" && (found === "a number" || found.startsWith("the boolean"))) return "Put it in quotes.";
  return undefined;
}

/** A setting comes from the text or from variables of the environment, from nothing else. */
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
      hint: "Write one expression alone, or text and environment variables that become the value.",
      span: spanOf(node),
      path: at,
    };
  } else if (reference !== undefined && isOther(reference.meaning.kind, expected)) {
    const { kind } = reference.meaning;
    const what = typeName({ kind: kind === "device" ? "device" : kind === "model-name" ? "text" : "path" });
    yield {
      message: `Expected ${expected.name}, but ${shown(reference)} is ${what}.`,
      hint: "Only a variable of the environment can stand for it.",
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

/** The name of an image is text, in which a path of this machine means nothing. */
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

/** Meanings that other rules have nothing to say about; a device that is itself is a cycle. */
function isOther(kind: Meaning["kind"], expected: Expectation): boolean {
  return (
    kind === "model-name" || kind === "file" || kind === "required-file" || (kind === "device" && expected !== DEVICE)
  );
}
