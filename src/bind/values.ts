// The one list of a model's values: the shape of a model is walked along the text, and each value is linked and noted with its
// key and its use. A key that is added to the shape is in the list without another line of code.
import { type Shape, type Use, unwrapOptional } from "../../grammar/shape.ts";
import type { Leaf } from "../parse/shaped.ts";
import type { YamlNode } from "../parse/tree.ts";
import type { BoundValue, ModelValue, Phase, Reference } from "./bound.ts";
import { isVariable, spelledText } from "./late-name.ts";
import type { BindScope } from "./scope.ts";
import { bindValue } from "./value.ts";

/** What a part of the definition is bound with. */
export interface ValuesContext {
  /** The part, as the parser shaped it. */
  readonly shaped: unknown;
  readonly shape: Shape;
  readonly key: string;
  readonly use: Use;
  readonly scope: BindScope | undefined;
  readonly isBorrowed: boolean;
  /** Collects every reference. */
  readonly references: Reference[];
}

/** The values of a model, and the value of each leaf. */
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
      all.push({ key, shape: bare, readBy: use.readBy ?? "nothing", item, isInherited: part.isBorrowed, value });
    }
  }
}

interface ShapedFields {
  readonly fields: Readonly<Record<string, unknown>>;
}

interface ShapedItems {
  readonly items: readonly unknown[];
}

/** What a shape says about its use, and for the rest what the shape around it says. */
function useOf(shape: Shape, around: Use): Use {
  const inner = shape.kind === "optional" ? shape.inner.use : undefined;
  if (shape.use === undefined && inner === undefined) return around;
  return { ...around, ...inner, ...shape.use };
}

/** The name of an item of a list, when its shape declares one. */
function nameOf(shape: Shape, item: unknown): string | undefined {
  const bare = unwrapOptional(shape);
  const { name } = bare.kind === "map" ? bare.fields : { name: undefined };
  if (item === undefined || name?.kind !== "text" || name.isName !== true) return undefined;
  const leaf = (item as ShapedFields).fields["name"] as Leaf<YamlNode> | undefined;
  return leaf?.node.kind === "scalar" ? spelledText(leaf.node) : undefined;
}

function bindOne(
  { scope, isBorrowed, references }: ValuesContext,
  leaf: Leaf<YamlNode>,
  use: Use,
  isName: boolean,
): BoundValue {
  const context = { phase: phaseOf(use, scope), scope, isBorrowed, references };
  if (!isName) return bindValue(context, leaf.node, leaf.path);
  const inName: Reference[] = [];
  const value = bindValue({ ...context, references: inName }, leaf.node, leaf.path);
  // Anything else than a variable is wrong in a name, wherever it leads.
  if (inName.every(({ expression }) => isVariable(expression))) references.push(...inName);
  return value;
}

function phaseOf({ sees, readBy }: Use, scope: BindScope | undefined): Phase {
  if (scope === undefined) return "outside";
  if (sees !== "call") return sees ?? "definition";
  return readBy === "predict" ? "predict" : "load";
}
