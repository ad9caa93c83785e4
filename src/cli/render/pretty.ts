// For people: the source line, the exact underline, the second place, one sentence of hint.
import { styleText } from "node:util";
import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import { printable } from "../../base/did-you-mean.ts";
import { lineStartsOf, positionAt, type Span } from "../../base/source.ts";
import type { Checked } from "../../compile.ts";
import { summaryLine } from "./summary.ts";

export interface PrettyOptions {
  readonly color: boolean;
  /** Whether a clean result is said too. */
  readonly isResult: boolean;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const STYLES: Readonly<Record<Severity, Style>> = {
  error: ["bold", "red"],
  warning: ["bold", "yellow"],
  hint: ["bold", "cyan"],
  unverified: ["bold", "magenta"],
};

/** All findings, and a line that sums them up. */
export function renderPretty(
  { diagnostics, files }: Pick<Checked, "diagnostics" | "files">,
  options: PrettyOptions,
): string {
  const paint: Paint = (style, text) => (options.color ? styleText(style, text, { validateStream: false }) : text);
  const blocks = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, paint));
  if (blocks.length === 0 && !options.isResult) return "";
  return [...blocks, `${summaryLine(diagnostics, files)}\n`].join("\n");
}

function renderDiagnostic({ code, severity, message, hint, label, span, related }: Diagnostic, paint: Paint): string {
  const others = related ?? [];
  const last = [span, ...others.map((other) => other.span)].map(({ source, end }) => positionAt(source, end).line);
  const gutter = String(Math.max(...last)).length;
  const lines = [`${paint(STYLES[severity], `${severity}[${code}]`)}${paint("bold", `: ${printable(message)}`)}`];
  lines.push(...renderPlace(span, label, "^", gutter, severity, paint));
  for (const other of others) lines.push(...renderPlace(other.span, other.message, "-", gutter, severity, paint));
  if (hint !== undefined) lines.push(`${" ".repeat(gutter)} ${paint("blue", "=")} ${printable(hint)}`);
  return `${lines.join("\n")}\n`;
}

/** The place and its first line, underlined; a span over several lines is underlined to the end of its first. */
function renderPlace(
  span: Span,
  label: string | undefined,
  mark: string,
  gutter: number,
  severity: Severity,
  paint: Paint,
): string[] {
  const { source, start } = span;
  const { line, column } = positionAt(source, start);
  const from = lineStartsOf(source)[line - 1] ?? 0;
  const newline = source.text.indexOf("\n", from);
  const text = source.text.slice(from, newline < 0 ? source.text.length : newline).replace(/\r$/, "");
  const before = display(text.slice(0, start - from));
  const marked = display(text.slice(start - from, Math.max(span.end - from, start - from)));
  const shown = window(display(text), before.length, marked.length);
  const pad = " ".repeat(gutter);
  const bar = paint("blue", "│");
  const color = mark === "^" ? STYLES[severity] : "blue";
  const underline = mark.repeat(Math.max(1, width(shown.marked)));
  const suffix = label === undefined ? "" : ` ${printable(label)}`;
  return [
    `${pad}${paint("blue", mark === "^" ? "┌─" : "├─")} ${printable(source.path)}:${line}:${column}`,
    `${pad} ${bar}`.trimEnd(),
    `${paint("blue", String(line).padStart(gutter))} ${bar} ${shown.text}`.trimEnd(),
    `${pad} ${bar} ${" ".repeat(width(shown.before))}${paint(color, underline + suffix)}`,
  ];
}

const WINDOW = 160;

/** A very long line is cut around what is marked. */
function window(text: string, at: number, length: number) {
  const end = Math.min(at + length, text.length);
  if (text.length <= WINDOW) return { text, before: text.slice(0, at), marked: text.slice(at, end) };
  const from = Math.max(0, Math.min(at - WINDOW / 4, text.length - WINDOW));
  const to = Math.min(text.length, from + WINDOW);
  const head = from > 0 ? "…" : "";
  const tail = to < text.length ? "…" : "";
  return {
    text: head + text.slice(from, to) + tail,
    before: head + text.slice(from, at),
    marked: text.slice(at, Math.min(end, to)),
  };
}

/** Source text as a terminal may show it: tabs as two blanks, nothing that it could obey. */
function display(text: string): string {
  return printable(text.replaceAll("\t", "  "));
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

/** Columns on a terminal: East Asian wide characters take two, combining marks none. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += /\p{Mn}|\p{Me}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}
