import { findTokens } from "../base/token-shapes.ts";

/** The maximum length of a description. The Python code has the complete text. */
const MAX_LENGTH = 300;

/**
 * A docstring or comment as the property `description` of a plan, shortened. A text that looks like it contains a token
 * is left out.
 */
export function description(text: string | undefined): { readonly description?: string } {
  if (text === undefined || findTokens(text).length > 0) return {};
  if (text.length <= MAX_LENGTH) return { description: text };
  return { description: `${text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$|\s+\S*$/, "")} …` };
}
