// `modelwright lock` as a function: fills in what the lock files of definitions do not have, asks again for what is to be
// updated, and drops what is no longer asked for. Writes nothing.
import { compareText } from "../base/diagnostic.ts";
import { readBothSides } from "../base/lock-conflict.ts";
import {
  EMPTY_LOCK,
  LOCK_SECTIONS,
  type LockEntry,
  type LockedCode,
  type LockedFile,
  type LockedImage,
  type LockFile,
  type LockReading,
  type LockSection,
  lockedState,
  printLock,
  readLock,
} from "../base/lock-file.ts";
import { joinPath } from "../base/path.ts";
import { found, type Result } from "../base/result.ts";
import type { ExecutionPlan, PlanModel, PlanStep, PlanValue } from "../plan/execution-plan.ts";
import { spelledName } from "../plan/spelling.ts";
import { type Ask, askOf, askOfImage, lockPathOf } from "../run/acquire/lock.ts";
import { type ResolveContext, resolveCode, resolveFile, resolveImage } from "../run/acquire/resolve.ts";
import { planRedactor } from "../run/secrets/redaction.ts";
import type { Redact } from "../run/secrets/redactor.ts";
import { type DeclareRequest, declareCode } from "./declare.ts";

/** What to lock. */
export interface LockRequest extends ResolveContext {
  readonly plan: ExecutionPlan;
  /** The root of the plan, relative to the working directory. */
  readonly planRoot: string;
  /** Compiles the definitions with this code instead of the code in lock files. */
  readonly compile: DeclareRequest["compile"];
  /** The text of a lock file, by its path from the root of the plan. */
  readonly read: (path: string) => string | undefined;
  /** The models whose entries are asked for again, by id or name; `all`, or `undefined` for none. */
  readonly update: ReadonlySet<string> | "all" | undefined;
  /** Whether to lock images. */
  readonly images: boolean;
  /** Whether to drop entries that are not asked for. Another definition in the same folder may ask for them. */
  readonly drops: boolean;
  /** Whether to ask at all. Otherwise missing entries stay missing. */
  readonly asks: boolean;
  /** Called before something is asked for. */
  readonly onAsk: (ask: Ask) => void;
}

/** The new text of one lock file, and how it differs from the present one. */
export interface LockResult {
  /** From the root of the plan. */
  readonly path: string;
  readonly before: string | undefined;
  readonly text: string;
  readonly changes: readonly LockChange[];
  /** Entries that are missing because they could not be asked for, or because nothing was asked. No reason contains a secret. */
  readonly missing: readonly MissingEntry[];
  /** Why the present file could not be used. */
  readonly invalid: string | undefined;
}

