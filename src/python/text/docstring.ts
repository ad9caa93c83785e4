import { decodeString, decodeStrings } from "./literal.ts";
import { partOf } from "./text.ts";
import { advance, type Cursor, copyOf, isOperator } from "./tokens.ts";

/** The first line of a docstring if the statement at the cursor is one. The rest is not decoded. */
export function firstDocLine(cursor: Cursor): string | undefined {
  if (cursor.kind !== "string") return undefined;
  const ahead = copyOf(cursor);
  advance(ahead);
  if (ahead.kind === "string") return firstLine(decodeStrings(copyOf(cursor)));
  if (ahead.kind !== "end" && !isOperator(ahead, ";")) return undefined;
  const { text } = partOf(cursor.from, cursor.start, cursor.stop);
  const quote = text.search(/["']/);
  const open = text.startsWith(text.slice(quote, quote + 1).repeat(3), quote) ? quote + 3 : quote + 1;
  const cut = endOfFirstLine(text, open);
  return firstLine(decodeString(cut === undefined ? text : text.slice(0, cut) + text.slice(quote, open)));
}

function firstLine(text: string | undefined): string | undefined {
  return text?.trimStart().split("\n", 1)[0]?.trim() || undefined;
}

/** The end of the first line that is not blank; `undefined` if it is the last line. */
function endOfFirstLine(text: string, open: number): number | undefined {
  let isBlank = true;
  for (let at = open; at < text.length; at++) {
    const character = text[at] ?? "";
    const isLineEnd = character === "\n" || character === "\r";
    if (isLineEnd && !isBlank) return at;
    if (character === "\\") at += text.startsWith("\r\n", at + 1) ? 2 : 1;
    else if (!isLineEnd && character !== " " && character !== "\t") isBlank = false;
  }
  return undefined;
}
