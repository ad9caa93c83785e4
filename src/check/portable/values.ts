// The values of variables as the platform's SDK takes them: it puts them into the text of the file before it reads YAML.
// Sources: `DefinitionChecker.load_definition` of efemarai 0.4.1, which calls `os.path.expandvars`; `scanner.py` of PyYAML 6.
import { definition as definitionShape, expression } from "../../../grammar/definition.ts";
import type { Shape } from "../../../grammar/shape.ts";
import { type PyYamlReading, readAsPyYaml } from "../../base/pyyaml.ts";
import type { Machine } from "../../infer/typed.ts";
import { lexemesIn } from "../../parse/lexemes.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import { type Path, type ScalarNode, spanOf, type YamlNode } from "../../parse/tree.ts";
import type { Portability, PortabilityKind } from "./kinds.ts";

/**
 * Where a variable changes more than the text around it, or gives a type that is not wanted. `variable` is absent when the
 * environment is not known: then only what holds for any value is said. Linear in the text, and in the values up to a limit.
 */
export function* portableValues(parsed: ParsedDefinition, variable: Machine["variable"]): Generator<Portability> {
  const { root, source } = parsed;
  if (root === undefined || !source.text.includes("$")) return;
  const expander = new Expander(variable, source.text.length);
  for (const place of scalarsBelow(root.node)) {
    const { node, path, shapes } = place;
    const quoted = node.template === undefined ? undefined : wrongQuotes(node, path, shapes);
    const found = quoted === undefined ? judge(place, expander) : { kind: quoted };
    if (found !== undefined) yield { ...found, span: spanOf(node), path };
  }
  if (variable === undefined) return;
  yield* namesTwice(parsed, expander);
  for (const { name, text, start } of lexemesIn(source.text)) {
    if (name !== "comment" || !text.includes("$")) continue;
    const kind = syntaxOf(expander.expand(text).inserted, "");
    const span = { source, start, end: start + text.trimEnd().length };
    if (kind !== undefined) yield { ...kind, span, path: undefined };
  }
}

/** What is put into a text: the name of a variable, and its value. */
interface Inserted {
  readonly name: string;
  readonly value: string;
}

/** How many more characters than the definition has are made of the values of variables before nothing is judged any more. */
const MOST_EXPANDED = 1_000_000;

/** `os.path.expandvars` of POSIX, as `posixpath.py` has it; longer names are not looked for. */
const VARIABLE = /\$(?:(\w+)|\{([^{}\n]{1,200})\})/g;

/** Replaces variables, as long as there is something left of the limit. */
export class Expander {
  readonly variable: Machine["variable"];
  left: number;

  constructor(variable: Machine["variable"], length: number) {
    this.variable = variable;
    this.left = MOST_EXPANDED + 20 * length;
  }

  /** A text with its variables replaced; those that are not set stay. */
  expand(text: string): { readonly text: string; readonly inserted: readonly Inserted[] } {
    const inserted: Inserted[] = [];
    if (this.variable === undefined || this.left < 0 || !text.includes("$")) return { text, inserted };
    const expanded = text.replace(VARIABLE, (written, bare: string | undefined, braced: string | undefined) => {
      const name = bare ?? braced ?? "";
      const value = this.left < 0 ? undefined : this.variable?.(name);
      if (value === undefined) return written;
      this.left -= value.length;
      inserted.push({ name, value });
      return value;
    });
    return { text: expanded, inserted };
  }
}

interface ScalarPlace {
  readonly node: ScalarNode;
  readonly path: Path | undefined;
  readonly isKey: boolean;
  /** Whether it is inside of `[ ]` or `{ }`. */
  readonly isFlow: boolean;
  /** What may stand here; empty where the format has nothing to say. */
  readonly shapes: readonly Shape[];
}

