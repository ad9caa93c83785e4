// SARIF 2.1.0, the format of code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import { sha256Hex } from "../../base/digest.ts";
import { positionAt, type Span, textOf } from "../../base/source.ts";
import { VERSION } from "../../base/version.ts";
import { rules } from "../../check/rules/index.ts";

/** What cannot be verified is an open question (section 3.27.9), which has no level. */
const LEVELS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  hint: "note",
  unverified: "none",
};

/** One run with all findings; `file` paths are relative to the working folder. */
export function renderSarif({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): string {
  const fingerprint = fingerprints();
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "modelwright", version: VERSION, rules: rules.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, fingerprint(diagnostic))),
      },
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function ruleOf({ code, severity, summary, explanation }: (typeof rules)[number]) {
  return {
    id: code,
    shortDescription: { text: summary },
    fullDescription: { text: explanation },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function resultOf({ code, severity, message, hint, span, related, fixes }: Diagnostic, print: string) {
  return {
    ruleId: code,
    ruleIndex: rules.findIndex((rule) => rule.code === code),
    kind: severity === "unverified" ? "open" : "fail",
    level: LEVELS[severity],
    message: { text: hint === undefined ? message : `${message} ${hint}` },
    locations: [{ physicalLocation: placeOf(span) }],
    ...(related === undefined || related.length === 0
      ? {}
      : {
          relatedLocations: related.map((other, id) => ({
            id,
            message: { text: other.message },
            physicalLocation: placeOf(other.span),
          })),
        }),
    partialFingerprints: { "modelwright/v1": print },
    ...(fixes === undefined || fixes.length === 0 ? {} : { fixes: fixes.map(fixOf) }),
  };
}

function fixOf({ title, edits }: NonNullable<Diagnostic["fixes"]>[number]) {
  return {
    description: { text: title },
    artifactChanges: edits.map(({ span, newText }) => ({
      artifactLocation: { uri: uriOf(span) },
      replacements: [{ deletedRegion: regionOf(span), insertedContent: { text: newText } }],
    })),
  };
}

function placeOf(span: Span) {
  return { artifactLocation: { uri: uriOf(span) }, region: regionOf(span) };
}

function uriOf({ source }: Span): string {
  const wellFormed = source.path.replace(/\p{Cs}/gu, "\ufffd");
  return wellFormed.split("/").map(encodeURIComponent).join("/");
}

function regionOf({ source, start, end }: Span) {
  const [from, to] = [positionAt(source, start), positionAt(source, end)];
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
}

/** Names a finding by what does not move with the lines above it; equal findings are counted. */
function fingerprints(): (diagnostic: Diagnostic) => string {
  const seen = new Map<string, number>();
  return ({ code, span, path }) => {
    const key = sha256Hex(JSON.stringify([code, span.source.path, path, textOf(span)])).slice(0, 32);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return `${key}:${count}`;
  };
}
