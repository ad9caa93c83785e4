import type { Span } from "../../base/source.ts";
import type { ClassHeader, Definition, PythonModule } from "../module.ts";
import type { Parameter } from "../text/parameters.ts";
import type { Part } from "../text/text.ts";
import type { MissingModule, UnreadableFile } from "./repository.ts";

/** The signature of a callable. For a class, this is its constructor without `self`. */
export interface Signature {
  /** The name in the definition, which may differ from the requested one. */
  readonly name: Part;
  readonly typeParameters: Part | undefined;
  readonly parameters: readonly Parameter[];
  readonly returns: Part | undefined;
  readonly isAsync: boolean;
  readonly docstring: string | undefined;
  /** The header of the definition. */
  readonly span: Span;
  /** The module of the definition, in which its annotations are resolved. */
  readonly module: PythonModule;
}

/** Why a signature is not certain, and where. */
export interface Doubt {
  readonly kind:
    | ("decorator" | "conditional" | "partial" | "broken" | "base-class" | "metaclass" | "star-import")
    /** A class has both `__new__` and `__init__`, and the former decides what they accept together. */
    | "constructor"
    /** Code outside of the class sets its `__init__`, `__new__` or `__call__`. */
    | "patched";
  readonly span: Span;
}

/** Why something cannot be known without running code. */
export type Reason =
  /** It comes from a module outside of the root; `path` is its full dotted name. */
  | { readonly kind: "outside"; readonly module: string; readonly path: string; readonly span: Span | undefined }
  /** It may come from a star import of a module outside of the root. */
  | { readonly kind: "outside-star"; readonly module: string; readonly span: Span }
  /** The value is computed: a call, an unpacking, an attribute. */
  | { readonly kind: "computed"; readonly span: Span }
  /** The module defines names dynamically: `__getattr__`, `globals()`, `exec()`, `sys.modules`. */
  | { readonly kind: "dynamic-module"; readonly span: Span }
  /** The file is incomplete: something before the end is unclosed. */
  | { readonly kind: "broken"; readonly span: Span }
  /** All definitions are conditional, and none of them is a function. */
  | { readonly kind: "conditional"; readonly span: Span }
  /** The constructor depends on a base class or metaclass that cannot be read. */
  | { readonly kind: "base-class"; readonly span: Span }
  /** The class has no method resolution order. */
  | { readonly kind: "class-order"; readonly span: Span }
  | UnreadableFile
  /** Version control ignores the file on purpose, so it may exist on other machines. */
  | { readonly kind: "ignored"; readonly path: string }
  /** The imports or aliases are cyclic or too long. */
  | { readonly kind: "endless"; readonly span: Span | undefined };

/** What an entry point resolves to. */
export type LookupOutcome =
  | (Callable & {
      readonly kind: "found";
      /** The `@overload`s of the function, in text order. */
      readonly overloads: readonly Signature[];
    })
  | (Callable & { readonly kind: "class"; readonly header: ClassHeader })
  | Failure;

interface Callable {
  readonly signature: Signature;
  readonly doubts: readonly Doubt[];
  /**
   * If conditions decide: all possible outcomes, including this one, each without doubts about conditions. Undefined if
   * there are more than are examined.
   */
  readonly possible?: readonly LookupOutcome[];
}

/** There is no function, or it is unknown whether there is one. */
export type Failure =
  | { readonly kind: "module-missing"; readonly missing: MissingModule }
  | {
      readonly kind: "name-missing";
      readonly name: string;
      readonly module: PythonModule;
      /** The names that the module does define, functions and classes first. */
      readonly names: readonly string[];
      /** A definition of that name that cannot be imported: nested in another one, or below `if TYPE_CHECKING:`. */
      readonly hidden: Definition | undefined;
    }
  | { readonly kind: "not-callable"; readonly what: "module" | "value" | "type-alias"; readonly span: Span | undefined }
  | { readonly kind: "unverified"; readonly reason: Reason };

/** An outcome, with the imports and aliases that led to it, in order. */
export type Resolution = LookupOutcome & { readonly trail: readonly Span[] };
