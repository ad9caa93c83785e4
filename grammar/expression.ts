// The expression language: the text of one scalar in, its parts and everything that is wrong with it out. Never throws.
//
//   template   := ( TEXT | "$${" | "$$<" | "${" expression "}" | "$<" expression ">" )*
//   bare       := "$" path                                     (the whole scalar)
//   expression := path ( ":-" text | ":?" text )?
//   path       := NAME ( "." NAME | "[" ( STRING | INTEGER ) "]" )*
import { EmbeddedActionsParser, type IToken, Lexer, tokenMatcher } from "chevrotain";
import * as t from "./tokens.ts";

/** Bounds that keep a hostile scalar cheap. */
export const LIMITS = { expressionLength: 4096, segments: 32, expressions: 1000 } as const;

/** One step of a path: `.name`, `["name"]` or `[0]`. Offsets are into the decoded scalar and cover the name alone. */
export interface Segment {
  readonly kind: "name" | "quoted" | "index";
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** One `${…}`. `start` and `end` cover it with its braces; `inner` is the path and what follows it. */
export interface Expression {
  readonly kind: "expression";
  readonly spelling: "braces" | "angles" | "bare";
  readonly start: number;
  readonly end: number;
  readonly path: readonly [Segment, ...Segment[]];
  /** `:-text`, used when the variable is unset or empty. */
  readonly default?: Suffix;
  /** `:?text`, the message to show when the variable is unset or empty. */
  readonly required?: Suffix;
}

export interface Suffix {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export type Part = { readonly kind: "text"; readonly value: string } | Expression | { readonly kind: "broken" };

/** What is wrong with an expression, as data; the words are the rule's. */
export interface ExpressionProblem {
  readonly kind:
    | "empty"
    | "unclosed"
    | "nested"
    | "operator"
    | "call"
    | "hyphen"
    | "name-expected"
    | "bracket"
    | "unexpected"
    | "too-long"
    | "too-deep"
    | "too-many";
  readonly found: string;
  readonly start: number;
  readonly end: number;
}

/** A scalar that holds at least one `$`, taken apart. Text parts are unescaped. */
export interface Template {
  readonly parts: readonly Part[];
  readonly problems: readonly ExpressionProblem[];
}

class ExpressionParser extends EmbeddedActionsParser {
  constructor() {
    super(t.ruleTokens, { recoveryEnabled: false, maxLookahead: 1 });
    this.performSelfAnalysis();
  }

  // expression := path ( ":-" text | ":?" text )?
  readonly expression = this.RULE("expression", (): Pick<Expression, "path" | "default" | "required"> => {
    const path = this.SUBRULE(this.path);
    const suffix = this.OPTION(() =>
      this.OR([
        { ALT: () => ({ default: suffixOf(this.CONSUME(t.Default)) }) },
        { ALT: () => ({ required: suffixOf(this.CONSUME(t.Required)) }) },
      ]),
    );
    return { path, ...suffix };
  });

  // path := NAME ( "." NAME | "[" ( STRING | INTEGER ) "]" )*
  readonly path = this.RULE("path", (): readonly [Segment, ...Segment[]] => {
    const root = segment("name", this.CONSUME(t.Name));
    const rest: Segment[] = [];
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Dot);
            rest.push(segment("name", this.CONSUME2(t.Name)));
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.OpenBracket);
            this.OR2([
              { ALT: () => rest.push(segment("quoted", this.CONSUME(t.Quoted))) },
              { ALT: () => rest.push(segment("index", this.CONSUME(t.Integer))) },
            ]);
            this.CONSUME(t.CloseBracket);
          },
        },
      ]);
    });
    return [root, ...rest];
  });
}

const lexer = new Lexer(t.modes, { positionTracking: "onlyOffset", ensureOptimizations: false });
const parser = new ExpressionParser();

