// Findings as build tools show them: what is wrong first, with its place and the lines around it.
import { resolve } from "node:path";
import type { Diagnostic } from "../base/diagnostic.ts";
import { printable } from "../base/quote.ts";
import { withoutCommands } from "../base/runner-commands.ts";
import { isSameSource, positionAt } from "../base/source.ts";
import { type Paint, plain } from "../render/paint.ts";
import { renderDiagnostic } from "../render/pretty.ts";
import { lastLineOf, type Mark, renderSnippet } from "../render/snippet.ts";
import type { Definition } from "./definitions.ts";

/** A place as build tools take it: an absolute path; lines and columns start at 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A finding, or several of which the first one is located, for tools that show one place. */
export interface Shown {
  readonly message: string;
  readonly loc: Location;
  /** The lines around the place, as Vite and others print them. */
  readonly frame: string;
}

/** What stops a module: nothing while there is a plan, since a file that is missing on this machine spoils none. */
export function errorsOf({ diagnostics, plan }: Definition): readonly Diagnostic[] {
  return plan === undefined ? diagnostics.filter(({ severity }) => severity === "error") : [];
}

/** What is said besides. Hints and what cannot be verified are for `modelwright check`. */
export function warningsOf({ diagnostics, plan }: Definition): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "warning" || (severity === "error" && plan !== undefined));
}

/** All of them in one message: the first one has the place and the frame, the others name theirs. */
export function showTogether(cwd: string, first: Diagnostic, others: readonly Diagnostic[]): Shown {
  const more = others.map((each) => `\n\n${locationText(each)} ${textOf(each)}`);
  return {
    message: withoutCommands(textOf(first) + more.join("")),
    loc: locate(cwd, first),
    frame: frameOf(first, others),
  };
}

/** A finding with its lines, as `modelwright check` prints it: for tools that show a text and nothing else. */
export function showAsText(diagnostics: readonly Diagnostic[]): string {
  return withoutCommands(diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, plain, undefined)).join("\n"));
}

/** Where a finding is. */
export function locate(cwd: string, { span }: Diagnostic): Location {
  const { line, column } = positionAt(span.source, span.start);
  return { file: resolve(cwd, span.source.path), line, column };
}

/** Code, message and hint of a finding. */
export function textOf({ code, severity, message, hint }: Diagnostic): string {
  const advice = hint === undefined ? "" : `\n${printable(hint)}`;
  return `${severity}[${code}]: ${printable(message)}${advice}`;
}

function locationText({ span }: Diagnostic): string {
  const { line, column } = positionAt(span.source, span.start);
  return `${printable(span.source.path)}:${line}:${column}`;
}

/** A frame is for a first look: it shows so many findings at most. */
const MOST_FRAMED = 5;

/** Vite tells a frame from other text by ASCII bars, and cuts the blanks before the first number. */
const ascii: Paint = (style, text) => {
  if (style === "frame" && /^ *\d+$/.test(text)) return text.trimStart().padEnd(text.length);
  return text === "│" ? "|" : text;
};

/** The lines of the first finding, with whatever else is wrong in its file. */
function frameOf(first: Diagnostic, others: readonly Diagnostic[]): string {
  const { source } = first.span;
  const marks = [first, ...others]
    .slice(0, MOST_FRAMED)
    .flatMap(({ span, label, severity, related = [] }): Mark[] => [
      { span, label, sign: "^", style: severity },
      ...related.map((each): Mark => ({ span: each.span, label: each.message, sign: "-", style: "frame" })),
    ]);
  const here = marks.filter(({ span }) => isSameSource(span.source, source));
  const gutter = String(Math.max(...here.map(({ span }) => lastLineOf(span)))).length;
  return `${renderSnippet(source, here, { gutter, width: undefined, paint: ascii }).join("\n")}\n`;
}
