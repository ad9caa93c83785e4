// Removes secrets of the definition, and text that looks like a token, from the items.
import { findTokens } from "../../base/token-shapes.ts";
import { hideSecrets } from "../../check/conceal.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Draft } from "./here.ts";

const MASK = "…";

/** The items without secrets. Items that would insert a secret are left out, and secrets in descriptions are masked. */
export function withoutSecrets(drafts: readonly Draft[], definition: ParsedDefinition): readonly Draft[] {
  const hide = hideSecrets([definition]).text;
  const mask = (text: string): string => {
    let shown = hide(text);
    for (const { start, end } of [...findTokens(shown)].reverse())
      shown = shown.slice(0, start) + MASK + shown.slice(end);
    return shown;
  };
  return drafts.flatMap((draft) => {
    const { label, text, snippet, detail, documentation } = draft;
    if ([label, text, snippet ?? ""].some((each) => mask(each) !== each)) return [];
    return {
      ...draft,
      ...(detail === undefined ? {} : { detail: mask(detail) }),
      ...(documentation === undefined ? {} : { documentation: mask(documentation) }),
    };
  });
}
