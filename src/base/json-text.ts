// JSON for display: the same values, with escapes for characters that could deceive a reader or control a terminal.
import { escapeOlderCommands } from "./runner-commands.ts";

/** Characters that are invisible or change the direction of text. JSON itself only escapes ASCII control characters. */
const HIDDEN = /[\p{Cf}\u007f-\u009f\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

const BEYOND_ASCII = /[^\0-~]/;

/**
 * Escapes everything in a JSON text that could deceive a reader, or that a terminal or GitHub's runner would treat as a
 * command.
 */
export function plainJson(json: string): string {
  const shown = BEYOND_ASCII.test(json) ? json.replace(HIDDEN, escaped) : json;
  return escapeOlderCommands(shown);
}

function escaped(mark: string): string {
  const units = mark.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return units.map((digits) => `\\u${digits}`).join("");
}
