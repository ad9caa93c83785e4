// The text of a definition as the platform's SDK reads it: variables first, anywhere in the file, then PyYAML's reader and scanner.
// Sources: `DefinitionChecker.load_definition` of efemarai 0.4.1; `reader.py`, `scanner.py`, `parser.py` and `composer.py` of PyYAML 6.
import type { Machine } from "../../infer/typed.ts";
import { type Lexeme, lexemesIn } from "../../parse/lexemes.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Portability, PortabilityKind } from "./kinds.ts";

/**
 * What the SDK rejects or reads differently in the text alone. `braced` are the variables that the definition uses in braces and
 * without a default, which have their own findings. In order of the kinds; linear in the text.
 */
export function* portableText(
  definition: ParsedDefinition,
  braced: ReadonlySet<string>,
  variable: Machine["variable"],
): Generator<Portability> {
  const { source, root, problems } = definition;
  // A file that is invalid or too large has its own finding.
  if (root === undefined || problems.some(({ kind }) => kind === "yaml-syntax" || kind === "too-large")) return;
  const at = (kind: PortabilityKind, start: number, length: number, name?: string): Portability => ({
    kind,
    span: { source, start, end: start + length },
    path: undefined,
    ...(name === undefined ? {} : { name }),
  });
  for (const { index, 0: character } of source.text.matchAll(NOT_PRINTABLE)) {
    yield at("character", index, 1, codePoint(character));
  }
  const comments: Lexeme[] = [];
  const anchors = new Set<string>();
  const directives = new Set<string>();
  for (const lexeme of lexemesIn(source.text)) {
    const { kind, name, text, start } = lexeme;
    if (name === "comment") comments.push(lexeme);
    const tab = name === "comment" || kind === "quoted" || kind === "block" ? -1 : text.indexOf("\t");
    if (tab >= 0) yield at("tab", start + tab, /^\t+/.exec(text.slice(tab))?.[0].length ?? 1);
    for (const index of lineBreaksIn(lexeme)) yield at("line-break", start + index, 1, codePoint(text.charAt(index)));
    if (kind === "plain" && lexeme.isFlow) {
      const question = text.lastIndexOf("?");
      if (question >= 0) yield at(question === 0 ? "flow-key" : "flow-question", start, text.length);
      else if (text.startsWith(":")) yield at("flow-colon", start, text.length);
    } else if (name === "anchor") {
      if (/[^-\w]/.test(text.slice(1))) yield at("anchor-name", start, text.length, text);
      else if (anchors.has(text)) yield at("anchor-twice", start, text.length, text);
      anchors.add(text);
    } else if (name === "directive-line") {
      const directive = /^%(?:YAML(?= )|TAG +\S+)/.exec(text)?.[0].replace(/ +/, " ");
      if (directive !== undefined && directives.has(directive)) yield at("directive-twice", start, text.length);
      if (directive !== undefined) directives.add(directive);
    }
  }
  let next = 0;
  for (const { index, 0: written, 1: name = "" } of source.text.matchAll(REQUIRED)) {
    while (next < comments.length && endOf(comments[next]) <= index) next++;
    const isComment = index >= (comments[next]?.start ?? Number.POSITIVE_INFINITY);
    // An escape has a finding of its own.
    if (!isComment && source.text.charAt(index - 1) === "$") continue;
    if (name === "datapoints" || braced.has(name) || variable?.(name) !== undefined) continue;
    yield at(isComment ? "unset-in-comment" : "unset-elsewhere", index, written.length, name);
  }
}

/** `NON_PRINTABLE` of PyYAML's `reader.py`; texts contain no unpaired surrogates. */
const NOT_PRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]/g;

/** Characters that are a line break for PyYAML, but not in YAML 1.2. */
const LINE_BREAK = /[\x85\u2028\u2029]/g;

/** What the SDK's checker reads as an unset variable after it has replaced the others; longer names are not considered. */
const REQUIRED = /\$\{([A-Za-z][\p{L}\p{N}_]{0,199})\}/gu;

function endOf(lexeme: Lexeme | undefined): number {
  return lexeme === undefined ? Number.POSITIVE_INFINITY : lexeme.start + lexeme.text.length;
}

/** `U+007F`. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The line breaks of PyYAML in a lexeme that change what is read. */
function* lineBreaksIn({ kind, name, text }: Lexeme): Generator<number> {
  for (const { index } of text.matchAll(LINE_BREAK)) {
    // After a comment, an empty line or another comment changes nothing.
    if (name === "comment" && /^ *(?:[#\x85\u2028\u2029]|$)/.test(text.slice(index + 1, index + 1000))) continue;
    // PyYAML keeps two of them unchanged in quotes, except for the spaces around them.
    const isKept = kind === "quoted" && text.charAt(index) !== "\x85";
    if (isKept && !/\s/.test(text.charAt(index - 1)) && !/\s/.test(text.charAt(index + 1))) continue;
    yield index;
  }
}
