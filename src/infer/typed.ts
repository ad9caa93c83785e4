import type { Host } from "../base/host.ts";
import type { BoundGraph } from "../bind/bind.ts";
import type { BoundCall, BoundFile, BoundInput, BoundModel, BoundValue, Meaning, Reference } from "../bind/bound.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { Leaf } from "../parse/shaped.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type { NonListReturn } from "../python/calls/returns.ts";
import type { AbsentPackage } from "../python/names/absent.ts";
import type { Resolution, Signature } from "../python/names/resolution.ts";
import type { Part } from "../python/text/text.ts";
import type { Arguments } from "./arguments.ts";
import type { Entrypoint } from "./entrypoint.ts";
import type { Lock } from "./locked-code.ts";
import type { Place } from "./place.ts";
import type { PythonCode } from "./python-code.ts";
import type { Type } from "./type.ts";

/** The dependency graph with a type for every value and a verdict on everything outside of the definitions. */
export interface TypedGraph {
  readonly bound: BoundGraph;
  readonly models: readonly TypedModel[];
  /** The paths and URLs of datasets and domains, except those that are not uploaded (`upload: false`). */
  readonly data: readonly TypedData[];
  /** The folders of examples that the settings of files and models name. */
  readonly examples: readonly TypedData[];
  readonly environment: EnvironmentVerdict;
  /** The Python code of entry points, which is read on demand. */
  readonly python: PythonCode;
  readonly machine: Machine;
  /** The lock file next to a definition. */
  readonly lockOf: (definition: ParsedDefinition) => Lock;
}

/** The machine, for rules that need a fact that no stage has recorded. */
export interface Machine {
  readonly kindOf: Host["kindOf"];
  /**
   * The value of an environment variable; `undefined` if the environment is not known. Values are secret: a rule can judge a
   * value, but must not include any part of it in a finding.
   */
  readonly variable: ((name: string) => string | undefined) | undefined;
}

export interface TypedModel {
  readonly bound: BoundModel;
  readonly code: CodeVerdict;
  /** In the order of the text. */
  readonly files: readonly TypedFile[];
  /** The inputs of `load`, each after those that it refers to, without those in cycles. */
  readonly load: readonly BoundInput[];
  /** The inputs of `predict`, each after those that it refers to, without those in cycles. */
  readonly predict: readonly BoundInput[];
  readonly typeOf: (value: BoundValue | undefined) => Type;
  readonly typeOfMeaning: (meaning: Meaning) => Type;
  /** The text of a value that is known without the environment and without a run. */
  readonly constantOf: (value: BoundValue | undefined) => string | undefined;
  /** The calls of `load` and `predict`, without those whose entry point is invalid or whose code is not on this machine. */
  readonly calls: () => readonly TypedCall[];
  /** The Python code of the calls. */
  readonly python: PythonCode;
}

/** A call of Python code on this machine. */
export interface TypedCall {
  readonly bound: BoundCall;
  /** The value that contains the entry point. */
  readonly value: BoundValue;
  readonly entrypoint: Entrypoint;
  /** The target of the entry point. */
  readonly resolution: Resolution;
  /** The inputs compared with the parameters; `undefined` if the parameters are not certain. */
  readonly arguments: Arguments | undefined;
  /** What is certainly wrong with the return value. */
  readonly result: ResultVerdict | undefined;
  /** The imports of its module that are neither in the repository nor in the virtual environment next to the definition. */
  readonly absent: () => readonly AbsentPackage[];
}

/**
 * `nothing`: `load` returns None. `use` is the reference to its output in an input of `predict`; `isDraft` says that its body
 * is still empty. `no-list`: `predict` does not return a list.
 */
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

/** Where the code of a model is, and whether it is on this machine. */
export type CodeVerdict = Place;

/** Which referenced variables are unset or empty; `unknown` if the environment is not checked. */
export type EnvironmentVerdict =
  | { readonly kind: "unknown" }
  | { readonly kind: "known"; readonly unset: ReadonlySet<string>; readonly empty: ReadonlySet<string> };
