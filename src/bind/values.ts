// The list of all values of a model. It follows the shape of a model in the text, and links each value and records its key
// and its use. A key that is added to the shape appears in the list without another line of code.
import { type Shape, type Use, unwrapOptional } from "../../grammar/shape.ts";
import type { Leaf } from "../parse/shaped.ts";
import type { YamlNode } from "../parse/tree.ts";
import type { BoundValue, ModelValue, Phase, Reference } from "./bound.ts";
import { isVariable, spelledText } from "./late-name.ts";
import type { BindScope } from "./scope.ts";
import { bindValue } from "./value.ts";

/** A part of the definition and the context for binding it. */
export interface ValuesContext {
  /** The part, as the parser shaped it. */
  readonly shaped: unknown;
  readonly shape: Shape;
  readonly key: string;
  readonly use: Use;
  readonly scope: BindScope | undefined;
  readonly isInherited: boolean;
  /** The list that collects every reference. */
  readonly references: Reference[];
}

/** The values of a model, also by leaf. */
export interface ModelValues {
  readonly all: readonly ModelValue[];
  readonly of: (leaf: Leaf<YamlNode> | undefined) => BoundValue | undefined;
}

/** Binds the values of some parts of a model, in the order of the shape. */
export function bindValues(parts: readonly ValuesContext[]): ModelValues {
  const all: ModelValue[] = [];
  const byLeaf = new Map<Leaf<YamlNode>, BoundValue>();
  for (const part of parts) walk(part, part.shape, part.shaped, part.key, part.use, undefined);
  return { all, of: (leaf) => leaf && byLeaf.get(leaf) };

  function walk(
    part: ValuesContext,
    shape: Shape,
    shaped: unknown,
    key: string,
    around: Use,
    item: ModelValue["item"],
  ): void {
    if (shaped === undefined) return;
    const use = useOf(shape, around);
    const bare = unwrapOptional(shape);
    if (bare.kind === "map") {
      const { fields } = shaped as ShapedFields;
      for (const name in bare.fields) {
        const field = fields[name];
        if (field !== undefined)
          walk(part, bare.fields[name] as Shape, field, key === "" ? name : `${key}.${name}`, use, item);
      }
    } else if (bare.kind === "list") {
      const { items } = shaped as ShapedItems;
      const seen = new Set<string>();
      for (const each of items) {
        const name = nameOf(bare.item, each);
        const isFirst = name !== undefined && !seen.has(name);
        if (name !== undefined) seen.add(name);
        walk(part, bare.item, each, `${key}[]`, use, name === undefined ? item : { name, isFirst });
      }
    } else {
      const leaf = shaped as Leaf<YamlNode>;
      const isName = bare.kind === "text" && bare.isName === true;
      const value = bindOne(part, leaf, use, isName);
      byLeaf.set(leaf, value);
      all.push({ key, shape: bare, readBy: use.readBy ?? "nothing", item, isInherited: part.isInherited, value });
    }
  }
}

interface ShapedFields {
  readonly fields: Readonly<Record<string, unknown>>;
}

interface ShapedItems {
  readonly items: readonly unknown[];
}

/** The use of a shape. Properties that it does not declare come from the shape around it. */
function useOf(shape: Shape, around: Use): Use {
  const inner = shape.kind === "optional" ? shape.inner.use : undefined;
  if (shape.use === undefined && inner === undefined) return around;
  return { ...around, ...inner, ...shape.use };
}

/** The name of a list item, if its shape declares a name. */
function nameOf(shape: Shape, item: unknown): string | undefined {
  const bare = unwrapOptional(shape);
  const { name } = bare.kind === "map" ? bare.fields : { name: undefined };
  if (item === undefined || name?.kind !== "text" || name.isName !== true) return undefined;
  const leaf = (item as ShapedFields).fields["name"] as Leaf<YamlNode> | undefined;
  return leaf?.node.kind === "scalar" ? spelledText(leaf.node) : undefined;
}

function bindOne(
  { scope, isInherited, references }: ValuesContext,
  leaf: Leaf<YamlNode>,
  use: Use,
  isName: boolean,
): BoundValue {
  const context = { phase: phaseOf(use, scope), scope, isInherited, references };
  if (!isName) return bindValue(context, leaf.node, leaf.path);
  const inName: Reference[] = [];
  const value = bindValue({ ...context, references: inName }, leaf.node, leaf.path);
  // Only variables are allowed in a name; a rule reports all other expressions, so they are not references.
  if (inName.every(({ expression }) => isVariable(expression))) references.push(...inName);
  return value;
}

function phaseOf({ sees, readBy }: Use, scope: BindScope | undefined): Phase {
  if (scope === undefined) return "outside";
  if (sees !== "call") return sees ?? "definition";
  return readBy === "predict" ? "predict" : "load";
}
