// The messages of `python-syntax`, one entry per kind of mistake. They are loaded only if there is a mistake.

import type { Finding } from "../base/diagnostic.ts";
import { quote } from "../base/quote.ts";
import type { Source } from "../base/source.ts";
import type { SyntaxMistake, SyntaxMistakeKind } from "../python/syntax/mistake.ts";

/** A message, a hint, and the label of the related place, if there is one. */
type Words = readonly [message: string, hint?: string, other?: string];

/** The finding for a syntax error in a Python file. */
export function describeSyntaxMistake(source: Source, mistake: SyntaxMistake): Omit<Finding, "path"> {
  const { kind, start, end, detail = "", other } = mistake;
  const [message, hint, otherMessage] = WORDS[kind](source.text.slice(start, end), detail);
  const related =
    other === undefined || otherMessage === undefined
      ? undefined
      : [{ message: otherMessage, span: { source, start: other.start, end: other.end } }];
  return {
    ...{ message, span: { source, start, end } },
    ...(hint !== undefined && { hint }),
    ...(related !== undefined && { related }),
  };
}

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const OPENING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Names of the kinds of expressions. */
const FORMS: Readonly<Record<string, string>> = {
  starred: "a starred expression",
  tuple: "a tuple",
  list: "a list",
  call: "a function call",
  literal: "a literal",
  "f-string": "an f-string",
  operation: "an expression",
  comparison: "a comparison",
  condition: "a conditional expression",
  lambda: "a lambda",
  yield: "a `yield` expression",
  await: "an `await` expression",
  assignment: "an assignment expression",
  dictionary: "a dictionary",
  set: "a set",
  comprehension: "a comprehension",
  generator: "a generator expression",
};

const formOf = (text: string, form: string) => FORMS[form] ?? quote(text);

