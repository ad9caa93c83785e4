/** The syntax errors; the rule `python-syntax` contains the messages. */
export type SyntaxMistakeKind =
  | "annotation-target"
  | "argument-order"
  | "assignment-in-expression"
  | "async-only"
  | "await-outside-async"
  | "bad-escape"
  | "bad-target"
  | "break-outside-loop"
  | "bytes-not-ascii"
  | "captures-differ"
  | "comprehension-target"
  | "continue-outside-loop"
  | "default-except-order"
  | "default-order"
  | "delete-target"
  | "dictionary-colon"
  | "duplicate-capture"
  | "duplicate-keyword"
  | "duplicate-parameter"
  | "exception-comma"
  | "except-mixed"
  | "except-star-jump"
  | "expected-block"
  | "expected-colon"
  | "expected-handler"
  | "field-brace"
  | "field-conversion"
  | "field-empty"
  | "future-feature"
  | "future-order"
  | "generator-argument"
  | "global-order"
  | "global-parameter"
  | "indent"
  | "invalid-character"
  | "invalid-number"
  | "keyword-name"
  | "leading-zero"
  | "line-continuation"
  | "merge-conflict"
  | "mismatched-bracket"
  | "missing-comma"
  | "missing-else"
  | "missing-value"
  | "mixed-bytes"
  | "nested-brackets"
  | "nested-indents"
  | "nonlocal-at-module"
  | "nonlocal-unbound"
  | "notebook-command"
  | "null-byte"
  | "old-backtick"
  | "old-not-equal"
  | "old-prefix"
  | "old-raise"
  | "old-statement"
  | "orphan-clause"
  | "parameter-order"
  | "return-in-generator"
  | "return-outside-function"
  | "scope-conflict"
  | "star-import"
  | "starred"
  | "starred-twice"
  | "tabs"
  | "trailing-comma"
  | "unclosed-bracket"
  | "unclosed-string"
  | "unexpected"
  | "unexpected-end"
  | "unfinished-continuation"
  | "unindent"
  | "unmatched-bracket"
  | "unreachable-case"
  | "walrus-in-comprehension"
  | "walrus-target"
  | "yield-from-in-async"
  | "yield-in-comprehension"
  | "yield-outside-function";

/** A range of UTF-16 offsets, end exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** The mistake that is reported for a module. */
export interface SyntaxMistake extends Place {
  readonly kind: SyntaxMistakeKind;
  /** A word for the message: what was expected, what kind of target it is, and so on. */
  readonly detail?: string;
  /** What the mistake conflicts with: the opening bracket, or the first of two parameters. */
  readonly other?: Place;
}

/** Thrown to stop parsing; without a mistake if nothing can be said about the module. */
export class Refusal extends Error {
  readonly mistake: SyntaxMistake | undefined;
  constructor(mistake: SyntaxMistake | undefined) {
    super(mistake?.kind);
    this.mistake = mistake;
  }
}
