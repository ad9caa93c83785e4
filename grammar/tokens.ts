// The tokens of the expression language. The lexer starts in text mode; `${` and `$<` open an expression. Each has its
// own mode, because each has its own closing delimiter. Tokens that no rule uses (operators, parentheses, a nested
// opening) exist so that mistakes can be named.
import { createToken, type IMultiModeLexerDefinition, Lexer, type TokenType } from "chevrotain";
import { VARIABLE } from "./bare.ts";

const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;

/** A token matched by a sticky Unicode pattern, which Chevrotain's pattern analysis does not support. */
function sticky(name: string, expression: RegExp): TokenType {
  return createToken({
    name,
    pattern: (text: string, offset: number) => {
      expression.lastIndex = offset;
      return expression.exec(text);
    },
    line_breaks: false,
  });
}

export const EscapedBraces = createToken({ name: "EscapedBraces", pattern: "$${" });
export const EscapedAngles = createToken({ name: "EscapedAngles", pattern: "$$<" });
export const OpenBraces = createToken({ name: "OpenBraces", pattern: "${", push_mode: "braces" });
export const OpenAngles = createToken({ name: "OpenAngles", pattern: "$<", push_mode: "angles" });
/** `$NAME` in text, as Python's `os.path.expandvars` reads it: ASCII letters, digits and underscores only. */
export const Variable = sticky("Variable", VARIABLE);
export const Text = createToken({ name: "Text", pattern: /[^$]+|\$/, line_breaks: true });

export const CloseBraces = createToken({ name: "CloseBraces", pattern: "}", pop_mode: true });
export const CloseAngles = createToken({ name: "CloseAngles", pattern: ">", pop_mode: true });
export const Blank = createToken({ name: "Blank", pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });
export const Name = sticky("Name", NAME);
export const Integer = createToken({ name: "Integer", pattern: /\d+/ });
export const Quoted = createToken({ name: "Quoted", pattern: /"[^"\n]*"|'[^'\n]*'/ });
export const Dot = createToken({ name: "Dot", pattern: "." });
export const OpenBracket = createToken({ name: "OpenBracket", pattern: "[" });
export const CloseBracket = createToken({ name: "CloseBracket", pattern: "]" });
/** `:-text`, with either kind of delimiter. */
export const Default = createToken({ name: "Default", pattern: Lexer.NA });
/** `:?text`, with either kind of delimiter. */
export const Required = createToken({ name: "Required", pattern: Lexer.NA });
const suffix = (name: string, pattern: RegExp, category: TokenType): TokenType =>
  createToken({ name, pattern, categories: [category], line_breaks: true });
export const DefaultInBraces = suffix("DefaultInBraces", /:-[^}]*/, Default);
export const DefaultInAngles = suffix("DefaultInAngles", /:-[^>]*/, Default);
export const RequiredInBraces = suffix("RequiredInBraces", /:\?[^}]*/, Required);
export const RequiredInAngles = suffix("RequiredInAngles", /:\?[^>]*/, Required);

export const Nested = createToken({ name: "Nested", pattern: /\$[{<]/ });
export const Parenthesis = createToken({ name: "Parenthesis", pattern: /[()]/ });
export const Operator = createToken({ name: "Operator", pattern: /[-+*/%^&|!=?:,~@;<>]+/ });
export const OperatorInAngles = createToken({ name: "OperatorInAngles", pattern: /[-+*/%^&|!=?:,~@;<]+/ });
export const Unknown = sticky("Unknown", /[\s\S]/uy);

const shared = [Blank, Nested, Name, Integer, Quoted, Dot, OpenBracket, CloseBracket, Parenthesis];

export const modes: IMultiModeLexerDefinition = {
  defaultMode: "text",
  modes: {
    text: [EscapedBraces, EscapedAngles, OpenBraces, OpenAngles, Variable, Text],
    braces: [CloseBraces, DefaultInBraces, RequiredInBraces, ...shared, Operator, Unknown],
    angles: [CloseAngles, DefaultInAngles, RequiredInAngles, ...shared, OperatorInAngles, Unknown],
  },
};

/** The tokens of a path. */
export const pathTokens: readonly TokenType[] = [Name, Integer, Quoted, Dot, OpenBracket, CloseBracket];

/** All tokens that rules may use. */
export const ruleTokens: TokenType[] = [...pathTokens, Default, Required];
