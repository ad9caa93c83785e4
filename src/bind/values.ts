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
  readonly places: Places;
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
  for (const part of parts) walk(part, part.places, part.shaped, undefined);
  return { all, of: (leaf) => leaf && byLeaf.get(leaf) };

  function walk(part: ValuesContext, places: Places, shaped: unknown, item: ModelValue["item"]): void {
    if (places.kind === "map") {
      const { fields } = shaped as ShapedFields;
      for (const { name, places: below } of places.fields) {
        const field = fields[name];
        if (field !== undefined) walk(part, below, field, item);
      }
    } else if (places.kind === "list") {
      const { items } = shaped as ShapedItems;
      const seen = places.isNamed ? new Set<string>() : undefined;
      for (const each of items) {
        if (each === undefined) continue;
        const name = seen && nameOf(each);
        walk(part, places.item, each, name === undefined ? item : { name, isFirst: seen?.has(name) === false });
        if (name !== undefined) seen?.add(name);
      }
    } else {
      const leaf = shaped as Leaf<YamlNode>;
      const value = bindOne(part, leaf, places);
      byLeaf.set(leaf, value);
      const { key, shape, readBy } = places;
      all.push({ key, shape, readBy, item, isInherited: part.isInherited, value });
    }
  }
}

/** A shape with the key, the use and the phase of each value in it, computed once for all models. */
export type Places =
  | { readonly kind: "map"; readonly fields: readonly { readonly name: string; readonly places: Places }[] }
  /** `isNamed`: each item declares a name. */
  | { readonly kind: "list"; readonly item: Places; readonly isNamed: boolean }
  | ValuePlace;

interface ValuePlace extends Pick<ModelValue, "key" | "shape" | "readBy"> {
  readonly kind: "value";
  readonly isName: boolean;
  readonly phase: Phase;
}

/** The places of a shape; `key` leads to it, and `around` is the use of the shape around it. */
export function placesOf(shape: Shape, key: string, around: Use): Places {
  const use = useOf(shape, around);
  const bare = unwrapOptional(shape);
  if (bare.kind === "map") {
    const fields = Object.entries(bare.fields).map(([name, field]) => {
      return { name, places: placesOf(field, key === "" ? name : `${key}.${name}`, use) };
    });
    return { kind: "map", fields };
  }
  if (bare.kind === "list") {
    return { kind: "list", item: placesOf(bare.item, `${key}[]`, use), isNamed: declaresName(bare.item) };
  }
  const { readBy = "nothing", sees = "definition" } = use;
  const phase = sees !== "call" ? sees : readBy === "predict" ? "predict" : "load";
  return { kind: "value", key, shape: bare, readBy, isName: bare.kind === "text" && bare.isName === true, phase };
}

/** The use of a shape. Properties that it does not declare come from the shape around it. */
function useOf(shape: Shape, around: Use): Use {
  const inner = shape.kind === "optional" ? shape.inner.use : undefined;
  return { ...around, ...inner, ...shape.use };
}

function declaresName(shape: Shape): boolean {
  const bare = unwrapOptional(shape);
  const name = bare.kind === "map" ? bare.fields["name"] : undefined;
  return name?.kind === "text" && name.isName === true;
}

interface ShapedFields {
  readonly fields: Readonly<Record<string, unknown>>;
}

interface ShapedItems {
  readonly items: readonly unknown[];
}

function nameOf(item: unknown): string | undefined {
  const leaf = (item as ShapedFields).fields["name"] as Leaf<YamlNode> | undefined;
  return leaf?.node.kind === "scalar" ? spelledText(leaf.node) : undefined;
}

function bindOne(part: ValuesContext, { node, path }: Leaf<YamlNode>, place: ValuePlace): BoundValue {
  const { scope, isInherited, references } = part;
  const phase = scope === undefined ? "outside" : place.phase;
  if (!place.isName || node.kind !== "scalar" || node.template === undefined)
    return bindValue({ phase, scope, isInherited, references }, node, path);
  const inName: Reference[] = [];
  const value = bindValue({ phase, scope, isInherited, references: inName }, node, path);
  // Only variables are allowed in a name; a rule reports all other expressions, so they are not references.
  if (inName.every(({ expression }) => isVariable(expression))) references.push(...inName);
  return value;
}
