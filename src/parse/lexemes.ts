import { CST, Lexer } from "yaml";

/** A piece of the text of a YAML file. `name` is that of the library `yaml`, such as `comment`, `anchor` or `newline`. */
export interface Lexeme {
  readonly kind: "plain" | "block" | "quoted" | "other";
  readonly name: string;
  readonly text: string;
  /** Its offset in the text. */
  readonly start: number;
  /** Whether it is inside of `[ ]` or `{ }`. */
  readonly isFlow: boolean;
}

/** Takes a text apart, without gaps and in order. Never throws: what is not YAML is taken apart in some way. */
export function* lexemesIn(text: string): Generator<Lexeme> {
  let start = 0;
  let depth = 0;
  let isScalar = false;
  let isAfterHeader = false;
  for (const token of new Lexer().lex(text)) {
    const name: string = isScalar ? "scalar" : (CST.tokenType(token) ?? "");
    // These tokens are marks of the lexer, not text: the one of a scalar is before its text.
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
