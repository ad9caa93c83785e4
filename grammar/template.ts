// Reads any template and reports its mistakes. Chevrotain is slow to load, so it only reads what `plain.ts` does not
// accept.
import { type IToken, Lexer, tokenMatcher } from "chevrotain";
import { isBarePath, mayContainExpression } from "./bare.ts";
import { type Expression, LIMITS, type Part, type Template, variableAt } from "./parts.ts";
import { type ExpressionProblem, endOf, parseBody } from "./rules.ts";
import * as t from "./tokens.ts";

const lexer = new Lexer(t.modes, { positionTracking: "onlyOffset", ensureOptimizations: false });

/** Splits a scalar that contains a `$` into parts. */
export function readTemplate(text: string): Template | undefined {
  if (isBarePath(text)) return parseBare(text);
  if (!mayContainExpression(text)) return undefined;
  const draft: Draft = { parts: [], problems: [], expressions: 0, isOnlyText: true };
  let readable = text;
  let tokens = lexer.tokenize(text).tokens;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as IToken;
    if (token.tokenType !== t.OpenBraces && token.tokenType !== t.OpenAngles) {
      if (token.tokenType === t.Variable) addVariable(draft, token);
      else addText(draft, isEscape(token) ? token.image.slice(1) : token.image);
      if (isEscape(token)) draft.isOnlyText = false;
      if (draft.expressions > LIMITS.expressions) break;
      continue;
    }
    const close = closingOf(tokens, i);
    if (close !== undefined) {
      const [unclosed, open] = unclosedOpenings(tokens, i, close);
      for (const opening of unclosed) addUnclosed(draft, tokens, opening);
      addExpression(draft, tokens, open, close);
      i = close;
    } else {
      // Nothing closes this kind of delimiter any more. Continue with the other kind, so there are at most three
      // passes.
      for (const opening of openingsFrom(tokens, i)) addUnclosed(draft, tokens, opening);
      const end = endOf(token);
      readable = " ".repeat(end) + readable.slice(end).replaceAll(token.image, "  ");
      tokens = lexer.tokenize(readable.slice(end)).tokens.map((other) => shifted(other, end));
      i = -1;
    }
    if (draft.expressions > LIMITS.expressions) break;
  }
  if (draft.isOnlyText) return undefined;
  const problems = draft.problems.sort((a, b) => a.start - b.start);
  return { parts: draft.parts, problems };
}

interface Draft {
  readonly parts: Part[];
  readonly problems: ExpressionProblem[];
  expressions: number;
  /** Whether only text was found so far: no expression and no escape. */
  isOnlyText: boolean;
}

function addText({ parts }: Draft, value: string): void {
  const last = parts[parts.length - 1];
  if (last?.kind === "text") parts[parts.length - 1] = { kind: "text", value: last.value + value };
  else parts.push({ kind: "text", value });
}

function addExpression(draft: Draft, tokens: readonly IToken[], open: number, close: number): void {
  const first = tokens[open] as IToken;
  const last = tokens[close] as IToken;
  const start = first.startOffset;
  const end = endOf(last);
  const inner = tokens.slice(open + 1, close);
  const body = problemOf(inner, start, end) ?? parseBody(inner, last.startOffset, LIMITS.segments);
  const spelling = first.image === "${" ? "braces" : "angles";
  add(draft, "path" in body ? { kind: "expression", spelling, start, end, ...body } : body, start);
}

function addVariable(draft: Draft, token: IToken): void {
  const { image, startOffset: start } = token;
  const end = endOf(token);
  if (image.length > LIMITS.expressionLength) add(draft, tooLong(start, end), start);
  else add(draft, variableAt(image.slice(1), start), start);
}

function addUnclosed(draft: Draft, tokens: readonly IToken[], open: number): void {
  const { image: found, startOffset: start } = tokens[open] as IToken;
  add(draft, { kind: "unclosed", found, start, end: pathEnd(tokens, open) }, start);
}

function add(draft: Draft, result: Expression | ExpressionProblem, start: number): void {
  draft.expressions += 1;
  draft.isOnlyText = false;
  if (draft.expressions > LIMITS.expressions + 1) return;
  const isTooMany = draft.expressions > LIMITS.expressions;
  if (!isTooMany && result.kind === "expression") {
    draft.parts.push(result);
    return;
  }
  draft.parts.push({ kind: "broken" });
  if (isTooMany) draft.problems.push({ kind: "too-many", found: "", start, end: start + 2 });
  else if (result.kind !== "expression") draft.problems.push(result);
}

