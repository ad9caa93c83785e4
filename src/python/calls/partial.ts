import type { Arguments } from "../text/arguments.ts";
import type { Parameter } from "../text/parameters.ts";

/** What is left to give; not certain when an argument has no parameter, or nothing is known of the arguments. */
export interface Bound {
  readonly parameters: readonly Parameter[];
  readonly isCertain: boolean;
}

/** What `functools.partial` leaves of the parameters, in the rules of Python's `inspect.signature`. */
export function bindArguments(parameters: readonly Parameter[], { positional, keywords, isOpen }: Arguments): Bound {
  const given = new Map(keywords.map(({ name, value }) => [name.text, value]));
  const left: Parameter[] = [];
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
    // Behind a keyword that is given, nothing can be passed by position any more.
    if (kind === "positional-or-keyword") isKeywordOnly ||= value !== undefined;
    if (kind === "var-positional" && isKeywordOnly) continue;
    const isMoved = kind === "positional-or-keyword" && isKeywordOnly;
    left.push({ ...parameter, kind: isMoved ? "keyword-only" : kind, default: value ?? parameter.default });
  }
  const takesAny = parameters.some(({ kind }) => kind === "var-keyword");
  return { parameters: left, isCertain: !isOpen && toSkip === 0 && (takesAny || given.size === 0) };
}
