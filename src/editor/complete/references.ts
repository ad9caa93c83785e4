// Completes the text between `${` and `}`: the paths that are valid there, and environment variables.
import { parseTemplate, type Segment } from "../../../grammar/expression.ts";
import { shapesAt } from "../../../grammar/keys.ts";
import { type Shape, unwrapOptional } from "../../../grammar/shape.ts";
import { positionAt } from "../../base/source.ts";
import type { Meaning, Reference } from "../../bind/bound.ts";
import { isIdentifier } from "../../bind/identifier.ts";
import { resolve } from "../../bind/resolve.ts";
import { visiblePaths } from "../../bind/visible.ts";
import { isTextLike, typeName } from "../../infer/type.ts";
import type { TypedModel } from "../../infer/typed.ts";
import { keysOf } from "../../parse/tree.ts";
import type { Excerpt } from "./excerpt.ts";
import type { Draft, Here } from "./here.ts";
import { variablesIn } from "./variables.ts";

/** The expression at the cursor. Columns are those of the line. */
export interface OpenExpression {
  readonly spelling: "braces" | "angles" | "bare";
  /** The column of the dollar sign, and the column after the expression. */
  readonly start: number;
  readonly end: number;
  /** The complete segments before the cursor. */
  readonly segments: readonly string[];
  /** The column at which the unfinished segment starts, with its dot or bracket. */
  readonly from: number;
  /** The column after the rest of the path. */
  readonly to: number;
  readonly kind: "root" | "dot" | "bracket";
  /** The quote after an opening bracket. */
  readonly quote: '"' | "'" | undefined;
  readonly isClosed: boolean;
  /** Whether the expression is the whole text. */
  readonly isAlone: boolean;
}

const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy;
const REST = /^(?:[\p{L}\p{M}\p{N}_.]|\["[^"\]]*"\]|\['[^'\]]*'\])*/u;

/** The expression under the cursor, in the text between two columns of a line; `undefined` if there is none, or in its default. */
export function expressionAt(line: string, from: number, to: number, column: number): OpenExpression | undefined {
  const before = line.slice(from, column);
  const opening = openingIn(before);
  if (opening === undefined) return undefined;
  const { spelling, at } = opening;
  const bodyStart = from + at + (spelling === "bare" ? 1 : 2);
  const path = readPath(line.slice(bodyStart, column));
  if (path === undefined) return undefined;
  const after = line.slice(column, to);
  const rest = spelling === "bare" ? (/^\w*/.exec(after)?.[0] ?? "") : restOfPath(after, path.quote);
  const end = column + rest.length;
  const closer = spelling === "angles" ? /^\s*(?::[-?][^>]*)?>/ : /^\s*(?::[-?][^}]*)?\}/;
  const close = spelling === "bare" ? undefined : closer.exec(line.slice(end, to))?.[0];
  const whole = end + (close?.length ?? 0);
  return {
    spelling,
    start: from + at,
    end: whole,
    segments: path.segments,
    from: bodyStart + path.start,
    to: end,
    kind: path.kind,
    quote: path.quote,
    isClosed: close !== undefined,
    isAlone: /^["']?$/.test(line.slice(from, from + at).trim()) && /^["']?$/.test(line.slice(whole, to).trim()),
  };
}

/** The rest of the path after the cursor. After an open quote, the name continues to the next quote. */
function restOfPath(after: string, quote: '"' | "'" | undefined): string {
  if (quote === undefined) return REST.exec(after)?.[0] ?? "";
  const inside = (quote === '"' ? /^[^"\]}]*"?\]?/ : /^[^'\]}]*'?\]?/).exec(after)?.[0] ?? "";
  return inside + (REST.exec(after.slice(inside.length))?.[0] ?? "");
}

