import type { Host } from "../base/host.ts";
import type { BoundGraph } from "../bind/bind.ts";
import type { BoundCall, BoundFile, BoundInput, BoundModel, BoundValue, Meaning, Reference } from "../bind/bound.ts";
import type { Leaf } from "../parse/shaped.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type { NonListReturn } from "../python/calls/returns.ts";
import type { AbsentPackage } from "../python/names/absent.ts";
import type { Resolution, Signature } from "../python/names/resolution.ts";
import type { Part } from "../python/text/text.ts";
import type { Arguments } from "./arguments.ts";
import type { Entrypoint } from "./entrypoint.ts";
import type { Place } from "./place.ts";
import type { PythonCode } from "./python-code.ts";
import type { Type } from "./type.ts";

/** The dependency graph with a type for every value and a verdict for everything outside. */
export interface TypedGraph {
  readonly bound: BoundGraph;
  readonly models: readonly TypedModel[];
  /** What datasets and domains name by path or address; what stays where it is (`upload: false`) is left out. */
  readonly data: readonly TypedData[];
  readonly environment: EnvironmentVerdict;
  /** The Python code that entrypoints lead to, read when it is asked for. */
  readonly python: PythonCode;
  readonly machine: Machine;
}

/** The machine itself, for rules that ask it what no stage has recorded. */
export interface Machine {
  readonly kindOf: Host["kindOf"];
  /**
   * The value of a variable of the environment; absent when the environment is not known. Values are secret: a rule may judge
   * one, but must not put it or a part of it into a finding.
   */
  readonly variable: ((name: string) => string | undefined) | undefined;
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
  /** The two calls, load first; one is left out when its entrypoint is not written right or its code is not here. */
  readonly calls: () => readonly TypedCall[];
  /** The Python code that the calls lead to. */
  readonly python: PythonCode;
}

/** A call of Python code that is on this machine. */
export interface TypedCall {
  readonly bound: BoundCall;
  /** Where the entrypoint is written. */
  readonly value: BoundValue;
  readonly entrypoint: Entrypoint;
  /** What the entrypoint leads to. */
  readonly resolution: Resolution;
  /** How the inputs meet the parameters; `undefined` when these are not certain. */
  readonly arguments: Arguments | undefined;
  /** What is certainly wrong with what the function gives back. */
  readonly result: ResultVerdict | undefined;
  /** What its module imports, and neither the code nor the environment beside the definition has. */
  readonly absent: () => readonly AbsentPackage[];
}

/** `nothing`: load returns None; `use` is where predict wants it all the same, `isDraft` that its body does nothing yet. `no-list`: predict gives something else than a list. */
export type ResultVerdict =
  | {
      readonly kind: "nothing";
      readonly annotation: Part | undefined;
      readonly use: Reference | undefined;
      readonly isDraft: boolean;
    }
  | { readonly kind: "no-list"; readonly what: "annotation"; readonly annotation: Part }
  | { readonly kind: "no-list"; readonly what: "body"; readonly returned: NonListReturn; readonly signature: Signature }
  | { readonly kind: "no-list"; readonly what: "generator" | "class"; readonly signature: Signature };

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
