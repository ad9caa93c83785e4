// Formats findings for build tools: errors first, with their location and source lines.
import { resolve } from "node:path";
import type { Diagnostic } from "../base/diagnostic.ts";
import { locationText, printable } from "../base/quote.ts";
import { escapeCommands } from "../base/runner-commands.ts";
import { isSameSource, positionAt } from "../base/source.ts";
import { type Paint, plain } from "../render/paint.ts";
import { renderDiagnostic } from "../render/pretty.ts";
import { lastLineOf, type Mark, renderSnippet } from "../render/snippet.ts";
import type { Definition } from "./definitions.ts";

/** A location as build tools expect it: an absolute path; lines and columns start at 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One finding, or several with the location of the first, for tools that show a single location. */
export interface Shown {
  readonly message: string;
  readonly loc: Location;
  /** The source lines around the location, as Vite and others print them. */
  readonly frame: string;
}

/**
 * The errors that make a module fail. Empty if there is a plan, because a file that is missing on this machine does not
 * prevent one.
 */
export function errorsOf({ diagnostics, plan }: Definition): readonly Diagnostic[] {
  return plan === undefined ? diagnostics.filter(({ severity }) => severity === "error") : [];
}

/**
 * Warnings, including errors that do not prevent a plan. Hints and unverified findings are left to `modelwright check`.
 */
export function warningsOf({ diagnostics, plan }: Definition): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "warning" || (severity === "error" && plan !== undefined));
}

/** Combines findings into one message: the first one determines location and frame, the others include their own. */
export function combineFindings(cwd: string, first: Diagnostic, others: readonly Diagnostic[]): Shown {
  const more = others.map((each) => `\n\n${locationText(each.span)} ${textOf(each)}`);
  return {
    message: escapeCommands(textOf(first) + more.join("")),
    loc: locate(cwd, first),
    frame: frameOf(first, others),
  };
}

/** A stack trace that leads to the definition. The one of the error would only show the compiler's own code. */
export function stackOf(message: string, { file, line, column }: Location): string {
  return `Error: ${message}\n    at ${file}:${line}:${column}`;
}

/** Findings with source lines, as `modelwright check` prints them, for tools that only show text. */
export function findingsText(diagnostics: readonly Diagnostic[]): string {
  return escapeCommands(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, plain, undefined)).join("\n"));
}

/** The location of a finding. */
export function locate(cwd: string, { span }: Diagnostic): Location {
  const { line, column } = positionAt(span.source, span.start);
  return { file: resolve(cwd, span.source.path), line, column };
}

/** Code, message and hint of a finding. */
export function textOf({ code, severity, message, hint }: Diagnostic): string {
  const advice = hint === undefined ? "" : `\n${printable(hint)}`;
  return `${severity}[${code}]: ${printable(message)}${advice}`;
}

/** The maximum number of findings in a frame. */
const MAX_FRAMED = 5;

/** Vite recognizes a frame by its ASCII bars, and trims the whitespace before the first line number. */
const ascii: Paint = (style, text) => {
  if (style === "frame" && /^ *\d+$/.test(text)) return text.trimStart().padEnd(text.length);
  return text === "│" ? "|" : text;
};

/** The source lines of the first finding, with the other findings in the same file. */
function frameOf(first: Diagnostic, others: readonly Diagnostic[]): string {
  const { source } = first.span;
  const marks = [first, ...others]
    .slice(0, MAX_FRAMED)
    .flatMap(({ span, label, severity, related = [] }): Mark[] => [
      { span, label, sign: "^", style: severity },
      ...related.map((each): Mark => ({ span: each.span, label: each.message, sign: "-", style: "frame" })),
    ]);
  const here = marks.filter(({ span }) => isSameSource(span.source, source));
  const gutter = String(Math.max(...here.map(({ span }) => lastLineOf(span)))).length;
  return `${renderSnippet(source, here, { gutter, width: undefined, paint: ascii }).join("\n")}\n`;
}
