// Possible repairs of a syntax error. Reading the results shows which one is right.
import {
  contentOf,
  cover,
  type Draft,
  type Line,
  lineAt,
  linesOf,
  nextContent,
  originOf,
  originSpan,
  previousContent,
  type Range,
  replace,
} from "./draft.ts";
import { blockEnd, opensBlock, reindentations, runEnd, tabRepairs } from "./indentation.ts";
import type { YamlError } from "./read-yaml.ts";
import { type Repair, repair } from "./repair.ts";

/** The possible repairs of an error. */
export interface Repairs {
  /** Most likely first; at least one, and each changes the text. */
  readonly options: readonly Repair[];
  /** Whether there are no others. */
  readonly isComplete: boolean;
  /**
   * From the line of the error to the end of the enclosing blocks, in the source. Errors after it are separate
   * mistakes.
   */
  readonly scope: Range;
}

/**
 * Finds at most `most` repairs of an error; each holds a copy of the text. Repairs that satisfy `isNew` take
 * precedence.
 */
export function repairsFor(
  draft: Draft,
  error: YamlError,
  maxOptions: number,
  isNew: (option: Repair) => boolean,
): Repairs {
  const lines = linesOf(draft.text);
  const at = lineAt(lines, contentFrom(draft.text, error.start));
  const outer = headOf(lines, headOf(lines, at) ?? -1);
  const last = outer === undefined ? undefined : lines[blockEnd(lines, outer)];
  const first = lines[lineAt(lines, error.start)]?.start ?? 0;
  const scope = { start: originOf(draft, first), end: draft.source.text.length + 1 };
  const changes = changesFor(draft, lines, error, maxOptions, isNew);
  return { ...changes, scope: last === undefined ? scope : { ...scope, end: originOf(draft, last.end) } };
}

function changesFor(
  draft: Draft,
  lines: readonly Line[],
  error: YamlError,
  maxOptions: number,
  isNew: (option: Repair) => boolean,
): Pick<Repairs, "options" | "isComplete"> {
  const known = new Set([draft.text]);
  const [fresh, others]: [Repair[], Repair[]] = [[], []];
  let isComplete = true;
  for (const option of optionsFor(draft, lines, error)) {
    if (known.has(option.draft.text)) continue;
    const options = isNew(option) ? fresh : others;
    if (options.length === maxOptions) isComplete = false;
    if (fresh.length === maxOptions) break;
    if (options.length === maxOptions) continue;
    known.add(option.draft.text);
    options.push(option);
  }
  const options = fresh.length > 0 ? fresh : others;
  return { options: options.length > 0 ? options : [lastResort(draft, lines, error)], isComplete };
}

function* optionsFor(draft: Draft, lines: readonly Line[], error: YamlError): Generator<Repair> {
  if (error.code === "TAB_AS_INDENT") return yield* tabRepairs(draft, lines, error);
  if (error.opened !== undefined) return yield* closeRepairs(draft, lines, error, error.opened);
  if (error.message.startsWith("Missing directives-end")) return yield directiveRepair(draft, lines, error);
  if (LOCAL.has(error.code)) return yield* localRepairs(draft, lines, error);
  const at = lineAt(lines, contentFrom(draft.text, error.start));
  const candidates = [at, nextContent(lines, at), previousContent(lines, at), headOf(lines, at)];
  const nearby = [...new Set(candidates)].filter((index) => index !== undefined);
  yield* missingPunctuation(draft, lines, at);
  for (const index of nearby) yield* missingColon(draft, lines[index]);
  for (const index of nearby) yield* strayText(draft, lines, index);
  for (const index of nearby) yield* missingDash(draft, lines, index);
  yield* valueRepair(draft, lines, at, error);
  for (const index of nearby) yield* reindentations(draft, lines, index);
  for (const index of nearby) yield* lineRepair(draft, lines, index, index === at ? error : undefined);
  yield* runRepair(draft, lines, at);
  yield* headRepair(draft, lines, at);
}

/** Errors from which the parser recovers as if the text were not there. */
const LOCAL = new Set([
  "ALIAS_PROPS",
  "BAD_ALIAS",
  "BAD_DIRECTIVE",
  "BAD_DQ_ESCAPE",
  "BAD_PROP_ORDER",
  "BAD_SCALAR_START",
  "MULTIPLE_ANCHORS",
  "MULTIPLE_TAGS",
  "TAG_RESOLVE_FAILED",
]);

