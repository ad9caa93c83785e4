import { quote } from "../../base/did-you-mean.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Problem } from "../../parse/problem.ts";
import { entryOf, type Path, printPath, type ScalarNode, spanOf, type YamlNode } from "../../parse/tree.ts";
import { callsOf } from "../calls.ts";
import { example } from "../example.ts";
import type { Rule } from "../rule.ts";

export const ambiguousScalar: Rule = {
  code: "ambiguous-scalar",
  severity: "hint",
  subject: "definition",
  summary: "A value means something else in YAML 1.1.",
  explanation:
    "Modelwright reads YAML 1.2. The Efemarai platform and much of Python read YAML 1.1, in which `no` is a boolean, `010` is eight and `1e3` is text.",
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
      for (const { node, path, isKey, other } of ambiguousScalars(definition)) {
        if (reported.has(node.start) || wrong.has(node)) continue;
        const [reads, write, rival] = other;
        const here = typeof node.value === "number" ? `the number ${node.value}` : "text";
        yield {
          message: `The platform reads YAML 1.1, where ${quote(node.text)} is ${reads}; here it is ${here}.`,
          hint:
            rival === undefined
              ? `Write ${quote(write)}, which both read as ${here}.`
              : `Write ${quote(write)} for ${here} or ${quote(rival)} for ${reads}.`,
          span: spanOf(node),
          path: printPath(path),
          fixes: [
            {
              title: `Write ${quote(write)}`,
              safe: isSure(node, rival, path, isKey),
              edits: [{ span: spanOf(node), newText: write }],
            },
          ],
        };
      }
    }
  },
};

/** A number or boolean where something else is wanted, and a word that is none of the known ones, are mistakes already. */
function isJudged(problem: Problem): problem is Extract<Problem, { readonly kind: "wrong-type" | "invalid-value" }> {
  return problem.kind === "wrong-type" || problem.kind === "invalid-value";
}

/** Values that contradict the annotations of their parameters are mistakes already, too. */
function contradicted(graph: TypedGraph): ReadonlySet<YamlNode> {
  const found = new Set<YamlNode>();
  for (const { call } of callsOf(graph)) {
    for (const { part } of call.arguments?.contradictions ?? [])
      if (part.value !== undefined) found.add(part.value.node);
  }
  return found;
}

interface Place {
  readonly node: ScalarNode;
  readonly path: Path | undefined;
  readonly isKey: boolean;
  readonly other: OlderReading;
}

/** What YAML 1.1 reads, and how to write what is read here in both, or what is read there. */
type OlderReading = readonly [reads: string, write: string, rival?: string];

/** Among everything in the sections of a file; the keys of the format itself mean nothing else anywhere. */
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
    // Text for a boolean is a mistake already.
    const type = path?.parent?.key === "axes" ? entryOf(node, "type")?.value : undefined;
    if (type?.kind === "scalar" && type.text === "bool") return;
    for (const { key, value } of node.entries) {
      const at: Path = { parent: path, key: key.text };
      judge(key, at, true, found);
      collectAmbiguous(value, at, found);
    }
  }
}

function judge(node: ScalarNode, path: Path | undefined, isKey: boolean, found: Place[]): void {
  if (node.style !== "plain" || !MAYBE.test(node.text) || node.template !== undefined) return;
  const other = isKey && isVertical(path) ? VERTICAL : olderReading(node);
  if (other !== undefined) found.push({ node, path, isKey, other });
}

/** Whatever the two read differently begins with one of these. */
const MAYBE = /^[-+.\dyYnNoO]/;

/** A key or a name is text beyond doubt; so is a number what is one here, where YAML 1.1 reads text. */
function isSure({ value }: ScalarNode, rival: string | undefined, path: Path | undefined, isKey: boolean): boolean {
  return isKey || path?.key === "name" || (typeof value === "number" && rival === undefined);
}

/** Files that the platform writes quote this one key, for readers that take `y` for `yes`. */
function isVertical(path: Path | undefined): boolean {
  return path?.key === "y" && path.parent?.key === "position" && path.parent.parent?.parent?.key === "transformations";
}

const VERTICAL = ["the boolean true for some readers", '"y"'] as const;

/** `undefined` where the two agree. */
function olderReading({ value, text }: ScalarNode): OlderReading | undefined {
  const quoted = `"${text}"`;
  if (typeof value === "number") {
    if (/^[-+]?0[0-7]+$/.test(text))
      return [`the number ${Number.parseInt(text, 8)}`, String(value), String(Number.parseInt(text, 8))];
    const isFloat =
      /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
    const isInteger = /^[-+]?(?:0|[1-9][\d_]*|0x[\da-fA-F_]+)$/;
    return isFloat.test(text) || isInteger.test(text) ? undefined : ["text", plainNumber(value)];
  }
  if (typeof value !== "string") return undefined;
  if (/^(?:yes|Yes|YES|on|On|ON)$/.test(text)) return ["the boolean true", quoted, "true"];
  if (/^(?:no|No|NO|off|Off|OFF)$/.test(text)) return ["the boolean false", quoted, "false"];
  if (
    /^[-+]?(?:0b[01_]+|[1-9]\d*_[\d_]*|0[0-7]*_[0-7_]*|0x[\da-fA-F]*_[\da-fA-F_]*|[1-9][\d_]*(?::[0-5]?\d)+(?:\.\d*)?)$/.test(
      text,
    )
  )
    return ["a number", quoted];
  if (/^\d{4}-\d\d-\d\d$|^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d/.test(text)) return ["a date", quoted];
  return undefined;
}

/** A number in the notation that both read as a number. */
function plainNumber(value: number): string {
  const text = String(value);
  return /e/.test(text) && !text.includes(".") ? text.replace("e", ".0e") : text;
}