const BARE = /^\$(?:[\p{L}_][\p{L}\p{M}\p{N}_]*$|(?:model|datapoints?)[.[]|[\p{L}_][\p{L}\p{M}\p{N}_]*[.[][^\s{}]*$)/u;

/** Takes a decoded scalar apart; `undefined` when it holds no expression and no escape, which is nearly always. */
export function parseTemplate(text: string): Template | undefined {
  if (!text.includes("$")) return undefined;
  if (BARE.test(text)) return parseBare(text);
  if (!/\$[{<]/.test(text)) return undefined;
  const parts: Part[] = [];
  const problems: ExpressionProblem[] = [];
  let tokens = lexer.tokenize(text).tokens;
  let expressions = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as IToken;
    if (token.tokenType !== t.OpenBraces && token.tokenType !== t.OpenAngles) {
      parts.push({ kind: "text", value: isEscape(token) ? token.image.slice(1) : token.image });
      continue;
    }
    expressions += 1;
    if (expressions > LIMITS.expressions) {
      problems.push({ kind: "too-many", found: "", start: token.startOffset, end: endOf(token) });
      parts.push({ kind: "broken" });
      break;
    }
    const close = closingOf(tokens, i);
    if (close === undefined) {
      problems.push({ kind: "unclosed", found: token.image, start: token.startOffset, end: pathEnd(tokens, i) });
      parts.push({ kind: "broken" });
      // Nothing behind it closes this spelling, so only the other one is looked for: at most two passes in all.
      const rest = text.slice(endOf(token)).replaceAll(token.image, "  ");
      tokens = lexer.tokenize(rest).tokens.map((other) => shifted(other, endOf(token)));
      i = -1;
      continue;
    }
    parts.push(parseExpression(token, tokens.slice(i + 1, close), tokens[close] as IToken, problems));
    i = close;
  }
  return { parts: joinText(parts), problems };
}

/** The expression that is the whole scalar, if there is exactly that: it keeps its type. */
export function loneExpression(template: Template | undefined): Expression | undefined {
  const only = template?.parts.length === 1 ? template.parts[0] : undefined;
  return only?.kind === "expression" ? only : undefined;
}

/** Writes an expression in its usual spelling; parsing the result gives the same path and suffix again. */
export function printExpression(expression: Pick<Expression, "path" | "default" | "required">): string {
  const suffix =
    expression.default !== undefined
      ? `:-${expression.default.value}`
      : expression.required !== undefined
        ? `:?${expression.required.value}`
        : "";
  return `\${${printPath(expression.path)}${suffix}}`;
}

/** Writes a path: `model.files["my-file"].url`. */
export function printPath(path: readonly Segment[]): string {
  return path
    .map(({ kind, value }, i) => {
      if (kind === "index") return `[${value}]`;
      if (kind === "quoted") return value.includes('"') ? `['${value}']` : `["${value}"]`;
      return i === 0 ? value : `.${value}`;
    })
    .join("");
}

function parseExpression(open: IToken, inner: readonly IToken[], close: IToken, problems: ExpressionProblem[]): Part {
  const start = open.startOffset;
  const end = endOf(close);
  const found = problemOf(inner, start, end);
  if (found !== undefined) {
    problems.push(found);
    return { kind: "broken" };
  }
  const outcome = parseTokens(inner, close.startOffset);
  if ("problem" in outcome) {
    problems.push(outcome.problem);
    return { kind: "broken" };
  }
  const spelling = open.tokenType === t.OpenBraces ? "braces" : "angles";
  return { kind: "expression", spelling, start, end, ...outcome.expression };
}

/** Mistakes that are clear from the tokens alone, before any rule is tried. */
function problemOf(inner: readonly IToken[], start: number, end: number): ExpressionProblem | undefined {
  if (inner.length === 0) return { kind: "empty", found: "", start, end };
  if (end - start > LIMITS.expressionLength) return { kind: "too-long", found: "", start, end };
  for (const token of inner) {
    const mayHide = token.tokenType === t.Nested || tokenMatcher(token, t.Default) || tokenMatcher(token, t.Required);
    const at = mayHide ? token.image.search(/\$[{<]/) : -1;
    if (at < 0) continue;
    const from = token.startOffset + at;
    return { kind: "nested", found: token.image.slice(at, at + 2), start: from, end: from + 2 };
  }
  return undefined;
}

type Outcome =
  | { readonly expression: Pick<Expression, "path" | "default" | "required"> }
  | { readonly problem: ExpressionProblem };

function parseTokens(tokens: readonly IToken[], end: number): Outcome {
  parser.input = [...tokens];
  const expression = parser.expression();
  const error = parser.errors[0];
  if (error !== undefined) {
    const at = tokens.indexOf(error.token);
    return { problem: unexpected(at < 0 ? undefined : error.token, tokens[(at < 0 ? tokens.length : at) - 1], end) };
  }
  const tooDeep = expression.path[LIMITS.segments];
  if (tooDeep !== undefined) {
    return { problem: { kind: "too-deep", found: tooDeep.value, start: tooDeep.start, end } };
  }
  return { expression };
}

/** Names the mistake at the first token that no rule takes; `token` is absent when the expression stops too early. */
function unexpected(token: IToken | undefined, before: IToken | undefined, end: number): ExpressionProblem {
  const start = token?.startOffset ?? (before === undefined ? end : endOf(before));
  const stop = token === undefined ? Math.max(end, start) : endOf(token);
  const found = token?.image ?? "";
  const place = { found, start: token === undefined && before !== undefined ? before.startOffset : start, end: stop };
  if (before?.tokenType === t.OpenBracket) return { kind: "bracket", ...place };
  if (token?.tokenType === t.Parenthesis) return { kind: "call", ...place };
  if (before?.tokenType === t.Dot) return { kind: "name-expected", ...place };
  if (token?.tokenType === t.Operator || token?.tokenType === t.OperatorInAngles) {
    return { kind: found === "-" && before?.tokenType === t.Name ? "hyphen" : "operator", ...place };
  }
  if (before === undefined) return { kind: "name-expected", ...place };
  if (token === undefined) return { kind: "bracket", ...place };
  return { kind: "unexpected", ...place };
}

function parseBare(text: string): Template {
  const tokens = lexer.tokenize(text.slice(1), "braces").tokens.map((token) => shifted(token, 1));
  const outcome = parseTokens(tokens, text.length);
  if ("problem" in outcome) return { parts: [{ kind: "broken" }], problems: [outcome.problem] };
  const expression: Expression = {
    kind: "expression",
    spelling: "bare",
    start: 0,
    end: text.length,
    ...outcome.expression,
  };
  return { parts: [expression], problems: [] };
}

/** The index of the token that closes the expression opened at `open`. */
function closingOf(tokens: readonly IToken[], open: number): number | undefined {
  const close = tokens[open]?.tokenType === t.OpenBraces ? t.CloseBraces : t.CloseAngles;
  for (let i = open + 1; i < tokens.length; i++) if (tokens[i]?.tokenType === close) return i;
  return undefined;
}

/** Where the path after an opening mark ends: what to underline when the mark is never closed. */
function pathEnd(tokens: readonly IToken[], open: number): number {
  let end = endOf(tokens[open] as IToken);
  for (let i = open + 1; i < tokens.length; i++) {
    const token = tokens[i] as IToken;
    if (token.startOffset !== end || !t.pathTokens.includes(token.tokenType)) break;
    end = endOf(token);
  }
  return end;
}

function joinText(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined[joined.length - 1];
    if (part.kind === "text" && last?.kind === "text") {
      joined[joined.length - 1] = { kind: "text", value: last.value + part.value };
    } else joined.push(part);
  }
  return joined;
}

function segment(kind: Segment["kind"], token: IToken): Segment {
  const quotes = kind === "quoted" ? 1 : 0;
  return {
    kind,
    value: token.image.slice(quotes, token.image.length - quotes),
    start: token.startOffset + quotes,
    end: endOf(token) - quotes,
  };
}

function suffixOf(token: IToken): Suffix {
  return { value: token.image.slice(2), start: token.startOffset + 2, end: endOf(token) };
}

function isEscape(token: IToken): boolean {
  return token.tokenType === t.EscapedBraces || token.tokenType === t.EscapedAngles;
}

function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}

function shifted(token: IToken, by: number): IToken {
  return { ...token, startOffset: token.startOffset + by };
}
