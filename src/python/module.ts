import type { Source, Span } from "../base/source.ts";
import type { Arguments } from "./text/arguments.ts";
import type { Parameter } from "./text/parameters.ts";
import type { Part } from "./text/text.ts";

/** The names that the text of a Python module defines. The module is never run. */
export interface PythonModule {
  readonly source: Source;
  /** All statements that bind or delete a name at module level, in text order; the last one wins. */
  readonly bindings: readonly Binding[];
  readonly exports: Exports;
  /** Whether annotations are never evaluated (`from __future__ import annotations`). */
  readonly hasFutureAnnotations: boolean;
  /** The first line of the docstring. */
  readonly docstring: string | undefined;
  /** Unclosed brackets and strings. The text after them was read as well as possible. */
  readonly damage: readonly Span[];
}

/** The value of `__all__`; `unknown` if it is computed. */
export type Exports =
  | { readonly kind: "none" }
  | { readonly kind: "names"; readonly names: readonly string[]; readonly span: Span }
  | { readonly kind: "unknown"; readonly span: Span };

/**
 * When a statement runs during the import of its module. `conditional`: below `if`, `try`, `with` and so on.
 * `repeated`: in a loop, where it may also run after statements below it. `type-checking`: below `if TYPE_CHECKING:`.
 * `script`: below `if __name__ == "__main__":`. The last two never run.
 */
export type Reach = "always" | "conditional" | "repeated" | "type-checking" | "script";

/** The effect of one statement on one name; `from x import *` affects many names. */
export type Binding =
  | FunctionHeader
  | ClassHeader
  | ImportedModule
  | ImportedName
  | ImportedStar
  | AssignedValue
  | TypeAlias
  | BoundName
  | DeletedName;

/** A binding that affects exactly one name. */
export type NamedBinding = Exclude<Binding, ImportedStar>;

/** A function or class. */
export type Definition = FunctionHeader | ClassHeader;

interface Bound {
  readonly name: Part;
  readonly reach: Reach;
}

/** `@…` without the `@`. `name` is the dotted name that is applied or called, if the expression is that simple. */
export interface Decorator {
  readonly expression: Part;
  readonly name: string | undefined;
}

export interface FunctionHeader extends Bound {
  readonly kind: "function";
  readonly isAsync: boolean;
  readonly decorators: readonly Decorator[];
  /** The contents of the square brackets after the name. */
  readonly typeParameters: Part | undefined;
  readonly parameters: readonly Parameter[];
  readonly returns: Part | undefined;
  readonly docstring: string | undefined;
  /** From `def` or `async` to the colon. */
  readonly span: Span;
  /** Whether the header is incomplete, as in code that is being written. */
  readonly isBroken: boolean;
  /** Nested definitions, which cannot be imported. */
  readonly inner: readonly Definition[];
}

export interface ClassHeader extends Bound {
  readonly kind: "class";
  readonly decorators: readonly Decorator[];
  readonly typeParameters: Part | undefined;
  /** The contents of the parentheses: base classes, and keywords such as `metaclass=…`. */
  readonly bases: Arguments;
  readonly docstring: string | undefined;
  /** From `class` to the colon. */
  readonly span: Span;
  readonly isBroken: boolean;
  /** The names bound in the class body: methods, annotated fields and other values. */
  readonly body: readonly Binding[];
}

/** `import a.b as c` binds `c` to `a.b`; `import a.b` binds `a` to `a`. */
export interface ImportedModule extends Bound {
  readonly kind: "import";
  /** The module to which the name refers. */
  readonly module: string;
  readonly span: Span;
}

/** A module in a `from` import: `level` dots, then a dotted name that may be empty. */
export interface ModulePath {
  readonly level: number;
  readonly module: string;
  readonly span: Span;
}

/** `from .x import f as g` */
export interface ImportedName extends Bound {
  readonly kind: "import-from";
  readonly from: ModulePath;
  readonly imported: Part;
}

/** `from .x import *` */
export interface ImportedStar {
  readonly kind: "import-star";
  readonly from: ModulePath;
  readonly reach: Reach;
}

/** `X = value`, `X: T = value`, or just `X: T`. */
export interface AssignedValue extends Bound {
  readonly kind: "value";
  /** The start of the statement. The name does not exist before its value has been computed. */
  readonly start: number;
  readonly annotation: Part | undefined;
  readonly value: Part | undefined;
}

/** `type X = …`. In contrast, `X: TypeAlias = …` and `X = …` are assigned values. */
export interface TypeAlias extends Bound {
  readonly kind: "type-alias";
  readonly typeParameters: Part | undefined;
  readonly value: Part;
}

/** A name whose binding does not reveal its value: a loop, `with … as`, unpacking, `global`. */
export interface BoundName extends Bound {
  readonly kind: "bound";
}

/** `del name` */
export interface DeletedName extends Bound {
  readonly kind: "deleted";
}
