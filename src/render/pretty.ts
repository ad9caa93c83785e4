// The format for people: the source line, the exact underline, the related places and the hint.
import { type Diagnostic, worstFirst } from "../base/diagnostic.ts";
import { locationText, printable } from "../base/quote.ts";
import { originalOf, type Source } from "../base/source.ts";
import type { Checked } from "../compile.ts";
import { wrap } from "./columns.ts";
import { colored, type Paint, plain } from "./paint.ts";
import { type Layout, lastLineOf, type Mark, renderSnippet } from "./snippet.ts";
import { type Hidden, summaryLine } from "./summary.ts";

export interface PrettyOptions {
  readonly color: boolean;
  /** Whether a result without findings is printed too. */
  readonly isResult: boolean;
  /** Columns of the terminal; without a terminal nothing is wrapped, so that `grep` finds whole sentences. */
  readonly width?: number | undefined;
  /** Where a code is documented, if the terminal shows hyperlinks. */
  readonly urlOf?: ((code: string) => string) | undefined;
}

/** The fewest columns that text is wrapped to. */
const NARROWEST = 24;

/** The most columns of a sentence, however wide the terminal is. */
const WIDEST_TEXT = 100;

/** The findings, followed by the summary line. */
export function renderPretty(
  { diagnostics, files, ...hidden }: Pick<Checked, "diagnostics" | "files"> & Hidden,
  { color, isResult, width, urlOf }: PrettyOptions,
): string {
  const paint = color ? colored : plain;
  const columns = width === undefined ? undefined : Math.max(width, NARROWEST);
  const shown = shownOf(diagnostics);
  const blocks = shown.map((diagnostic) => renderDiagnostic(diagnostic, paint, columns, urlOf));
  if (blocks.length === 0 && !isResult) return "";
  const left = diagnostics.length - shown.length;
  const more = `${left} more ${left === 1 ? "finding is" : "findings are"} not shown; use \`--format concise\` to list all of them.`;
  const sentences = [...(left > 0 ? [more] : []), summaryLine(diagnostics, files, hidden)];
  const end = sentences.map((sentence) => `${wrap(sentence, textRoom(columns)).join("\n")}\n`);
  return [...blocks, ...end].join("\n");
}

/** How many findings are shown: each takes several lines and some time to render. */
const MOST_SHOWN = 1000;

/** The most severe findings, in the order of the text. */
function shownOf(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length <= MOST_SHOWN) return diagnostics;
  const kept = new Set(worstFirst(diagnostics).slice(0, MOST_SHOWN));
  return diagnostics.filter((diagnostic) => kept.has(diagnostic));
}

/** One finding: its message, its places and its hint. */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  paint: Paint,
  width: number | undefined,
  urlOf?: PrettyOptions["urlOf"],
): string {
  const files = [...marksOf(diagnostic)];
  const last = files.flat().map(({ span }) => lastLineOf(span));
  const layout: Layout = { gutter: String(Math.max(...last)).length, width, paint };
  const lines = [heading(diagnostic, paint, width, urlOf)];
  let corner = "┌─";
  for (const marks of files) {
    lines.push(`${" ".repeat(layout.gutter)}${paint("frame", corner)} ${locationText(marks[0].span)}`);
    lines.push(`${" ".repeat(layout.gutter)} ${paint("frame", "│")}`);
    lines.push(...renderSnippet(marks[0].span.source, marks, layout));
    corner = "├─";
  }
  if (diagnostic.hint !== undefined) {
    const margin = " ".repeat(layout.gutter + 1);
    const hint = wrap(printable(diagnostic.hint), textRoom(width) - margin.length - 2);
    lines.push(...hint.map((line, i) => `${margin}${i === 0 ? paint("frame", "=") : " "} ${line}`));
  }
  return `${lines.join("\n")}\n`;
}

/** The marks in each file: the place of the finding first, then the related ones. */
function marksOf({ span, label, severity, related }: Diagnostic): Iterable<readonly [Mark, ...Mark[]]> {
  const first: Mark = { span, label, sign: "^", style: severity };
  const byFile = new Map<Source, [Mark, ...Mark[]]>([[originalOf(span.source), [first]]]);
  for (const { span, message } of related ?? []) {
    const mark: Mark = { span, label: message, sign: "-", style: "frame" };
    const source = originalOf(span.source);
    const known = byFile.get(source);
    if (known === undefined) byFile.set(source, [mark]);
    else known.push(mark);
  }
  return byFile.values();
}

function heading(
  { code, severity, message }: Diagnostic,
  paint: Paint,
  width: number | undefined,
  urlOf: PrettyOptions["urlOf"],
): string {
  const name = `${severity}[${code}]`;
  const [first = "", ...rest] = wrap(`${name}: ${printable(message)}`, textRoom(width), "  ");
  const linked = urlOf === undefined ? name : `${severity}[${hyperlink(urlOf(code), code)}]`;
  const begin = first.startsWith(name) ? paint(severity, linked) + paint("strong", first.slice(name.length)) : first;
  return [begin, ...rest.map((line) => paint("strong", line))].join("\n");
}

/** A hyperlink in a terminal (OSC 8). It is as wide as its text. */
function hyperlink(url: string, text: string): string {
  return `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\`;
}

function textRoom(width: number | undefined): number {
  return width === undefined ? Number.POSITIVE_INFINITY : Math.min(width, WIDEST_TEXT);
}
