// Asks what a remote resource is now: the commit of a branch, the content of a file.
import type { LockedCode, LockedFile, LockedImage } from "../../base/lock-file.ts";
import { found, problem, type Result } from "../../base/result.ts";
import type { CheckoutStep, FetchStep, PlanValue } from "../../plan/execution-plan.ts";
import { variablesIn } from "../../plan/variables.ts";
import { DEFAULT_LIMITS } from "../api/limits.ts";
import { readImageName } from "../registry/image-reference.ts";
import { resolveDigest } from "../registry/registry.ts";
import { storageEnvironment } from "../storage/environment.ts";
import { asWritten, type Environment, evaluateText, newScope } from "../values/values.ts";
import { type Checkout, checkout } from "./checkout.ts";
import { checkFile, fetchFile, isRemote } from "./fetch.ts";
import { findNamedFolder, readCheckout } from "./source.ts";

/** The context in which resources are asked for. */
export interface ResolveContext {
  /** The absolute path of the folder that relative paths of the plan start from. */
  readonly root: string;
  readonly cache: string;
  /** The environment in which the variables of the plan are looked up. */
  readonly environment: Environment;
  /** The environment in which Git and other programs run. */
  readonly programEnvironment: Environment;
  readonly offline: boolean;
  readonly signal: AbortSignal;
}

/** Fetches the code of a repository; `undefined` if a variable makes it a folder on this machine. */
export async function resolveCode(
  step: CheckoutStep,
  context: ResolveContext,
  locked?: LockedCode,
): Promise<Result<Checkout | undefined>> {
  const scope = newScope(context.environment);
  if ((await findNamedFolder(step, scope, context.root)) !== undefined) return found(undefined);
  const request = readCheckout(step, scope);
  if (request.kind === "problem") return request;
  const pinned = locked === undefined ? request.value : { ...request.value, commit: locked.commit, branch: undefined };
  return checkout(pinned, { ...context, ...DEFAULT_LIMITS, environment: context.programEnvironment });
}

/** Asks a registry for the digest of an image. */
export async function resolveImage(
  image: string | PlanValue,
  context: ResolveContext,
): Promise<Result<LockedImage | undefined>> {
  const value: PlanValue = typeof image === "string" ? { literal: image } : image;
  const name = evaluateText(value, newScope(context.environment));
  if (name.kind === "problem") return name;
  const reference = readImageName(name.value.trim());
  if (reference === undefined) return problem("it is not the name of an image, such as `python:3.11-slim`");
  const { programEnvironment: environment, signal } = context;
  const digest = await resolveDigest(reference, { environment, signal, stallMs: DEFAULT_LIMITS.stallMs });
  return digest.kind === "value" ? found({ digest: digest.value }) : digest;
}

/** Fetches a file; `undefined` if a variable makes it a path on this machine. */
export async function resolveFile(step: FetchStep, context: ResolveContext): Promise<Result<LockedFile | undefined>> {
  const scope = newScope(context.environment);
  const url = evaluateText(step.url, scope);
  if (url.kind === "problem") return url;
  if (!isRemote(url.value)) return found(undefined);
  const credentials = step.credentials && evaluateText(step.credentials, scope);
  if (credentials?.kind === "problem") return credentials;
  const isSecret = variablesIn(step.url).length > 0;
  const shown = `the file \`${asWritten(step.url)}\``;
  const request = { url: url.value, shown, credentials: credentials?.value, isSecret };
  const environment = storageEnvironment(context.environment, context.programEnvironment);
  const checked = await checkFile(request, context.root, environment);
  if (checked.kind === "problem") return checked;
  const fetched = await fetchFile(request, { ...context, ...DEFAULT_LIMITS, environment, onProgress: () => {} });
  if (fetched.kind === "problem") return fetched;
  const { sha256, bytes } = fetched.value;
  return found({ sha256, bytes });
}
