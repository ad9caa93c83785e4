/** What names an input, an output or a file: letters, digits and underscores, as in Python. */
const PLAIN = /^[A-Za-z_]\w*$/;
const IDENTIFIER = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u;

/** Whether a text can stand between the dots of a path. */
export function isIdentifier(text: string): boolean {
  return PLAIN.test(text) || IDENTIFIER.test(text);
}

/** The identifier that a text was nearly: `my_file` for `my-file`; `undefined` when nothing of it is left. */
export function asIdentifier(text: string): string | undefined {
  const mended = text
    .trim()
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, "_")
    .replace(/^(?![\p{L}_])/u, "_");
  return isIdentifier(mended) && /[^_]/.test(mended) ? mended : undefined;
}

/** Python 3.13's reserved words: https://docs.python.org/3/reference/lexical_analysis.html#keywords */
const KEYWORDS: ReadonlySet<string> = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);

/** Whether a text is a word that Python keeps for itself. */
export function isKeyword(text: string): boolean {
  return KEYWORDS.has(text);
}
