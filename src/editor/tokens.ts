// Takes a typed graph and returns the parts of expressions and entry points with their kinds, for highlighting.
import { isSameSource, type Source, type Span } from "../base/source.ts";
import type { Meaning } from "../bind/bound.ts";
import { callsOf } from "../check/facts/calls.ts";
import { segmentSpan, writtenReferences } from "../check/facts/places.ts";
import type { TypedGraph } from "../infer/typed.ts";

export const TOKEN_KINDS = ["variable", "property", "parameter", "function", "namespace", "keyword"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** A part of a file and its kind. */
export interface Token {
  readonly span: Span;
  readonly kind: TokenKind;
}

/** The tokens of one file, in the order of the text, without overlaps. */
export function tokensOf(graph: TypedGraph, source: Source): readonly Token[] {
  const tokens = new Map<number, Token>();
  const add = (span: Span, kind: TokenKind) => {
    if (isSameSource(span.source, source) && span.end > span.start && !tokens.has(span.start))
      tokens.set(span.start, { span, kind });
  };
  for (const reference of writtenReferences(graph)) {
    const { expression, meaning } = reference;
    const last = nameSegment(meaning);
    expression.path.forEach((_, i) => {
      add(segmentSpan(reference, i), i === last ? kindOf(meaning) : "namespace");
    });
  }
  for (const { call, moduleSpan, functionSpan } of callsOf(graph)) {
    if (call.value.kind !== "literal") continue;
    add(moduleSpan(0, call.entrypoint.module.length), "namespace");
    add(functionSpan, "function");
  }
  let end = 0;
  return [...tokens.values()]
    .sort((a, b) => a.span.start - b.span.start)
    .filter(({ span }) => {
      if (span.start < end) return false;
      end = span.end;
      return true;
    });
}

/** The segment of an expression that is the name of its target. */
function nameSegment(meaning: Meaning): number | undefined {
  switch (meaning.kind) {
    case "environment":
    case "datapoints":
      return 0;
    case "model-name":
    case "image":
      return 1;
    case "file":
    case "required-file":
    case "device":
      return 2;
    case "input":
    case "load-output":
      return 4;
    case "wrong-phase":
    case "undefined":
    case "incomplete":
    case "late":
    case "unknown":
      return undefined;
  }
}

function kindOf({ kind }: Meaning): TokenKind {
  switch (kind) {
    case "environment":
      return "variable";
    case "datapoints":
    case "image":
      return "keyword";
    case "input":
      return "parameter";
    case "model-name":
    case "file":
    case "required-file":
    case "device":
    case "load-output":
      return "property";
    case "wrong-phase":
    case "undefined":
    case "incomplete":
    case "late":
    case "unknown":
      return "namespace";
  }
}
