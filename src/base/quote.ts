// Names and other text of users, as a message shows them.
import { withoutOlderCommands } from "./runner-commands.ts";

/** `a`, `b` or `c` */
export function orList(names: readonly string[]): string {
  const quoted = names.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

const LONGEST = 60;

/** A name as it is shown in a message: in backquotes, one line, without control or direction marks, not endless. */
export function quote(name: string): string {
  const short = name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
  return `\`${printable(short)}\``;
}

/** What is invisible, or what a terminal could obey; joiners inside an emoji only make it one picture. */
const HIDDEN =
  /(?!(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d\p{Extended_Pictographic})[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** Nearly every text; the engine takes its time with the classes of all letters. */
const PLAIN = /^[ -~]*$/;

/** Text with everything that is invisible, or that a terminal or GitHub's runner could obey, shown as an escape. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return withoutOlderCommands(text);
  const shown = text.replace(HIDDEN, (mark) => {
    if (mark === "\n") return "\\n";
    if (mark === "\t") return "\\t";
    if (mark === "\r") return "\\r";
    const digits = (mark.codePointAt(0) ?? 0).toString(16);
    return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, "0")}`;
  });
  return withoutOlderCommands(shown);
}

/** The same for text of several lines, which stay lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
