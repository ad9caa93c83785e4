import type { Span } from "../base/source.ts";
import { type Draft, originSpan } from "./draft.ts";
import { lexemesIn } from "./lexemes.ts";

/** The start of a comment that is addressed to Modelwright. */
export const DIRECTIVE_PREFIX = "modelwright-";

/**
 * The comments that are addressed to Modelwright, each from its `#` to the end of the line. A `#` inside quotes or a
 * block scalar does not count. Reads the repaired draft, in which no unclosed quote can swallow a comment.
 */
export function commentsIn(draft: Draft): readonly Span[] {
  if (!draft.source.text.includes(DIRECTIVE_PREFIX)) return [];
  const found: Span[] = [];
  for (const { name, text, start } of lexemesIn(draft.text)) {
    if (name === "comment" && text.includes(DIRECTIVE_PREFIX))
      found.push(originSpan(draft, start, start + text.trimEnd().length));
  }
  return found;
}
