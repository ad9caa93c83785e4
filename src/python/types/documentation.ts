// Extracts documentation from Python: docstrings, and comments and strings that describe fields.
import type { Source } from "../../base/source.ts";
import type { Definition } from "../module.ts";
import { cursorOverPart, readCall } from "../text/arguments.ts";
import { decodeString, takeLiteral } from "../text/literal.ts";
import { partOf } from "../text/text.ts";
import { cursorOver } from "../text/tokens.ts";
import type { Field } from "./fields.ts";

/** Longer than any first paragraph; the rest is not read. */
const MAX_READ = 2_000;

/** Comments for linters, and notes of the author such as TODO. */
const NOT_DOCUMENTATION =
  /^(?:noqa|type:|pylint|pyright|mypy|ruff|fmt|pragma|nosec|isort|TODO|FIXME|XXX|HACK|[-=#*]{3})/i;

/** A comment after a statement. */
const TRAILING_COMMENT = /^[^#"'\r\n]*#:?[ \t]*(.*)/;
const TRAILING_COMMENT_IN_CALL = /^[ \t]*\)?,[ \t]*#:?[ \t]*(.*)/;

/** The first paragraph of a docstring, on one line. */
export function docParagraph({ docstring, span }: Pick<Definition, "docstring" | "span">): string | undefined {
  if (docstring === undefined) return undefined;
  return stringAt(span.source, span.end) ?? docstring;
}

/** The `description` or `doc` argument of a field, a comment after it on its line, or a string below it. */
export function fieldDoc({ name, annotation, default: value }: Field): string | undefined {
  const call = value && readCall(value);
  const option = call?.arguments.keywords.find(({ name }) => /^(?:description|doc)$/.test(name.text))?.value;
  const described = option && takeLiteral(cursorOverPart(option));
  if (typeof described === "string") return firstParagraph(described);
  const { source } = annotation.span;
  const end = Math.max(annotation.span.end, value?.span.end ?? 0);
  const after = source.text.slice(end, end + MAX_READ);
  // In a class created by a call, names are strings, and a comment at the end of the line may describe the entire
  // class.
  const isText = /["']/.test(source.text[name.span.start] ?? "");
  const comment = (isText ? TRAILING_COMMENT_IN_CALL : TRAILING_COMMENT).exec(after)?.[1];
  if (comment !== undefined) return NOT_DOCUMENTATION.test(comment) ? undefined : firstParagraph(comment);
  const below = /^[ \t]*(?:\r\n?|\n)[ \t]*(?=r?["'])/i.exec(after);
  return below === null ? undefined : stringAt(source, end + below[0].length);
}

/** The string literal that is the first token from an offset on. */
function stringAt(source: Source, start: number): string | undefined {
  const from = { source, text: source.text, distrust: false };
  // A docstring follows the colon of its header.
  const colon = /^\s*:/.exec(source.text.slice(start, start + 20))?.[0].length ?? 0;
  const cursor = cursorOver(from, start + colon, Math.min(source.text.length, start + MAX_READ));
  if (cursor.kind !== "string") return undefined;
  const text = decodeString(partOf(from, cursor.start, cursor.stop).text);
  return text === undefined ? undefined : firstParagraph(text);
}

/** The text up to a blank line or the description of parameters, joined into one line. */
function firstParagraph(text: string): string | undefined {
  const [paragraph = ""] = text
    .trim()
    .split(/\n\s*\n|\n\s*(?:Args|Arguments|Parameters|Returns|Raises|Examples?)\s*:?\s*\n|\n\s*:\w+/);
  return paragraph.replace(/\s+/g, " ").trim() || undefined;
}
