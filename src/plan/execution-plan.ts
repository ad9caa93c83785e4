// The execution plan, version 1: what `plan` hands on, `emit` prints and `run` executes. Plain types, so that whoever
// uses the bindings needs no library to read them; `schema.ts` holds the zod schema of exactly these.
import type { VALUE_TYPES } from "../infer/type.ts";

/** The version of the plan format; a reader refuses every other one. */
export const PLAN_VERSION = 1;

/** All models of some definitions, ready to run. Paths are relative to the folder of the definition, with `/`. */
export interface ExecutionPlan {
  readonly planVersion: typeof PLAN_VERSION;
  /** The name and version of the tool. */
  readonly generator: string;
  /** `sha256:…` of the canonical plan without `hash` and `generator`. */
  readonly hash: string;
  readonly sources: readonly PlanSource[];
  readonly environment: readonly PlanVariable[];
  readonly models: readonly PlanModel[];
}

/** A file that the plan was made from. */
export interface PlanSource {
  readonly path: string;
  readonly sha256: string;
}

/** A variable of the environment that some step reads; its value is never written down. */
export interface PlanVariable {
  readonly name: string;
  /** False when every use has a default, or text that is left when it is unset. */
  readonly required: boolean;
  readonly usedBy: readonly string[];
}

export interface PlanModel {
  /** Stable, unique in the plan, made from the name: small letters, digits and underscores. */
  readonly id: string;
  /** A value, when it is made from environment variables; the id is made from its spelling. */
  readonly name: string | PlanValue;
  readonly description?: string | undefined;
  /** True for an entry that serves every model without a runtime of its own. */
  readonly universal: boolean;
  readonly image?: string | PlanValue | undefined;
  readonly device: "cpu" | "cuda" | PlanValue;
  readonly batch: {
    readonly maxSize: number | PlanValue;
    readonly imageSize?: readonly (number | PlanValue)[] | undefined;
  };
  /**
   * Settings of Modelwright (`x-modelwright`) by their keys: `limits.import`, `limits.load` and `limits.batch` in seconds, `python`,
   * `passEnv`. A relative path in `python` starts from the plan's root. Absent when there are none.
   */
  readonly settings?: Readonly<Record<string, PlanValue>> | undefined;
  readonly span: PlanSpan;
  /** The classes that annotations of the model's Python name; absent when there are none. */
  readonly classes?: readonly PlanClass[] | undefined;
  /** In the order of execution. */
  readonly steps: readonly PlanStep[];
  /** Ids of steps; those of one stage can run at the same time. */
  readonly stages: readonly (readonly string[])[];
}

export type PlanStep = SourceStep | CheckoutStep | FetchStep | ParameterStep | LoadStep | PredictStep;

interface StepBase {
  /** The model's id, a slash, the step's name. */
  readonly id: string;
  /** Ids of the steps that come before. */
  readonly needs: readonly string[];
}

/** Code in a folder of this machine. */
export interface SourceStep extends StepBase {
  readonly kind: "source";
  readonly path: string;
}

/** Code in a git repository. */
export interface CheckoutStep extends StepBase {
  readonly kind: "checkout";
  readonly url: PlanValue;
  readonly branch?: PlanValue | undefined;
  readonly commit?: PlanValue | undefined;
  readonly accessToken?: PlanValue | undefined;
}

/** A model file: an address, or a path beside the definition. */
export interface FetchStep extends StepBase {
  readonly kind: "fetch";
  /** The file's name, when it is made from environment variables; the id has its spelling. */
  readonly name?: PlanValue | undefined;
  readonly url: PlanValue;
  readonly upload: boolean | PlanValue;
  readonly credentials?: PlanValue | undefined;
}

/** What a concrete model brings to a universal one: a file by its name, or its `name`. */
export interface ParameterStep extends StepBase {
  readonly kind: "parameter";
  readonly name: string;
}

/** The call that loads the model, once. */
export interface LoadStep extends StepBase {
  readonly kind: "load";
  readonly entrypoint: PlanEntrypoint | PlanValue;
  /** The first paragraph of the function's docstring, where it can be read. */
  readonly description?: string | undefined;
  readonly arguments: readonly PlanArgument[];
  readonly output: { readonly name: string | PlanValue; readonly type: "handle" };
}

/** The call that predicts one batch. */
export interface PredictStep extends StepBase {
  readonly kind: "predict";
  readonly entrypoint: PlanEntrypoint | PlanValue;
  readonly description?: string | undefined;
  readonly arguments: readonly PlanArgument[];
  /** `keys`: what every prediction carries. `item`: what Python says of one prediction, where it can be read. */
  readonly output: {
    readonly name: string | PlanValue;
    readonly keys: readonly (string | PlanValue)[];
    readonly item?: PlanType | undefined;
  };
}

/**
 * A Python function: the dotted module, importable from the repository's root, and its name there. One that comes from the
 * environment is a value instead, whose text is `module:function`.
 */
export interface PlanEntrypoint {
  readonly module: string;
  readonly function: string;
}

