import type { BoundGraph } from "../bind/bind.ts";
import type { BoundFile, BoundInput, BoundModel, BoundValue, Meaning } from "../bind/bound.ts";
import type { Leaf } from "../parse/shape.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type { Place } from "./place.ts";
import type { Type } from "./type.ts";

/** The dependency graph with a type for every value and a verdict for everything outside. */
export interface TypedGraph {
  readonly bound: BoundGraph;
  readonly models: readonly TypedModel[];
  /** What datasets and domains name by path or address; what stays where it is (`upload: false`) is left out. */
  readonly data: readonly TypedData[];
  readonly environment: EnvironmentVerdict;
}

export interface TypedModel {
  readonly bound: BoundModel;
  readonly code: CodeVerdict;
  /** In the order of the text. */
  readonly files: readonly TypedFile[];
  /** The inputs of both calls, each behind those that it refers to. An input that is part of a cycle is left out. */
  readonly load: readonly BoundInput[];
  readonly predict: readonly BoundInput[];
  readonly typeOf: (value: BoundValue | undefined) => Type;
  readonly typeOfMeaning: (meaning: Meaning) => Type;
  /** The text of a value that is known without the environment and without a run. */
  readonly constantOf: (value: BoundValue | undefined) => string | undefined;
}

export interface TypedFile {
  readonly bound: BoundFile;
  readonly place: Place;
}

export interface TypedData {
  readonly leaf: Leaf<ScalarNode>;
  readonly place: Place;
}

/** Whether a model's code is on this machine. */
export type CodeVerdict = Place;

/** What is known of the environment; nothing unless it was asked for. */
export type EnvironmentVerdict =
  | { readonly kind: "unknown" }
  | { readonly kind: "known"; readonly unset: ReadonlySet<string>; readonly empty: ReadonlySet<string> };
