import { findTokens } from "../base/token-shapes.ts";

/** Comments are for reading; the whole text stands in the code. */
const MAX_LENGTH = 300;

/** What the author of some Python says about it, as the property of a plan; nothing that looks like a secret. */
export function description(text: string | undefined): { readonly description?: string } {
  if (text === undefined || findTokens(text).length > 0) return {};
  if (text.length <= MAX_LENGTH) return { description: text };
  return { description: `${text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$|\s+\S*$/, "")} …` };
}
