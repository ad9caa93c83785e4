// GitHub's runner executes commands that it finds in the output of a step: `::name …::` at the start of a line, and the
// older `##[name …]` anywhere in it. Its comparison is culture-sensitive and ignores invisible characters.
// https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs

/**
 * Characters that the comparison ignores. The escape character is not one of them: colors start with it, and what
 * follows it is never a command.
 */
const SKIPPED = String.raw`\p{Default_Ignorable_Code_Point}\p{Cf}\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f`;

/** Whitespace of all kinds that may precede a command. */
const SPACES = String.raw`\t\x0b\f \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

/** Built on first use, because Unicode character classes are slow to compile. */
let patterns: { readonly older: RegExp; readonly newer: RegExp } | undefined;

/**
 * The second `#` of an older command; whitespace before a newer command at the start of a line, and its first colon.
 */
function commandPatterns() {
  patterns ??= {
    older: new RegExp(`(?<=#[${SKIPPED}]*)#(?=[${SKIPPED}]*\\[)`, "gu"),
    newer: new RegExp(`^([${SPACES}${SKIPPED}]*):(?=[${SKIPPED}]*:)`, "gmu"),
  };
  return patterns;
}

/** Two colons, or any character that could hide between them. */
const MAY_HOLD_COMMAND = /::|[^\0-~]/;

/**
 * Escapes older commands of GitHub's runner: `##[` becomes `#\u0023[`. Inside a JSON string this is an escape, so the
 * value does not change.
 */
export function escapeOlderCommands(text: string): string {
  return mayHoldOlder(text) ? text.replace(commandPatterns().older, "\\u0023") : text;
}

/** The offsets of the characters that `escapeOlderCommands` escapes. */
export function olderCommandsIn(text: string): ReadonlySet<number> {
  return new Set(mayHoldOlder(text) ? Array.from(text.matchAll(commandPatterns().older), ({ index }) => index) : []);
}

/** Escapes commands of either kind in text for people. */
export function escapeCommands(lines: string): string {
  const shown = MAY_HOLD_COMMAND.test(lines) ? lines.replace(commandPatterns().newer, "$1\\u003a") : lines;
  return escapeOlderCommands(shown);
}

/** A cheap filter: nearly all text has no such command. */
function mayHoldOlder(text: string): boolean {
  return text.includes("#") && text.includes("[");
}
