// The Chevrotain rules of one expression: turns the tokens between the delimiters into a path with its suffix, or one
// problem.
//
//   expression := path ( ":-" text | ":?" text )?
//   path       := NAME ( "." NAME | "[" ( STRING | INTEGER ) "]" )*
import { EmbeddedActionsParser, type IToken } from "chevrotain";
import * as t from "./tokens.ts";

/** One step of a path: `.name`, `["name"]` or `[0]`. Offsets refer to the decoded scalar and cover only the name. */
export interface Segment {
  readonly kind: "name" | "quoted" | "index";
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The text after `:-` or `:?`, and its offsets. */
export interface Suffix {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The content of an expression between its delimiters. */
export interface Body {
  readonly path: readonly [Segment, ...Segment[]];
  /** `:-text`: the value if the variable is unset or empty. */
  readonly default?: Suffix;
  /** `:?text`: the error message if the variable is unset or empty. */
  readonly required?: Suffix;
}

/** A mistake in an expression, as data; the rule contains the message. */
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

class ExpressionParser extends EmbeddedActionsParser {
  constructor() {
    super(t.ruleTokens, { recoveryEnabled: false, maxLookahead: 1 });
    this.performSelfAnalysis();
  }

  // expression := path ( ":-" text | ":?" text )?
  readonly expression = this.RULE("expression", (): Body => {
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
  readonly path = this.RULE("path", (): Body["path"] => {
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

const parser = new ExpressionParser();

/** Parses the tokens of an expression that ends at `end`. `deepest` is the maximum number of segments of its path. */
export function parseBody(tokens: readonly IToken[], end: number, maxSegments: number): Body | ExpressionProblem {
  parser.input = [...tokens];
  const body = parser.expression();
  const error = parser.errors[0];
  if (error !== undefined) {
    const at = tokens.indexOf(error.token);
    return problemAt(tokens, at < 0 ? tokens.length : at, end);
  }
  const tooDeep = body.path[maxSegments];
  return tooDeep === undefined ? body : { kind: "too-deep", found: tooDeep.value, start: tooDeep.start, end };
}

/**
 * Describes the mistake at the first token that no rule accepts; there is no such token if the expression ends too
 * early.
 */
function problemAt(tokens: readonly IToken[], at: number, end: number): ExpressionProblem {
  const token = tokens[at];
  const before = tokens[at - 1];
  const bracket = openBracket(tokens, at);
  // If something is missing, underline what precedes the gap.
  const first = token ?? bracket ?? before;
  const last = token ?? before;
  const place = {
    found: token?.image ?? "",
    start: first?.startOffset ?? end,
    end: last === undefined ? end : endOf(last),
  };
  const isOperator = token?.tokenType === t.Operator || token?.tokenType === t.OperatorInAngles;
  if (bracket !== undefined) return { kind: "bracket", ...place };
  if (token?.tokenType === t.Parenthesis) return { kind: "call", ...place };
  if (before?.tokenType === t.Dot || (before === undefined && !isOperator)) return { kind: "name-expected", ...place };
  if (isOperator) return { kind: isHyphen(tokens, at) ? "hyphen" : "operator", ...place };
  return { kind: "unexpected", ...place };
}

/** The bracket that is open before the token at `at`. */
function openBracket(tokens: readonly IToken[], at: number): IToken | undefined {
  for (let i = at - 1; i >= 0; i--) {
    if (tokens[i]?.tokenType === t.CloseBracket) return undefined;
    if (tokens[i]?.tokenType === t.OpenBracket) return tokens[i];
  }
  return undefined;
}

/** A `-` between two names without spaces is almost always part of a name, not a subtraction. */
function isHyphen(tokens: readonly IToken[], at: number): boolean {
  const [before, token, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  return (
    token?.image === "-" &&
    before?.tokenType === t.Name &&
    endOf(before) === token.startOffset &&
    after?.startOffset === endOf(token)
  );
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

/** The end offset of a token. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}
