import type { Arguments } from "../text/arguments.ts";
import type { Parameter } from "../text/parameters.ts";

/** The remaining parameters. Not certain if an argument matches no parameter, or if the arguments are unknown. */
export interface Bound {
  readonly parameters: readonly Parameter[];
  readonly isCertain: boolean;
}

/** The parameters that remain after `functools.partial`, by the rules of Python's `inspect.signature`. */
export function bindArguments(parameters: readonly Parameter[], { positional, keywords, isOpen }: Arguments): Bound {
  const given = new Map(keywords.map(({ name, value }) => [name.text, value]));
  const remaining: Parameter[] = [];
  let toSkip = positional.length;
  let isKeywordOnly = false;
  for (const parameter of parameters) {
    const { kind, name } = parameter;
    const isPositional = kind === "positional-only" || kind === "positional-or-keyword";
    if (isPositional && toSkip > 0) {
      toSkip--;
      continue;
    }
    if (kind === "var-positional") toSkip = 0;
    const value = kind === "positional-or-keyword" || kind === "keyword-only" ? given.get(name.text) : undefined;
    if (value !== undefined) given.delete(name.text);
    // After a parameter that was bound by keyword, nothing can be passed by position.
    if (kind === "positional-or-keyword") isKeywordOnly ||= value !== undefined;
    if (kind === "var-positional" && isKeywordOnly) continue;
    const isKeywordOnlyNow = kind === "positional-or-keyword" && isKeywordOnly;
    remaining.push({
      ...parameter,
      kind: isKeywordOnlyNow ? "keyword-only" : kind,
      default: value ?? parameter.default,
    });
  }
  const takesAny = parameters.some(({ kind }) => kind === "var-keyword");
  return { parameters: remaining, isCertain: !isOpen && toSkip === 0 && (takesAny || given.size === 0) };
}
