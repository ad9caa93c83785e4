// Takes a symbol and a new name, and returns the edits of all its places, or a sentence that says why it cannot be renamed.
import type { Diagnostic, Edit } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { joinPath } from "../base/path.ts";
import { quote } from "../base/quote.ts";
import { isIdentifier } from "../bind/identifier.ts";
import { applyEdits } from "../check/edits.ts";
import { type Checked, type CompileOptions, check } from "../compile.ts";
import { replaceInScalar } from "../parse/edit-scalar.ts";
import type { Occurrence, SymbolKind, SymbolTable } from "./symbols.ts";

/** The edits, or the reason why the symbol cannot be renamed. */
export type Renamed =
  | { readonly kind: "edits"; readonly edits: readonly Edit[] }
  | { readonly kind: "refused"; readonly why: string };

const REFUSED: Readonly<Partial<Record<SymbolKind, string>>> = {
  input: "An input has the same name as its Python parameter. Change both names by hand.",
  parameter: "A parameter has the same name as its input in the definition. Change both names by hand.",
  function: "An entry point has the same name as its Python function. Change both names by hand.",
  variable: "An environment variable is set outside the definition, so it cannot be renamed here.",
};

/** Why a symbol cannot be renamed; `undefined` if it can. */
export function refusal({ kind, role, scalar }: Occurrence): string | undefined {
  if (role === "indirect") return "`${model.name}` refers to the model. Rename the model at its key `name`.";
  const why = REFUSED[kind];
  if (why !== undefined) return why;
  return scalar?.node.template !== undefined && role === "declaration"
    ? "A name that contains an expression cannot be renamed."
    : undefined;
}

/** The edits that rename a symbol at all its places. */
export function rename(table: SymbolTable, occurrence: Occurrence, newName: string): Renamed {
  const refused = (why: string): Renamed => ({ kind: "refused", why });
  const why = refusal(occurrence);
  if (why !== undefined) return refused(why);
  const needsIdentifier = occurrence.kind === "file" || occurrence.kind === "output";
  if (newName.trim() !== newName || newName === "")
    return refused("A name cannot be empty, and cannot start or end with a space.");
  if (needsIdentifier && !isIdentifier(newName))
    return refused(
      `${quote(newName)} is not a valid name. Use letters, digits and ${quote("_")}, without a digit at the start.`,
    );
  if (/[\p{Cc}$]/u.test(newName)) return refused("A name cannot contain `$`, line breaks or other control characters.");
  const edits: Edit[] = [];
  for (const { scalar, role } of table.placesOf(occurrence)) {
    if (scalar === undefined || role === "indirect") continue;
    const edit = replaceInScalar(scalar.node, scalar.from, scalar.to, newName);
    if (edit === undefined) return refused("One of the references cannot be edited safely.");
    edits.push(edit);
  }
  return { kind: "edits", edits };
}

/** The first error that some edits would cause in the definitions whose result is given; `undefined` if they cause none. */
export function errorAfter(
  checks: readonly Checked[],
  edits: readonly Edit[],
  host: Host,
  options: CompileOptions,
): string | undefined {
  const texts = editedTexts(edits);
  const edited: Host = {
    ...host,
    readText: (path, root) => texts.get(joinPath(".", path)) ?? host.readText(path, root),
  };
  for (const before of checks) {
    const isTouched = before.graph.bound.files.some(({ source }) => texts.has(joinPath(".", source.path)));
    if (!isTouched) continue;
    const files = before.graph.bound.requested.map(({ source }) => source.path);
    const known = counted(before.diagnostics);
    for (const diagnostic of check(files, edited, options).diagnostics) {
      if (diagnostic.severity !== "error") continue;
      const left = known.get(diagnostic.code) ?? 0;
      if (left === 0) return diagnostic.message;
      known.set(diagnostic.code, left - 1);
    }
  }
  return undefined;
}

function editedTexts(edits: readonly Edit[]): ReadonlyMap<string, string> {
  const bySource = new Map<string, { readonly text: string; readonly edits: Edit[] }>();
  for (const edit of edits) {
    const path = joinPath(".", edit.span.source.path);
    const entry = bySource.get(path) ?? { text: edit.span.source.text, edits: [] };
    bySource.set(path, entry);
    entry.edits.push(edit);
  }
  return new Map([...bySource].map(([path, entry]) => [path, applyEdits(entry.text, entry.edits).text]));
}

/** The number of errors of each code. */
function counted(diagnostics: readonly Diagnostic[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code, severity } of diagnostics) if (severity === "error") counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
