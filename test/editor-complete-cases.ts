// Cases of completion: a text with `<cursor>`, the offered items, and the lines that change when an item is accepted.
import { readdirSync, readFileSync } from "node:fs";
import { memoryHost } from "../src/base/host.ts";
import { complete } from "../src/editor/complete/complete.ts";
import type { Completion, CompletionItem } from "../src/editor/complete/completion.ts";
import { DEFAULT_FILE, expand, parseCases, type WrittenCase } from "./case-files.ts";
import { fixture } from "./golden.ts";

const FOLDER = "editor/complete";
const CURSOR = "<cursor>";
/** Sections of a case that are not files. `accept.txt`: the label of the item to accept instead of the first one. */
const [ITEMS, ACCEPT, ACCEPTED] = ["items.txt", "accept.txt", "accepted.txt"];

/** A case with its files. */
export interface CompletionCase {
  readonly path: string;
  readonly written: WrittenCase;
  readonly files: ReadonlyMap<string, string>;
  readonly text: string;
  readonly offset: number;
  readonly accept: string | undefined;
}

/** The files that every case has in addition to its definition. */
function shared(): Map<string, string> {
  const python = ["inference.py", "helpers.py"].map(
    (name) => [name, readFileSync(fixture(FOLDER, name), "utf8")] as const,
  );
  const others = ["src/__init__.py", "src/train.py", "data/images/a.png", "weights/best.pt", "weights/first try.pt"];
  return new Map([...python, ...others.map((path) => [path, "def fit(data): ...\n"] as const)]);
}

/** All cases. */
export function completionCases(): readonly CompletionCase[] {
  const files = readdirSync(fixture(FOLDER)).filter((name) => name.endsWith(".cases"));
  return files.flatMap((name) => {
    const path = fixture(FOLDER, name);
    return parseCases(readFileSync(path, "utf8")).map((written) => caseOf(path, written));
  });
}

function caseOf(path: string, written: WrittenCase): CompletionCase {
  const base = written.wrap && readFileSync(fixture("wraps", `${written.wrap}.yaml`), "utf8");
  const texts = new Map(written.sections.map((section) => [section.path, expand(section, base).text]));
  // A case shows every line of its text, so an empty last line is the end of a text without a line break.
  const marked = (texts.get(DEFAULT_FILE) ?? "").replace(/<cursor>\n$/, CURSOR);
  const offset = marked.indexOf(CURSOR);
  if (offset < 0) throw new Error(`${written.name} has no ${CURSOR}`);
  const text = marked.replace(CURSOR, "");
  const own = [...texts].filter(([name]) => ![DEFAULT_FILE, ITEMS, ACCEPT, ACCEPTED].includes(name));
  const accept = texts.get(ACCEPT)?.trim();
  return { path, written, files: new Map([...shared(), ...own]), text, offset, accept };
}

/** The offered items in a case whose text may have been changed. */
export function completed(
  { files }: Pick<CompletionCase, "files">,
  text: string,
  offset: number,
  path = DEFAULT_FILE,
): Completion {
  const host = memoryHost(new Map([...files, [path, text]]));
  return complete({ source: { path, text }, offset, host, variables: ["DATA_URL", "HF_TOKEN"] });
}

/** The text after an item has been inserted. */
export function accepted(text: string, { edit: { span, text: newText } }: CompletionItem): string {
  return text.slice(0, span.start) + newText + text.slice(span.end);
}

const MAX_SHOWN = 14;

/** The text of the case with the items that are actually offered. */
export function rewritten(one: CompletionCase): string {
  const { written, text, offset, accept } = one;
  const { items, isComplete } = completed(one, text, offset);
  const shown = items.slice(0, MAX_SHOWN).map(({ label, kind, detail }) => {
    return `${label} (${kind}${detail === undefined ? "" : `: ${detail}`})`;
  });
  if (items.length > MAX_SHOWN) shown.push(`and ${items.length - MAX_SHOWN} more`);
  if (items.length === 0) shown.push("nothing");
  if (!isComplete) shown.push("incomplete");
  const item = accept === undefined ? items[0] : items.find(({ label }) => label === accept);
  if (accept !== undefined && item === undefined) throw new Error(`${written.name} offers no ${accept}`);
  const kept = written.sections.filter(({ path }) => path !== ITEMS && path !== ACCEPTED);
  const sections = [
    ...kept,
    { path: ITEMS, lines: shown },
    ...(item === undefined ? [] : [{ path: ACCEPTED, lines: changedLines(text, accepted(text, item)) }]),
  ];
  const heading = `=== ${written.name}${written.wrap === undefined ? "" : ` in ${written.wrap}`}: ${written.title}`;
  const body = sections.flatMap(({ path, lines }, i) =>
    i === 0 && path === DEFAULT_FILE ? lines : [`--- ${path}`, ...lines],
  );
  return [heading, ...body, ""].join("\n");
}

/** The lines that differ, with a dot for each trailing blank. */
function changedLines(before: string, after: string): readonly string[] {
  const [old, lines] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < lines.length - 1 && old[start] === lines[start]) start++;
  let end = 0;
  while (
    end < Math.min(lines.length, old.length) - start - 1 &&
    old[old.length - 1 - end] === lines[lines.length - 1 - end]
  )
    end++;
  return lines
    .slice(start, lines.length - end)
    .map((line) => line.replace(/ +$/, (blanks) => "·".repeat(blanks.length)));
}
