import { CST, Lexer } from "yaml";

/** A token of a YAML file. `name` is the token type of the `yaml` library, such as `comment`, `anchor` or `newline`. */
export interface Lexeme {
  readonly kind: "plain" | "block" | "quoted" | "other";
  readonly name: string;
  readonly text: string;
  /** The offset in the text. */
  readonly start: number;
  /** Whether it is inside `[ ]` or `{ }`. */
  readonly isFlow: boolean;
}

/** Splits a text into tokens, in order and without gaps. Never throws, even if the text is not YAML. */
export function* lexemesIn(text: string): Generator<Lexeme> {
  let start = 0;
  let depth = 0;
  let isScalar = false;
  let isAfterHeader = false;
  for (const token of new Lexer().lex(text)) {
    const name: string = isScalar ? "scalar" : (CST.tokenType(token) ?? "");
    // These tokens are markers of the lexer without text; the marker of a scalar precedes its text.
    if (!isScalar && (name === "scalar" || name === "doc-mode" || name === "flow-error-end")) {
      isScalar = name === "scalar";
      continue;
    }
    const isQuoted = name === "single-quoted-scalar" || name === "double-quoted-scalar";
    const kind = isScalar ? (isAfterHeader ? "block" : "plain") : isQuoted ? "quoted" : "other";
    if (name === "flow-map-end" || name === "flow-seq-end") depth--;
    yield { kind, name, text: token, start, isFlow: depth > 0 };
    if (name === "flow-map-start" || name === "flow-seq-start") depth++;
    if (name === "block-scalar-header") isAfterHeader = true;
    else if (isScalar) isAfterHeader = false;
    isScalar = false;
    start += token.length;
  }
}
