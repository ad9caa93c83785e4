// The remote resources of a model: what is locked, what is in the cache, and how much a run would download.
import { join } from "node:path";
import type { PlanModel, PlanStep } from "../../plan/execution-plan.ts";
import { isFolder } from "../../system/paths.ts";
import { checkout, findTip } from "../acquire/checkout.ts";
import { fetchFile, isRemote } from "../acquire/fetch.ts";
import { askOf, lockedCode, lockedFile, lockOf } from "../acquire/lock.ts";
import { DEFAULT_LIMITS } from "../api/limits.ts";
import { storageOf } from "../storage/drivers.ts";
import { storageEnvironment } from "../storage/environment.ts";
import { asWritten, type Environment } from "../values/values.ts";
import type { RunnableModel } from "./prepare.ts";

/** A remote file or repository. */
export interface ResourceNeed {
  readonly step: string;
  /** As it is written in the definition, without values of variables. */
  readonly name: string;
  /** Whether the lock file has an entry for it. */
  readonly isLocked: boolean;
  /** Whether the cache has what a run would use. A server is still asked whether a file that is not locked has changed. */
  readonly isCached: boolean;
  /** The number of bytes that a run would download, if the lock file or the server says it. */
  readonly bytes: number | undefined;
  /** Why its server did not answer; `undefined` if it did, or if it was not asked. */
  readonly problem: string | undefined;
}

/** The context in which resources are examined. */
export interface ResourceContext {
  readonly root: string;
  readonly cache: string;
  /** The environment of the models. */
  readonly environment: Environment;
  /** The environment of programs. They are found on its `PATH`. */
  readonly processEnvironment: Environment;
  /** Whether servers are asked. */
  readonly online: boolean;
}

/** Examines the remote resources of a model. `checked` is undefined if the model has a problem; then the cache is not examined. */
export async function resourcesOf(
  model: PlanModel,
  checked: RunnableModel | undefined,
  context: ResourceContext,
): Promise<readonly ResourceNeed[]> {
  const lock = lockOf(model, context.root);
  const needs: ResourceNeed[] = [];
  for (const step of model.steps) {
    const name = nameOf(step);
    if (name === undefined) continue;
    const ask = askOf(step);
    const entry = lock.kind === "value" ? (lockedCode(lock.value, ask) ?? lockedFile(lock.value, ask)) : undefined;
    const resource = checked?.remote.get(step.id);
    const state = resource === undefined ? NOT_EXAMINED : await examineResource(resource, context);
    const known = entry !== undefined && "bytes" in entry ? entry.bytes : undefined;
    const bytes = state.isCached ? 0 : (known ?? state.bytes);
    needs.push({ step: step.id, name, isLocked: entry !== undefined, ...state, bytes });
  }
  return needs;
}

type State = Pick<ResourceNeed, "isCached" | "bytes" | "problem">;

const NOT_EXAMINED: State = { isCached: false, bytes: undefined, problem: undefined };

type Resource = RunnableModel["remote"] extends ReadonlyMap<string, infer Value> ? Value : never;

async function examineResource(resource: Resource, context: ResourceContext): Promise<State> {
  const { cache, environment, processEnvironment, online } = context;
  const signal = AbortSignal.timeout(DEFAULT_LIMITS.stallMs);
  const shared = { cache, signal, ...DEFAULT_LIMITS, onProgress: () => {} };
  const forGit = { ...shared, environment: processEnvironment, path: processEnvironment["PATH"] };
  const forFiles = { ...shared, environment: storageEnvironment(environment, processEnvironment) };
  try {
    if (await isFolder(join(cache, resource.kind === "code" ? "code" : "files"))) {
      const cached = await (resource.kind === "code"
        ? checkout(resource.request, { ...forGit, offline: true })
        : fetchFile(resource.request, { ...forFiles, offline: true }));
      if (cached.kind === "value") return { ...NOT_EXAMINED, isCached: true };
    }
    if (!online) return NOT_EXAMINED;
    if (resource.kind === "code") {
      const tip = await findTip(resource.request, forGit);
      return { ...NOT_EXAMINED, problem: tip.kind === "problem" ? tip.message : undefined };
    }
    return await askServer(resource.request, forFiles);
  } catch (error) {
    if (!signal.aborted) throw error;
    return { ...NOT_EXAMINED, problem: `the server did not answer within ${DEFAULT_LIMITS.stallMs / 1000} s` };
  }
}

/** Asks for a file, and closes the connection before its content is read. */
async function askServer(
  request: Extract<Resource, { readonly kind: "file" }>["request"],
  { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
): Promise<State> {
  const storage = await storageOf(request, environment);
  if (storage?.kind !== "value") return { ...NOT_EXAMINED, problem: storage?.message };
  // How large a folder is can be known only from all of its files.
  if (storage.value.kind === "folder") return NOT_EXAMINED;
  const closing = new AbortController();
  try {
    const answer = await storage.value.open({ kind: "whole" }, AbortSignal.any([signal, closing.signal]));
    if (answer.kind === "failed") return { ...NOT_EXAMINED, problem: answer.message };
    return { ...NOT_EXAMINED, bytes: answer.kind === "content" ? answer.total : undefined };
  } finally {
    closing.abort();
  }
}

/** How a remote resource is shown; `undefined` for a step without one. */
function nameOf(step: PlanStep): string | undefined {
  if (step.kind === "checkout") {
    const version = step.commit ?? step.branch;
    return `code of ${asWritten(step.url)}${version === undefined ? "" : ` at ${asWritten(version)}`}`;
  }
  if (step.kind !== "fetch") return undefined;
  const url = asWritten(step.url);
  return isRemote(url) ? url : undefined;
}
