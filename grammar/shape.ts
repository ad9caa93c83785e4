// The shape of a definition file as data. The parser walks it; the table of keys and the JSON Schema are generated from
// it.

/** What a value may be. */
export type Shape =
  | TextShape
  | NumberShape
  | BooleanShape
  | WordsShape
  | AnyShape
  | ListShape
  | MapShape
  | ChoiceShape
  | OptionalShape;

interface Described {
  /** The meaning of the key, as printed in the language reference. */
  readonly description?: string;
  readonly title?: string;
  /** Valid values, which editors show or offer. */
  readonly examples?: readonly (string | number)[];
  /** How values below this shape are used; a shape inside it may say otherwise for itself. */
  readonly use?: Use;
}

/** What a value of a model is for. Absent properties are inherited from the surrounding shape. */
export interface Use {
  /** The part of a model that reads the value: a node of its dependency graph. `nothing`: the value only informs people. */
  readonly readBy?: Reader;
  /** What expressions in the value can refer to. */
  readonly sees?: Sees;
}

export type Reader = "nothing" | "name" | "repository" | "file" | "device" | "load" | "predict";

/** `definition`: the name of the model. `runtime`: its files and device, too. `call`: everything that the surrounding call can use. */
export type Sees = "definition" | "runtime" | "call";

export interface TextShape extends Described {
  readonly kind: "text";
  /** Must not be empty. */
  readonly isNonEmpty?: boolean;
  /** Accepts a number or boolean as its source text, with a warning: people write `name: 1` and mean a name. */
  readonly spelling?: boolean;
  /** May contain several lines. */
  readonly lines?: boolean;
  /** It is the name of an environment variable, so no expression can stand in for it. */
  readonly isVariableName?: boolean;
  /** No expression can stand in for it, because it must be known without the environment. */
  readonly isConstant?: boolean;
  /** It declares a name that expressions refer to. */
  readonly isName?: boolean;
  /** It is a credential, so the variables in it are secrets. */
  readonly isCredential?: boolean;
  /** What it has to hold. */
  readonly pattern?: RegExp;
}

export interface NumberShape extends Described {
  readonly kind: "number";
  readonly isInteger: boolean;
  readonly min?: number;
}

export interface BooleanShape extends Described {
  readonly kind: "boolean";
  /** May default to true if absent, although a key without a value is false: the platform tests the value itself. */
  readonly mayDefaultToTrue?: boolean;
}

/** One of a fixed set of words. */
export interface WordsShape extends Described {
  readonly kind: "words";
  readonly words: readonly string[];
  /** The meaning of each word. */
  readonly meanings: Readonly<Record<string, string>>;
}

export interface AnyShape extends Described {
  readonly kind: "any";
}

export interface ListShape<Item = Shape> extends Described {
  readonly kind: "list";
  readonly item: Item;
  readonly length?: number;
  /** An empty list counts as absent. */
  readonly mayBeEmpty?: boolean;
}

/** A map with these keys and no others. */
export interface MapShape<Fields = Readonly<Record<string, Shape>>> extends Described {
  readonly kind: "map";
  readonly fields: Fields;
}

export interface ChoiceShape<Options = readonly Shape[]> extends Described {
  readonly kind: "choice";
  readonly options: Options;
}

/** A key with this shape may be absent. */
export interface OptionalShape<Inner = Shape> extends Described {
  readonly kind: "optional";
  readonly inner: Inner;
}

/** The shape without `optional` around it. */
export function unwrapOptional(shape: Shape): Exclude<Shape, OptionalShape> {
  return shape.kind === "optional" ? unwrapOptional(shape.inner) : shape;
}

/** Whether a value fits a leaf; maps, lists and choices of maps are not leaves. */
export function fits(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case "text":
      return (
        typeof value === "string" && (value !== "" || shape.isNonEmpty !== true) && (shape.pattern?.test(value) ?? true)
      );
    case "number":
      return (
        Number.isFinite(value) &&
        (!shape.isInteger || Number.isSafeInteger(value)) &&
        (shape.min === undefined || (value as number) >= shape.min)
      );
    case "boolean":
      return typeof value === "boolean";
    case "words":
      return shape.words.includes(value as string);
    case "choice":
      return shape.options.some((option) => fits(option, value));
    case "optional":
      return value === undefined || fits(shape.inner, value);
    case "any":
      return true;
    case "list":
    case "map":
      return false;
  }
}

export function describeAs<S extends Shape>(shape: S, description: string, title?: string): S {
  return { ...shape, description, ...(title === undefined ? {} : { title }) };
}

/** The same shape with examples of its values. */
export function withExamples<S extends Shape>(shape: S, ...examples: readonly (string | number)[]): S {
  return { ...shape, examples };
}

/** The same shape with a use; what the shape already says about its use stays. */
export function usedFor<S extends Shape>(shape: S, use: Use): S {
  return { ...shape, use: { ...use, ...shape.use } };
}

export function map<const F extends Readonly<Record<string, Shape>>>(fields: F, description?: string): MapShape<F> {
  return { kind: "map", fields, ...(description === undefined ? {} : { description }) };
}

export function list<I extends Shape>(item: I, length?: number): ListShape<I> {
  return { kind: "list", item, ...(length === undefined ? {} : { length }) };
}

export function choice<const O extends readonly Shape[]>(options: O): ChoiceShape<O> {
  return { kind: "choice", options };
}

export function optional<S extends Shape>(inner: S): OptionalShape<S> {
  return { kind: "optional", inner };
}

/** An integer greater than or equal to `least`. */
export function integer(min: number): NumberShape {
  return { kind: "number", isInteger: true, min };
}
