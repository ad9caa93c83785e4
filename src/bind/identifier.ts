/**
 * The names of inputs, outputs and files: letters, digits and underscores, as in Python. Most are ASCII, which is faster
 * to test.
 */
const PLAIN = /^[A-Za-z_]\w*$/;
const IDENTIFIER = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u;

/** Whether a text can be a segment of a path. */
export function isIdentifier(text: string): boolean {
  return PLAIN.test(text) || IDENTIFIER.test(text);
}

/** The identifier closest to a text, such as `my_file` for `my-file`; `undefined` if the text has no letters or digits. */
export function toIdentifier(text: string): string | undefined {
  const identifier = text
    .trim()
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, "_")
    .replace(/^(?![\p{L}_])/u, "_");
  return isIdentifier(identifier) && /[^_]/.test(identifier) ? identifier : undefined;
}

/** The reserved words of Python 3.13: https://docs.python.org/3/reference/lexical_analysis.html#keywords */
const KEYWORDS: ReadonlySet<string> = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);

/** Whether a text is a reserved word of Python. */
export function isKeyword(text: string): boolean {
  return KEYWORDS.has(text);
}
