import type { Expression } from "../../grammar/expression.ts";
import type { Reader, Shape } from "../../grammar/shape.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { Leaf, ShapedMap } from "../parse/shaped.ts";
import type { Path, ScalarNode, YamlNode } from "../parse/tree.ts";
import type { BindScope } from "./scope.ts";

/** One entry of `models` with the runtime that it uses. */
export interface BoundModel {
  /** The prefix of the ids of its nodes, unique in the graph. */
  readonly key: string;
  readonly definition: ParsedDefinition;
  /** Whether its file is one of the files to check; otherwise the file is read only because another one needs it. */
  readonly isRequested: boolean;
  readonly entry: ModelEntry;
  readonly name: BoundName | undefined;
  /** Whether this is the universal model, `${model.name}`. */
  readonly isUniversal: boolean;
  /** Whether a model of the same name in another file uses this entry's runtime. This entry is then not a model itself. */
  readonly providesRuntime: boolean;
  readonly description: BoundValue | undefined;
  readonly version: BoundValue | undefined;
  readonly repository: BoundRepository;
  /** By name, in the order of the text. Of several files with one name, the first is kept. */
  readonly files: ReadonlyMap<string, BoundFile>;
  readonly runtime: RuntimeResolution;
  /** All values of the entry, of the runtime that it uses, and of the settings that apply to it. */
  readonly values: readonly ModelValue[];
  /** All expressions of the entry and of the runtime that it uses. */
  readonly references: readonly Reference[];
}

/** One value of a model, at a key without keys below it. */
export interface ModelValue {
  /** The path of keys from the model's entry, such as `files[].url`. */
  readonly key: string;
  readonly shape: Shape;
  /** The part of the model that reads it. */
  readonly readBy: Reader;
  /** The named list item that it belongs to. `isFirst` says that no earlier item of the list has the same name. */
  readonly item: { readonly name: string; readonly isFirst: boolean } | undefined;
  /** Whether it is written in another model's entry or at the top level of the file. */
  readonly isInherited: boolean;
  readonly value: BoundValue;
}

/** A model's entry as the parser shaped it. */
export type ModelEntry = NonNullable<
  NonNullable<NonNullable<ParsedDefinition["root"]>["fields"]["models"]>["items"][number]
>;

export interface BoundName {
  /** As spelled, without escapes. The universal name is `${model.name}` in every spelling. */
  readonly text: string;
  readonly leaf: Leaf<ScalarNode>;
  readonly value: BoundValue;
}

export interface BoundRepository {
  readonly section: ModelEntry["fields"]["repository"];
  /**
   * A folder relative to the working directory, a URL, or unknown. The location is unknown if the text is broken or if it
   * depends on environment variables; in the second case, `leaf` is where they are written.
   */
  readonly location:
    | { readonly kind: "local"; readonly folder: string; readonly leaf: Leaf<ScalarNode> | undefined }
    | { readonly kind: "remote"; readonly url: string; readonly leaf: Leaf<ScalarNode> }
    | { readonly kind: "unknown"; readonly leaf: Leaf<ScalarNode> | undefined };
  readonly url: BoundValue | undefined;
  readonly branch: BoundValue | undefined;
  readonly hash: BoundValue | undefined;
  readonly accessToken: BoundValue | undefined;
}

export interface BoundFile extends BoundTitle {
  readonly url: BoundValue | undefined;
  readonly upload: BoundValue | undefined;
  readonly credentials: BoundValue | undefined;
}

/** The runtime that a model uses and how it was found. */
export type RuntimeResolution =
  | { readonly kind: "own"; readonly runtime: BoundRuntime }
  /** The runtime of the entry `from`, which has the same name or is the universal model. */
  | {
      readonly kind: "exact" | "universal";
      readonly runtime: BoundRuntime;
      readonly from: ModelEntry;
      readonly definition: ParsedDefinition;
    }
  /** The code is not on this machine. */
  | { readonly kind: "unverified" }
  /** The text is broken there, which already has a finding. */
  | { readonly kind: "broken" }
  | { readonly kind: "missing"; readonly path: string; readonly isRead: boolean; readonly names: readonly string[] };

export type RuntimeSection = NonNullable<ModelEntry["fields"]["runtime"]>;

export interface BoundRuntime {
  readonly section: RuntimeSection;
  readonly definition: ParsedDefinition;
  readonly image: BoundValue | undefined;
  readonly device: BoundValue | undefined;
  readonly maxSize: BoundValue | undefined;
  readonly imageSize: readonly BoundValue[] | undefined;
  readonly load: BoundCall | undefined;
  readonly predict: BoundCall | undefined;
}

