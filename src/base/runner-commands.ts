// GitHub's runner reads the output of every step and obeys what looks like a command: `::name …::` at the beginning of a line,
// and the older `##[name …]` anywhere in it. It compares by the rules of a language, which skip invisible characters.
// https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs

/** What such a comparison skips. Not the escape character: colors begin with it, and what follows it is never a command. */
const SKIPPED = String.raw`\p{Default_Ignorable_Code_Point}\p{Cf}\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f`;

/** Spaces of all kinds, which may stand before a command. */
const SPACES = String.raw`\t\x0b\f \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

/** Made when they are first needed: what knows about the rest of Unicode takes its time to begin. */
let patterns: { readonly older: RegExp; readonly newer: RegExp } | undefined;

/** The second `#` of an older command; what stands before a newer one at the beginning of a line, and its first colon. */
function commandPatterns() {
  patterns ??= {
    older: new RegExp(`(?<=#[${SKIPPED}]*)#(?=[${SKIPPED}]*\\[)`, "gu"),
    newer: new RegExp(`^([${SPACES}${SKIPPED}]*):(?=[${SKIPPED}]*:)`, "gmu"),
  };
  return patterns;
}

/** Two colons, or whatever could stand between them. */
const MAY_HOLD_COMMAND = /::|[^\0-~]/;

/**
 * The same text without an older command of GitHub's runner: `##[` becomes `#\u0023[`. Inside of JSON this is an escape, and
 * the values stay the same.
 */
export function withoutOlderCommands(text: string): string {
  return mayHoldOlder(text) ? text.replace(commandPatterns().older, "\\u0023") : text;
}

/** The offsets of the characters that `withoutOlderCommands` escapes. */
export function olderCommandsIn(text: string): ReadonlySet<number> {
  return new Set(mayHoldOlder(text) ? Array.from(text.matchAll(commandPatterns().older), ({ index }) => index) : []);
}

/** Lines of text for people in which GitHub's runner finds no command of either kind. */
export function withoutCommands(lines: string): string {
  const shown = MAY_HOLD_COMMAND.test(lines) ? lines.replace(commandPatterns().newer, "$1\\u003a") : lines;
  return withoutOlderCommands(shown);
}

/** Nearly all text has none, and looking for one letter takes no time. */
function mayHoldOlder(text: string): boolean {
  return text.includes("#") && text.includes("[");
}
