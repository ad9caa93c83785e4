// Expressions without braces. `$model.name` is a path if it is the entire scalar. `$NAME` is an environment variable
// anywhere in a scalar, expanded like the platform's `os.path.expandvars`:
// https://docs.python.org/3/library/os.path.html#os.path.expandvars

/** Names of the runtime. They take precedence over variables; without braces they are paths or plain text. */
const RUNTIME = "(?:model|datapoints?)(?![A-Za-z0-9_])";

/** A variable name without braces. */
export const BARE_NAME = `(?!${RUNTIME})[A-Za-z_][A-Za-z0-9_]*`;

/**
 * Matches the start of `$NAME` in text; sticky. Names cannot start with a digit and `$$` is literal, so `$5.99` and
 * `$$x` are text.
 */
export const VARIABLE = new RegExp(`(?<!\\$)\\$${BARE_NAME}`, "y");

/**
 * Matches a scalar that is a single expression without braces: `$NAME`, optionally followed by the line break of a
 * block scalar, or text that starts like a path into the model, even if it contains a mistake. A misspelled root also
 * counts if a section of a model follows it.
 */
const WHOLE = new RegExp(
  `^\\$(?:[A-Za-z_][A-Za-z0-9_]*[\\r\\n]*$|${RUNTIME}[.[]|[A-Za-z_][A-Za-z0-9_]*\\.(?:files|runtime)\\.)`,
);

/** Whether a scalar is a single path without braces. */
export function isBarePath(text: string): boolean {
  return WHOLE.test(text);
}

/** Whether a text may contain an expression or an escape. Rejects nearly all other text with a `$`, such as prices. */
export function mayContainExpression(text: string): boolean {
  return /\$[{<A-Za-z_]/.test(text);
}
