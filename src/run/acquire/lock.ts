// What the steps of a plan ask for, and what the lock file next to the definition says about it.
import { dirname, join } from "node:path";
import {
  EMPTY_LOCK,
  LOCK_NAME,
  type LockedCode,
  type LockedFile,
  type LockedImage,
  type LockFile,
  type LockSection,
  readLock,
} from "../../base/lock-file.ts";
import { codeKey, fileKey, imageKey, isFetchedAddress, type KeyPart, writtenText } from "../../base/lock-key.ts";
import { found, problem, type Result } from "../../base/result.ts";
import type { PlanModel, PlanStep, PlanValue } from "../../plan/execution-plan.ts";
import { readText } from "../../system/read.ts";

/** How a run uses lock files. */
export interface LockOptions {
  /** Fail before anything is fetched if the lock file does not have an entry for everything that is fetched. */
  readonly locked?: boolean | undefined;
  /** Use only what is in the cache. */
  readonly offline?: boolean | undefined;
}

/** A lock file that was read. */
export interface FoundLock {
  /** The path from the root of the plan. */
  readonly path: string;
  /** The text of the file; `undefined` if there is none. */
  readonly text: string | undefined;
  readonly lock: LockFile;
}

/** A remote resource that a step names, as the lock file names it. */
export interface Ask {
  readonly step: string;
  readonly section: LockSection;
  readonly key: string;
}

/** The path of a model's lock file from the root of the plan. */
export function lockPathOf(model: PlanModel): string {
  return join(dirname(model.span.file), LOCK_NAME);
}

/** Reads the lock file of a model. The message is a whole reason: "`modelwright.lock` cannot be used: …". */
export function lockOf(model: PlanModel, root: string): Result<FoundLock> {
  const path = lockPathOf(model);
  const folder = join(root, dirname(model.span.file));
  const text = readText(join(folder, LOCK_NAME), folder);
  if (text === undefined) return found({ path, text, lock: EMPTY_LOCK });
  const reading = readLock(text);
  if (reading.kind === "lock") return found({ path, text, lock: reading.lock });
  const reason = reading.kind === "conflict" ? "it has unresolved merge conflicts" : reading.message;
  return problem(`\`${path}\` cannot be used, because ${reason}; run \`modelwright lock\` to write it again`);
}

/** What a step asks for; `undefined` if it is on this machine, or if only a run of a universal model can tell. */
export function askOf(step: PlanStep): Ask | undefined {
  if (step.kind === "checkout") {
    const url = partsOf(step.url);
    const version = step.commit ?? step.branch;
    const parts = version && partsOf(version);
    if (url === undefined || (version !== undefined && parts === undefined)) return undefined;
    return { step: step.id, section: "code", key: codeKey(writtenText(url), parts && writtenText(parts)) };
  }
  if (step.kind !== "fetch") return undefined;
  const url = partsOf(step.url);
  const first = url?.[0];
  // A value that begins with a variable may be a path.
  if (url === undefined || (typeof first === "string" && !isFetchedAddress(first))) return undefined;
  return { step: step.id, section: "files", key: fileKey(writtenText(url)) };
}

/** The image that a model asks for. */
export function askOfImage({ id, image }: PlanModel): Ask | undefined {
  const parts = image === undefined ? undefined : typeof image === "string" ? [image] : partsOf(image);
  if (parts === undefined || parts.join("").trim() === "") return undefined;
  return { step: id, section: "images", key: imageKey(writtenText(parts)) };
}

/** The parts of a text; `undefined` if one of them is known only when the model runs. */
function partsOf(value: PlanValue): readonly KeyPart[] | undefined {
  if ("literal" in value) return [String(value.literal)];
  if ("number" in value) return [value.number];
  if ("env" in value) return [{ name: value.env, default: value.default }];
  if (!("template" in value)) return undefined;
  const parts = value.template.map(partsOf);
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** The entry for a step. */
export function lockedCode({ lock }: FoundLock, ask: Ask | undefined): LockedCode | undefined {
  return ask?.section === "code" ? lock.code.get(ask.key) : undefined;
}

/** The entry for a file. */
export function lockedFile({ lock }: FoundLock, ask: Ask | undefined): LockedFile | undefined {
  return ask?.section === "files" ? lock.files.get(ask.key) : undefined;
}

/** The entry for the image of a model. */
export function lockedImage({ lock }: FoundLock, model: PlanModel): LockedImage | undefined {
  const ask = askOfImage(model);
  return ask && lock.images.get(ask.key);
}
