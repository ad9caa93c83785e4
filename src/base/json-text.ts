// JSON as it is shown: the same values, with escapes for whatever could deceive or control its reader.
import { withoutOlderCommands } from "./runner-commands.ts";

/** What is invisible or changes the direction of text; JSON itself escapes only the control characters of ASCII. */
const HIDDEN = /[\p{Cf}\u007f-\u009f\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

const BEYOND_ASCII = /[^\0-~]/;

/** The same JSON, in which nothing can deceive its reader, and nothing is a command to a terminal or to GitHub's runner. */
export function plainJson(json: string): string {
  const shown = BEYOND_ASCII.test(json) ? json.replace(HIDDEN, escaped) : json;
  return withoutOlderCommands(shown);
}

function escaped(mark: string): string {
  const units = mark.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return units.map((digits) => `\\u${digits}`).join("");
}
