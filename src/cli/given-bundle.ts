// Lets a command take a bundle where it takes a definition.
import { resolve } from "node:path";
import { printable } from "../base/quote.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import type { OpenBundle, OpenContext } from "../run/bundle/open.ts";
import { bundleForm } from "../run/pack/is-bundle.ts";
import { cacheFolder } from "../system/cache-folder.ts";
import { CommandError, EXIT } from "./exit.ts";
import type { SharedOptions } from "./options.ts";

/** The definitions that a command reads. */
export interface Given {
  readonly files: readonly string[];
  /** The options of the command. The working directory is that of the definitions. */
  readonly options: SharedOptions;
  /** The plan to run: in a bundle, its code and files have other paths. */
  readonly localPlan: (plan: ExecutionPlan) => ExecutionPlan;
  readonly bundle: OpenBundle | undefined;
}

/** Whether an argument of a command is a bundle. */
export function isBundle(file: string, cwd: string): boolean {
  return file !== "-" && bundleForm(file.startsWith("oci://") ? file : resolve(cwd, file)) !== undefined;
}

/**
 * Unpacks the bundle if the arguments name one. Definitions are returned as they are. With `offline`, a bundle of a registry must be in
 * the cache.
 */
export async function givenDefinitions(
  files: readonly string[],
  options: SharedOptions,
  { offline }: { readonly offline?: unknown } = {},
): Promise<Given> {
  const [first = "", ...others] = files.filter((file) => isBundle(file, options.cwd));
  if (first === "") return { files, options, localPlan: (plan) => plan, bundle: undefined };
  if (files.length > 1 || others.length > 0)
    throw new CommandError(EXIT.usage, `${printable(first)} is a bundle. Use it as the only argument.`);
  const bundle = await openGivenBundle(first, options, { offline: offline === true });
  const { localPlan } = await import("../run/bundle/local-plan.ts");
  return {
    files: bundle.index.definitions,
    options: { ...options, cwd: resolve(bundle.folder, "definition") },
    localPlan: (plan) => localPlan(plan, bundle.index),
    bundle,
  };
}

/** Opens the bundle that an argument names. With `verify`, every blob is read again. */
export async function openGivenBundle(
  file: string,
  { cwd }: SharedOptions,
  how: Pick<OpenContext, "verify" | "offline">,
): Promise<OpenBundle> {
  const { openBundle } = await import("../run/bundle/open.ts");
  const { signal } = new AbortController();
  const path = file.startsWith("oci://") ? file : resolve(cwd, file);
  const opened = await openBundle(path, printable(file), {
    cache: cacheFolder(process.env),
    environment: process.env,
    signal,
    ...how,
  });
  if (opened.kind === "problem") throw new CommandError(EXIT.failure, `${opened.message}.`);
  return opened.value;
}
