// An explanation of a value: one line per step to its origin, with the source line below.
import type { Diagnostic } from "../../base/diagnostic.ts";
import { plainJson } from "../../base/json-text.ts";
import { locationText, printable } from "../../base/quote.ts";
import { lineStartsOf, placeKey, positionAt, type Span } from "../../base/source.ts";
import type { Explanation } from "../../explain/explain.ts";
import type { Hop } from "../../explain/hop.ts";

/** The formats of an explanation; the order is that of the help. */
export const EXPLANATION_FORMATS = {
  pretty: renderExplanation,
  json: renderExplanationJson,
} as const satisfies Readonly<Record<string, (explanation: Explanation) => string>>;

/** The explanation as text. Steps are indented by their distance from the place. */
export function renderExplanation({ span, path, hops, diagnostics }: Explanation): string {
  const lines = [`${locationText(span)}${path === "" ? "" : ` (${printable(path)})`}`, `  ${lineOf(span)}`, ""];
  for (const hop of hops) lines.push(...renderHop(hop, span));
  for (const { severity, code, message } of diagnostics) lines.push("", `${severity}[${code}]: ${printable(message)}`);
  return `${lines.join("\n")}\n`;
}

function renderHop({ depth, text, verdict, type, hint, span }: Hop, subject: Span): readonly string[] {
  const indent = "  ".repeat(Math.min(depth, DEEPEST));
  const facts = [...(type === undefined ? [] : [type]), ...(verdict === "ok" ? [] : [verdict])];
  const lines = [
    `${indent}${depth === 0 ? "" : "← "}${printable(text)}${facts.length > 0 ? ` [${facts.join(", ")}]` : ""}`,
  ];
  const below = `${indent}${depth === 0 ? "" : "  "}`;
  // The location of the subject is already the first line.
  const isSubject = depth === 0 && span !== undefined && placeKey(span) === placeKey(subject);
  if (span !== undefined && !isSubject) lines.push(`${below}${locationText(span)} │ ${lineOf(span)}`);
  if (hint !== undefined) lines.push(`${below}= ${printable(hint)}`);
  return lines;
}

const DEEPEST = 20;

const LONGEST = 100;

function lineOf({ source, start }: Span): string {
  const from = lineStartsOf(source)[positionAt(source, start).line - 1] ?? 0;
  const newline = source.text.indexOf("\n", from);
  const line = source.text.slice(from, newline < 0 ? source.text.length : newline).trimEnd();
  // A long line is truncated around the value.
  const shown = line.length > LONGEST ? line.slice(Math.max(0, start - from - LONGEST / 4)) : line;
  const text = shown.length > LONGEST ? `${shown.slice(0, LONGEST - 1)}…` : shown;
  return printable(text.replaceAll("\t", " ").trim());
}

/** The explanation as JSON. */
export function renderExplanationJson({ span, path, hops, diagnostics }: Explanation): string {
  const document = {
    version: 1,
    ...spanJson(span),
    path,
    hops: hops.map(({ span: at, ...hop }) => ({ ...hop, ...(at === undefined ? {} : spanJson(at)) })),
    diagnostics: diagnostics.map(({ code, severity, message, span: at }: Diagnostic) => ({
      code,
      severity,
      message,
      ...spanJson(at),
    })),
  };
  return `${plainJson(JSON.stringify(document, undefined, 2))}\n`;
}

function spanJson({ source, start, end }: Span) {
  return { file: source.path, range: { start: positionAt(source, start), end: positionAt(source, end) } };
}
