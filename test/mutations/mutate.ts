// All ways to break one thing in a definition, as edits of its text. The rest stays the same byte for byte.
import { type Held, type Range, type Written, writtenIn } from "./nodes.ts";
import { mergedInto, NO_USES, neededBy, usesOf } from "./uses.ts";

export type Kind = "delete" | "empty" | "misspell-key" | "misspell" | "retype" | "duplicate";

/** A definition with one mistake. */
export interface Mutation {
  readonly kind: Kind;
  /** The exact change, such as `swap` or `[ a ]`. */
  readonly how: string;
  readonly path: string;
  /** The broken thing by the shape of the file. */
  readonly roles: readonly string[];
  /** The original text. */
  readonly was: string;
  /** The content of the broken thing, and the original definition. */
  readonly holds: Held;
  readonly before: string;
  readonly text: string;
  /** Where a finding is at the right place, in the mutated text. */
  readonly places: readonly Range[];
  /** How often a removed name or anchor is used elsewhere. */
  readonly uses: number;
  /** How often the broken thing is used elsewhere, through an alias or by the name of what contains it. */
  readonly reach: number;
}

interface Edit extends Range {
  readonly by: string;
}

/** All single mutations of a definition, in the order of the text. Each is created when it is called. */
export function* mutationsOf(text: string): Generator<() => Mutation> {
  const all = writtenIn(text);
  const context: Context = { text, all };
  for (const written of all) {
    yield* deletions(context, written);
    yield* misspelledKeys(context, written);
    yield* misspelledValues(context, written);
    yield* retypings(context, written);
    yield* duplicates(context, written);
  }
}

interface Context {
  readonly text: string;
  readonly all: readonly Written[];
}

function* deletions(context: Context, written: Written): Generator<() => Mutation> {
  const { text, all } = context;
  const { value, key, inFlow, kind, path } = written;
  const start = { start: 0, end: 1 };
  const first = { start: written.parentStart, end: written.parentStart + 1 };
  // The merged entries are missing there.
  const merged = all.find((other) => other.path === path.replace(/\.<<\[\d+\]$/, ""))?.key;
  const around = [written.parentKey, first, merged, path.includes(".") ? undefined : start];
  yield () =>
    mutation(context, written, "delete", "", deletion(text, written), [...around, enclosingName(context, written)]);
  if (value === undefined || inFlow || (kind === "item" && written.holds.kind === "map")) return;
  const from = kind === "entry" ? (key?.end ?? 0) + colonIn(text, key?.end ?? 0) : (key?.end ?? 0);
  yield () =>
    mutation(context, written, "empty", "", { start: from, end: value.end, by: "" }, [
      key,
      enclosingName(context, written),
    ]);
}

/** Removes an entry or an item with its line or its comma. */
function deletion(text: string, { range, key, kind, inFlow, isFirst, isOnly }: Written): Edit {
  const start = kind === "item" ? (key?.start ?? range.start) : range.start;
  if (inFlow) {
    const separator = /^\s*,\s*/.exec(text.slice(range.end))?.[0].length;
    if (separator !== undefined) return { start, end: range.end + separator, by: "" };
    const before = isFirst ? 0 : (/,\s*$/.exec(text.slice(0, start))?.[0].length ?? 0);
    return { start: start - before, end: range.end, by: "" };
  }
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const isAlone = /^[\s\ufeff]*$/.test(text.slice(lineStart, start));
  const newline = text.indexOf("\n", range.end);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  if (isAlone) return { start: lineStart, end: lineEnd, by: "" };
  // The first key after a dash: the next one takes its place.
  if (isOnly) return { start, end: range.end, by: "" };
  return { start, end: lineEnd + (/^ */.exec(text.slice(lineEnd))?.[0].length ?? 0), by: "" };
}

const LETTERS = /[\p{L}\p{N}]/u;

/** The usual typos, each once. */
function slipsOf(word: string): readonly (readonly [how: string, word: string])[] {
  const units = [...word];
  const slips: (readonly [string, string])[] = [];
  const middle = Math.floor(units.length / 2);
  const at = [middle - 1, ...units.keys()].find((i) => {
    const [a, b] = [units[i] ?? "", units[i + 1] ?? ""];
    return a !== b && LETTERS.test(a) && LETTERS.test(b);
  });
  if (at !== undefined && at >= 0) {
    slips.push(["swap", [...units.slice(0, at), units[at + 1], units[at], ...units.slice(at + 2)].join("")]);
  }
  if (units.length > 1) slips.push(["drop", [...units.slice(0, middle), ...units.slice(middle + 1)].join("")]);
  slips.push(["add", [...units.slice(0, middle), "q", ...units.slice(middle)].join("")]);
  const turned = word === word.toLowerCase() ? word.toUpperCase() : word.toLowerCase();
  if (turned !== word) slips.push(["case", turned]);
  return slips.filter(([, slip]) => slip !== word && slip !== "");
}

