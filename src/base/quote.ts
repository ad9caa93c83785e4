// Prepares names and other text of users for messages.
import { escapeOlderCommands } from "./runner-commands.ts";
import { positionAt, type Span } from "./source.ts";

/** `a`, `b` or `c` */
export function orList(names: readonly string[]): string {
  const quoted = names.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

const MAX_LENGTH = 60;

/** A name for a message: in backquotes, on one line, truncated, without control or direction characters. */
export function quote(name: string): string {
  const short = name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH - 1)}…` : name;
  return `\`${printable(short)}\``;
}

/** Characters that are invisible or that a terminal could interpret. Joiners inside an emoji are harmless. */
const HIDDEN =
  /(?!(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d\p{Extended_Pictographic})[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** Matches nearly every text. Character classes over all letters are slow. */
const PLAIN = /^[ -~]*$/;

/** Escapes everything that is invisible, or that a terminal or GitHub's runner could interpret. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return escapeOlderCommands(text);
  const shown = text.replace(HIDDEN, (mark) => {
    if (mark === "\n") return "\\n";
    if (mark === "\t") return "\\t";
    if (mark === "\r") return "\\r";
    const digits = (mark.codePointAt(0) ?? 0).toString(16);
    return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, "0")}`;
  });
  return escapeOlderCommands(shown);
}

/** The same for text of several lines; line breaks are kept. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** The place of a span for people and editors: `FILE:LINE:COLUMN`. */
export function locationText({ source, start }: Pick<Span, "source" | "start">): string {
  const { line, column } = positionAt(source, start);
  return `${printable(source.path)}:${line}:${column}`;
}