function localRepairs(draft: Draft, lines: readonly Line[], error: YamlError): readonly Repair[] {
  const { code, start, end } = error;
  const blank = repair(cover(draft, start, end, " "), draft, error, error);
  const isColon = code === "BAD_ALIAS" && draft.text[start] === ":";
  if (code === "TAG_RESOLVE_FAILED" || code === "BAD_DIRECTIVE" || isColon) return [blank];
  const place = { start, end: Math.max(end, start + (code === "BAD_DQ_ESCAPE" ? 2 : 1)) };
  const covered = repair(cover(draft, place.start, place.end, "x"), draft, error, place, place);
  const line = lines[lineAt(lines, start)];
  return line !== undefined && contentOf(line).start === start ? [blank, covered] : [covered];
}

/** For an unclosed quote or bracket: blanks out its first line, or everything that the parser read as part of it. */
function closeRepairs(draft: Draft, lines: readonly Line[], error: YamlError, opened: number): readonly Repair[] {
  const first = lines[lineAt(lines, opened)];
  const last = lines[lineAt(lines, error.start)];
  if (first === undefined || last === undefined) return [];
  const named = { ...error, code: "MISSING_CHAR" };
  const place = { start: opened, end: opened + 1 };
  const line = cover(draft, opened, first.end, "x");
  const end = Math.max(last.start, first.end);
  const short = repair(line, draft, named, place, { start: opened, end: first.end });
  if (/["']/.test(draft.text.charAt(opened))) return [short];
  return [
    ...bracketIndentRepairs(draft, lines, opened),
    short,
    repair(cover(line, first.end, end, " "), draft, named, place, { start: opened, end }),
  ];
}

/** For a closing bracket on a line of its own, which YAML requires to be indented: indents it. */
function bracketIndentRepairs(draft: Draft, lines: readonly Line[], opened: number): readonly Repair[] {
  const at = lineAt(lines, opened);
  const first = lines[at];
  const isClosing = /^[\]}]+,?$/;
  let index = nextContent(lines, at);
  while (index !== undefined && first !== undefined) {
    const line = lines[index];
    if (line === undefined || (line.indent <= first.indent && !isClosing.test(line.content))) return [];
    if (line.indent <= first.indent) {
      const [, dashes = ""] = /^((?:- +)*)/.exec(first.content) ?? [];
      const { start } = contentOf(line);
      const text = " ".repeat(first.indent + dashes.length + 1 - line.indent);
      const repaired = replace(draft, [{ start, end: start, text }]);
      const what = { code: "FLOW_END_INDENT", message: "The closing bracket is not indented." };
      return [repair(repaired, draft, what, { start, end: start + 1 })];
    }
    index = nextContent(lines, index);
  }
  return [];
}

/** Blanks out directives such as `%YAML 1.2` that are not followed by `---`. */
function directiveRepair(draft: Draft, lines: readonly Line[], error: YamlError): Repair {
  const first = lines.find(({ content }) => content.startsWith("%"));
  const place = first === undefined ? error : contentOf(first);
  const what = { code: "MISSING_DIRECTIVES_END", message: "A line `---` must follow the directives." };
  return repair(cover(draft, place.start, error.start, " "), draft, what, place);
}

