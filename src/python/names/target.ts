// The result of a search for a name, and the route to it.
import type { Span } from "../../base/source.ts";
import type { ClassHeader, FunctionHeader } from "../module.ts";
import type { Arguments } from "../text/arguments.ts";
import type { Part } from "../text/text.ts";
import type { ModuleFile, ModulePlace } from "./repository.ts";
import type { Failure, Reason } from "./resolution.ts";

/** What a name refers to. */
export type Target =
  | FunctionTarget
  | ClassTarget
  | { readonly kind: "partial"; readonly of: Target; readonly bound: Arguments; readonly span: Span }
  /** The result of calling a class. */
  | { readonly kind: "instance"; readonly of: ClassTarget; readonly span: Span }
  | { readonly kind: "module"; readonly place: ModuleFile | Extract<ModulePlace, { kind: "namespace" }> }
  /** A type, as opposed to a callable value. */
  | {
      readonly kind: "alias";
      readonly file: ModuleFile;
      readonly typeParameters: Part | undefined;
      readonly value: Part;
      readonly name: Part;
    }
  | { readonly kind: "failure"; readonly failure: Failure };

/** A function. A bound method receives the instance or class as its first argument. */
export interface FunctionTarget {
  readonly kind: "function";
  readonly file: ModuleFile;
  readonly header: FunctionHeader;
  readonly overloads: readonly FunctionHeader[];
  /** The class in whose body it is defined. */
  readonly within: ClassHeader | undefined;
  /** For a method: the class on which it was looked up, and whether it is bound. */
  readonly method?: { readonly of: ClassTarget; readonly isBound: boolean };
}

export interface ClassTarget {
  readonly kind: "class";
  readonly file: ModuleFile;
  readonly header: ClassHeader;
  /** The class in whose body it is defined. */
  readonly within: ClassHeader | undefined;
}

/** The state of a search: the statements it followed, and the names it is resolving. */
export interface Route {
  readonly trail: readonly Span[];
  readonly seen: readonly string[];
}

export interface Found {
  readonly target: Target;
  readonly route: Route;
}

/** The route with one more statement. */
export function extendTrail(route: Route, span: Span): Route {
  return { ...route, trail: [...route.trail, span] };
}

/** The result of a search that failed. */
export function failed(route: Route, failure: Failure): Found {
  return { target: { kind: "failure", failure }, route };
}

/** The result for something that cannot be resolved. */
export function unverified(route: Route, reason: Reason): Found {
  return failed(route, { kind: "unverified", reason });
}

/** The full dotted name of something outside of the repository. */
export function outsidePath(target: Target): string | undefined {
  if (target.kind !== "failure" || target.failure.kind !== "unverified") return undefined;
  return target.failure.reason.kind === "outside" ? target.failure.reason.path : undefined;
}