/** Every scalar of a tree once, keys too, with what the format wants there. */
function* scalarsBelow(root: YamlNode): Generator<ScalarPlace> {
  type Waiting = Pick<ScalarPlace, "path" | "isFlow" | "shapes"> & { readonly node: YamlNode };
  const waiting: Waiting[] = [{ node: root, path: undefined, isFlow: false, shapes: [definitionShape] }];
  const seen = new Set<YamlNode>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, path } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "scalar") yield { ...next, node, isKey: false };
    const isFlow = next.isFlow || /^[[{]/.test(node.source.text.charAt(node.start));
    if (node.kind === "list") {
      const shapes = next.shapes.flatMap((each) => (each.kind === "list" ? optionsOf(each.item) : anyOf(each)));
      for (const [key, item] of node.items.entries())
        waiting.push({ node: item, path: { parent: path, key }, isFlow, shapes });
    } else if (node.kind === "map") {
      for (const { key, value } of node.entries) {
        const at: Path = { parent: path, key: key.text };
        const shapes = next.shapes.flatMap((each) => {
          const field = each.kind === "map" && Object.hasOwn(each.fields, key.text) ? each.fields[key.text] : undefined;
          return field === undefined ? anyOf(each) : optionsOf(field);
        });
        if (!seen.has(key)) yield { node: key, path: at, isKey: true, isFlow, shapes: [] };
        seen.add(key);
        waiting.push({ node: value, path: at, isFlow, shapes });
      }
    }
  }
}

/** Below any value there is any value. */
function anyOf(shape: Shape): readonly Shape[] {
  return shape.kind === "any" ? [shape] : [];
}

/** The alternatives of a shape, without the one that only lets expressions through. */
function optionsOf(shape: Shape): readonly Shape[] {
  if (shape.kind === "optional") return optionsOf(shape.inner);
  return shape.kind === "choice" ? shape.options.filter((each) => each !== expression).flatMap(optionsOf) : [shape];
}

type Found = Pick<Portability, "kind" | "name">;

/** What the values of the variables in a scalar do to it. */
function judge({ node, path, isKey, isFlow, shapes }: ScalarPlace, expander: Expander): Found | undefined {
  const { source, start, end, style } = node;
  const raw = source.text.slice(start, end);
  const { text, inserted } = expander.expand(raw);
  const [first] = inserted;
  if (first === undefined) return undefined;
  const { name } = first;
  const replaced = inserted.find((each) => /^(?:model|datapoints?)(?:\.|$)/.test(each.name));
  if (replaced !== undefined) return { kind: "value-replaces-reference", name: replaced.name };
  const syntax = syntaxOf(inserted, style === "single" ? "'" : style === "double" ? '"\\' : "");
  if (syntax !== undefined) return syntax;
  // What is left in braces has a finding of its own.
  if (/\$\{/.test(text)) return undefined;
  const isPlain = style === "plain" && node.tag === undefined;
  const decoded = style === "plain" ? text.replace(/\s*\n\s*/g, " ").trim() : expander.expand(node.text).text;
  // Blanks at its ends are no part of a plain text, unless they are all there is.
  const isTrimmed = style === "plain" && text !== text.trim() && decoded !== "";
  if (isTrimmed || (style === "plain" && !isPlainText(decoded, isFlow))) return { kind: "value-syntax", name };
  if (isKey) return undefined;
  const kind = wrongValue(decoded, isPlain ? readAsPyYaml(decoded) : { kind: "text" }, { path, shapes });
  return kind === undefined ? undefined : { kind, name };
}

/** What a value does to any text around it. `special` are the characters that mean something there. */
function syntaxOf(inserted: readonly Inserted[], special: string): Found | undefined {
  for (const { name, value } of inserted) {
    if (/[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]/.test(value)) return { kind: "value-character", name };
    if (/\$\{(?!datapoints\})[A-Za-z][\p{L}\p{N}_]*\}/u.test(value)) return { kind: "value-variable", name };
    if (/[\n\r\x85\u2028\u2029]/.test(value)) return { kind: "value-line-break", name };
    if ([...special].some((each) => value.includes(each))) return { kind: "value-quote", name };
  }
  return undefined;
}