/** One keyword argument. Arguments stand in an order in which each refers only to earlier ones. */
export interface PlanArgument {
  /** A value, when it is made from environment variables; references name it by its spelling. */
  readonly name: string | PlanValue;
  readonly type: (typeof VALUE_TYPES)[number];
  /** What Python says of the parameter, where it can be read. */
  readonly annotation?: PlanType | undefined;
  readonly value: PlanValue;
  readonly span: PlanSpan;
}

/**
 * Exactly one of: a literal; a number that readers of JSON would change; the result of a step and what to select of it; an environment variable, never its value;
 * text joined from parts; a list; a map.
 *
 * A variable has at most one of: `default`, its value when it is unset or empty; `unset`, the text that is left when it is unset
 * (`$NAME` without braces stays as it is); `message`, what to say when it is unset or empty.
 */
export type PlanValue =
  | { readonly literal: string | number | boolean | null }
  /** A number as JSON and Python spell it, which a number of JavaScript would change: `1.0`, `9007199254740993`, `Infinity`. */
  | { readonly number: string }
  | { readonly ref: string; readonly select: string }
  | {
      readonly env: string;
      readonly default?: string | undefined;
      readonly unset?: string | undefined;
      readonly message?: string | undefined;
    }
  | { readonly template: readonly PlanValue[] }
  | { readonly list: readonly PlanValue[] }
  | { readonly map: Readonly<Record<string, PlanValue>> };

/** Where something is written. Lines and columns start at 1, ends are exclusive, the unit is the UTF-16 code unit. */
export interface PlanSpan {
  readonly file: string;
  readonly start: PlanPosition;
  readonly end: PlanPosition;
}

export interface PlanPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** What an annotation in Python says. How such a value looks outside of Python is another matter. */
export type PlanType =
  | { readonly kind: (typeof PLAIN_TYPES)[number] }
  | { readonly kind: "literal"; readonly values: readonly (string | number | boolean | null)[] }
  | { readonly kind: "list"; readonly item: PlanType }
  | { readonly kind: "set"; readonly item: PlanType }
  /** `rest`: the type of any number of further items. */
  | { readonly kind: "tuple"; readonly items: readonly PlanType[]; readonly rest?: PlanType | undefined }
  /** `keys`: the only keys that it can have, when the annotation says it. */
  | { readonly kind: "map"; readonly value: PlanType; readonly keys?: readonly string[] | undefined }
  | { readonly kind: "union"; readonly members: readonly PlanType[] }
  | PlanTensor
  /** A value of the standard library that is written as text, such as a `datetime`. */
  | { readonly kind: "value"; readonly name: string }
  /** A member of an enumeration. `passes`: whether Python takes the value for the member, as it does of a `StrEnum`. */
  | { readonly kind: "enum"; readonly name: string; readonly value: PlanType; readonly passes: boolean }
  /** One of the model's `classes`. */
  | { readonly kind: "class"; readonly name: string }
  | { readonly kind: "unknown"; readonly reason: UnknownReason; readonly text: string };

/** An array; what the annotation does not say is absent. */
export interface PlanTensor {
  readonly kind: "tensor";
  readonly library: TensorLibrary;
  /** In the words of numpy, such as `float32`; `number` is any type of numbers. */
  readonly dtype?: string | undefined;
  /** How many dimensions it has. */
  readonly dimensions?: number | undefined;
}

/** A class that declares its fields; those that it inherits come first. */
export interface PlanClass {
  /** Its name in Python, with a number when the model has several of that name. */
  readonly name: string;
  /** The first paragraph of its docstring. */
  readonly description?: string | undefined;
  readonly form: (typeof CLASS_FORMS)[number];
  readonly fields: readonly PlanField[];
}

/** A field of a class; only keys of a `TypedDict` can be absent. */
export interface PlanField {
  readonly name: string;
  /** What a comment, a docstring or the field's own call says about it. */
  readonly description?: string | undefined;
  readonly type: PlanType;
  readonly optional: boolean;
}

export const PLAIN_TYPES = ["text", "path", "integer", "number", "boolean", "null", "bytes"] as const;

/** `object`: a class of pydantic, attrs or msgspec. */
export const CLASS_FORMS = ["dataclass", "named-tuple", "typed-dict", "object"] as const;

/**
 * `open`: Python leaves it open. `outside`: a name that the repository does not define. `class`: a class that does not
 * declare its fields. `enum`: an enumeration whose values are computed. `internal`: something that stays in Python, such as
 * a function. `unread`: not understood. `large`: too large, or part of itself.
 */
export const UNKNOWN_REASONS = ["open", "outside", "class", "enum", "internal", "unread", "large"] as const;
export type UnknownReason = (typeof UNKNOWN_REASONS)[number];

export const TENSOR_LIBRARIES = ["numpy", "torch", "tensorflow", "jax", "pillow", "buffer"] as const;
export type TensorLibrary = (typeof TENSOR_LIBRARIES)[number];
