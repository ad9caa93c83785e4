// The cursor and the facts about it that all kinds of completion need.
import type { Shape } from "../../../grammar/shape.ts";
import type { TypedGraph, TypedModel } from "../../infer/typed.ts";
import type { CompletionItem, CompletionRequest } from "./completion.ts";
import type { Excerpt } from "./excerpt.ts";
import type { Layout } from "./layout.ts";
import type { PlaceInTree } from "./probe.ts";
import type { Token } from "./token.ts";

export interface Here {
  readonly request: CompletionRequest;
  readonly excerpt: Excerpt;
  readonly token: Token;
  readonly layout: Layout;
  /** The line with the cursor. */
  readonly line: string;
  /** The column of the cursor. */
  readonly column: number;
  /** A name that the document does not contain. It is written at the cursor and looked up in the result. */
  readonly marker: string;
}

/** A place of the format at the cursor. */
export interface Place extends PlaceInTree {
  /** The path with `[]` for each index: `models[].files[].url`. */
  readonly pattern: string;
  readonly shapes: readonly Shape[];
  readonly graph: TypedGraph;
  readonly model: TypedModel | undefined;
}

/** An item whose position in the list is not known yet. `from` and `to` are the columns of the text that it replaces. */
export interface Draft extends Omit<CompletionItem, "sort" | "edit"> {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The part of a scalar that the user has written before the cursor, and how to write another text in its place. */
export interface Written {
  /** The columns of the text between the quotes. */
  readonly from: number;
  readonly to: number;
  readonly before: string;
}

/** The text under the cursor, without its quotes. */
export function writtenAt({ token, line, column }: Here): Written {
  const from = Math.min(token.start + (token.style === "plain" || token.isContinued ? 0 : 1), column);
  const isQuoted = token.style !== "plain" && token.isClosed && !token.isContinued;
  const to = Math.max(column, token.end - (isQuoted ? 1 : 0));
  return { from, to, before: line.slice(from, column) };
}

/** Which part of a text a value replaces. */
export interface Part {
  /** The offset in the text at which the part starts, and the offset at which it ends. */
  readonly start: number;
  readonly end: number;
}

type Described = Omit<Draft, "from" | "to" | "text" | "label">;

/**
 * An item that replaces a part of the text at the cursor with another text, in the style of the scalar. Adds quotes if the whole
 * text then needs them.
 */
export function valueDraft(here: Here, text: string, described: Described, part?: Part): Draft | undefined {
  if (/[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u.test(text)) return undefined;
  const { token, line } = here;
  const { from, to } = writtenAt(here);
  const [start, end] = [from + (part?.start ?? 0), part === undefined ? to : from + part.end];
  const space = token.needsSpace ? " " : "";
  const shared = { ...described, label: text };
  if (token.style !== "plain") {
    const escaped = token.style === "double" ? text.replace(/["\\]/g, "\\$&") : text.replaceAll("'", "''");
    const quote = token.isClosed || token.isContinued ? "" : token.style === "double" ? '"' : "'";
    return { ...shared, from: start, to: end, text: escaped + quote };
  }
  const whole = line.slice(from, start) + text + line.slice(end, to);
  if (isPlain(whole)) return { ...shared, from: start, to: end, text: space + text };
  // With quotes, the item replaces the whole text, so the editor compares the whole text.
  return { ...shared, filter: `${line.slice(from, start)}${text}`, from, to, text: space + quotedText(whole) };
}

/** An item for a number or a boolean, which must not have quotes. */
export function bareDraft({ token }: Here, text: string, described: Described): readonly Draft[] {
  if (token.style !== "plain") return [];
  return [{ ...described, label: text, from: token.start, to: token.end, text: (token.needsSpace ? " " : "") + text }];
}

function quotedText(text: string): string {
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

/** Whether a text without quotes is read as itself, also inside brackets. */
function isPlain(text: string): boolean {
  return (
    /^(?:\.{1,2}\/)*[\p{L}_](?:[\p{L}\p{M}\p{N}_./:-]| (?! |$))*$/u.test(text) &&
    !/: /.test(text) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
  );
}