function* misspelledKeys(context: Context, written: Written): Generator<() => Mutation> {
  const { key, kind } = written;
  if (kind !== "entry" || key === undefined) return;
  const [, quote = "", word = ""] = /^(["']?)([\s\S]*)\1$/.exec(context.text.slice(key.start, key.end)) ?? [];
  if (!/^[\w<-]+$/.test(word)) return;
  for (const [how, slip] of slipsOf(word)) {
    yield () => mutation(context, written, "misspell-key", how, { ...key, by: quote + slip + quote }, []);
  }
}

/** Expressions, each with the start and the end of its path. */
const EXPRESSION = /(?<!\$)\$(?:\{([^}:]*)|<([^>:]*)|([A-Za-z][\w.]*)$)/g;

function* misspelledValues(context: Context, written: Written): Generator<() => Mutation> {
  const { value, holds } = written;
  if (value === undefined || holds.kind === "map" || holds.kind === "list") return;
  const source = context.text.slice(value.start, value.end);
  const around = /\.files\[\]\.name$/.test(written.roles.join()) ? [enclosingName(context, written)] : [];
  let hasExpression = false;
  for (const match of source.matchAll(EXPRESSION)) {
    hasExpression = true;
    const path = match[1] ?? match[2] ?? match[3] ?? "";
    const from = value.start + match.index + match[0].length - path.length;
    const names = [...path.matchAll(/[\p{L}\p{N}_]+/gu)];
    for (const [i, { 0: name, index }] of names.entries()) {
      const place = { start: from + index, end: from + index + name.length };
      const isVariable = names.length === 1 && name !== "datapoints";
      for (const [how, slip] of slipsOf(name)) {
        const what = isVariable ? "variable" : `segment ${i + 1}`;
        yield () => mutation(context, written, "misspell", `${what} ${how}`, { ...place, by: slip }, around);
      }
    }
  }
  if (hasExpression) return;
  const words = holds.kind === "alias" ? /[\w-]+/gu : /[\p{L}\p{N}_]+/gu;
  for (const [i, { 0: word, index }] of [...source.matchAll(words)].entries()) {
    if (holds.kind === "number" || source[index - 1] === "\\" || source[index - 1] === "&") continue;
    const place = { start: value.start + index, end: value.start + index + word.length };
    for (const [how, slip] of slipsOf(word)) {
      const what = holds.kind === "alias" ? "alias" : `word ${i + 1}`;
      yield () => mutation(context, written, "misspell", `${what} ${how}`, { ...place, by: slip }, around);
    }
  }
}

const OTHERS: Readonly<Record<string, readonly string[]>> = {
  map: ["[ a ]", "text", "7", "true"],
  list: ["{ a: 1 }", "text", "7", "true"],
  text: ["{ a: 1 }", "[ a ]", "7", "1.5", "true", "~", '""'],
  number: ["{ a: 1 }", "[ a ]", "text", '"7"', "true", "~", "-1", "1.5"],
  boolean: ["{ a: 1 }", "[ a ]", "text", "7", '"true"', "~"],
  null: ["{ a: 1 }", "[ a ]", "7", "true"],
  alias: ["{ a: 1 }", "[ a ]", "7", "true", "~"],
};

function* retypings(context: Context, written: Written): Generator<() => Mutation> {
  const { value, holds, key, kind } = written;
  if (key === undefined && value === undefined) return;
  for (const other of OTHERS[holds.kind] ?? []) {
    const at = value ?? { start: written.range.end, end: written.range.end };
    // A block is below its key; its replacement is next to the key.
    const start = kind === "entry" && key !== undefined ? key.end + colonIn(context.text, key.end) : at.start;
    const edit = kind === "entry" ? { start, end: at.end, by: ` ${other}` } : { ...at, by: other };
    yield () => mutation(context, written, "retype", other, edit, [key, enclosingName(context, written)]);
  }
}

function* duplicates(context: Context, written: Written): Generator<() => Mutation> {
  const { text } = context;
  const { range, inFlow, column, key, kind } = written;
  const start = kind === "item" ? (key?.start ?? range.start) : range.start;
  const copy = text.slice(start, range.end);
  const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
  const isBlockText = written.holds.style === "block" && written.holds.kind === "text";
  const end = isBlockText ? range.end : endOfLine(text, range.end, inFlow);
  const by = inFlow ? `, ${copy}` : `${lineBreak}${" ".repeat(column)}${copy}`;
  yield () => mutation(context, written, "duplicate", "", { start: end, end, by }, [{ start, end: range.end }]);
}

/** After a comment, if one follows on the line. */
function endOfLine(text: string, at: number, inFlow: boolean): number {
  if (inFlow) return at;
  const comment = /^[ \t]+#[^\r\n]*/.exec(text.slice(at));
  return at + (comment?.[0].length ?? 0);
}

function colonIn(text: string, at: number): number {
  return /^\s*:/.exec(text.slice(at, at + 20))?.[0].length ?? 0;
}

/** The first line of the model, where it is reported that a runtime of another file needs something of the model. */
function enclosingName({ all }: Context, { path }: Written): Range | undefined {
  const [model] = /^models\[\d+\]/.exec(path) ?? [];
  const found = all.find((other) => other.path === `${model}.name`) ?? all.find((other) => other.path === model);
  return found?.key ?? found?.range;
}

function mutation(
  context: Context,
  written: Written,
  kind: Kind,
  how: string,
  edit: Edit,
  others: readonly (Range | undefined)[],
): Mutation {
  const { text } = context;
  const shift = edit.by.length - (edit.end - edit.start);
  const moved = (range: Range): Range => {
    if (range.start < edit.start) return range;
    return range.start >= edit.end ? { start: range.start + shift, end: range.end + shift } : edit;
  };
  const { path, roles, holds } = written;
  const { gone, reached } = kind === "duplicate" ? NO_USES : usesOf(text, context.all, edit, written);
  // The merged entries are missing in the surrounding map.
  const merged = [...gone, ...reached].map(({ start }) => mergedInto(context.all, start));
  const needed = kind === "duplicate" ? [] : neededBy(text, context.all, edit, path);
  const broken = { start: edit.start, end: edit.start + edit.by.length };
  return {
    kind,
    how,
    path,
    roles,
    was: text.slice(edit.start, edit.end),
    holds,
    before: text,
    text: text.slice(0, edit.start) + edit.by + text.slice(edit.end),
    places: [
      broken,
      ...[...others, ...gone, ...reached, ...merged, ...needed].filter((place) => place !== undefined).map(moved),
    ],
    uses: gone.length,
    reach: reached.length,
  };
}
