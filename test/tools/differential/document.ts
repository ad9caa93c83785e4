// Definitions as trees of spelled values, which can be changed and printed in the many styles of YAML.
import type { Random } from "./random.ts";

/** A value as spelled. `lines` are the lines of a block scalar after its header. */
export type Spelled =
  | { readonly kind: "raw"; readonly text: string; readonly lines?: readonly string[] }
  | { readonly kind: "map"; readonly entries: Entry[]; flow?: boolean }
  | { readonly kind: "list"; readonly items: Spelled[]; flow?: boolean };

export interface Entry {
  key: string;
  value: Spelled;
  /** The text after the value, with its separator. */
  comment?: string;
  /** The text after the colon, instead of a space. */
  gap?: string;
  /** Lines before the entry. */
  before?: string;
}

export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/** A tree of values in the plainest spelling. */
export function spelled(value: Plain): Spelled {
  if (Array.isArray(value)) return { kind: "list", items: value.map(spelled) };
  if (typeof value === "object")
    return { kind: "map", entries: Object.entries(value).map(([key, each]) => ({ key, value: spelled(each) })) };
  return raw(String(value));
}

export function raw(text: string, lines?: readonly string[]): Spelled {
  return { kind: "raw", text, ...(lines === undefined ? {} : { lines }) };
}

/** A place in a tree: its keys without indexes, such as `models[].files[].url`, and how to change its value. */
export interface Site {
  readonly pattern: string;
  readonly value: Spelled;
  /** The entry and the map that contains it; absent for a list item. */
  readonly entry?: Entry;
  readonly holder: Extract<Spelled, { readonly kind: "map" | "list" }>;
  readonly set: (value: Spelled) => void;
  readonly remove: () => void;
}

/** All places below a value. */
export function* sitesIn(value: Spelled, pattern = ""): Generator<Site> {
  if (value.kind === "map") {
    for (const entry of value.entries) {
      const below = pattern === "" ? entry.key : `${pattern}.${entry.key}`;
      yield {
        pattern: below,
        value: entry.value,
        entry,
        holder: value,
        set: (changed) => {
          entry.value = changed;
        },
        remove: () => {
          value.entries.splice(value.entries.indexOf(entry), 1);
        },
      };
      yield* sitesIn(entry.value, below);
    }
  } else if (value.kind === "list") {
    for (const [index, item] of value.items.entries()) {
      yield {
        pattern: `${pattern}[]`,
        value: item,
        holder: value,
        set: (changed) => {
          value.items[index] = changed;
        },
        remove: () => {
          value.items.splice(index, 1);
        },
      };
      yield* sitesIn(item, `${pattern}[]`);
    }
  }
}

/** The layout of a text. */
export interface Layout {
  readonly indent: number;
  /** Whether the items of a list are indented below its key. */
  readonly isListIndented: boolean;
}

export function layout(random: Random): Layout {
  return { indent: random.pick([2, 2, 2, 4]), isListIndented: random.chance(0.7) };
}

/** The text of a map at the top level. */
export function print(value: Spelled, how: Layout): string {
  return `${block(value, "", how).join("\n")}\n`;
}

function block(value: Spelled, indent: string, how: Layout): string[] {
  if (value.kind === "map") {
    return value.entries.flatMap((entry) => {
      const { key, comment = "", gap = " ", before } = entry;
      const lines = before === undefined ? [] : before.split("\n").map((line) => `${indent}${line}`);
      return [...lines, ...attached(`${indent}${key}:`, gap, entry.value, comment, indent, how)];
    });
  }
  if (value.kind === "list") {
    return value.items.flatMap((item) => {
      if (item.kind === "map" && item.flow !== true && item.entries.length > 0) {
        const [first = "", ...others] = block(item, `${indent}  `, how);
        // A comment before the first key would be in the place of the dash.
        if (first.trimStart().startsWith("#")) return [`${indent}-`, first, ...others];
        return [`${indent}- ${first.slice(indent.length + 2)}`, ...others];
      }
      return attached(`${indent}-`, " ", item, "", indent, how);
    });
  }
  return attached(indent, "", value, "", indent, how);
}

/** The text after a key or a dash. */
function attached(start: string, gap: string, value: Spelled, comment: string, indent: string, how: Layout): string[] {
  if (value.kind === "raw") {
    const text = value.text === "" ? start : `${start}${gap}${value.text}`;
    return [`${text}${comment}`, ...(value.lines ?? []).map((line) => (line === "" ? "" : `${indent}  ${line}`))];
  }
  const isEmpty = (value.kind === "map" ? value.entries : value.items).length === 0;
  if (value.flow === true || isEmpty) return [`${start}${gap}${flow(value)}${comment}`];
  const isList = value.kind === "list";
  const below = `${indent}${" ".repeat(isList && !how.isListIndented && start.trimEnd().endsWith(":") ? 0 : how.indent)}`;
  return [`${start}${comment}`, ...block(value, below, how)];
}

function flow(value: Spelled): string {
  if (value.kind === "raw") return value.text;
  if (value.kind === "list") return `[${value.items.map(flow).join(", ")}]`;
  return `{${value.entries.map(({ key, value: each }) => `${key}: ${flow(each)}`).join(", ")}}`;
}

/** Whether a value spans several lines, so that it cannot be in a flow collection. */
export function isOnOneLine(value: Spelled): boolean {
  if (value.kind === "raw") return value.lines === undefined;
  return value.kind === "list"
    ? value.items.every(isOnOneLine)
    : value.entries.every(({ value: each }) => isOnOneLine(each));
}

export function copy(value: Spelled): Spelled {
  return structuredClone(value);
}