function openingIn(before: string): { readonly spelling: OpenExpression["spelling"]; readonly at: number } | undefined {
  const bare = /(?<!\$)(?:\$\$)*\$([A-Za-z_]\w*)?$/.exec(before);
  if (bare !== null) return { spelling: "bare", at: before.length - 1 - (bare[1]?.length ?? 0) };
  for (let at = before.length - 2; at >= 0; at--) {
    const two = before.slice(at, at + 2);
    if ((two !== "${" && two !== "$<") || before.charAt(at - 1) === "$") continue;
    const closer = two === "${" ? "}" : ">";
    return before.includes(closer, at) ? undefined : { spelling: two === "${" ? "braces" : "angles", at };
  }
  return undefined;
}

interface WrittenPath extends Pick<OpenExpression, "segments" | "kind" | "quote"> {
  readonly start: number;
}

/** Reads a path up to the cursor; `undefined` if it is not the beginning of a path. */
function readPath(body: string): WrittenPath | undefined {
  const begin = body.length - body.trimStart().length;
  const segments: string[] = [];
  let at = begin;
  const name = (): string => {
    NAME.lastIndex = at;
    const found = NAME.exec(body)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const root = name();
  if (at === body.length) return { segments, start: begin, kind: "root", quote: undefined };
  segments.push(root);
  while (root !== "" && at < body.length) {
    const start = at;
    if (body[at] === ".") {
      at += 1;
      const segment = name();
      if (at === body.length) return { segments, start, kind: "dot", quote: undefined };
      if (segment === "") return undefined;
      segments.push(segment);
    } else if (body[at] === "[") {
      const quote = body[at + 1];
      if (quote === undefined) return { segments, start, kind: "bracket", quote };
      if (quote !== '"' && quote !== "'") return undefined;
      const end = body.indexOf(quote, at + 2);
      if (end < 0 || end + 1 === body.length) return { segments, start, kind: "bracket", quote };
      if (body[end + 1] !== "]") return undefined;
      segments.push(body.slice(at + 2, end));
      at = end + 2;
    } else return undefined;
  }
  return root === "" ? undefined : { segments, start: at, kind: "dot", quote: undefined };
}

/** The maximum number of paths. */
const MAX_PATHS = 2_000;

/** A possible path of an expression, with its meaning. */
interface VisiblePath {
  readonly path: readonly Segment[];
  readonly meaning: Meaning;
}

/** The most common kinds come first. */
const ORDER: readonly Meaning["kind"][] = [
  ...(["load-output", "datapoints", "file", "required-file", "input", "image", "device", "model-name"] as const),
];

/** The paths that a reference at this place could be, in the order of the text for each kind. */
function pathsFor({ phase, scope, isAlone, path }: Reference, model: TypedModel | undefined): readonly VisiblePath[] {
  const texts = scope === undefined ? [] : [...visiblePaths(scope, phase).below("model")];
  if (phase === "predict") texts.push("datapoints", "datapoint.image");
  const keys = keysOf(path);
  const found = texts.slice(0, MAX_PATHS).flatMap((text): readonly VisiblePath[] => {
    const [only] = parseTemplate(`\${${text}}`)?.parts ?? [];
    if (only?.kind !== "expression") return [];
    const meaning = resolve(only, phase, scope);
    if (isOwn(keys, meaning, model) || !isDeclared(meaning, model)) return [];
    if (!isAlone && model !== undefined && !isTextLike(model.typeOfMeaning(meaning))) return [];
    return [{ path: only.path, meaning }];
  });
  return found.sort((a, b) => ORDER.indexOf(a.meaning.kind) - ORDER.indexOf(b.meaning.kind));
}

/** Whether the name is in the document. Otherwise, it is the identifier that replaces an invalid name. */
function isDeclared(meaning: Meaning, model: TypedModel | undefined): boolean {
  const isNamed = meaning.kind === "file" || meaning.kind === "input";
  return !isNamed || model === undefined || declarationOf(model, meaning) !== undefined;
}

/** Whether an input would refer to itself. */
function isOwn(keys: readonly (string | number)[], meaning: Meaning, model: TypedModel | undefined): boolean {
  if (meaning.kind !== "input" || model === undefined) return false;
  if (keys[2] !== "runtime" || keys[3] !== meaning.of || keys[4] !== "inputs") return false;
  const runtime = "runtime" in model.bound.runtime ? model.bound.runtime.runtime : undefined;
  const input = runtime?.[meaning.of]?.inputs.get(meaning.name);
  return input?.leaf.path?.parent?.key === keys[5];
}

/** The items inside an expression. */
export function referenceDrafts(
  here: Here,
  open: OpenExpression,
  reference: Reference,
  model: TypedModel | undefined,
): readonly Draft[] {
  const place = shapesAt(keysOf(reference.path)).map(unwrapOptional);
  const { hasPaths, hasVariables } = allowedIn(place, keysOf(reference.path).at(-1));
  const paths = hasPaths ? pathsFor({ ...reference, isAlone: open.isAlone }, model) : [];
  const wrap = wrapper(here, open);
  const drafts = paths.flatMap(({ path, meaning }): readonly Draft[] => {
    const isBelow = open.segments.every((segment, i) => path[i]?.value === segment);
    if (!isBelow || path.length <= open.segments.length) return [];
    const rest = printRest(path.slice(open.segments.length), open, here.token.style);
    if (rest === undefined) return [];
    const label = open.kind === "dot" && rest.startsWith(".") ? rest.slice(1) : rest;
    const detail = detailOf(here.excerpt, meaning, model);
    return [{ label, kind: "name", detail, ...wrap(rest, open.from) }];
  });
  if (!hasVariables || open.segments.length > 0 || open.kind !== "root") return drafts;
  const variables = variablesIn(here).map((name): Draft => {
    return { label: name, kind: "variable", detail: "environment variable", ...wrap(name, open.from) };
  });
  return [...drafts, ...variables];
}

/** Whole expressions for an empty value: paths, and variables. */
export function expressionDrafts(here: Here, reference: Reference, model: TypedModel | undefined): readonly Draft[] {
  const { token } = here;
  const draft = (text: string, kind: Draft["kind"], detail: string): Draft => {
    const label = `\${${text}}`;
    const isQuoted = token.style === "plain" && token.brackets.length > 0;
    const quote = isQuoted ? (text.includes('"') ? "'" : '"') : "";
    const filter = quote + label + quote;
    return {
      label,
      kind,
      detail,
      filter,
      from: token.start,
      to: token.end,
      text: (token.needsSpace ? " " : "") + filter,
    };
  };
  const isCredential = shapesAt(keysOf(reference.path)).some(holdsCredential);
  const paths = isCredential ? [] : pathsFor({ ...reference, isAlone: true }, model);
  return [
    ...paths.flatMap(({ path, meaning }) => {
      const text = printRest(path, { kind: "root", quote: undefined }, token.style);
      return text === undefined ? [] : [draft(text, "name", detailOf(here.excerpt, meaning, model))];
    }),
    ...variablesIn(here).map((name) => draft(name, "variable", "environment variable")),
  ];
}

/** Whether a value is a credential, which should be a variable. */
export function holdsCredential(shape: Shape): boolean {
  const bare = unwrapOptional(shape);
  return bare.kind === "text" && bare.isCredential === true;
}

/** Whether paths and variables can be used in a value. */
function allowedIn(
  shapes: readonly Shape[],
  key: string | number | undefined,
): { readonly hasPaths: boolean; readonly hasVariables: boolean } {
  const isConstant = shapes.some(
    (shape) => shape.kind === "text" && (shape.isVariableName === true || shape.isConstant === true),
  );
  const isName = shapes.some((shape) => shape.kind === "text" && shape.isName === true);
  return { hasPaths: !isConstant && !isName, hasVariables: !isConstant && key !== "entrypoint" };
}

type Edit = Pick<Draft, "from" | "to" | "text"> & Partial<Pick<Draft, "filter">>;

/** The edit that inserts a path into the expression, with the missing delimiters and quotes. */
function wrapper({ line, token }: Here, open: OpenExpression): (text: string, from: number) => Edit {
  // Many editors compare only the word at the cursor, so the dot before it is kept.
  const hasDot = open.kind === "dot" && line.charAt(open.from) === ".";
  const inText = (text: string, end: string): Edit => {
    const kept = hasDot && text.startsWith(".") ? 1 : 0;
    return { from: open.from + kept, to: open.to, text: text.slice(kept) + end, filter: text.slice(kept) };
  };
  const quoteLeftOpen = token.isClosed || token.isContinued || !open.isAlone ? "" : line.charAt(token.start);
  const close = (open.isClosed ? "" : open.spelling === "angles" ? ">" : "}") + quoteLeftOpen;
  // In brackets, YAML would read the braces of an unquoted expression as a map.
  const needsQuotes = token.style === "plain" && token.brackets.length > 0 && open.isAlone;
  return (text, from) => {
    if (open.spelling !== "bare" && !needsQuotes) return inText(text, close);
    const opening = open.spelling === "angles" ? "$<" : "${";
    const whole = open.spelling === "bare" ? `\${${text}}` : opening + line.slice(open.start + 2, from) + text;
    const closed = open.spelling === "bare" ? whole : whole + (open.isClosed ? line.slice(open.to, open.end) : close);
    const quote = needsQuotes ? (closed.includes('"') ? "'" : '"') : "";
    const filter = open.spelling === "bare" ? `$${text}` : whole;
    const edit = quote + closed + quote;
    return { from: open.start, to: open.end, text: edit, filter };
  };
}

/** The rest of a path after the existing segments; `undefined` if it cannot be written in this style. */
function printRest(
  path: readonly Segment[],
  { kind, quote }: Pick<OpenExpression, "kind" | "quote">,
  style: Here["token"]["style"],
): string | undefined {
  let text = "";
  for (const [i, { value }] of path.entries()) {
    const isFirst = i === 0;
    if (isFirst && kind === "root") text = value;
    else if (isIdentifier(value) && !(isFirst && kind === "bracket")) text += `.${value}`;
    else {
      const wanted = isFirst && kind === "bracket" ? quote : undefined;
      const mark = wanted ?? (style === "double" || value.includes('"') ? "'" : '"');
      if (value.includes(mark) || (style === "double" && /["\\]/.test(value + mark))) return undefined;
      if (style === "single" && (value + mark).includes("'")) return undefined;
      text += `[${mark}${value}${mark}]`;
    }
  }
  return text;
}

/** The type of the value of a path, and the line of its declaration. */
function detailOf({ numbers }: Excerpt, meaning: Meaning, model: TypedModel | undefined): string {
  const type = model === undefined ? "" : typeName(model.typeOfMeaning(meaning));
  const leaf = model && declarationOf(model, meaning);
  if (leaf === undefined) return type;
  const line = numbers[positionAt(leaf.node.source, leaf.node.start).line - 1];
  return line === undefined ? type : `${type}, line ${line}`;
}

function declarationOf({ bound }: TypedModel, meaning: Meaning) {
  const runtime = "runtime" in bound.runtime ? bound.runtime.runtime : undefined;
  switch (meaning.kind) {
    case "file":
    case "required-file":
      return bound.files.get(meaning.name)?.leaf;
    case "input":
      return runtime?.[meaning.of]?.inputs.get(meaning.name)?.leaf;
    case "load-output":
      return runtime?.load?.output?.leaf;
    case "model-name":
      return bound.name?.leaf;
    case "device":
      return runtime?.section.fields.device;
    case "environment":
    case "datapoints":
    case "image":
    case "wrong-phase":
    case "undefined":
    case "incomplete":
    case "late":
    case "unknown":
      return undefined;
  }
}
