// Takes findings and a range, and returns their fixes and suppressions.
import type { Diagnostic, Edit } from "../base/diagnostic.ts";
import { quote } from "../base/quote.ts";
import { isSameSource, lineStartsOf, positionAt, type Span } from "../base/source.ts";
import { rules } from "../check/rules/index.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { ScalarNode, YamlNode } from "../parse/tree.ts";

/** A fix or a suppression of a finding. */
export interface Action {
  readonly kind: "fix" | "ignore";
  readonly title: string;
  readonly diagnostic: Diagnostic;
  /** Whether it is the first fix of a finding, and safe. */
  readonly isPreferred: boolean;
  readonly edits: readonly Edit[];
}

/** The reason in a new suppression, which the user replaces. */
const NO_REASON = "say why";

/** The maximum number of findings that get actions. A longer menu is not useful, and each action searches the whole tree. */
const MOST_FINDINGS = 100;

/** The fixes of the findings that touch a range, then the comments that would suppress them. */
export function actionsFor(
  definition: ParsedDefinition,
  diagnostics: readonly Diagnostic[],
  start: number,
  end: number,
): readonly Action[] {
  const touched = diagnostics
    .filter(({ span }) => isSameSource(span.source, definition.source) && span.start <= end && start <= span.end)
    .slice(0, MOST_FINDINGS);
  const fixes = touched.flatMap((diagnostic) =>
    (diagnostic.fixes ?? []).map((fix, i): Action => {
      const { title, safe, edits } = fix;
      return { kind: "fix", title, diagnostic, isPreferred: safe && i === 0, edits };
    }),
  );
  const ignores = touched.flatMap((diagnostic): readonly Action[] => {
    const edit = ignoreEdit(definition, diagnostic, NO_REASON);
    const title = `Ignore ${quote(diagnostic.code)} here, and say why`;
    return edit === undefined ? [] : [{ kind: "ignore", title, diagnostic, isPreferred: false, edits: [edit] }];
  });
  return [...fixes, ...ignores];
}

/** Codes that a comment cannot suppress, because the text cannot be read or the finding is about a comment. */
const NOT_IGNORED: ReadonlySet<string> = new Set([
  "yaml-syntax",
  "tab-indentation",
  "merge-conflict",
  ...rules.filter(({ subject }) => subject === "suppression").map(({ code }) => code),
]);

/** Inserts a comment above a finding that suppresses it; `undefined` if no comment can be there. */
function ignoreEdit(
  { source, root }: ParsedDefinition,
  { code, span }: Pick<Diagnostic, "code" | "span">,
  reason: string,
): Edit | undefined {
  if (NOT_IGNORED.has(code) || root === undefined) return undefined;
  // A comment applies to the lines on which a multi-line scalar begins and ends, and cannot be inside it.
  const scalar = scalarAround(root.node, span.start, new Set());
  const at = scalar?.start ?? span.start;
  const lineStart = lineStartsOf(source)[positionAt(source, at).line - 1] ?? 0;
  if (scalarAround(root.node, lineStart, new Set()) !== undefined) return undefined;
  const indentation = /^[ \t]*/.exec(source.text.slice(lineStart, at))?.[0] ?? "";
  const newline = source.text.startsWith("\r\n", source.text.indexOf("\n") - 1) ? "\r\n" : "\n";
  const where: Span = { source, start: lineStart, end: lineStart };
  return { span: where, newText: `${indentation}# modelwright-ignore ${code}: ${reason}${newline}` };
}

/** The scalar that begins before an offset and ends after it. */
function scalarAround(node: YamlNode, offset: number, seen: Set<YamlNode>): ScalarNode | undefined {
  if (seen.has(node)) return undefined;
  seen.add(node);
  if (node.kind === "scalar") return node.start < offset && offset < node.end ? node : undefined;
  if (node.kind === "hole" || offset < node.start || offset > node.end) return undefined;
  const below = node.kind === "list" ? node.items : node.entries.flatMap(({ key, value }) => [key, value]);
  for (const each of below) {
    const found = scalarAround(each, offset, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
