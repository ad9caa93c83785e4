import { CST, Lexer } from "yaml";
import type { Span } from "../base/source.ts";
import { type Draft, originSpan } from "./draft.ts";

/** What a comment holds that is not for people alone. */
export const DIRECTIVE = "modelwright-";

/**
 * The comments of a text that speak to Modelwright, each from its `#` to the end of its line. What looks like a comment inside of
 * quotes or of a block scalar is none. They are read from the draft, in which nothing is left open that would swallow them.
 */
export function commentsIn(draft: Draft): readonly Span[] {
  if (!draft.source.text.includes(DIRECTIVE)) return [];
  const found: Span[] = [];
  let at = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(draft.text)) {
    const type: string | null = isScalar ? null : CST.tokenType(token);
    // These tokens are marks of the lexer, not text: the one of a scalar stands before its text.
    isScalar = type === "scalar";
    if (type === "scalar" || type === "doc-mode" || type === "flow-error-end") continue;
    if (type === "comment" && token.includes(DIRECTIVE)) found.push(originSpan(draft, at, at + token.trimEnd().length));
    at += token.length;
  }
  return found;
}
