// The fast path for common templates: `${…}` with a path of ASCII names and no spaces, `$NAME` in text, and no
// mistakes.
import { BARE_NAME, isBarePath } from "./bare.ts";
import { type Expression, LIMITS, type Part, type Template, variableAt } from "./parts.ts";
import type { Segment } from "./rules.ts";

const NAME = "[A-Za-z_]\\w*";
const KEY = "\\[(?:\\d+|\"[^\"\\n${}<>]*\"|'[^'\\n${}<>]*')\\]";

/** A piece of text, an expression (path and suffix), or a variable without braces. */
const PART = new RegExp(
  `([^$]+|\\$(?![A-Za-z_{<$]))|\\$\\{(${NAME}(?:\\.${NAME}|${KEY})*)(:[-?][^}$]*)?\\}|\\$(${BARE_NAME})`,
  "y",
);
const STEP = new RegExp(`\\.?(${NAME})|${KEY}`, "y");

/** Returns what `readTemplate` would return; `undefined` if only `readTemplate` can read the text. */
export function plainTemplate(text: string): Template | undefined {
  if (isBarePath(text)) return undefined;
  const parts: Part[] = [];
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const found = PART.exec(text);
    if (found === null) return undefined;
    const [whole, piece, path = "", suffix, variable] = found;
    if (piece !== undefined) addText(parts, piece);
    else if (whole.length > LIMITS.expressionLength || parts.length >= LIMITS.expressions) return undefined;
    else if (variable !== undefined) parts.push(variableAt(variable, at));
    else {
      const segments = segmentsOf(path, at + 2);
      if (!isFilled(segments) || segments.length > LIMITS.segments) return undefined;
      parts.push(expressionOf(segments, suffix, at, at + whole.length));
    }
  }
  return parts.some(({ kind }) => kind === "expression") ? { parts, problems: [] } : undefined;
}

function addText(parts: Part[], value: string): void {
  const last = parts[parts.length - 1];
  if (last?.kind === "text") parts[parts.length - 1] = { kind: "text", value: last.value + value };
  else parts.push({ kind: "text", value });
}

function segmentsOf(path: string, offset: number): readonly Segment[] {
  const segments: Segment[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const [whole = "", name] = STEP.exec(path) ?? [];
    const end = offset + STEP.lastIndex;
    if (name !== undefined) segments.push({ kind: "name", value: name, start: end - name.length, end });
    else if (whole.endsWith("']") || whole.endsWith('"]')) {
      segments.push({ kind: "quoted", value: whole.slice(2, -2), start: end - whole.length + 2, end: end - 2 });
    } else segments.push({ kind: "index", value: whole.slice(1, -1), start: end - whole.length + 1, end: end - 1 });
  }
  return segments;
}

function isFilled(segments: readonly Segment[]): segments is Expression["path"] {
  return segments.length > 0;
}

function expressionOf(path: Expression["path"], suffix: string | undefined, start: number, end: number): Expression {
  const expression = { kind: "expression", spelling: "braces", start, end, path } as const;
  if (suffix === undefined) return expression;
  const body = { value: suffix.slice(2), start: end - 1 - suffix.length + 2, end: end - 1 };
  return suffix.startsWith(":-") ? { ...expression, default: body } : { ...expression, required: body };
}