export interface BoundCall {
  readonly phase: "load" | "predict";
  readonly section: ShapedMap<unknown>;
  readonly entrypoint: BoundValue | undefined;
  /** By name, in the order of the text. Of several inputs with one name, the first is kept. */
  readonly inputs: ReadonlyMap<string, BoundInput>;
  /** Whether an input is unreadable or has the name of another one. A missing input may then be that one. */
  readonly hasBrokenInput: boolean;
  readonly output: BoundTitle | undefined;
  readonly isOutputBroken: boolean;
  readonly keys: readonly BoundTitle[];
}

/** A declared name. */
export interface BoundTitle {
  /** As spelled. */
  readonly name: string;
  readonly leaf: Leaf<ScalarNode>;
  readonly nameValue: BoundValue;
}

export interface BoundInput extends BoundTitle {
  readonly value: BoundValue | undefined;
}

/** A value with its expressions linked. */
export type BoundValue =
  | { readonly kind: "literal"; readonly node: ScalarNode; readonly path: Path | undefined }
  /** A value that is a single expression has the type of its target. */
  | {
      readonly kind: "reference";
      readonly node: ScalarNode;
      readonly path: Path | undefined;
      readonly reference: Reference;
    }
  | {
      readonly kind: "template";
      readonly node: ScalarNode;
      readonly path: Path | undefined;
      readonly parts: readonly (string | Reference)[];
    }
  | {
      readonly kind: "list";
      readonly node: YamlNode;
      readonly path: Path | undefined;
      readonly items: readonly BoundValue[];
    }
  | {
      readonly kind: "map";
      readonly node: YamlNode;
      readonly path: Path | undefined;
      readonly entries: readonly (readonly [string, BoundValue])[];
    }
  | { readonly kind: "hole"; readonly node: YamlNode; readonly path: Path | undefined };

/** One expression with its meaning at its place. */
export interface Reference {
  readonly expression: Expression;
  readonly scalar: ScalarNode;
  readonly path: Path | undefined;
  readonly isAlone: boolean;
  /** Whether it is written in another model's entry, whose runtime this model uses. */
  readonly isInherited: boolean;
  readonly meaning: Meaning;
  /** Where it is evaluated, and the names that it could refer to; `scope` is `undefined` outside of models. */
  readonly phase: Phase;
  readonly scope: BindScope | undefined;
}

/** Where an expression is evaluated, which decides what it can refer to. */
export type Phase = "outside" | "definition" | "runtime" | "load" | "predict";

export type Meaning =
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "model-name" }
  | { readonly kind: "device" }
  | { readonly kind: "file"; readonly name: string }
  /** A file that every model with this runtime must have. */
  | { readonly kind: "required-file"; readonly name: string; readonly segment: number }
  | { readonly kind: "input"; readonly of: "load" | "predict"; readonly name: string }
  | { readonly kind: "load-output"; readonly name: string }
  | { readonly kind: "datapoints" }
  | { readonly kind: "image" }
  /** A name that exists, but not in this phase. `what` is the kind of its target. */
  | { readonly kind: "wrong-phase"; readonly what: WrongPhase; readonly phase: Phase; readonly lastSegment: number }
  /** The segment at this index is not the name of anything. `candidates` are the names that exist there. */
  | {
      readonly kind: "undefined";
      readonly segment: number;
      readonly candidates: Candidates;
      readonly scope: UndefinedScope;
      /** The only path that ends in the written one: `model.files.params.url` for `params.url`. */
      readonly meant: string | undefined;
    }
  /** A path to something without a value of its own. `candidates` are the complete paths that begin with it. */
  | { readonly kind: "incomplete"; readonly candidates: readonly string[] }
  /** It may refer to one of several names that contain environment variables; which one is known when the model runs. */
  | { readonly kind: "late" }
  /** Its target cannot be read, which already has a finding. */
  | { readonly kind: "unknown" };

/** Names that exist. The collection is shared, because a definition may have many names and many mistakes. */
export type Candidates = readonly string[] | ReadonlySet<string>;

export type WrongPhase =
  | "model"
  | "runtime"
  | "file"
  | "device"
  | "load-input"
  | "load-output"
  | "predict-input"
  | "predict-output"
  | "datapoints";

/** Where a name was looked up and not found. */
export type UndefinedScope =
  | "root"
  | "model"
  | "files"
  | "file"
  | "runtime"
  | "load"
  | "predict"
  | "load-inputs"
  | "predict-inputs"
  | "load-output"
  | "datapoint"
  | "text"
  | "handle"
  | "datapoints";
