// SARIF 2.1.0, the format of code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
import { type Diagnostic, type Edit, type Fix, type Severity, worstFirst } from "../../base/diagnostic.ts";
import { sha256Hex } from "../../base/digest.ts";
import { plainJson } from "../../base/json-text.ts";
import { isAbsolute } from "../../base/path.ts";
import { printable } from "../../base/quote.ts";
import { positionAt, type Span, textOf } from "../../base/source.ts";
import { VERSION } from "../../base/version.ts";
import type { SuppressedDiagnostic } from "../../check/accepted/suppress.ts";
import type { Rule } from "../../check/rule.ts";
import { rules } from "../../check/rules/index.ts";
import { ruleUrl } from "../rule-url.ts";

const RULE_INDEX: ReadonlyMap<string, number> = new Map(rules.map(({ code }, index) => [code, index]));

interface SarifSeverity {
  readonly level: string;
  readonly kind: string;
  /** The severity by which GitHub sorts. */
  readonly problem: string;
}

/** Unverified findings are `open`. The standard allows a level only for `fail` (section 3.27.10). */
const SARIF: Readonly<Record<Severity, SarifSeverity>> = {
  error: { level: "error", kind: "fail", problem: "error" },
  warning: { level: "warning", kind: "fail", problem: "warning" },
  hint: { level: "note", kind: "fail", problem: "recommendation" },
  unverified: { level: "none", kind: "open", problem: "recommendation" },
};

/** GitHub rejects files with more results, and shows only the most severe. */
const MOST_RESULTS = 25_000;
const MOST_SHOWN = 5_000;

/** One run with all findings. Paths are relative to the working directory. */
export function renderSarif({
  diagnostics,
  suppressed = [],
}: {
  readonly diagnostics: readonly Diagnostic[];
  readonly suppressed?: readonly SuppressedDiagnostic[];
}): string {
  const fingerprint = fingerprints();
  const printed = diagnostics.map((diagnostic) => ({ diagnostic, print: fingerprint(diagnostic) }));
  const kept = diagnostics.length > MOST_RESULTS ? new Set(worstFirst(diagnostics).slice(0, MOST_RESULTS)) : undefined;
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "modelwright", version: VERSION, semanticVersion: VERSION, rules: rules.map(ruleOf) } },
        invocations: [{ executionSuccessful: true, ...notificationOf(diagnostics.length) }],
        columnKind: "utf16CodeUnits",
        results: [
          ...printed
            .filter(({ diagnostic }) => kept?.has(diagnostic) ?? true)
            .map(({ diagnostic, print }) => resultOf(diagnostic, print)),
          ...suppressed.slice(0, Math.max(MOST_RESULTS - diagnostics.length, 0)).map((diagnostic) => ({
            ...resultOf(diagnostic, fingerprint(diagnostic)),
            suppressions: [{ kind: "inSource", justification: diagnostic.reason }],
          })),
        ],
      },
    ],
  };
  return `${plainJson(JSON.stringify(document, undefined, 2))}\n`;
}

function notificationOf(count: number) {
  if (count <= MOST_SHOWN) return {};
  const left = count > MOST_RESULTS ? ` The ${count - MOST_RESULTS} least severe are omitted.` : "";
  const text = `There are ${count} findings; code scanning shows the ${MOST_SHOWN} most severe.${left}`;
  return { toolExecutionNotifications: [{ level: "note", message: { text } }] };
}

/** The explanation and both examples, as `modelwright explain` prints them. */
function ruleOf({ code, severity, summary, explanation, bad, good }: Rule) {
  const command = `modelwright explain ${code}`;
  return {
    id: code,
    shortDescription: { text: summary },
    fullDescription: { text: explanation },
    helpUri: ruleUrl(code),
    help: {
      text: `${explanation}\n\nWrong:\n\n${indented(bad)}\nRight:\n\n${indented(good)}\n${command}`,
      markdown: `${explanation}\n\nWrong:\n\n${fenced(bad)}\n\nRight:\n\n${fenced(good)}\n\n\`${command}\``,
    },
    defaultConfiguration: { level: SARIF[severity].level },
    properties: { "problem.severity": SARIF[severity].problem },
  };
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}

function fenced(text: string): string {
  return `\`\`\`yaml\n${text.trimEnd()}\n\`\`\``;
}

function resultOf({ code, severity, message, hint, span, path, related, fixes }: Diagnostic, print: string) {
  return {
    ruleId: code,
    ruleIndex: RULE_INDEX.get(code) ?? -1,
    kind: SARIF[severity].kind,
    level: SARIF[severity].level,
    message: { text: plainText(hint === undefined ? message : `${message} ${hint}`) },
    locations: [
      {
        physicalLocation: sarifLocation(span),
        ...(path === "" ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
      },
    ],
    ...(related === undefined || related.length === 0
      ? {}
      : {
          relatedLocations: related.map((other, id) => ({
            id,
            message: { text: plainText(other.message) },
            physicalLocation: sarifLocation(other.span),
          })),
        }),
    partialFingerprints: { "modelwright/v1": print },
    ...(fixes === undefined || fixes.length === 0 ? {} : { fixes: fixes.map(fixOf) }),
  };
}

/** Escapes `[text](place)`, which viewers show as a link (section 3.11.6) and which can be part of a name. */
function plainText(text: string): string {
  return printable(text).replace(/\[(?=[^[\]]*\]\()/g, "\\[");
}

function fixOf({ title, safe, edits }: Fix) {
  const byUri = new Map<string, Edit[]>();
  for (const edit of edits) {
    const uri = uriOf(edit.span);
    const known = byUri.get(uri);
    if (known === undefined) byUri.set(uri, [edit]);
    else known.push(edit);
  }
  return {
    description: { text: plainText(title) },
    artifactChanges: [...byUri].map(([uri, changes]) => ({
      artifactLocation: { uri },
      replacements: changes.map(({ span, newText }) => ({
        deletedRegion: regionOf(span),
        insertedContent: { text: newText },
      })),
    })),
    properties: { safe },
  };
}

function sarifLocation(span: Span) {
  return { artifactLocation: { uri: uriOf(span) }, region: regionOf(span) };
}

/** A relative reference, which viewers resolve against the root of the repository. An absolute path becomes a `file:` URI. */
function uriOf({ source }: Span): string {
  const parts = source.path.replace(/\p{Cs}/gu, "\ufffd").split("/");
  if (!isAbsolute(source.path)) return parts.map(encodeURIComponent).join("/");
  const [drive = "", ...rest] = parts;
  return `file://${drive === "" ? "" : `/${drive}`}/${rest.map(encodeURIComponent).join("/")}`;
}

function regionOf({ source, start, end }: Span) {
  const [from, to] = [positionAt(source, start), positionAt(source, end)];
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
}

/**
 * Identifies a finding by data that does not change if lines or list entries are added before it: its code, its file, its keys
 * and its text. Findings with the same data are numbered.
 */
function fingerprints(): (diagnostic: Diagnostic) => string {
  const seen = new Map<string, number>();
  return ({ code, span, path }) => {
    const keys = path.replaceAll(/\[\d+\]/g, "[]");
    const key = sha256Hex(JSON.stringify([code, span.source.path, keys, textOf(span)])).slice(0, 32);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return `${key}:${count}`;
  };
}
