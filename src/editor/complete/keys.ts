// Completes the missing keys of a map, and new items of a list.
import { describeKey } from "../../../grammar/keys.ts";
import { type MapShape, type Shape, unwrapOptional } from "../../../grammar/shape.ts";
import type { Draft, Here, Place } from "./here.ts";
import { HOLE, indented, itemOf, type Line, printLines } from "./layout.ts";
import { isScalar, mapsIn, newEntry, newFlowItem, newItem, newMap } from "./skeleton.ts";

/** The missing keys of a map, required ones first. `own` is the key at the cursor. */
export function keyDrafts(here: Here, place: Place, own: string): readonly Draft[] {
  const written = new Set((place.map?.entries ?? []).map(({ key }) => key.text));
  written.delete(own);
  const maps = place.shapes.flatMap(mapsIn);
  // If several kinds of maps are possible, only those that allow all existing keys are considered.
  const possible = maps.filter(({ fields }) => [...written].every((key) => Object.hasOwn(fields, key)));
  const fields = new Map((possible.length > 0 ? possible : maps).flatMap(({ fields: all }) => Object.entries(all)));
  const missing = [...fields].filter(([key]) => !written.has(key));
  const isRequired = ([, field]: readonly [string, Shape]) => field.kind !== "optional";
  return [...missing.filter(isRequired), ...missing.filter((each) => !isRequired(each))].map(([key, field], i) =>
    keyDraft(here, place, key, field, i === 0),
  );
}

function keyDraft(here: Here, place: Place, key: string, field: Shape, isFirst: boolean): Draft {
  const { token, layout, line } = here;
  const pattern = place.pattern === "" ? key : `${place.pattern}.${key}`;
  const description = describeKey([...place.path, key]);
  const need = field.kind === "optional" ? "optional" : "required";
  const shared: Omit<Draft, "text"> = {
    label: key,
    kind: "key",
    detail: need,
    ...(description && { documentation: `${description.description}\n\nIt takes ${description.values}.` }),
    isPreferred: isFirst && field.kind !== "optional",
    from: token.start,
    to: token.end,
    continues: true,
  };
  const space = token.needsSpace ? " " : "";
  if (token.hasColon) return { ...shared, text: quotedLike(line.charAt(token.start), key) };
  if (token.brackets.length > 0) {
    const bare = unwrapOptional(field);
    const [open, close] = isScalar(field) ? ["", ""] : bare.kind === "list" ? ["[", "]"] : ["{ ", " }"];
    return { ...shared, text: `${space}${key}: `, snippet: `${space}${key}: ${open}$1${close}` };
  }
  if (isScalar(field)) {
    const { snippet } = printLines(newEntry(key, field, pattern, layout), 0, layout);
    return { ...shared, text: `${space}${key}: `, snippet: space + snippet };
  }
  const column = columnOf(here);
  const { text } = printLines(emptyEntry(key, field, here), column, layout);
  const { snippet } = printLines(newEntry(key, field, pattern, layout), column, layout);
  return { ...shared, text: space + text, snippet: space + snippet };
}

function quotedLike(first: string, key: string): string {
  return first === '"' || first === "'" ? first + key + first : key;
}

/** A key with the first lines below it. */
function emptyEntry(key: string, field: Shape, { layout }: Here): readonly Line[] {
  const bare = unwrapOptional(field);
  const first: Line = { indent: 0, pieces: [`${key}:`] };
  if (bare.kind !== "list") return [first, { indent: layout.step, pieces: [] }];
  return bare.length === undefined
    ? [first, { indent: layout.dash, pieces: ["- "] }]
    : [{ indent: 0, pieces: [`${key}: `] }];
}

/** The column at which the text under the cursor starts, with the space that is written before it. */
export function columnOf({ token }: Here): number {
  return token.start + (token.needsSpace ? 1 : 0);
}

const SINGULAR: Readonly<Record<string, string>> = {
  axes: "axis",
  input_to: "link",
  image_size: "number",
  range: "bound",
  passEnv: "variable",
};

