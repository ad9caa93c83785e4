import { resolve } from "node:path";
import { printable } from "../base/quote.ts";
import { rootFolderOf } from "../base/root.ts";
import { nodeHost } from "../disk/host.ts";
import type { Fixed, FixedFile } from "../fix.ts";
import { rewriteFile } from "../system/write.ts";
import { CommandError, EXIT } from "./exit.ts";
import { whyNotWritten } from "./output.ts";

/** Writes the fixed files atomically. Writes none of them if one was changed in the meantime. */
export function writeFixed(cwd: string, files: readonly FixedFile[]): void {
  const host = nodeHost(cwd);
  const changed = files.filter(({ path, before }) => host.readText(path, rootFolderOf(path)) !== before);
  if (changed.length > 0) {
    const names = changed.map(({ path }) => `  ${printable(path)}`).join("\n");
    throw new CommandError(
      EXIT.failure,
      `No fixes were written, because these files changed during the check:\n${names}`,
    );
  }
  for (const { path, after } of files) {
    try {
      rewriteFile(resolve(cwd, path), after, cwd);
    } catch (error) {
      throw new CommandError(EXIT.failure, `Cannot write ${printable(path)}: ${whyNotWritten(error)}.`);
    }
  }
}

/** The changes as a unified diff, for people, for `git apply` and for `patch -p1`. */
export async function changesAsDiff(files: readonly FixedFile[]): Promise<string> {
  if (files.length === 0) return "";
  const { formatPatch, structuredPatch, FILE_HEADERS_ONLY } = await import("diff");
  const options = { context: 3, maxEditLength: MOST_EDITS } as const;
  return files
    .map(({ path, before, after }) => {
      const names = [`a/${path}`, `b/${path}`] as const;
      const patch = structuredPatch(...names, before, after, undefined, undefined, options);
      return formatPatch(patch ?? wholePatch(names, before, after), FILE_HEADERS_ONLY);
    })
    .join("");
}

/** The most lines that a minimal diff removes or adds, because the time to compute it is quadratic in them. */
const MOST_EDITS = 4000;

/** A patch that replaces every line. */
function wholePatch([oldFileName, newFileName]: readonly [string, string], before: string, after: string) {
  const [removed, added] = [before, after].map((text) => text.split(/(?<=\n)/));
  const lines = (sign: "-" | "+", all: readonly string[] = []) =>
    all.flatMap((line) =>
      line.endsWith("\n") ? [sign + line.slice(0, -1)] : [sign + line, "\\ No newline at end of file"],
    );
  const hunk = {
    oldStart: 1,
    oldLines: removed?.length ?? 0,
    newStart: 1,
    newLines: added?.length ?? 0,
    lines: [...lines("-", removed), ...lines("+", added)],
  };
  return { oldFileName, newFileName, oldHeader: undefined, newHeader: undefined, hunks: [hunk] };
}

/** A diff to show: exact for pipes and files, with control characters escaped for a terminal. */
export function shownDiff(diff: string, isTerminal: boolean): string {
  const parts = isTerminal ? diff.split(/(\r?\n|\t)/) : [diff];
  return parts.map((part, i) => (isTerminal && i % 2 === 0 ? printable(part) : part)).join("");
}

/** `Fixed 3 findings in 2 files.` */
export function whatWasFixed({ count, files, unasked }: Fixed, isDryRun: boolean): string {
  const what = `${plural(count, "finding")} in ${plural(files.length, "file")}`;
  const done = isDryRun ? `${what} can be fixed. No file was changed.` : `Fixed ${what}.`;
  const notes = [count === 0 ? "No safe fixes are available." : done];
  for (const path of unasked)
    notes.push(`${printable(path)} also has safe fixes. Name it on the command line to apply them.`);
  return `${notes.join("\n")}\n`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
