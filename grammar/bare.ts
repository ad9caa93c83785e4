// Expressions without braces. `$model.name` is a path when it is the whole scalar. `$NAME` is an environment variable anywhere in
// a scalar, read as the platform's `os.path.expandvars` reads it: https://docs.python.org/3/library/os.path.html#os.path.expandvars

/** The names of the runtime: they win over variables, and without braces they are paths or text. */
const RUNTIME = "(?:model|datapoints?)(?![A-Za-z0-9_])";

/** The name of a variable without braces. */
export const BARE_NAME = `(?!${RUNTIME})[A-Za-z_][A-Za-z0-9_]*`;

/**
 * The start of `$NAME` in text, sticky. A digit begins no name, so `$5.99` is text, and so is what follows another `$`, as in
 * `$$x`.
 */
export const VARIABLE = new RegExp(`(?<!\\$)\\$${BARE_NAME}`, "y");

/**
 * Whether a scalar is one expression without braces: `$NAME`, with the line break of a block scalar, or what begins like a path into the model, even with a mistake in
 * it. A misspelled root is a path too when a section of a model follows.
 */
const WHOLE = new RegExp(
  `^\\$(?:[A-Za-z_][A-Za-z0-9_]*[\\r\\n]*$|${RUNTIME}[.[]|[A-Za-z_][A-Za-z0-9_]*\\.(?:files|runtime)\\.)`,
);

/** Whether a scalar is one path without braces. */
export function isBarePath(text: string): boolean {
  return WHOLE.test(text);
}

/** Whether a text may hold an expression or an escape; nearly no text with a `$` in it, such as a price, passes without one. */
export function mayHoldExpression(text: string): boolean {
  return /\$[{<A-Za-z_]/.test(text);
}
