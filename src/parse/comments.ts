import type { Span } from "../base/source.ts";
import { type Draft, originSpan } from "./draft.ts";
import { lexemesIn } from "./lexemes.ts";

/** What a comment holds that is not for people alone. */
export const DIRECTIVE = "modelwright-";

/**
 * The comments of a text that speak to Modelwright, each from its `#` to the end of its line. What looks like a comment inside of
 * quotes or of a block scalar is none. They are read from the draft, in which nothing is left open that would swallow them.
 */
export function commentsIn(draft: Draft): readonly Span[] {
  if (!draft.source.text.includes(DIRECTIVE)) return [];
  const found: Span[] = [];
  for (const { name, text, start } of lexemesIn(draft.text)) {
    if (name === "comment" && text.includes(DIRECTIVE))
      found.push(originSpan(draft, start, start + text.trimEnd().length));
  }
  return found;
}
