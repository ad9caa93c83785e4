// Takes the texts that stand in an output folder, says how they relate to a plan. Digests come first: when nothing has
// changed, nothing is printed and the printer is not loaded.
import { canonicalJsonPretty } from "../plan/canonical.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { hasOwnHash } from "../plan/hash.ts";
import { isMapOfOurs } from "./declaration-map.ts";
import { emit, mapOf, textEmitter } from "./emit.ts";
import { ALL_FILES, FILES, type FileName } from "./files.ts";
import { addHeader, bodyOf, type EmitOptions, hasHeader, isUntouched } from "./header.ts";

/**
 * `current`: what `emit` would make. `stale`: made from another plan, by another version or with other options.
 * `edited`: changed after it was made. `foreign`: made by somebody else, so it is never overwritten. `leftover`: made by us
 * for another target.
 */
export type FileState = "current" | "stale" | "edited" | "missing" | "foreign" | "leftover";

/** A generated file and its state. */
export interface FileStatus {
  readonly path: FileName;
  readonly state: FileState;
}

/** The texts in an output folder; without an entry the file does not exist. */
export type ExistingFiles = ReadonlyMap<FileName, string>;

/** Compares by digests: enough to know what has to be made again. */
export function inspect(plan: ExecutionPlan, options: EmitOptions, existing: ExistingFiles): readonly FileStatus[] {
  const texts = new Map([...existing].map(([path, text]) => [path, withLineFeeds(text)]));
  const own = FILES[options.target ?? "ts"];
  const statuses = own.map((path) => ({ path, state: stateOf(path, plan, options, texts) }));
  const others = ALL_FILES.filter((path) => !own.includes(path));
  return [...statuses, ...others.flatMap((path) => statusOfOther(path, texts.get(path)))];
}

/** Files of the other target, which would be taken for the ones that are made now. */
function statusOfOther(path: FileName, text: string | undefined): readonly FileStatus[] {
  if (text === undefined) return [];
  if (isOurs(path, text)) return [{ path, state: "leftover" }];
  // TypeScript reads it instead of the declarations. The others may be what a compiler made of `models.ts`.
  return path === "models.ts" ? [{ path, state: "foreign" }] : [];
}

/** Compares by digests, and byte for byte when these agree: what `build --check` promises. */
export function inspectBytes(
  plan: ExecutionPlan,
  options: EmitOptions,
  existing: ExistingFiles,
): readonly FileStatus[] {
  const statuses = inspect(plan, options, existing);
  if (statuses.some(({ state }) => state !== "current")) return statuses;
  // Only what is written needs to be read again.
  return emit(plan, options, textEmitter).map(({ path, text }) => ({
    path,
    state: text === withLineFeeds(existing.get(path) ?? "") ? "current" : "stale",
  }));
}

function stateOf(path: FileName, plan: ExecutionPlan, options: EmitOptions, texts: ExistingFiles): FileState {
  const text = texts.get(path);
  if (text === undefined) return "missing";
  if (!isOurs(path, text)) return "foreign";
  if (isCurrent(path, text, plan, options, texts)) return "current";
  if (path === "models.d.ts.map") return "stale";
  return (path === "plan.json" ? hasRightHash(text) : isUntouched(text)) ? "stale" : "edited";
}

function isCurrent(
  path: FileName,
  text: string,
  plan: ExecutionPlan,
  options: EmitOptions,
  texts: ExistingFiles,
): boolean {
  if (path === "plan.json") return text === canonicalJsonPretty(plan);
  if (path !== "models.d.ts.map") return isCurrentModule(text, plan, options);
  // The map belongs to the declarations as they are; when these are outdated, so is the map.
  const declarations = texts.get("models.d.ts");
  if (declarations === undefined || !isCurrentModule(declarations, plan, options)) return false;
  return text === mapOf(declarations, plan, options);
}

/** The header depends only on the plan, the options and the body: when it is right for this body, all is right. */
function isCurrentModule(text: string, plan: ExecutionPlan, options: EmitOptions): boolean {
  return text === addHeader(bodyOf(text), plan, options);
}

function isOurs(path: FileName, text: string): boolean {
  if (path === "plan.json") return isPlanOfOurs(text);
  return path === "models.d.ts.map" ? isMapOfOurs(text) : hasHeader(text, path);
}

/** Git on Windows may change line ends, which changes nothing. */
const withLineFeeds = (text: string): string => text.replaceAll("\r\n", "\n");

/** By its lines, not by its syntax: a plan with merge conflicts is still ours, and only `build` can mend it. */
function isPlanOfOurs(text: string): boolean {
  return /^ {2}"generator": "modelwright [^"]*",$/m.test(text) && /^ {2}"planVersion": \d+,$/m.test(text);
}

function hasRightHash(text: string): boolean {
  try {
    return hasOwnHash(JSON.parse(text));
  } catch {
    return false; // not JSON
  }
}
