import { printExpression, printReference as printReferencePath } from "../../../grammar/expression.ts";
import { quote } from "../../base/quote.ts";
import type { Span } from "../../base/source.ts";
import type { Reference } from "../../bind/bound.ts";
import type { TypedGraph, TypedModel } from "../../infer/typed.ts";
import type { Problem } from "../../parse/problem.ts";
import { spanInScalar } from "../../parse/source-map.ts";

/** The problems of one kind that the parser recorded, in all files. */
export function* problemsOf<K extends Problem["kind"]>(
  graph: TypedGraph,
  kind: K,
): Generator<Extract<Problem, { readonly kind: K }>> {
  for (const { problems } of graph.bound.files) {
    for (const problem of problems) {
      if (problem.kind === kind) yield problem as Extract<Problem, { readonly kind: K }>;
    }
  }
}

/** Every reference where it is written: what a model borrows is reported where it was written. */
export function* writtenReferences(graph: TypedGraph): Generator<Reference> {
  for (const { references } of graph.bound.models) {
    for (const reference of references) if (!reference.isInherited) yield reference;
  }
  yield* graph.bound.references;
}

/** Whether a model names a folder for its code that is not there: what would be in it cannot be judged. */
export function isCodeAbsent({ bound: { repository }, code }: TypedModel): boolean {
  const isNamed = repository.location.kind === "local" && repository.location.leaf !== undefined;
  return isNamed && code.kind === "local" && code.verdict !== "present";
}

/** The place of one segment of an expression's path; the last one when the index is beyond the end. */
export function segmentSpan({ expression: { path }, scalar }: Reference, index: number): Span {
  const segment = path[Math.min(index, path.length - 1)] ?? path[0];
  return spanInScalar(scalar, segment.start, segment.end);
}

/** The place of a path from its first segment up to and with the one at `last`. */
export function pathSpan({ expression: { path }, scalar }: Reference, last = path.length - 1): Span {
  return spanInScalar(scalar, path[0].start, (path[last] ?? path[0]).end);
}

/** The place of a whole expression with its braces. */
export function expressionSpan({ expression, scalar }: Pick<Reference, "expression" | "scalar">): Span {
  return spanInScalar(scalar, expression.start, expression.end);
}

/** An expression as a message shows it: quoted, in braces whatever its spelling, without default. */
export function shown({ expression }: Reference): string {
  return quote(printExpression({ path: expression.path }));
}

/** A path as a message shows it. */
export function shownPath({ expression }: Reference, last = expression.path.length - 1): string {
  return printReferencePath(expression.path.slice(0, last + 1));
}