/** The word for an item of a list. */
function wordFor(pattern: string): string {
  const key = /([\w-]+)\[\]$/.exec(pattern)?.[1] ?? "item";
  return SINGULAR[key] ?? key.replace(/s$/, "");
}

/**
 * New items of a list of maps. The place is the item. `before` is the text before its first line: a dash, or nothing if the cursor is
 * after a dash.
 */
export function itemDrafts(here: Here, { pattern, shapes }: Place, before: "dash" | "nothing"): readonly Draft[] {
  const options = shapes.flatMap((shape) => mapsIn(shape));
  const word = wordFor(pattern);
  return options.flatMap((option) => {
    const required = Object.entries(option.fields).filter(([, field]) => field.kind !== "optional");
    if (required.length === 0) return [];
    const label = options.length === 1 ? `new ${word}` : `new ${word} with ${required.map(([key]) => key).join(", ")}`;
    return [blockDraft(here, label, newMapItem(option, pattern, here, before), before)];
  });
}

function newMapItem(option: MapShape, pattern: string, { layout }: Here, before: "dash" | "nothing"): readonly Line[] {
  const lines = newItem(option, pattern, layout);
  return before === "dash" ? itemOf(lines) : lines;
}

/** An item of several lines at the cursor. */
export function blockDraft(here: Here, label: string, lines: readonly Line[], before: "dash" | "nothing"): Draft {
  const { token, layout } = here;
  const { text, snippet } = printLines(lines, columnOf(here), layout);
  const space = token.needsSpace ? " " : "";
  // The user does not type the label. Without a filter, an editor would hide the item after the first letter.
  const filter = firstWord(lines, before);
  const edit = { from: token.start, to: token.end, text: space + text, snippet: space + snippet };
  return { label, kind: "snippet", filter, ...edit, continues: true };
}

function firstWord(lines: readonly Line[], before: "dash" | "nothing"): string {
  const [first] = lines[0]?.pieces.filter((piece) => typeof piece === "string") ?? [];
  const text = lines[0]?.pieces.filter((piece) => typeof piece === "string").join("") ?? first ?? "";
  return before === "dash" ? text : text.replace(/:\s*$/, "");
}

/** A new item of a list in brackets. */
export function flowItemDrafts(here: Here, { pattern, shapes }: Place): readonly Draft[] {
  return shapes.flatMap((shape) => {
    if (mapsIn(shape).length === 0) return [];
    const lines = newFlowItem(shape);
    return [blockDraft(here, `new ${wordFor(pattern)}`, lines, "nothing")];
  });
}

/** The maps and lists that can follow a key in the lines below it. */
export function belowDrafts(here: Here, { pattern, shapes }: Place): readonly Draft[] {
  const { token, layout } = here;
  if (token.brackets.length > 0) return [];
  return shapes.flatMap((shape): readonly Draft[] => {
    const bare = unwrapOptional(shape);
    const [map] = mapsIn(bare);
    const isList = bare.kind === "list" && bare.length === undefined;
    if (!isList && map === undefined) return [];
    const below = isList
      ? itemOf(newItem(bare.item, `${pattern}[]`, layout))
      : newMap(map as MapShape, pattern, layout);
    const lines = below.length === 0 ? [{ indent: 0, pieces: [HOLE] }] : below;
    const first: Line = { indent: 0, pieces: [] };
    const all = [first, ...indented(lines, isList ? layout.dash : layout.step)];
    const { text, snippet } = printLines(all, token.column, layout);
    const label = isList ? `new ${wordFor(`${pattern}[]`)}` : `new ${pattern.split(".").at(-1) ?? "map"}`;
    return [{ label, kind: "snippet", from: token.start, to: token.end, text, snippet, continues: true }];
  });
}

/** A whole definition, for an empty document. */
export function definitionDraft(here: Here, { shapes }: Place): readonly Draft[] {
  return shapes.flatMap((shape) => {
    const [map] = mapsIn(shape);
    return map === undefined ? [] : [blockDraft(here, "new definition", newMap(map, "", here.layout), "nothing")];
  });
}
