// The execution plan, version 1: `plan` produces it, `emit` prints it and `run` executes it. These are plain types, so that
// generated bindings compile without a library. `schema.ts` contains the equivalent zod schema.
import type { VALUE_TYPES } from "../infer/type.ts";

/** The version of the plan format. A reader rejects all other versions. */
export const PLAN_VERSION = 1;

/**
 * All models of the definitions, ready to run. Paths are relative to the deepest folder that contains all definitions,
 * and use `/`.
 */
export interface ExecutionPlan {
  readonly planVersion: typeof PLAN_VERSION;
  /** The name and version of the tool that made the plan. */
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

/** An environment variable that is used in the plan. Its value is never in the plan. */
export interface PlanVariable {
  readonly name: string;
  /** False if every use has a default or keeps its text when the variable is unset. */
  readonly required: boolean;
  /** The ids of the steps that read it. */
  readonly usedBy: readonly string[];
}

/** Settings by their keys, for each of the two calls of a model. */
export interface PlanSettings {
  readonly load?: Readonly<Record<string, PlanValue>> | undefined;
  readonly predict?: Readonly<Record<string, PlanValue>> | undefined;
}

/** One model with its settings and steps. */
export interface PlanModel {
  /** A stable id made from the name, unique in the plan: lowercase letters, digits and underscores. */
  readonly id: string;
  /** A value if the name contains environment variables. The id is then made from its spelling. */
  readonly name: string | PlanValue;
  readonly description?: string | undefined;
  /** True for the universal model, which is used for every model without its own runtime. */
  readonly universal: boolean;
  readonly image?: string | PlanValue | undefined;
  readonly device: "cpu" | "cuda" | PlanValue;
  readonly batch: {
    readonly maxSize: number | PlanValue;
    readonly imageSize?: readonly (number | PlanValue)[] | undefined;
  };
  /**
   * Settings of Modelwright (`x-modelwright`) by their keys, grouped by the step that they are for: `limits.import`, `limits.load` and
   * `limits.batch` in seconds, `python`, `passEnv`. A relative path in `python` starts at the root of the plan. Absent if there are no
   * settings.
   */
  readonly settings?: PlanSettings | undefined;
  readonly span: PlanSpan;
  /** The classes that the annotations of the model's Python name. Absent if there are none. */
  readonly classes?: readonly PlanClass[] | undefined;
  /** In the order of execution. */
  readonly steps: readonly PlanStep[];
  /** Ids of steps. The steps of one stage can run at the same time. */
  readonly stages: readonly (readonly string[])[];
}

export type PlanStep = SourceStep | CheckoutStep | FetchStep | ParameterStep | LoadStep | PredictStep;

interface StepBase {
  /** The id of the model, a slash, and the name of the step. */
  readonly id: string;
  /** Ids of the steps whose results this step needs. */
  readonly needs: readonly string[];
}

/** Code in a local folder. */
export interface SourceStep extends StepBase {
  readonly kind: "source";
  readonly path: string;
}

/** Code in a Git repository. */
export interface CheckoutStep extends StepBase {
  readonly kind: "checkout";
  readonly url: PlanValue;
  readonly branch?: PlanValue | undefined;
  readonly commit?: PlanValue | undefined;
  readonly accessToken?: PlanValue | undefined;
}

/** A model file, at a URL or a local path. */
export interface FetchStep extends StepBase {
  readonly kind: "fetch";
  /** The name of the file if it contains environment variables. The id contains its spelling. */
  readonly name?: PlanValue | undefined;
  readonly url: PlanValue;
  readonly upload: boolean | PlanValue;
  readonly credentials?: PlanValue | undefined;
}

/** A value that the model must provide for the universal model: a file with this name, or its `name`. */
export interface ParameterStep extends StepBase {
  readonly kind: "parameter";
  readonly name: string;
}

/** The call that loads the model, once. */
export interface LoadStep extends StepBase {
  readonly kind: "load";
  readonly entrypoint: PlanEntrypoint | PlanValue;
  /** The first paragraph of the function's docstring, if it can be read. */
  readonly description?: string | undefined;
  readonly arguments: readonly PlanArgument[];
  readonly output: { readonly name: string | PlanValue; readonly type: "handle" };
}

/** The call that predicts a batch. */
export interface PredictStep extends StepBase {
  readonly kind: "predict";
  readonly entrypoint: PlanEntrypoint | PlanValue;
  readonly description?: string | undefined;
  readonly arguments: readonly PlanArgument[];
  /** `keys`: the prediction keys. `item`: the type of one prediction in Python, if it can be read. */
  readonly output: {
    readonly name: string | PlanValue;
    readonly keys: readonly (string | PlanValue)[];
    readonly item?: PlanType | undefined;
  };
}

/**
 * A Python function: its name and its dotted module, which can be imported from the root of the repository. An entry point with
 * environment variables is a value instead, with the text `module:function`.
 */
export interface PlanEntrypoint {
  readonly module: string;
  readonly function: string;
}

/** One keyword argument of a call. Each argument refers only to earlier ones. */
export interface PlanArgument {
  /** A value if the name contains environment variables. References use its spelling. */
  readonly name: string | PlanValue;
  readonly type: (typeof VALUE_TYPES)[number];
  /** The annotation of the parameter in Python, if it can be read. */
  readonly annotation?: PlanType | undefined;
  readonly value: PlanValue;
  readonly span: PlanSpan;
}

/**
 * Exactly one of: a literal; a number that JSON readers would change; the result of a step and the part to select from it; an
 * environment variable, without its value; text joined from parts; a list; a map.
 *
 * A variable has at most one of: `default`, its value if it is unset or empty; `unset`, the text to use if it is unset (`$NAME`
 * without braces stays unchanged); `message`, the error message if it is unset or empty.
 */
export type PlanValue =
  | { readonly literal: string | number | boolean | null }
  /**
   * A number in the spelling of Python, which a JavaScript number would change: `1.0`, `9007199254740993`, `Infinity`.
   */
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

/**
 * A place in a file. Lines and columns start at 1, and the end is exclusive. Columns and offsets count UTF-16 code
 * units.
 */
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

/** The type in a Python annotation. Values have other types after their conversion from Python. */
export type PlanType =
  | { readonly kind: (typeof PLAIN_TYPES)[number] }
  | { readonly kind: "literal"; readonly values: readonly (string | number | boolean | null)[] }
  | { readonly kind: "list"; readonly item: PlanType }
  | { readonly kind: "set"; readonly item: PlanType }
  /** `rest`: the type of any number of further items. */
  | { readonly kind: "tuple"; readonly items: readonly PlanType[]; readonly rest?: PlanType | undefined }
  /** `keys`: all keys that it can have, if the annotation lists them. */
  | { readonly kind: "map"; readonly value: PlanType; readonly keys?: readonly string[] | undefined }
  | { readonly kind: "union"; readonly members: readonly PlanType[] }
  | PlanTensor
  /** A type of the standard library whose values are converted to text, such as `datetime`. */
  | { readonly kind: "value"; readonly name: string }
  /** A member of an enumeration. `passes`: whether its value can be passed in its place, as for a `StrEnum`. */
  | { readonly kind: "enum"; readonly name: string; readonly value: PlanType; readonly passes: boolean }
  /** One of the model's `classes`. */
  | { readonly kind: "class"; readonly name: string }
  | { readonly kind: "unknown"; readonly reason: UnknownReason; readonly text: string };

/** An array. Properties that the annotation does not specify are absent. */
export interface PlanTensor {
  readonly kind: "tensor";
  readonly library: TensorLibrary;
  /** The name of the type in NumPy, such as `float32`; `number` for any numeric type. */
  readonly dtype?: string | undefined;
  /** The number of dimensions. */
  readonly dimensions?: number | undefined;
}

/** A class that declares its fields. Inherited fields come first. */
export interface PlanClass {
  /** Its name in Python, with a number if the model has several classes of that name. */
  readonly name: string;
  /** The first paragraph of its docstring. */
  readonly description?: string | undefined;
  readonly form: (typeof CLASS_FORMS)[number];
  readonly fields: readonly PlanField[];
}

/** A field of a class. Only keys of a `TypedDict` can be optional. */
export interface PlanField {
  readonly name: string;
  /** From a comment, a docstring or the call that declares the field. */
  readonly description?: string | undefined;
  readonly type: PlanType;
  readonly optional: boolean;
}

export const PLAIN_TYPES = ["text", "path", "integer", "number", "boolean", "null", "bytes"] as const;

/** `object`: a class of pydantic, attrs or msgspec. */
export const CLASS_FORMS = ["dataclass", "named-tuple", "typed-dict", "object"] as const;

/**
 * `open`: any type, such as `Any`. `outside`: a name that the repository does not define. `class`: a class that does not declare
 * its fields. `enum`: an enumeration with computed values. `internal`: a type whose values cannot leave Python, such as a
 * function. `unread`: an unsupported annotation. `large`: a type that is too large or recursive.
 */
export const UNKNOWN_REASONS = ["open", "outside", "class", "enum", "internal", "unread", "large"] as const;
export type UnknownReason = (typeof UNKNOWN_REASONS)[number];

export const TENSOR_LIBRARIES = ["numpy", "torch", "tensorflow", "jax", "pillow", "buffer"] as const;
export type TensorLibrary = (typeof TENSOR_LIBRARIES)[number];