/** Whether PyYAML reads a text as one plain scalar: `check_plain` and `scan_plain` of its scanner. */
function isPlainText(text: string, isFlow: boolean): boolean {
  if (text === "") return true;
  if (/^[,[\]{}#&*!|>'"%@`]/.test(text) || /^[-?:](?:\s|$)/.test(text) || /^(?:---|\.\.\.)(?:\s|$)/.test(text))
    return false;
  if (/\t| #|:(?:\s|$)/.test(text)) return false;
  return !isFlow || !(/^[?:]/.test(text) || /[,?[\]{}]/.test(text));
}

/** Whether what PyYAML reads is not what the place wants. */
function wrongValue(
  text: string,
  { kind }: PyYamlReading,
  { path, shapes }: Pick<ScalarPlace, "path" | "shapes">,
): PortabilityKind | undefined {
  const wants = (...kinds: readonly Shape["kind"][]) => shapes.some((each) => kinds.includes(each.kind));
  const isNumber = kind === "integer" || kind === "float";
  if (wants("number")) {
    const isWhole = shapes.some((each) => each.kind === "number" && each.isInteger);
    const isRight = isWhole ? kind === "integer" : isNumber || wants("text");
    return isRight ? undefined : "value-not-number";
  }
  if (wants("boolean")) return kind === "boolean" || text === "0" || text === "1" ? undefined : "value-not-boolean";
  const words = shapes.flatMap((each) => (each.kind === "words" ? each.words : []));
  if (words.length > 0) return words.includes(text) ? undefined : "value-not-word";
  // What an axis of a domain may hold is up to its operator.
  const isText = wants("text") || (wants("any") && isInRuntime(path));
  return isText && kind !== "text" ? "value-type" : undefined;
}

function isInRuntime(path: Path | undefined): boolean {
  for (let at = path; at !== undefined; at = at.parent) if (at.key === "runtime") return true;
  return false;
}

/** A variable in quotes where a number or a boolean is wanted: PyYAML reads text, whatever the value is. */
function wrongQuotes(
  { style, tag }: ScalarNode,
  path: Path | undefined,
  shapes: readonly Shape[],
): PortabilityKind | undefined {
  if ((style === "plain" && tag !== "str") || shapes.some(({ kind }) => kind === "text" || kind === "any"))
    return undefined;
  if (shapes.some(({ kind }) => kind === "boolean")) return "quoted-boolean";
  if (!shapes.some(({ kind }) => kind === "number")) return undefined;
  // What `create` makes of it depends on the format of the dataset.
  if (path?.key === "num_datapoints") return undefined;
  return path?.key === "max_size" ? "quoted-number-at-run" : "quoted-number";
}

/** Names that are different here, and equal once their variables are replaced. */
function* namesTwice({ root }: ParsedDefinition, expander: Expander): Generator<Portability> {
  const { models, datasets, domains } = root?.fields ?? {};
  const groups = [
    (models?.items ?? []).flatMap((item) => item?.fields.name ?? []),
    (datasets?.items ?? []).flatMap((item) => item?.fields.name ?? []),
    (domains?.items ?? []).flatMap((item) => (item && "name" in item.fields ? (item.fields.name ?? []) : [])),
    ...(models?.items ?? []).map((model) =>
      (model?.fields.files?.items ?? []).flatMap((item) => item?.fields.name ?? []),
    ),
  ];
  for (const group of groups) {
    const known = new Map<string, string>();
    for (const { node, path } of group) {
      const { text, inserted } = expander.expand(node.text);
      const spelled = known.get(text);
      if (spelled !== undefined && spelled !== node.text) yield { kind: "name-twice", span: spanOf(node), path };
      else if (spelled === undefined && (inserted.length > 0 || node.template === undefined))
        known.set(text, node.text);
    }
  }
}