/** Inserts a colon after a key whose value is on the following lines, or a space after a colon or dash. */
function missingPunctuation(draft: Draft, lines: readonly Line[], at: number): readonly Repair[] {
  const line = lines[at];
  const next = lines[nextContent(lines, at) ?? -1];
  if (line === undefined) return [];
  const { start } = contentOf(line);
  const insert = (offset: number, text: string) => replace(draft, [{ start: offset, end: offset, text }]);
  const [, dashes = "", word] = /^((?:- +)*)([\p{L}\p{N}_.-]+)$/u.exec(line.content) ?? [];
  const column = line.indent + dashes.length;
  if (word !== undefined && next !== undefined && (next.indent > column || /^- /.test(next.content))) {
    const place = { start: start + dashes.length, end: start + dashes.length + word.length };
    return [repair(insert(place.end, ":"), draft, { code: "MULTILINE_IMPLICIT_KEY", message: "" }, place)];
  }
  const colon = /^(?:- +)*[\p{L}\p{N}_-]+(?=:[^\s:/\\#])/u.exec(line.content)?.[0].length;
  const dash = /^-(?=[^\s-])/.test(line.content) ? 0 : undefined;
  return [colon, dash].flatMap((offset) => {
    if (offset === undefined) return [];
    const place = { start: start + offset, end: start + offset + 1 };
    const message = `A ${draft.text[place.start] === ":" ? "colon" : "dash"} must be followed by a space.`;
    return [repair(insert(place.end, " "), draft, { code: "MISSING_BLANK", message }, place)];
  });
}

/** Inserts a colon after the first word of a line. Whether that makes sense shows in the result. */
function missingColon(draft: Draft, line: Line | undefined): readonly Repair[] {
  const [, dashes = "", word] = /^((?:- +)*)([\p{L}_][\p{L}\p{N}_-]*)[ \t]+[^\s:]/u.exec(line?.content ?? "") ?? [];
  if (line === undefined || word === undefined) return [];
  const start = contentOf(line).start + dashes.length;
  const end = start + word.length;
  const repaired = replace(draft, [{ start: end, end, text: ":" }]);
  return [
    repair(repaired, draft, { code: "MULTILINE_IMPLICIT_KEY", message: "" }, { start, end: contentOf(line).end }),
  ];
}

/** Blanks out text between a key and its block, or alone on a line. */
function strayText(draft: Draft, lines: readonly Line[], index: number): readonly Repair[] {
  const line = lines[index];
  const next = lines[nextContent(lines, index) ?? -1];
  const [, prefix = "", text] =
    /^((?:- +)*(?:[\p{L}\p{N}_.-]+:[ \t]+)?)([^\s"'[{|>&*!#][^:]*)$/u.exec(line?.content ?? "") ?? [];
  if (line === undefined || text === undefined) return [];
  const above = lines[previousContent(lines, index) ?? -1];
  const isKey = next !== undefined && (next.indent > line.indent || next.content.startsWith("-"));
  const isFirst = above !== undefined && above.indent < line.indent && next?.indent === line.indent;
  // A key without its colon has a block below it; directly below another key, that block is the other key's list.
  const isAlone = prefix === "" && !/\s/.test(text) && (!isKey || isFirst);
  const isBetween = prefix.endsWith(" ") && next !== undefined && next.indent > line.indent;
  if (!isAlone && !isBetween) return [];
  const start = contentOf(line).start + prefix.length;
  const place = { start, end: start + text.length };
  const what = isAlone ? { code: "STRAY_TEXT", message: "" } : { code: "TEXT_BEFORE_BLOCK", message: "" };
  return [repair(cover(draft, place.start, place.end, " "), draft, what, place)];
}

/** Inserts the missing dash of the first list item. The items below have a dash two columns to the left. */
function missingDash(draft: Draft, lines: readonly Line[], index: number): readonly Repair[] {
  const line = lines[index];
  const first = line?.content.startsWith("- ") === true ? nextContent(lines, headOf(lines, index) ?? -1) : undefined;
  const head = lines[first ?? -1];
  if (line === undefined || head === undefined || head.indent !== line.indent + 2 || head.content.startsWith("-")) {
    return [];
  }
  const { start } = contentOf(head);
  const repaired = replace(draft, [{ start: start - 2, end: start, text: "- " }]);
  const [word = ""] = /^[^\s:]+/.exec(head.content) ?? [];
  const message = "Each list item starts with a dash.";
  return [repair(repaired, draft, { code: "MISSING_DASH", message }, { start, end: start + word.length })];
}

/** Blanks out the value of a line that needs quotes or is unreadable. */
function valueRepair(draft: Draft, lines: readonly Line[], at: number, error: YamlError): readonly Repair[] {
  const line = lines[at];
  if (line === undefined) return [];
  const { start, end } = contentOf(line);
  const [prefix = ""] = /^(?:-[ \t]+)*(?:[^\s:'"{[][^:]*:[ \t]+)?/.exec(line.content) ?? [];
  const value = line.content.slice(prefix.length);
  const place = { start: start + prefix.length, end };
  if (value === "" || error.start < place.start) return [];
  const covered = cover(draft, place.start, end, "x");
  const hole = originSpan(draft, place.start, end);
  if (/^(?:- +)*entrypoint[ \t]*:/.test(line.content) && SPACED_ENTRYPOINT.test(value)) {
    return [{ draft: covered, problem: { kind: "spaced-entrypoint", span: hole, written: value }, holes: [hole] }];
  }
  if (needsQuotes(value)) return [repair(covered, draft, { code: "BLOCK_AS_IMPLICIT_KEY", message: "" }, place, place)];
  const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*(?=\S)/.exec(value)?.[0].length;
  if (quoted !== undefined) {
    const rest = { start: place.start + quoted, end };
    const message = "There is text after the closing quote.";
    return [repair(covered, draft, { code: "TEXT_AFTER_QUOTE", message }, rest, place)];
  }
  // A value that starts normally does not cause a line below to be indented too far.
  if (INDENTED.has(error.code) && !/^[-?\]},]/.test(value)) return [];
  return [repair(covered, draft, named(error, line), { start: error.start, end }, place)];
}

const INDENTED = new Set(["BLOCK_AS_IMPLICIT_KEY", "MULTILINE_IMPLICIT_KEY", "BAD_INDENT"]);

const SPACED_ENTRYPOINT = /^[^\s#'"{[&*!|>%@`][^\s#]*?[ \t]*:[ \t]+[^\s#]+$/;

function needsQuotes(value: string): boolean {
  return !/^["'{[|>]/.test(value) && /:(?=\s|$)/.test(value);
}

/** Blanks out a line: alone unless it opens a block, and together with its block. */
function lineRepair(
  draft: Draft,
  lines: readonly Line[],
  index: number,
  error: YamlError | undefined,
): readonly Repair[] {
  const line = lines[index];
  if (line === undefined) return [];
  const content = contentOf(line);
  const inside = error !== undefined && error.start > content.start && error.start < content.end;
  const place = { start: inside ? error.start : content.start, end: content.end };
  const what = error === undefined ? { code: "BAD_INDENT", message: "" } : named(error, line);
  const block = blockEnd(lines, index);
  return (opensBlock(line) ? [block] : [index, block]).map((last) => {
    const hole = { start: content.start, end: lines[last]?.end ?? line.end };
    return repair(cover(draft, hole.start, hole.end, " "), draft, what, place, hole);
  });
}

/** The closest line above that is indented less and seems to contain the line at `at`. */
function headOf(lines: readonly Line[], at: number): number | undefined {
  const indent = lines[at]?.indent ?? 0;
  let above = previousContent(lines, at);
  while (above !== undefined && (lines[above]?.indent ?? 0) >= indent) above = previousContent(lines, above);
  return above;
}

/** Blanks out a line and all following lines that are not indented less, because their common key is missing. */
function runRepair(draft: Draft, lines: readonly Line[], at: number): readonly Repair[] {
  const line = lines[at];
  if (line === undefined || line.indent === 0) return [];
  const hole = { start: contentOf(line).start, end: lines[runEnd(lines, at)]?.end ?? line.end };
  const what = { code: "BAD_INDENT", message: "" };
  return [repair(cover(draft, hole.start, hole.end, " "), draft, what, contentOf(line), hole)];
}

/** Blanks out the first lines of a file if they are indented further than the rest. */
function headRepair(draft: Draft, lines: readonly Line[], at: number): readonly Repair[] {
  const first = nextContent(lines, -1);
  const [head, line] = [lines[first ?? -1], lines[at]];
  if (head === undefined || line === undefined || head.indent <= line.indent) return [];
  const hole = { start: head.start, end: line.start };
  return [
    repair(cover(draft, hole.start, hole.end, " "), draft, { code: "BAD_INDENT", message: "" }, contentOf(head), hole),
  ];
}

/** If nothing else is left: blanks out the rest of the line. */
function lastResort(draft: Draft, lines: readonly Line[], error: YamlError): Repair {
  const line = lines[lineAt(lines, contentFrom(draft.text, error.start))];
  const place = line === undefined ? error : { start: line.start, end: line.end };
  const isBlank = draft.text.slice(place.start, place.end).trim() === "";
  const all = isBlank ? { start: 0, end: draft.text.length } : place;
  return repair(cover(draft, all.start, all.end, " "), draft, error, place, all);
}

/** Renames an error if the parser's own name would mislead. */
function named({ code, message }: YamlError, line: Line): Pick<YamlError, "code" | "message"> {
  if (message.startsWith("Implicit map keys need")) return { code: "MULTILINE_IMPLICIT_KEY", message };
  if (message.startsWith("Sequence item without")) {
    return { code: "MISSING_DASH", message: "Each list item starts with a dash." };
  }
  if (message.startsWith("Missing ,")) return { code: "MISSING_COMMA", message: "A comma is missing here." };
  const isColon = code === "MULTILINE_IMPLICIT_KEY" || code === "BLOCK_AS_IMPLICIT_KEY";
  return { code: isColon && /:(?:\s|$)/.test(line.content) ? "BAD_INDENT" : code, message };
}

/** The offset of the first character at or after `at` that is not whitespace. */
function contentFrom(text: string, at: number): number {
  const content = /\S/g;
  content.lastIndex = at;
  return content.exec(text)?.index ?? at;
}