/** An entry that differs, as `lockedState` describes it; `undefined` if it did not exist. */
export interface LockChange {
  readonly section: LockSection;
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** An entry that is missing, and why it could not be asked for, if it was. */
export interface MissingEntry {
  readonly key: string;
  readonly reason: string | undefined;
}

/** Something that models ask for, and the part of a plan that says what it is. */
interface Wanted {
  readonly ask: Ask;
  readonly from: PlanStep | { readonly kind: "image"; readonly image: string | PlanValue };
  readonly models: readonly PlanModel[];
}

/** Locks the remote resources of a plan. There is one result for each folder with definitions, by path. */
export async function lock(request: LockRequest): Promise<readonly LockResult[]> {
  const { plan, root, environment } = request;
  const redact = planRedactor(plan, { environment, root });
  const byPath = new Map<string, PlanModel[]>();
  for (const model of plan.models) {
    const path = lockPathOf(model);
    byPath.set(path, [...(byPath.get(path) ?? []), model]);
  }
  const results: LockResult[] = [];
  for (const [path, models] of byPath) results.push(await lockFolder(path, models, request, redact));
  return results.sort((a, b) => compareText(a.path, b.path));
}

async function lockFolder(
  path: string,
  models: readonly PlanModel[],
  request: LockRequest,
  redact: Redact,
): Promise<LockResult> {
  const before = request.read(path);
  const reading = readPresent(before);
  const present = reading.kind === "lock" ? reading.lock : EMPTY_LOCK;
  const next = request.drops ? emptyDraft() : draftOf(present);
  const missing: MissingEntry[] = [];
  const fetched = new Map<string, string>();
  if (!request.images) for (const [key, entry] of present.images) next.images.set(key, entry);
  for (const wanted of wantedBy(models, request.images)) {
    const { ask } = wanted;
    const known = present[ask.section].get(ask.key);
    const isNew = known === undefined || (request.asks && isUpdated(wanted, request));
    const undeclared = isNew ? [] : undeclaredIn(wanted, known);
    if (!isNew && undeclared.length === 0) {
      set(next, ask, known);
      continue;
    }
    if (!request.asks) {
      missing.push({ key: ask.key, reason: undeclared.length > 0 ? `it lacks ${undeclared.join(", ")}` : undefined });
      if (known !== undefined) set(next, ask, known);
      continue;
    }
    request.onAsk(ask);
    const answer = await resolve(wanted.from, request, isNew ? undefined : known);
    if (answer.kind === "problem") {
      missing.push({ key: ask.key, reason: redact(answer.message) });
      if (known !== undefined) set(next, ask, known);
    } else if (answer.value !== undefined) {
      // Otherwise a variable made it a path on this machine.
      set(next, ask, answer.value.entry);
      if (answer.value.folder !== undefined) fetched.set(ask.key, answer.value.folder);
    }
  }
  const lockPath = joinPath(request.planRoot, path);
  for (const [key, python] of declareCode({ compile: request.compile, lockPath, fetched })) {
    const entry = next.code.get(key);
    if (entry !== undefined) next.code.set(key, { ...entry, python });
  }
  const changes = LOCK_SECTIONS.flatMap((section) => changesOf(section, present, next));
  const invalid = reading.kind === "invalid" ? reading.message : undefined;
  return { path, before, text: printLock(next), changes, missing, invalid };
}

function readPresent(text: string | undefined): LockReading {
  if (text === undefined) return { kind: "lock", lock: EMPTY_LOCK };
  const reading = readLock(text);
  return reading.kind === "conflict" ? readBothSides(text) : reading;
}

/** What models ask for, each once, in the order of the models. */
function wantedBy(models: readonly PlanModel[], withImages: boolean): readonly Wanted[] {
  const all = new Map<string, { ask: Ask; from: Wanted["from"]; models: PlanModel[] }>();
  for (const model of models) {
    const add = (ask: Ask | undefined, from: Wanted["from"]): void => {
      if (ask === undefined) return;
      const id = `${ask.section} ${ask.key}`;
      const known = all.get(id);
      if (known === undefined) all.set(id, { ask, from, models: [model] });
      else known.models.push(model);
    };
    for (const step of model.steps) add(askOf(step), step);
    const { image } = model;
    if (image !== undefined && withImages) add(askOfImage(model), { kind: "image", image });
  }
  return [...all.values()];
}

function isUpdated({ models }: Wanted, { update }: LockRequest): boolean {
  if (update === undefined || update === "all") return update === "all";
  return models.some(({ id, name }) => update.has(id) || update.has(spelledName(name)));
}

/** The entry points of models that an entry does not declare. */
function undeclaredIn({ models }: Wanted, entry: LockEntry): readonly string[] {
  if (!("commit" in entry)) return [];
  const { entrypoints = [], unread = [] } = entry.python ?? {};
  const known = new Set([...entrypoints, ...unread]);
  const names = models.flatMap(({ steps }) =>
    steps.flatMap((step) => {
      if (!("entrypoint" in step) || !("module" in step.entrypoint)) return [];
      return [`${step.entrypoint.module}:${step.entrypoint.function}`];
    }),
  );
  return [...new Set(names)].filter((name) => !known.has(name));
}

/** An entry, and the folder of code. */
interface Answer {
  readonly entry: LockEntry;
  readonly folder: string | undefined;
}

/** Asks for what a step names. `known` is the present entry if it is only to be completed. */
async function resolve(
  from: Wanted["from"],
  request: LockRequest,
  known: LockEntry | undefined,
): Promise<Result<Answer | undefined>> {
  if (from.kind === "fetch" || from.kind === "image") {
    const entry = await (from.kind === "fetch" ? resolveFile(from, request) : resolveImage(from.image, request));
    return entry.kind === "problem" ? entry : found(entry.value && { entry: entry.value, folder: undefined });
  }
  if (from.kind !== "checkout") return found(undefined);
  const code = await resolveCode(from, request, known !== undefined && "commit" in known ? known : undefined);
  if (code.kind === "problem") return code;
  const { value } = code;
  return found(value && { entry: { commit: value.commit }, folder: value.folder });
}

/** A lock file that is being made. */
interface Draft {
  readonly code: Map<string, LockedCode>;
  readonly files: Map<string, LockedFile>;
  readonly images: Map<string, LockedImage>;
}

function emptyDraft(): Draft {
  return { code: new Map(), files: new Map(), images: new Map() };
}

function draftOf({ code, files, images }: LockFile): Draft {
  return { code: new Map(code), files: new Map(files), images: new Map(images) };
}

function set(draft: Draft, { section, key }: Ask, entry: LockEntry): void {
  // The section decides the type of the entry.
  (draft[section] as Map<string, LockEntry>).set(key, entry);
}

function changesOf(section: LockSection, present: LockFile, next: LockFile): readonly LockChange[] {
  const keys = [...new Set([...present[section].keys(), ...next[section].keys()])].sort(compareText);
  return keys.flatMap((key) => {
    const [before, after] = [present, next]
      .map((lock) => lock[section].get(key))
      .map((entry) => entry && lockedState(entry));
    return before === after ? [] : [{ section, key, before, after }];
  });
}
