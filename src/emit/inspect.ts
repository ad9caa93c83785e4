// Takes the texts that stand in an output folder, says how they relate to a plan. Digests come first: when nothing has
// changed, nothing is printed and the printer is not loaded.
import { canonicalJsonPretty } from "../plan/canonical.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { planHash } from "../plan/hash.ts";
import { emit, FILE_NAMES, type FileName } from "./emit.ts";
import { addHeader, bodyOf, type EmitOptions, hasHeader, isUntouched } from "./header.ts";

/**
 * `current`: what `emit` would make. `stale`: made from another plan, by another version or with other options.
 * `edited`: changed after it was made. `foreign`: made by somebody else, so it is never overwritten.
 */
export type FileState = "current" | "stale" | "edited" | "missing" | "foreign";

/** A generated file and its state. */
export interface FileStatus {
  readonly path: FileName;
  readonly state: FileState;
}

/** The texts in an output folder; without an entry the file does not exist. */
export type ExistingFiles = ReadonlyMap<FileName, string>;

/** Compares by digests: enough to know what has to be made again. */
export function inspect(plan: ExecutionPlan, options: EmitOptions, existing: ExistingFiles): readonly FileStatus[] {
  return FILE_NAMES.map((path) => {
    const text = existing.get(path);
    if (text === undefined) return { path, state: "missing" };
    return { path, state: STATES[path](withLineFeeds(text), plan, options) };
  });
}

/** Compares by digests, and byte for byte when these agree: what `build --check` promises. */
export function inspectBytes(
  plan: ExecutionPlan,
  options: EmitOptions,
  existing: ExistingFiles,
): readonly FileStatus[] {
  const statuses = inspect(plan, options, existing);
  if (statuses.some(({ state }) => state !== "current")) return statuses;
  return emit(plan, options).map(({ path, text }) => ({
    path,
    state: text === withLineFeeds(existing.get(path) ?? "") ? "current" : "stale",
  }));
}

const STATES: Readonly<Record<FileName, (text: string, plan: ExecutionPlan, options: EmitOptions) => FileState>> = {
  "models.ts": (text, plan, options) => {
    if (!hasHeader(text)) return "foreign";
    // The header depends only on the plan, the options and the body: when it is right for this body, all is right.
    if (text === addHeader(bodyOf(text), plan, options)) return "current";
    return isUntouched(text) ? "stale" : "edited";
  },
  "plan.json": (text, plan) => {
    if (text === canonicalJsonPretty(plan)) return "current";
    if (!isPlanOfOurs(text)) return "foreign";
    return hasRightHash(text) ? "stale" : "edited";
  },
};

/** Git on Windows may change line ends, which changes nothing. */
const withLineFeeds = (text: string): string => text.replaceAll("\r\n", "\n");

/** By its lines, not by its syntax: a plan with merge conflicts is still ours, and only `build` can mend it. */
function isPlanOfOurs(text: string): boolean {
  return /^ {2}"generator": "modelwright [^"]*",$/m.test(text) && /^ {2}"planVersion": \d+,$/m.test(text);
}

function hasRightHash(text: string): boolean {
  try {
    const plan: unknown = JSON.parse(text);
    return typeof plan === "object" && plan !== null && "hash" in plan && plan.hash === planHash(plan);
  } catch {
    return false; // no JSON, or nested deeper than any plan
  }
}