/** What to write instead of a character that is not allowed, such as a typographic quote. */
function insteadOf(character: string): string {
  if (/[\u2018\u2019\u201a\u201b\u2032`´]/.test(character)) return "Replace it with `'`.";
  if (/[\u201c-\u201f\u2033«»]/.test(character)) return 'Replace it with `"`.';
  if (/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/.test(character)) return "Replace it with a space.";
  if (/[\u2010-\u2015\u2212]/.test(character)) return "Replace it with `-`.";
  return "Remove it, or put it into a string or a comment.";
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The name of a statement with a block, by its first word. */
function statementOf(word: string): string {
  if (word === "def") return "function";
  return word === "class" ? "class" : `${quote(word)} statement`;
}

/** The name in the header of a function or class. */
function nameOf(head: string): string {
  const [, name] = /^(?:def|class)\s+(\S+?)(?=[\s([:]|$)/.exec(head) ?? [];
  return name === undefined ? "" : ` ${quote(name)}`;
}

const HEADS: Readonly<Record<string, string>> = {
  def: "Write `def name(parameter, other=default):`.",
  class: "Write `class Name(Base):`.",
};

const PARAMETERS: Readonly<Record<string, Words>> = {
  bare: ["No parameter follows the `*`.", "Add a parameter after it, or remove it."],
  bracket: ["Python 3 does not unpack parameters in parentheses.", "Unpack the parameter in the body of the function."],
  default: ["`*` and `**` parameters cannot have a default.", "Remove the default."],
  keywords: ["A parameter follows the `**` parameter.", "Move the `**` parameter to the end."],
  slash: ["`/` is in the wrong place.", "Write one `/` after the positional-only parameters, before any `*`."],
  star: ["There is a second `*` among the parameters.", "Keep one `*`."],
};

const WORDS: Readonly<Record<SyntaxMistakeKind, (text: string, detail: string) => Words>> = {
  "annotation-target": (text, form) => [
    `${capital(formOf(text, form))} cannot have an annotation.`,
    "Annotate one name, attribute or item.",
  ],
  "argument-order": () => [
    "A positional argument follows a keyword argument.",
    "Move it before the keyword arguments, or pass it by name.",
  ],
  "assignment-in-expression": () => [
    "`=` cannot be used inside an expression.",
    "Compare with `==`, or assign in a statement of its own.",
  ],
  "async-only": (_, detail) => [
    `${quote(detail)} is outside of an \`async def\` function.`,
    "Make the function `async def`, or remove `async`.",
  ],
  "await-outside-async": (_, detail) => [
    detail === "await"
      ? "`await` is outside of an `async def` function."
      : "An asynchronous comprehension is outside of an `async def` function.",
    "Make the function `async def`.",
  ],
  "bad-escape": (text) => [
    `The escape ${quote(text)} is incomplete.`,
    `Write ${quote(`\\${text}`)} for a backslash, or put \`r\` before the string.`,
  ],
  "bad-target": (text, form) => [
    `${capital(formOf(text, form))} cannot be assigned to.`,
    "Assign to a name, an attribute or an item; compare with `==`.",
  ],
  "break-outside-loop": () => ["`break` is outside of a loop.", "Remove it, or move it into a loop."],
  "bytes-not-ascii": () => [
    "A bytes literal contains a non-ASCII character.",
    "Encode a string, or write the bytes as escapes such as `\\xe9`.",
  ],
  "captures-differ": () => [
    "The alternatives of this pattern bind different names.",
    "Bind the same names in each alternative.",
  ],
  "comprehension-target": () => [
    "This comprehension has several elements.",
    "Put the elements before `for` in parentheses.",
  ],
  "continue-outside-loop": () => ["`continue` is outside of a loop.", "Remove it, or move it into a loop."],
  "default-except-order": () => [
    "A handler follows the `except:` that catches every exception.",
    "Move `except:` to the end.",
  ],
  "default-order": (text) => [
    `Parameter ${quote(text)} without a default follows a parameter with a default.`,
    "Give it a default, or move it to the front.",
    "parameter with a default",
  ],
  "delete-target": (text, form) => [
    `${capital(formOf(text, form))} cannot be deleted.`,
    "Delete a name, an attribute or an item.",
  ],
  "dictionary-colon": (text, detail) =>
    detail === "value"
      ? ["This dictionary entry has no value.", "Add a value after the `:`."]
      : [`The dictionary key ${quote(text)} has no value.`, "Add `:` and a value after it."],
  "duplicate-capture": (text) => [
    `The pattern binds ${quote(text)} twice.`,
    "Rename one of the two.",
    "first bound here",
  ],
  "duplicate-keyword": (text) => [
    `The keyword argument ${quote(text)} is passed twice.`,
    "Remove one of the two.",
    "first passed here",
  ],
  "duplicate-parameter": (text) => [
    `Duplicate parameter ${quote(text)}.`,
    "Rename one of the two.",
    "first defined here",
  ],
  "except-mixed": () => ["This `try` has both `except` and `except*`.", "Use only `except`, or only `except*`."],
  "except-star-jump": (text) => [`${quote(text)} leaves an \`except*\` block.`, "Move it after the `try` statement."],
  "exception-comma": () => [
    "`except E, e` is Python 2.",
    "Write `except E as e`; for two exceptions, `except (E, F)`.",
  ],
  "expected-block": (_, word) => [
    `The body of the ${statementOf(word)} is missing.`,
    "Indent the lines that belong to it, or write `pass`.",
    "statement without a body",
  ],
  "expected-colon": (text, word) => [
    `A colon is missing at the end of the header of the ${statementOf(word)}${nameOf(text)}.`,
    HEADS[word] ?? "Add `:` at the end.",
  ],
  "expected-handler": () => [
    "This `try` has neither `except` nor `finally`.",
    "Add `except …:` or `finally:` after its body.",
    "`try` statement",
  ],
  "field-brace": (text) =>
    text === "}"
      ? ["This `}` of an f-string closes nothing.", "Write `}}` for a brace."]
      : ["A replacement field of this f-string is never closed.", "Close it with `}`, or write `{{` for a brace."],
  "field-conversion": (text) => [`${quote(text)} is not a conversion of an f-string.`, "Write `!r`, `!s` or `!a`."],
  "field-empty": () => [
    "A replacement field of this f-string has no value.",
    "Add a value, or write `{{}}` for braces.",
  ],
  "future-feature": (text) => [`${quote(text)} is not a feature of \`__future__\`.`, "Remove it from the import."],
  "future-order": () => [
    "An import from `__future__` is not at the beginning of the file.",
    "Move it before all other statements.",
  ],
  "generator-argument": () => [
    "A generator expression among other arguments needs its own parentheses.",
    "Put it in parentheses.",
  ],
  "global-order": (text, name) => [
    `${quote(name)} is used before ${quote(text)}.`,
    "Move the declaration before the first use of the name.",
  ],
  "global-parameter": (text, name) => [
    `${quote(text)} names the parameter ${quote(name)}.`,
    "Rename the parameter, or remove the declaration.",
  ],
  indent: () => ["Unexpected indentation.", "Align this line with the one before."],
  "invalid-character": (text) => [
    `The character ${quote(text)} (${codePoint(text)}) is not allowed in Python code.`,
    insteadOf(text),
  ],
  "invalid-number": (text) => [
    `${quote(text)} is not a number.`,
    /^\d[\d_]*[lL]$/.test(text)
      ? "Remove the `L`: it is Python 2."
      : "Correct the number; a name cannot start with a digit.",
  ],
  "keyword-name": (text) => [
    `${quote(text)} cannot be the name of an argument.`,
    "Name the argument with one word, or compare with `==`.",
  ],
  "leading-zero": (text) => [
    `The number ${quote(text)} starts with a zero.`,
    `Remove the zeros, or write ${quote(`0o${text.replace(/^0+/, "")}`)} for an octal number.`,
  ],
  "line-continuation": () => [
    "A character follows a backslash outside of a string.",
    "Remove the backslash, or end the line after it.",
  ],
  "merge-conflict": () => ["Unresolved merge conflict.", "Keep one version and delete the conflict markers."],
  "mismatched-bracket": (text, open) => [
    `${quote(text)} does not match ${quote(open)}.`,
    `Close ${quote(open)} with ${quote(CLOSING[open] ?? ")")} first.`,
    "never closed",
  ],
  "missing-comma": () => [
    "Two expressions follow each other without a comma or an operator.",
    "Add a comma or an operator between them.",
  ],
  "missing-else": () => ["This conditional expression has no `else`.", "Write `value if condition else other`."],
  "missing-value": () => ["No value follows the `=`.", "Add the value."],
  "mixed-bytes": () => ["Bytes and text literals are joined.", "Make all of the literals bytes, or none of them."],
  "nested-brackets": () => ["More than 200 brackets are nested here.", "Split the expression."],
  "nested-indents": () => ["More than 100 blocks are nested here.", "Move the inner blocks into functions."],
  "nonlocal-at-module": () => ["`nonlocal` is outside of a function.", "Remove it."],
  "nonlocal-unbound": (text) => [
    `No function around this one binds ${quote(text)}.`,
    "Bind the name in an outer function, or declare it `global`.",
  ],
  "notebook-command": (text) => [
    `A line that starts with ${quote(text)} is a notebook command, not Python.`,
    "Remove it, or run the command before the model runs.",
  ],
  "null-byte": () => ["The file contains a null byte.", "Save the file as UTF-8 text."],
  "old-backtick": () => ["Backticks are Python 2.", "Write `repr(…)`."],
  "old-not-equal": () => ["`<>` is Python 2.", "Write `!=`."],
  "old-prefix": (text) => [
    `The prefix ${quote(text.replace(/["'].*/s, ""))} is not a prefix of strings in Python 3.`,
    "Use `r` alone.",
  ],
  "old-raise": () => ["`raise E, value` is Python 2.", "Write `raise E(value)`."],
  "old-statement": (text) => [`${quote(text)} without parentheses is Python 2.`, `Write ${quote(`${text}(…)`)}.`],
  "orphan-clause": (text) => [
    `${quote(text)} does not follow a matching statement.`,
    "Align it with its statement, or remove it.",
  ],
  "parameter-order": (_, detail) => PARAMETERS[detail] ?? ["Invalid syntax."],
  "return-in-generator": () => [
    "An asynchronous generator returns a value.",
    "Return nothing from it, or yield the value.",
  ],
  "return-outside-function": () => ["`return` is outside of a function.", "Remove it, or indent it into a function."],
  "scope-conflict": (_, name) => [
    `${quote(name)} is declared both \`global\` and \`nonlocal\`.`,
    "Keep one declaration.",
  ],
  "star-import": () => [
    "`import *` is inside a function or class.",
    "Import the names that are used, or move it to the top.",
  ],
  starred: (_, detail) =>
    detail === "target"
      ? ["A starred target is not in a tuple or list.", "Write `*name, = values`, or remove the star."]
      : ["A starred expression cannot be used here.", "Remove the star, or add a comma to make a tuple."],
  "starred-twice": () => ["There are two starred targets.", "Keep one star."],
  tabs: () => ["Tabs and spaces are mixed in the indentation.", "Indent the whole file with spaces."],
  "trailing-comma": () => ["This import ends with a comma.", "Remove the comma, or put the names in parentheses."],
  "unclosed-bracket": (text) => [
    `This ${quote(text)} is never closed.`,
    `Close it with ${quote(CLOSING[text] ?? ")")}.`,
  ],
  "unclosed-string": (text) => [
    "This string is never closed.",
    `Close it with ${quote(text.slice(Math.max(text.search(/["']/), 0)))}.`,
  ],
  unexpected: (text) => [`Invalid syntax: unexpected ${quote(text)}.`],
  "unexpected-end": () => ["Invalid syntax: the statement is incomplete.", "Complete the statement."],
  "unfinished-continuation": () => ["The file ends after a backslash.", "Remove the backslash."],
  unindent: () => ["The indentation does not match any block around this line.", "Indent the line like its block."],
  "unmatched-bracket": (text) => [
    `This ${quote(text)} closes nothing.`,
    `Remove it, or open it with ${quote(OPENING[text] ?? "(")}.`,
  ],
  "unreachable-case": (text) => [
    `The pattern ${quote(text)} matches everything, so the following patterns are unreachable.`,
    "Move it to the end.",
  ],
  "walrus-in-comprehension": (_, detail) => {
    if (detail === "target") return ["`:=` changes the loop variable of a comprehension.", "Use another name."];
    const place = detail === "class" ? "a comprehension in a class body" : "what a comprehension iterates over";
    return [`\`:=\` cannot be used in ${place}.`, "Assign before the comprehension."];
  },
  "walrus-target": (text) => [`${quote(text)} cannot be assigned to with \`:=\`.`, "Assign to a name."],
  "yield-from-in-async": () => ["`yield from` is in an `async def` function.", "Write `async for` and `yield`."],
  "yield-in-comprehension": () => ["`yield` is in a comprehension.", "Use a loop."],
  "yield-outside-function": () => ["`yield` is outside of a function.", "Remove it, or move it into a function."],
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
