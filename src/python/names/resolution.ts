import type { Span } from "../../base/source.ts";
import type { ClassHeader, Definition, PythonModule } from "../module.ts";
import type { Parameter } from "../text/parameters.ts";
import type { Part } from "../text/text.ts";
import type { MissingModule, UnreadableFile } from "./repository.ts";

/** How something is called. Of a class, this is its constructor without `self`. */
export interface Signature {
  /** The name at its definition, which may differ from the one that was asked for. */
  readonly name: Part;
  readonly typeParameters: Part | undefined;
  readonly parameters: readonly Parameter[];
  readonly returns: Part | undefined;
  readonly isAsync: boolean;
  readonly docstring: string | undefined;
  /** The header of the definition. */
  readonly span: Span;
  /** Where it is defined, and where its annotations have their meaning. */
  readonly module: PythonModule;
}

/** What makes a signature that was found less than certain, and where. */
export interface Doubt {
  readonly kind:
    | ("decorator" | "conditional" | "partial" | "broken" | "base-class" | "metaclass" | "star-import")
    /** A class has both `__new__` and `__init__`: what they take together is up to the first. */
    | "constructor"
    /** Something outside of the class sets its `__init__`, `__new__` or `__call__`. */
    | "patched";
  readonly span: Span;
}

/** Why nothing can be said without running something. */
export type Reason =
  /** It comes from a module that is not below the root; `path` is its full dotted name. */
  | { readonly kind: "outside"; readonly module: string; readonly path: string; readonly span: Span | undefined }
  /** It may come from `from module import *`, where the module is not below the root. */
  | { readonly kind: "outside-star"; readonly module: string; readonly span: Span }
  /** The value is computed: a call, an unpacking, an attribute. */
  | { readonly kind: "computed"; readonly span: Span }
  /** The module makes names as it runs: a `__getattr__`, `globals()`, `exec()`, `sys.modules`. */
  | { readonly kind: "dynamic-module"; readonly span: Span }
  /** The file is being written: something was left open before the end. */
  | { readonly kind: "broken"; readonly span: Span }
  /** Every definition stands below a condition, and none of them leads to a function. */
  | { readonly kind: "conditional"; readonly span: Span }
  /** What a class takes is up to a base or a metaclass that cannot be read. */
  | { readonly kind: "base-class"; readonly span: Span }
  /** There is no order in which Python could look through the bases of a class. */
  | { readonly kind: "class-order"; readonly span: Span }
  | UnreadableFile
  /** Version control leaves the file out on purpose, so it may be on other machines. */
  | { readonly kind: "ignored"; readonly path: string }
  /** Imports or aliases go in a circle, or on for too long. */
  | { readonly kind: "endless"; readonly span: Span | undefined };

/** What an entrypoint leads to. */
export type LookupOutcome =
  | (Callable & {
      readonly kind: "found";
      /** The `@overload`s of the function, in the order of the text. */
      readonly overloads: readonly Signature[];
    })
  | (Callable & { readonly kind: "class"; readonly header: ClassHeader })
  | Failure;

interface Callable {
  readonly signature: Signature;
  readonly doubts: readonly Doubt[];
  /**
   * Where conditions decide, everything that it may be, this among them, each without doubts about conditions. Left out
   * when there are more possibilities than are looked at.
   */
  readonly possible?: readonly LookupOutcome[];
}

/** There is no function, or it cannot be known whether there is one. */
export type Failure =
  | { readonly kind: "module-missing"; readonly missing: MissingModule }
  | {
      readonly kind: "name-missing";
      readonly name: string;
      readonly module: PythonModule;
      /** The names that the module does have, functions and classes first. */
      readonly names: readonly string[];
      /** A definition of that name where no import reaches it: inside another one, or below `if TYPE_CHECKING:`. */
      readonly hidden: Definition | undefined;
    }
  | { readonly kind: "not-callable"; readonly what: "module" | "value" | "type-alias"; readonly span: Span | undefined }
  | { readonly kind: "unverified"; readonly reason: Reason };

/** An outcome with the imports and aliases that led to it, in the order they were followed. */
export type Resolution = LookupOutcome & { readonly trail: readonly Span[] };