/** Mistakes that the tokens alone reveal, checked before any rule runs. */
function problemOf(inner: readonly IToken[], start: number, end: number): ExpressionProblem | undefined {
  if (inner.length === 0) return { kind: "empty", found: "", start, end };
  if (end - start > LIMITS.expressionLength) return tooLong(start, end);
  for (const token of inner) {
    const mayHide = token.tokenType === t.Nested || tokenMatcher(token, t.Default) || tokenMatcher(token, t.Required);
    const at = mayHide ? token.image.search(/\$[{<]/) : -1;
    if (at < 0) continue;
    const from = token.startOffset + at;
    return { kind: "nested", found: token.image.slice(at, at + 2), start: from, end: from + 2 };
  }
  return undefined;
}

function parseBare(text: string): Template {
  const draft: Draft = { parts: [], problems: [], expressions: 0, isOnlyText: false };
  const tokens = lexer.tokenize(text.slice(1), "braces").tokens.map((token) => shifted(token, 1));
  const end = endOf(tokens[tokens.length - 1] as IToken);
  const bare = end > LIMITS.expressionLength ? tooLong(0, end) : parseBody(tokens, end, LIMITS.segments);
  const unexpected = tokens.find((token, i) => needsBraces(token, tokens[i - 1]));
  if (!("path" in bare)) add(draft, bare, 0);
  else if (unexpected === undefined) add(draft, { kind: "expression", spelling: "bare", start: 0, end, ...bare }, 0);
  else
    add(
      draft,
      { kind: "unexpected", found: unexpected.image, start: unexpected.startOffset, end: endOf(unexpected) },
      0,
    );
  return draft;
}

/** Whether a token needs braces: a suffix, and anything after whitespace. */
function needsBraces(token: IToken, before: IToken | undefined): boolean {
  const isSuffix = tokenMatcher(token, t.Default) || tokenMatcher(token, t.Required);
  return isSuffix || (before !== undefined && endOf(before) !== token.startOffset);
}

function tooLong(start: number, end: number): ExpressionProblem {
  return { kind: "too-long", found: "", start, end };
}

/** The index of the token that closes the expression opened at `open`. */
function closingOf(tokens: readonly IToken[], open: number): number | undefined {
  const close = tokens[open]?.tokenType === t.OpenBraces ? t.CloseBraces : t.CloseAngles;
  for (let i = open + 1; i < tokens.length; i++) if (tokens[i]?.tokenType === close) return i;
  return undefined;
}

/** The opening delimiters of the same kind as the one at `open`, starting with it, up to `end`. */
function openingsFrom(tokens: readonly IToken[], open: number, end = tokens.length): readonly number[] {
  const found = [open];
  for (let i = open + 1; i < end && found.length <= LIMITS.expressions; i++) {
    const isEscaped = tokens[i - 1]?.image === "$" && tokens[i - 1]?.startOffset === (tokens[i]?.startOffset ?? 0) - 1;
    if (tokens[i]?.image === tokens[open]?.image && !isEscaped) found.push(i);
  }
  return found;
}

/**
 * In `${a … ${b}`, the closing delimiter belongs to the second opening and the first is unclosed; in `${a ${b}}`, the
 * expressions are nested. Returns the unclosed openings, and the opening that `close` belongs to.
 */
function unclosedOpenings(
  tokens: readonly IToken[],
  open: number,
  close: number,
): readonly [readonly number[], number] {
  const openings = openingsFrom(tokens, open, close);
  const unclosed = openings.length === 1 ? 0 : Math.max(openings.length - 1 - closingsAfter(tokens, close), 0);
  return [openings.slice(0, unclosed), openings[unclosed] ?? open];
}

/** The number of further closing delimiters in the text after `close` that have no opening of their own. */
function closingsAfter(tokens: readonly IToken[], close: number): number {
  const mark = tokens[close]?.image;
  const opposite = mark === "}" ? "{" : "<";
  let depth = 0;
  let found = 0;
  for (let i = close + 1; i < tokens.length && tokens[i]?.tokenType === t.Text; i++) {
    for (const char of tokens[i]?.image ?? "") {
      if (char === opposite) depth += 1;
      else if (char === mark && depth > 0) depth -= 1;
      else if (char === mark) found += 1;
    }
  }
  return found;
}

/** The end of the path after an opening delimiter: what to underline if the delimiter is never closed. */
function pathEnd(tokens: readonly IToken[], open: number): number {
  let end = endOf(tokens[open] as IToken);
  for (let i = open + 1; i < tokens.length; i++) {
    const token = tokens[i] as IToken;
    if (token.startOffset !== end || !t.pathTokens.includes(token.tokenType)) break;
    end = endOf(token);
  }
  return end;
}

function isEscape(token: IToken): boolean {
  return token.tokenType === t.EscapedBraces || token.tokenType === t.EscapedAngles;
}

function shifted(token: IToken, by: number): IToken {
  return { ...token, startOffset: token.startOffset + by };
}
