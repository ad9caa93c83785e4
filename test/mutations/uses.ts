// Where the names and anchors of a definition are used.
import type { Held, Range, Written } from "./nodes.ts";

/** What declares a name, and how expressions and other sections use it. */
const DECLARED: readonly (readonly [role: RegExp, use: (name: string) => string])[] = [
  [/\.files\[\]\.name$/, (name) => `\\bfiles(?:\\.${name}\\b|\\s*\\[\\s*["']${name}["'])|\\["${name}"\\]`],
  [/\.load\.inputs\[\]\.name$/, (name) => `\\bload\\.inputs\\.${name}\\b`],
  [/\.predict\.inputs\[\]\.name$/, (name) => `\\bpredict\\.inputs\\.${name}\\b`],
  [/\.load\.output\.name$/, (name) => `\\bload\\.output\\.${name}\\b`],
  [/^models\[\]\.name$/, (name) => `\\bmodel: ${name}$`],
  [/^datasets\[\]\.name$/, (name) => `\\bdataset: ${name}$`],
  [/^domains\[\]\.name$/, (name) => `\\bdomain: ${name}$`],
  [/\.transformations\[\]\.name$/, (name) => `\\btransformation: ${name}\\b`],
];

/** The key of the map into which a merge key at `start` merges entries. */
export function mergedInto(all: readonly Written[], start: number): Range | undefined {
  const alias = all.find(({ path, value }) => value?.start === start && /\.<<(?:\[\d+\])?$/.test(path));
  return all.find(({ path }) => path === alias?.path.replace(/\.<<(?:\[\d+\])?$/, ""))?.key;
}

/** Other places that a broken thing affects. */
export interface Uses {
  readonly gone: readonly Range[];
  readonly reached: readonly Range[];
}

/** Of the unchanged parts. */
export const NO_USES: Uses = { gone: [], reached: [] };

/** The uses of removed names and anchors, and what the remaining ones reach. */
export function usesOf(text: string, all: readonly Written[], edit: Range, { range, path, holds }: Written): Uses {
  const touched = { start: Math.min(edit.start, range.start), end: Math.max(edit.end, range.end) };
  const isOutside = ({ start, end }: Range) => end <= touched.start || start >= touched.end;
  const isTouched = ({ start, end }: Range) => start >= touched.start && end <= touched.end;
  const aliases = (anchor: string) => occurrences(text, new RegExp(`\\*${anchor}\\b`, "g"));
  const gone = [...text.slice(edit.start, edit.end).matchAll(ANCHOR)].flatMap(({ 1: anchor = "" }) => aliases(anchor));
  const reached: Range[] = [];
  // Values that are shared through an alias are also used in other models.
  const isShared = /(?<=\s)\*\w/.test(text) && !/^models(?:\[\d+\])?$/.test(path);
  const modelOf = (path: string) => {
    const [model] = /^models\[\d+\]/.exec(path) ?? [];
    return all.find((each) => each.path === model)?.range;
  };
  const scopeOf = ({ path }: Written) => (isShared && !/^models\[\d+\]\.name$/.test(path) ? undefined : modelOf(path));
  const isRepeated = repeatedBy(text, all, holds);
  for (const other of all) {
    if (isTouched(other.range)) gone.push(...usesOfName(text, other, scopeOf(other)));
    else if (isRepeated(other)) gone.push(...usesOfName(text, other, modelOf(path)));
    else if (other.path === path.replace(/(?:\.value\b.*|(?<=\.transformations\[\d+\])\.(?:in|out)puts\b.*)$/, ".name"))
      reached.push(...usesOfName(text, other, scopeOf(other)));
    if (isTouched(other.range) && /^models\[\d+\]\.name$/.test(other.path))
      reached.push(...usesOfModelName(text, modelOf(other.path)));
    if (other.value === undefined || other.value.start > range.start || other.value.end < range.end) continue;
    const { 1: anchor } = /^&(\w+)/.exec(text.slice(other.value.start, other.value.end)) ?? [];
    if (anchor !== undefined) reached.push(...aliases(anchor));
  }
  return { gone: gone.filter(isOutside), reached: reached.filter(isOutside) };
}

/** What a removed text needed: the function of the call, and the names that may have no other use. */
export function neededBy(text: string, all: readonly Written[], edit: Range, path: string): readonly Range[] {
  const [call] = /^.*\.(?:load|predict)(?=\.inputs\b)/.exec(path) ?? [];
  const functions = all.filter((each) => call !== undefined && /\bentrypoint$/.test(each.path));
  const own = functions.filter((each) => each.path.startsWith(`${call}.`));
  // A merge key may have merged it from anywhere.
  const entrypoints = own.length > 0 ? own : functions;
  const gone = text.slice(edit.start, edit.end);
  const named = all.filter(({ roles, holds }) =>
    DECLARED.some(
      ([role, use]) => roles.some((each) => role.test(each)) && new RegExp(use(escaped(holds.text)), "mu").test(gone),
    ),
  );
  return [...entrypoints, ...named].flatMap(({ value }) => value ?? []);
}

const ANCHOR = /(?<=[\s[{,])&(\w+)/g;

/** Whether something is in the target of an alias. */
function repeatedBy(text: string, all: readonly Written[], { kind, text: name }: Held): (written: Written) => boolean {
  const target = all.find(({ value }) => value !== undefined && text.startsWith(`&${name}`, value.start))?.value;
  if (kind !== "alias" || target === undefined) return () => false;
  return ({ range: { start, end } }) => start >= target.start && end <= target.end;
}

function usesOfName(text: string, { roles, holds }: Written, scope: Range | undefined): readonly Range[] {
  const name = escaped(holds.text);
  return DECLARED.flatMap(([role, pattern]) => {
    if (name === "" || !roles.some((each) => role.test(each))) return [];
    return occurrences(text, new RegExp(pattern(name), "gmu")).filter(({ start, end }) => {
      const isInSection = /^(?:model|dataset|domain|transformation):/.test(text.slice(start, end));
      return isInSection || scope === undefined || (start >= scope.start && start < scope.end);
    });
  });
}

/** Where a model's name is part of a value. This is not a use of a name that could be undefined. */
function usesOfModelName(text: string, scope: Range | undefined): readonly Range[] {
  return occurrences(text, /\$\{model\.name\}/g).filter(
    ({ start, end }) => scope === undefined || (start >= scope.start && end <= scope.end),
  );
}

function occurrences(text: string, pattern: RegExp): readonly Range[] {
  return [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ start: index, end: index + found.length }));
}

function escaped(name: string): string {
  return name.trim().replace(/[\^$.*+?()[\]{}|/\\]/g, "\\$&");
}
