import type { Finding } from "../../base/diagnostic.ts";
import { type PyYamlReading, readAsPyYaml } from "../../base/pyyaml.ts";
import { quote } from "../../base/quote.ts";
import type { Span } from "../../base/source.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { rewriteScalar } from "../../parse/edit-scalar.ts";
import { otherReading } from "../../parse/other-spelling.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Problem } from "../../parse/problem.ts";
import { type Path, printKeyPath, type ScalarNode, spanOf, type YamlNode } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { callsOf } from "../facts/calls.ts";
import { nameOfReading, nameOfValue } from "../facts/readings.ts";
import type { Rule } from "../rule.ts";

export const ambiguousScalar: Rule = {
  code: "ambiguous-scalar",
  severity: "hint",
  subject: "definition",
  summary: "A value has a different meaning in YAML 1.1.",
  explanation:
    "Modelwright reads YAML 1.2. The Efemarai platform and most Python code read YAML 1.1, in which `no` is a boolean, `010` is the number 8 and `1e3` is text.",
  bad: example({
    load: `        inputs:
          - name: rate
            value: 1e-3
`,
  }),
  good: example({
    load: `        inputs:
          - name: rate
            value: 0.001
`,
  }),
  *check(graph) {
    const wrong = contradicted(graph);
    for (const definition of graph.bound.files) {
      const reported = new Set(definition.problems.flatMap((each) => (isJudged(each) ? [each.span.start] : [])));
      for (const place of ambiguousScalars(definition))
        if (!reported.has(place.node.start) && !wrong.has(place.node)) yield findingFor(place);
      for (const { node, path, words } of ambiguousTags(definition)) {
        const [there, here, hint] = words;
        const message = `The platform (PyYAML) reads this tag as ${there}; Modelwright reads it as ${here}.`;
        yield { message, hint, severity: "warning", span: tagSpan(node), path: printKeyPath(path), fixes: [] };
      }
    }
  },
};

function findingFor({ node, path, isKey, reading }: Place): Finding {
  // Modelwright reads every key as text.
  const here = nameOfValue(isKey ? node.text : node.value);
  const there = reading && nameOfReading(reading);
  const meant = node.value === null || isKey ? node.text : node.value;
  const edit = rewriteScalar(node, meant);
  const rival = reading === undefined || isKey ? undefined : rivalSpelling(node, reading);
  const write = edit === undefined ? undefined : quote(edit.newText);
  const hint =
    write === undefined
      ? "Compute the value in the Python code."
      : rival === undefined
        ? `Write ${write}, which is ${here} in both versions.`
        : `Write ${write} for ${here} or ${quote(rival)} for ${there}.`;
  return {
    message:
      reading === undefined
        ? `${quote(node.text)} is ${here} in YAML 1.2, but some parsers of YAML 1.1 read the boolean true.`
        : there === undefined
          ? `${quote(node.text)} is ${here} in YAML 1.2, but the platform (PyYAML) cannot read it.`
          : `${quote(node.text)} is ${here} in YAML 1.2, but ${there} in YAML 1.1, which the platform uses.`,
    hint,
    span: spanOf(node),
    path: printKeyPath(path),
    fixes:
      edit === undefined
        ? []
        : [{ title: `Replace with ${quote(edit.newText)}`, safe: isSure(node, reading, path, isKey), edits: [edit] }],
  };
}

/** Whether another rule already reports the scalar: as a value of the wrong type, an unknown word or an unknown key. */
function isJudged(problem: Problem): problem is Extract<Problem, { readonly kind: (typeof JUDGED)[number] }> {
  return JUDGED.some((kind) => problem.kind === kind);
}

const JUDGED = ["wrong-type", "invalid-value", "other-spelling", "unknown-key"] as const;

/** The values that `argument-type` already reports. */
function contradicted(graph: TypedGraph): ReadonlySet<YamlNode> {
  const found = new Set<YamlNode>();
  for (const { call } of callsOf(graph)) {
    for (const { part } of call.arguments?.contradictions ?? [])
      if (part.value !== undefined) found.add(part.value.node);
  }
  return found;
}

interface TaggedPlace {
  readonly node: YamlNode;
  readonly path: Path | undefined;
  /** What the platform reads, what Modelwright reads, and what to do. */
  readonly words: readonly [there: string, here: string, hint: string];
}

