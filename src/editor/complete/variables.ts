// The names of environment variables that the workspace uses. Their values are never read.
import { lineStartsOf, positionAt } from "../../base/source.ts";
import type { Here } from "./here.ts";

/** The maximum number of names. */
const MAX_VARIABLES = 1_000;

const NOT_VARIABLES: ReadonlySet<string> = new Set(["model", "datapoints", "datapoint"]);

/** The names in the workspace and in the document, without the one that is being written at the cursor. */
export function variablesIn({ request: { source, offset, variables } }: Here): readonly string[] {
  const names = new Set(variables);
  const { line } = positionAt(source, offset);
  const start = lineStartsOf(source)[line - 1] ?? 0;
  for (const match of source.text.matchAll(/(?<!\$)\$(?:[{<]\s*)?([A-Za-z_]\w*)(?![\w.[])/g)) {
    const [text, name = ""] = match;
    const isHere = match.index >= start && match.index <= offset && offset <= match.index + text.length;
    if (!isHere) names.add(name);
    if (names.size > 2 * MAX_VARIABLES) break;
  }
  return [...names]
    .filter((name) => !NOT_VARIABLES.has(name))
    .sort()
    .slice(0, MAX_VARIABLES);
}
