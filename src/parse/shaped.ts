// The typed tree that `shape.ts` builds from a YAML tree.
import type { AnyShape, ChoiceShape, ListShape, MapShape, OptionalShape } from "../../grammar/shape.ts";
import type { ListNode, MapNode, Path, ScalarNode, YamlNode } from "./tree.ts";

/** The typed tree of a schema. A field is `undefined` if it is absent or broken. */
export type Shaped<S> =
  S extends OptionalShape<infer I>
    ? Shaped<I>
    : S extends MapShape<infer F>
      ? ShapedMap<{ readonly [K in keyof F]: Shaped<F[K]> | undefined }>
      : S extends ListShape<infer E>
        ? ShapedList<Shaped<E>>
        : S extends AnyShape
          ? Leaf<YamlNode>
          : S extends ChoiceShape<infer O>
            ? Extract<O extends readonly (infer T)[] ? Shaped<T> : never, object>
            : Leaf<ScalarNode>;

export interface ShapedMap<F> {
  readonly node: MapNode;
  readonly path: Path | undefined;
  readonly fields: F;
  /** Keys that have a value, readable or not. */
  readonly written: ReadonlySet<string>;
}

export interface ShapedList<T> {
  readonly node: ListNode;
  readonly path: Path | undefined;
  /** One element per item in the text; `undefined` if it is broken. */
  readonly items: readonly (T | undefined)[];
}

export interface Leaf<N extends YamlNode> {
  readonly node: N;
  readonly path: Path | undefined;
}