/** Values with tags whose types JSON does not have. */
function ambiguousTags({ root }: ParsedDefinition): readonly TaggedPlace[] {
  const found: TaggedPlace[] = [];
  const collect = (node: YamlNode, path: Path | undefined): void => {
    const words = TAGS.get(node.tag);
    if (words !== undefined) found.push({ node, path, words });
    if (node.kind === "list") {
      node.items.forEach((item, i) => {
        collect(item, { parent: path, key: i });
      });
    } else if (node.kind === "map")
      for (const { key, value } of node.entries) collect(value, { parent: path, key: key.text });
  };
  for (const section of Object.values(root?.fields ?? {}))
    if (section !== undefined) collect(section.node, section.path);
  return found;
}

const TAGS: ReadonlyMap<string | undefined, TaggedPlace["words"]> = new Map([
  ["set", ["a Python set", "a list of its members", "Write a list, and convert it to a set in the Python code."]],
  ["omap", ["a list of tuples", "a list of lists", "Write a list of lists, or a map."]],
  ["pairs", ["a list of tuples", "a list of lists", "Write a list of lists, or a map."]],
  ["binary", ["bytes", "their base64 text", "Write the text, and decode it in the Python code."]],
  ["timestamp", ["a date", "text", "Write text in quotes, and convert it in the Python code."]],
]);

/** The tag itself if it is directly before the value; otherwise the first line of the value. */
function tagSpan(node: YamlNode): Span {
  const { source, start, end } = node;
  const before = /!!\w+(?=[\s&][^!]*$)/.exec(source.text.slice(Math.max(0, start - 100), start));
  if (before !== null) {
    const from = Math.max(0, start - 100) + before.index;
    return { source, start: from, end: from + before[0].length };
  }
  const newline = source.text.indexOf("\n", start);
  return { source, start, end: newline < 0 ? end : Math.min(newline, end) };
}

interface Place {
  readonly node: ScalarNode;
  readonly path: Path | undefined;
  readonly isKey: boolean;
  /** What PyYAML reads; absent for `y`, which other parsers of YAML 1.1 read as a boolean. */
  readonly reading: PyYamlReading | undefined;
}

/** All ambiguous scalars in the sections of a file; the keys of the format itself are not ambiguous. */
function ambiguousScalars({ root }: ParsedDefinition): readonly Place[] {
  const found: Place[] = [];
  for (const section of Object.values(root?.fields ?? {}))
    if (section !== undefined) collectAmbiguous(section.node, section.path, found);
  return found;
}

function collectAmbiguous(node: YamlNode, path: Path | undefined, found: Place[]): void {
  if (node.kind === "scalar") judge(node, path, false, found);
  else if (node.kind === "list") {
    node.items.forEach((item, i) => {
      collectAmbiguous(item, { parent: path, key: i }, found);
    });
  } else if (node.kind === "map") {
    for (const { key, value } of node.entries) {
      const at: Path = { parent: path, key: key.text };
      judge(key, at, true, found);
      collectAmbiguous(value, at, found);
    }
  }
}

function judge(node: ScalarNode, path: Path | undefined, isKey: boolean, found: Place[]): void {
  if (isKey && node.style === "plain" && isVertical(path)) found.push({ node, path, isKey, reading: undefined });
  const reading = isKey ? keyReading(node) : otherReading(node);
  if (reading !== undefined) found.push({ node, path, isKey, reading });
}

/** What PyYAML reads a key as, unless that is text. */
function keyReading({ style, tag, text }: ScalarNode): PyYamlReading | undefined {
  if (style !== "plain" || tag !== undefined) return undefined;
  const reading = readAsPyYaml(text);
  // PyYAML reads `=` as a key, but not as a value, and `<<` as a merge key, as Modelwright does.
  return reading.kind === "text" || text === "=" || text === "<<" ? undefined : reading;
}

/** Whether YAML 1.2 is certainly meant: in keys, in names, for text that PyYAML rejects and for numbers that it reads as text. */
function isSure({ value }: ScalarNode, reading: PyYamlReading | undefined, path: Path | undefined, isKey: boolean) {
  return (
    isKey ||
    path?.key === "name" ||
    reading?.kind === "error" ||
    (typeof value === "number" && reading?.kind === "text")
  );
}

/** Files that the platform writes quote this one key, because some parsers read `y` as `yes`. */
function isVertical(path: Path | undefined): boolean {
  return path?.key === "y" && path.parent?.key === "position" && path.parent.parent?.parent?.key === "transformations";
}

/** A spelling that both versions of YAML read as PyYAML reads the scalar, if there is one. */
function rivalSpelling(node: ScalarNode, reading: PyYamlReading): string | undefined {
  if (!("value" in reading)) return undefined;
  const { value } = reading;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? String(value) : undefined;
  return rewriteScalar(node, value)?.newText;
}
