// Completes paths on disk below the folder of a definition.
import { compareText } from "../../base/diagnostic.ts";
import type { Host } from "../../base/host.ts";
import { folderOf, isAbsolute, isOutside, joinPath, relativePath } from "../../base/path.ts";
import { linkEscape, rootFolderOf } from "../../base/root.ts";
import { hasScheme } from "../../base/schemes.ts";
import { type Draft, type Here, valueDraft, writtenAt } from "./here.ts";

/** The maximum number of names that are offered. */
const MAX_NAMES = 1_000;

/** The keys whose value is a path, and what it may lead to. */
const PATHS: Readonly<Record<string, "all" | "folders" | "yaml">> = {
  "models[].files[].url": "all",
  "models[].repository.url": "folders",
  "datasets[].data_url": "all",
  "datasets[].annotations_url": "all",
  "domains[].file": "yaml",
  "models[].x-modelwright.python": "all",
  "x-modelwright.python": "all",
  "models[].x-modelwright.examples": "folders",
  "x-modelwright.examples": "folders",
};

/** The names in a folder, and whether there are more. */
export interface Offered {
  readonly drafts: readonly Draft[];
  readonly isComplete: boolean;
}

const NOTHING: Offered = { drafts: [], isComplete: true };

/** The names that can be the next part of a path. */
export function fileDrafts(here: Here, pattern: string): Offered {
  const wanted = Object.hasOwn(PATHS, pattern) ? PATHS[pattern] : undefined;
  if (wanted === undefined) return NOTHING;
  const { source, host } = here.request;
  const { before } = writtenAt(here);
  if (hasScheme(before) || isAbsolute(before) || before.includes("$") || before.includes("\\")) return NOTHING;
  const slash = before.lastIndexOf("/") + 1;
  const root = rootFolderOf(source.path);
  const folder = joinPath(folderOf(source.path), before.slice(0, slash) || ".");
  if (!isBelow(host, root, folder)) return NOTHING;
  const typed = before.slice(slash);
  const after = here.line.slice(here.column, writtenAt(here).to);
  const rest = /^[^/]*/.exec(after)?.[0].length ?? 0;
  const part = { start: slash, end: before.length + rest };
  const all = (host.namesIn(folder) ?? []).filter((name) => isOffered(name, typed)).sort(compareText);
  // If a folder has too many names, only those that begin with the written text are offered.
  const near = all.length > MAX_NAMES ? all.filter((name) => startsLike(name, typed)) : all;
  const drafts = near.slice(0, MAX_NAMES).flatMap((name): readonly Draft[] => {
    const path = joinPath(folder, name);
    const kind = host.kindOf(path);
    if (kind === undefined || (kind === "file" && wanted === "folders") || linkEscape(host, path, root) !== undefined)
      return [];
    if (kind === "file" && wanted === "yaml" && !/\.(?:ya?ml|json)$/i.test(name)) return [];
    const isFolder = kind === "folder";
    const hasSlash = after.charAt(rest) === "/";
    const draft = valueDraft(here, isFolder && !hasSlash ? `${name}/` : name, { kind, continues: isFolder }, part);
    return draft === undefined ? [] : [{ ...draft, label: isFolder ? `${name}/` : name }];
  });
  const sorted = [...drafts.filter(({ kind }) => kind === "folder"), ...drafts.filter(({ kind }) => kind !== "folder")];
  return { drafts: sorted, isComplete: all.length <= MAX_NAMES };
}

/** Whether a folder is the root or below it, and not outside because of a symbolic link. */
export function isBelow(host: Host, root: string, folder: string): boolean {
  if (isAbsolute(folder) !== isAbsolute(root) || isOutside(relativePath(root, folder))) return false;
  if (folder.split("/").includes(".git")) return false;
  return linkEscape(host, folder, root) === undefined;
}

/** Hidden names are offered only after a dot was typed. Names with a dollar sign are not, because it begins an expression. */
function isOffered(name: string, typed: string): boolean {
  if (name === ".git" || name.includes("$") || name.includes("/")) return false;
  return !name.startsWith(".") || typed.startsWith(".");
}

function startsLike(name: string, typed: string): boolean {
  return name.toLowerCase().startsWith(typed.toLowerCase());
}
