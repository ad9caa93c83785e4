// What a search for a name finds, and how it came there.
import type { Span } from "../../base/source.ts";
import type { ClassHeader, FunctionHeader } from "../module.ts";
import type { Arguments } from "../text/arguments.ts";
import type { Part } from "../text/text.ts";
import type { ModuleFile, ModulePlace } from "./repository.ts";
import type { Failure, Reason } from "./resolution.ts";

/** What a name stands for. */
export type Target =
  | FunctionTarget
  | ClassTarget
  | { readonly kind: "partial"; readonly of: Target; readonly bound: Arguments; readonly span: Span }
  /** What calling a class gives. */
  | { readonly kind: "instance"; readonly of: ClassTarget; readonly span: Span }
  | { readonly kind: "module"; readonly place: ModuleFile | Extract<ModulePlace, { kind: "namespace" }> }
  /** Something that is a type rather than a value to call. */
  | {
      readonly kind: "alias";
      readonly file: ModuleFile;
      readonly typeParameters: Part | undefined;
      readonly value: Part;
      readonly name: Part;
    }
  | { readonly kind: "failure"; readonly failure: Failure };

/** A function. A method that is bound to an instance or a class gets that as its first argument. */
export interface FunctionTarget {
  readonly kind: "function";
  readonly file: ModuleFile;
  readonly header: FunctionHeader;
  readonly overloads: readonly FunctionHeader[];
  /** The class in whose body it is defined. */
  readonly within: ClassHeader | undefined;
  /** Of a method, what it was taken from, and whether it gets that as its first argument. */
  readonly method?: { readonly of: ClassTarget; readonly isBound: boolean };
}

export interface ClassTarget {
  readonly kind: "class";
  readonly file: ModuleFile;
  readonly header: ClassHeader;
  /** The class in whose body it is defined. */
  readonly within: ClassHeader | undefined;
}

/** How far a search has come: what it followed, and which names it is busy with. */
export interface Way {
  readonly trail: readonly Span[];
  readonly seen: readonly string[];
}

export interface Found {
  readonly target: Target;
  readonly way: Way;
}

/** A way with one more place that was followed. */
export function along(way: Way, span: Span): Way {
  return { ...way, trail: [...way.trail, span] };
}

/** A search that ended without a target. */
export function failed(way: Way, failure: Failure): Found {
  return { target: { kind: "failure", failure }, way };
}

/** What cannot be followed. */
export function unverified(way: Way, reason: Reason): Found {
  return failed(way, { kind: "unverified", reason });
}

/** The full dotted name of what comes from outside of the repository. */
export function outsidePath(target: Target): string | undefined {
  if (target.kind !== "failure" || target.failure.kind !== "unverified") return undefined;
  return target.failure.reason.kind === "outside" ? target.failure.reason.path : undefined;
}
