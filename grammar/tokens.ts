// The tokens of the expression language. A scalar is lexed in text mode until `${` or `$<` opens an expression; each
// spelling has a mode of its own, because each has its own closing mark. Tokens that belong to no rule (operators,
// parentheses, a nested opening) exist so that a mistake can be named.
import { createToken, type IMultiModeLexerDefinition, Lexer, type TokenType } from "chevrotain";
import { VARIABLE } from "./bare.ts";

const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;

/** A token matched by a sticky Unicode expression, which Chevrotain's own analysis of expressions does not cover. */
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
/** `$NAME` in text, as `os.path.expandvars` of Python reads it: ASCII only, up to the last letter, digit or underscore. */
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
/** `:-text`, in either spelling. */
export const Default = createToken({ name: "Default", pattern: Lexer.NA });
/** `:?text`, in either spelling. */
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

/** Every token that the rules may name. */
export const ruleTokens: TokenType[] = [...pathTokens, Default, Required];
