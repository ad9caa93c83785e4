import type { Expression, Part } from "../../grammar/expression.ts";
import type { Path, ScalarNode, YamlNode } from "../parse/tree.ts";
import type { BoundValue, Meaning, Phase, Reference } from "./bound.ts";
import { resolve } from "./resolve.ts";
import type { BindScope } from "./scope.ts";

/** Where values are bound: their phase, the names that they can refer to, and the list that collects every reference. */
export interface BindContext {
  readonly phase: Phase;
  readonly scope: BindScope | undefined;
  readonly isInherited: boolean;
  readonly references: Reference[];
}

/** Links the expressions of a value, including those in lists and maps. */
export function bindValue(context: BindContext, node: YamlNode, path: Path | undefined): BoundValue {
  switch (node.kind) {
    case "hole":
      return { kind: "hole", node, path };
    case "list": {
      const items = node.items.map((item, i) => bindValue(context, item, { parent: path, key: i }));
      return { kind: "list", node, path, items };
    }
    case "map": {
      const entries = node.entries.map(
        ({ key, value }) => [key.text, bindValue(context, value, { parent: path, key: key.text })] as const,
      );
      return { kind: "map", node, path, entries };
    }
    case "scalar":
      return bindScalar(context, node, path);
  }
}

function bindScalar(context: BindContext, node: ScalarNode, path: Path | undefined): BoundValue {
  const { template } = node;
  if (template === undefined) return { kind: "literal", node, path };
  const isAlone = template.parts.length === 1;
  const parts = template.parts.map((part) => bindPart(context, part, node, path, isAlone));
  if (parts.some((part) => part === undefined)) return { kind: "hole", node, path };
  const [first] = parts;
  if (isAlone && first !== undefined && typeof first !== "string")
    return { kind: "reference", node, path, reference: first };
  return { kind: "template", node, path, parts: parts.filter((part) => part !== undefined) };
}

function bindPart(
  context: BindContext,
  part: Part,
  scalar: ScalarNode,
  path: Path | undefined,
  isAlone: boolean,
): string | Reference | undefined {
  if (part.kind === "text") return part.value;
  if (part.kind === "broken") return undefined;
  const reference = bindExpression(context, part, scalar, path, isAlone);
  context.references.push(reference);
  return reference;
}

function bindExpression(
  { phase, scope, isInherited }: BindContext,
  expression: Expression,
  scalar: ScalarNode,
  path: Path | undefined,
  isAlone: boolean,
): Reference {
  // `$NAME` inside text is always an environment variable, even `$model`: text may contain a dollar sign by chance.
  const isVariable = expression.spelling === "bare" && !isAlone;
  const meaning: Meaning = isVariable
    ? { kind: "environment", name: expression.path[0].value }
    : resolve(expression, phase, scope);
  return { expression, scalar, path, isAlone, isInherited, meaning, phase, scope };
}

/** The references in a value, in the order of the text. */
export function referencesIn(value: BoundValue | undefined): readonly Reference[] {
  switch (value?.kind) {
    case "reference":
      return [value.reference];
    case "template":
      return value.parts.filter((part) => typeof part !== "string");
    case "list":
      return value.items.flatMap(referencesIn);
    case "map":
      return value.entries.flatMap(([, entry]) => referencesIn(entry));
    case "literal":
    case "hole":
    case undefined:
      return [];
  }
}

/** The text of a value without expressions, unescaped; `undefined` for any other value. */
export function literalText(value: BoundValue | undefined): string | undefined {
  return value?.kind === "literal" || value?.kind === "template" ? plainText(value.node) : undefined;
}

/** The text of a scalar without expressions, unescaped; `undefined` for any other scalar. */
export function plainText({ text, template }: ScalarNode): string | undefined {
  if (template === undefined) return text;
  const parts = template.parts.map((part) => (part.kind === "text" ? part.value : undefined));
  return parts.includes(undefined) ? undefined : parts.join("");
}
