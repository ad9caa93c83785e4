// Golden files: the exact output for an input, stored next to it.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";

/** The root of the repository, with a trailing separator. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** An absolute path below `fixtures/`. */
export const fixture = (...parts: string[]): string => join(ROOT, "fixtures", ...parts);

const update = process.env["UPDATE"] === "1";

/** The golden files that this process has compared. */
export const readGoldens = new Set<string>();

/** Compares `actual` with the file at `path` byte for byte; with `UPDATE=1` it writes the file instead. */
export function golden(path: string, actual: string): void {
  readGoldens.add(path);
  if (update) {
    if (existsSync(path) && readFileSync(path, "utf8") === actual) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  assert.ok(existsSync(path), `${relative(ROOT, path)} is missing. Run \`npm run update\` to write it.`);
  const expected = readFileSync(path, "utf8");
  if (expected === actual) return;
  assert.is(
    actual,
    expected,
    `${relative(ROOT, path)} differs. If the new text is correct, run \`npm run update\` to write it.`,
  );
}

/**
 * Compares `written`, a part of the file at `path`, with `actual`. With `UPDATE=1`, it replaces that part instead.
 */
export function goldenPart(path: string, written: string, actual: string): void {
  readGoldens.add(path);
  if (written === actual) return;
  if (update)
    writeFileSync(
      path,
      readFileSync(path, "utf8").replace(written, () => actual),
    );
  else
    assert.is(
      actual,
      written,
      `${relative(ROOT, path)} differs. If the new text is correct, run \`npm run update\` to write it.`,
    );
}

const GOLDEN_NAMES = new Set(["diagnostics.txt", "plan.json", "models.ts", "predictions.jsonl", "explained.txt"]);
const PRETTY_NAME = /^(?:80|40)(?:-color)?\.txt$/;

/** The golden files that no test has read, which therefore prove nothing. */
export function unreadGoldens(read: ReadonlySet<string>): readonly string[] {
  return readdirSync(fixture(), { withFileTypes: true, recursive: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        (GOLDEN_NAMES.has(entry.name) || entry.name.endsWith(".cases") || PRETTY_NAME.test(entry.name)),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !read.has(path))
    .map((path) => relative(ROOT, path));
}
