import type { Source, Span } from "../base/source.ts";
import type { Arguments } from "./text/arguments.ts";
import type { Parameter } from "./text/parameters.ts";
import type { Part } from "./text/text.ts";

/** What the text of a Python module says about its names; nothing of it was run. */
export interface PythonModule {
  readonly source: Source;
  /** Everything that gives or takes away a name at module level, in the order of the text: the last one wins. */
  readonly bindings: readonly Binding[];
  readonly exports: Exports;
  /** Whether annotations are never evaluated (`from __future__ import annotations`). */
  readonly hasFutureAnnotations: boolean;
  /** The first line of the docstring. */
  readonly docstring: string | undefined;
  /** Where a bracket or a string was left open. What is behind it was read as well as possible. */
  readonly damage: readonly Span[];
}

/** What `__all__` says. `unknown` is a list that is computed. */
export type Exports =
  | { readonly kind: "none" }
  | { readonly kind: "names"; readonly names: readonly string[]; readonly span: Span }
  | { readonly kind: "unknown"; readonly span: Span };

/**
 * When a statement is reached as its module is imported: `conditional` below `if`, `try`, `with` and the like, `repeated`
 * in a loop, where it may also run after statements below it, `type-checking` below `if TYPE_CHECKING:`, `script` below
 * `if __name__ == "__main__":`. The last two never are.
 */
export type Reach = "always" | "conditional" | "repeated" | "type-checking" | "script";

/** One statement's effect on one name, or for `from x import *` on many. */
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

/** A binding that is about exactly one name. */
export type NamedBinding = Exclude<Binding, ImportedStar>;

/** A function or a class. */
export type Definition = FunctionHeader | ClassHeader;

interface Bound {
  readonly name: Part;
  readonly reach: Reach;
}

/** `@…` without the sign. `name` is the dotted name that is applied or called, when it is as plain as that. */
export interface Decorator {
  readonly expression: Part;
  readonly name: string | undefined;
}

export interface FunctionHeader extends Bound {
  readonly kind: "function";
  readonly isAsync: boolean;
  readonly decorators: readonly Decorator[];
  /** What stands in the square brackets behind the name. */
  readonly typeParameters: Part | undefined;
  readonly parameters: readonly Parameter[];
  readonly returns: Part | undefined;
  readonly docstring: string | undefined;
  /** From `def` or `async` to the colon. */
  readonly span: Span;
  /** The header is not whole: somebody is still writing it. */
  readonly isBroken: boolean;
  /** What is defined inside; no import reaches it. */
  readonly inner: readonly Definition[];
}

export interface ClassHeader extends Bound {
  readonly kind: "class";
  readonly decorators: readonly Decorator[];
  readonly typeParameters: Part | undefined;
  /** What stands in the brackets: the bases, and keywords such as `metaclass=…`. */
  readonly bases: Arguments;
  readonly docstring: string | undefined;
  /** From `class` to the colon. */
  readonly span: Span;
  readonly isBroken: boolean;
  /** What the body of the class binds: methods, annotated fields, other values. */
  readonly body: readonly Binding[];
}

/** `import a.b as c` binds `c` to `a.b`; `import a.b` binds `a` to `a`. */
export interface ImportedModule extends Bound {
  readonly kind: "import";
  /** The module that the name stands for. */
  readonly module: string;
  readonly span: Span;
}

/** A module as `from` names it: `level` dots, then a dotted name that may be empty. */
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

/** `X = value`, `X: T = value`, or `X: T` alone. */
export interface AssignedValue extends Bound {
  readonly kind: "value";
  /** Where the statement begins: what it binds does not exist before its value is computed. */
  readonly start: number;
  readonly annotation: Part | undefined;
  readonly value: Part | undefined;
}

/** `type X = …`; what `X: TypeAlias = …` and `X = …` say stays an assigned value. */
export interface TypeAlias extends Bound {
  readonly kind: "type-alias";
  readonly typeParameters: Part | undefined;
  readonly value: Part;
}

/** A name that is bound in a way that says nothing about its value: a loop, `with … as`, unpacking, `global`. */
export interface BoundName extends Bound {
  readonly kind: "bound";
}

/** `del name` */
export interface DeletedName extends Bound {
  readonly kind: "deleted";
}
