import type { Expression } from "../../grammar/expression.ts";
import type { Reader, Shape } from "../../grammar/shape.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { Leaf, ShapedMap } from "../parse/shaped.ts";
import type { Path, ScalarNode, YamlNode } from "../parse/tree.ts";

/** One entry of `models`, together with the runtime it uses. */
export interface BoundModel {
  /** Unique in the graph: the prefix of the ids of its nodes. */
  readonly key: string;
  readonly definition: ParsedDefinition;
  /** Whether its file was asked for, or only read because another one needs it. */
  readonly isRequested: boolean;
  readonly entry: ModelEntry;
  readonly name: BoundName | undefined;
  /** `${model.name}`: the entry for every model without one of its own. */
  readonly isUniversal: boolean;
  /** Whether a model of the same name in another file uses this entry's runtime: then that one is the model. */
  readonly isLender: boolean;
  readonly description: BoundValue | undefined;
  readonly version: BoundValue | undefined;
  readonly repository: BoundRepository;
  /** In the order of the text, each name once. */
  readonly files: ReadonlyMap<string, BoundFile>;
  readonly runtime: RuntimeResolution;
  /** Every value of the entry, of the runtime it uses, and of the settings that apply to it. */
  readonly values: readonly ModelValue[];
  /** Every expression of the entry and of the runtime it uses. */
  readonly references: readonly Reference[];
}

/** One value of a model: what is written at a key that holds no other keys. */
export interface ModelValue {
  /** The keys that lead to it from the model's entry, such as `files[].url`. */
  readonly key: string;
  readonly shape: Shape;
  /** The part of the model that reads it. */
  readonly readBy: Reader;
  /** The named item of a list that it belongs to; `isFirst`: no earlier item of the list has that name. */
  readonly item: { readonly name: string; readonly isFirst: boolean } | undefined;
  /** It is written in another entry, or for the whole file. */
  readonly isInherited: boolean;
  readonly value: BoundValue;
}

/** A model's entry as the parser shaped it. */
export type ModelEntry = NonNullable<
  NonNullable<NonNullable<ParsedDefinition["root"]>["fields"]["models"]>["items"][number]
>;

export interface BoundName {
  /** As it is spelled, without escapes; `${model.name}` for the universal name in any spelling. */
  readonly text: string;
  readonly leaf: Leaf<ScalarNode>;
  readonly value: BoundValue;
}

export interface BoundRepository {
  /** The section, when one is written. */
  readonly section: ModelEntry["fields"]["repository"];
  /**
   * A folder relative to the working folder, an address, or not known: broken, or not before the environment is, and
   * then `leaf` says where that is written.
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

/** Which runtime a model uses, and why. */
export type RuntimeResolution =
  | { readonly kind: "own"; readonly runtime: BoundRuntime }
  /** Another entry's, found by exact name or by the universal name; `from` is that entry. */
  | {
      readonly kind: "exact" | "universal";
      readonly runtime: BoundRuntime;
      readonly from: ModelEntry;
      readonly definition: ParsedDefinition;
    }
  /** The code is not on this machine. */
  | { readonly kind: "unverified" }
  /** The text is broken there; nothing follows from that. */
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
  /** In the order of the text, each name once. */
  readonly inputs: ReadonlyMap<string, BoundInput>;
  /** Whether an input could not be read, or has the name of another: then a name that is missing may be its. */
  readonly hasBrokenInput: boolean;
  readonly output: BoundTitle | undefined;
  readonly isOutputBroken: boolean;
  readonly keys: readonly BoundTitle[];
}

/** A name that something is given. */
export interface BoundTitle {
  /** As it is spelled. */
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
  /** One expression alone keeps the type of what it stands for. */
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

/** One expression where it stands, and what it means there. */
export interface Reference {
  readonly expression: Expression;
  readonly scalar: ScalarNode;
  readonly path: Path | undefined;
  readonly isAlone: boolean;
  /** Written in another model's entry, whose runtime this model uses. */
  readonly isBorrowed: boolean;
  readonly meaning: Meaning;
}

/** Where an expression stands: what it may see depends on that. */
export type Phase = "outside" | "definition" | "runtime" | "load" | "predict";

export type Meaning =
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "model-name" }
  | { readonly kind: "device" }
  | { readonly kind: "file"; readonly name: string }
  /** A file that each model which uses this runtime must have. */
  | { readonly kind: "obligation"; readonly name: string; readonly segment: number }
  | { readonly kind: "input"; readonly of: "load" | "predict"; readonly name: string }
  | { readonly kind: "load-output"; readonly name: string }
  | { readonly kind: "datapoints" }
  | { readonly kind: "image" }
  /** A name that exists, but not here. `what` is what it names. */
  | { readonly kind: "wrong-phase"; readonly what: WrongPhase; readonly phase: Phase; readonly lastSegment: number }
  /** The segment at this index names nothing; `candidates` are the names that exist there. */
  | {
      readonly kind: "undefined";
      readonly segment: number;
      readonly candidates: Candidates;
      readonly scope: UndefinedScope;
      /** A whole path that ends in what is written: `model.files.params.url` for `params.url`. */
      readonly meant: string | undefined;
    }
  /** A path that stops at something without a value of its own; `candidates` are the whole paths that go on. */
  | { readonly kind: "incomplete"; readonly candidates: readonly string[] }
  /** It may be one of several whose names are made from variables: which one is known when the model runs. */
  | { readonly kind: "late" }
  /** What it refers to cannot be read; nothing follows from that. */
  | { readonly kind: "unknown" };

/** Names that exist: shared by everything that asks, since a definition may have many of both. */
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

/** What was searched when a name was not found. */
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
