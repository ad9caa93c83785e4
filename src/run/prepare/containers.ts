// Finds the engine and the images for the models that run in containers, before anything is started.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { whyUnreadable } from "../../system/paths.ts";
import { type ContainerChoice, type ContainerOptions, parseMemory } from "../api/container.ts";
import type { Failure } from "../api/report.ts";
import type { ContainerSettings } from "../container/arguments.ts";
import { type Engine, findEngine, type RemoteEngine } from "../container/engine.ts";
import { examineImage, findImage, type Image, pullImage } from "../container/image.ts";
import { mountProblem, whyNotMounted } from "../container/mounts.ts";
import { containerTransport, mountsOf } from "../container/transport.ts";
import type { Installation } from "../worker/missing-module.ts";
import { PASSED_TO_CONTAINERS } from "../worker/passed-environment.ts";
import type { PlaceContext, PlaceOf } from "./place.ts";
import type { ContainedModel } from "./prepare.ts";

/** The place of models in containers with these settings. */
export type PlaceIn = (settings: ContainerSettings, installation: Installation) => PlaceOf;

/** The context in which containers are prepared. */
export interface ContainerContext extends PlaceContext {
  readonly choice: ContainerChoice;
  /** Which programs may be started. By default, all of them. */
  readonly has?: (path: string) => boolean;
  /** Whether missing images are pulled. */
  readonly mayPull: boolean;
  /** Whether the network may not be used, so that a missing image is a problem. */
  readonly offline: boolean;
  /** Another host, on which the containers run. */
  readonly host?: { readonly engine: RemoteEngine; readonly placeIn: PlaceIn } | undefined;
  readonly report: (failure: Failure) => void;
}

/** Returns the place of each model by its id. All problems are reported. Images that the engine does not have are pulled. */
export async function placeInContainers(
  models: readonly ContainedModel[],
  context: ContainerContext,
): Promise<ReadonlyMap<string, PlaceOf>> {
  const { mayPull, signal, report } = context;
  const places = new Map<string, PlaceOf>();
  const engine = await engineFor(models, context);
  if (engine === undefined || !mayPull) return places;
  for (const same of byImage(models)) {
    const settings = await prepareImage(engine, same, context);
    if (signal.aborted) return places;
    if (settings.kind === "problem") report({ step: "container", message: settings.message });
    else for (const { id } of same) places.set(id, placeOf(settings.value, same[0].settings.container.shown, context));
  }
  return places;
}

/** What is known about the images of models without pulling one. */
export interface ExaminedImages {
  /** The ids of the models whose image a run pulls. */
  readonly missing: ReadonlySet<string>;
  /** The first image that the engine has, and the version of its Python. */
  readonly python: { readonly version: string; readonly shown: string } | undefined;
}

/** Finds the engine and the images. Images that the engine has are examined. All problems are reported. */
export async function examineContainers(
  models: readonly ContainedModel[],
  context: Pick<ContainerContext, "choice" | "environment" | "has" | "report"> & {
    readonly host?: Pick<ContainerContext["host"] & {}, "engine"> | undefined;
  },
): Promise<ExaminedImages> {
  const missing = new Set<string>();
  const versions: { version: string; shown: string }[] = [];
  const engine = await engineFor(models, { ...context, inputs: [] });
  for (const same of engine === undefined ? [] : byImage(models)) {
    const { image: name, shown } = same[0].settings.container;
    const image = engine && (await findImage(engine, name));
    if (engine === undefined || image === undefined) {
      for (const { id } of same) missing.add(id);
      continue;
    }
    const version = await examineImage(settingsFor(engine, image, same[0], context.choice), image, shown);
    if (version.kind === "problem") context.report({ step: "container", message: version.message });
    else versions.push({ version: version.value, shown });
  }
  return { missing, python: versions[0] };
}

type SameImage = readonly [ContainedModel, ...ContainedModel[]];

/** The models in groups that need the same container. */
function byImage(models: readonly ContainedModel[]): Iterable<SameImage> {
  const groups = new Map<string, [ContainedModel, ...ContainedModel[]]>();
  for (const model of models) {
    const { image, isOffline } = model.settings.container;
    const key = JSON.stringify([image, model.device, isOffline]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [model]);
    else group.push(model);
  }
  return groups.values();
}

/** The engine, unless it or the options or paths of a model have a problem. All problems are reported. */
async function engineFor(
  models: readonly ContainedModel[],
  {
    choice,
    environment,
    has,
    inputs,
    host,
    report,
  }: Pick<ContainerContext, "choice" | "environment" | "has" | "inputs" | "report"> & {
    readonly host?: { readonly engine: RemoteEngine } | undefined;
  },
): Promise<Engine | undefined> {
  const { containerOptions, container } = choice;
  if (models.length === 0) {
    const message =
      "the options of containers have no effect, because no model runs in one; use the option `container`";
    report({ step: "container", message });
    return undefined;
  }
  const remote = host?.engine;
  const problems = [...(await optionProblems(containerOptions ?? {}))];
  // On another host, only the folders of packages are mounted.
  if (remote === undefined) problems.push(...models.flatMap((model) => pathProblems(model, inputs)));
  else if (containerOptions?.mounts !== undefined) problems.push({ step: "container", message: NO_MOUNTS });
  const engine = await findEngine(typeof container === "string" ? container : undefined, { environment, has, remote });
  if (engine.kind === "problem") problems.push({ step: "container", message: engine.message });
  problems.forEach(report);
  return engine.kind === "problem" || problems.length > 0 ? undefined : engine.value;
}

const NO_MOUNTS =
  "`--mount` (`mounts` in a program) cannot be used on another host, because paths of this machine are not there";

/** The problems of the options, which concern all models. */
async function optionProblems({ mounts = [], memory, cpus, processes }: ContainerOptions): Promise<readonly Failure[]> {
  const problems: string[] = [];
  for (const path of mounts) {
    const reason = (await whyUnreadable(resolve(path))) ?? mountProblem(resolve(path), true);
    if (reason !== undefined) problems.push(`the mount \`${path}\` ${reason}`);
  }
  if (memory !== undefined && parseMemory(memory) === undefined) {
    problems.push(`the memory limit \`${memory}\` is not an amount such as \`512m\` or \`4g\``);
  }
  if (cpus !== undefined && !(cpus > 0 && Number.isFinite(cpus))) problems.push("the number of CPUs must be positive");
  if (processes !== undefined && !(Number.isSafeInteger(processes) && processes > 0)) {
    problems.push("the number of processes must be a whole number of at least 1");
  }
  return problems.map((message) => ({ step: "container", message }));
}

/** Why the paths of a model, or those of the input, cannot be mounted. */
function pathProblems(model: ContainedModel, inputs: readonly string[]): readonly Failure[] {
  const files = [...model.scope.locations].filter(([step]) => !model.remote.has(step));
  const paths = [...files, ...inputs.map((folder) => ["input", folder] as const)];
  return paths.flatMap(([step, path]) => {
    const message = mountProblem(path, false);
    return message === undefined ? [] : [{ step, message: `\`${path}\` ${message}` }];
  });
}

async function prepareImage(
  engine: Engine,
  models: SameImage,
  { choice, offline, signal, onEvent }: ContainerContext,
): Promise<Result<ContainerSettings>> {
  const [model] = models;
  const { image: name, shown } = model.settings.container;
  const ids = models.map(({ id }) => id);
  const present = await findImage(engine, name);
  const image = present === undefined ? await pull() : found(present);
  if (image.kind === "problem") return image;
  const settings = settingsFor(engine, image.value, model, choice);
  const version = await examineImage(settings, image.value, shown);
  if (version.kind === "problem") return version;
  if (image.value.hasEntrypoint) onEvent({ kind: "entrypoint-not-used", image: shown, models: ids });
  return found(settings);

  async function pull(): Promise<Result<Image>> {
    if (offline) return problem(`the engine does not have the image ${shown}, and \`--offline\` does not allow a pull`);
    const onLine = (text: string): void => onEvent({ kind: "pull", image: shown, models: ids, text });
    onLine("started");
    return pullImage(engine, name, { shown, signal, onLine, limitMs: model.settings.limits.fetchMs });
  }
}

function settingsFor(
  engine: Engine,
  { id }: Image,
  { device, settings }: ContainedModel,
  { containerOptions }: ContainerChoice,
): ContainerSettings {
  const network = settings.container.isOffline ? "none" : undefined;
  return { engine, image: id, device, limits: { ...containerOptions, network } };
}

function placeOf(settings: ContainerSettings, shown: string, { choice, inputs, host }: ContainerContext): PlaceOf {
  const wanted = (choice.containerOptions?.mounts ?? []).map((path) => resolve(path));
  const installation = {
    shown: `the image ${shown}`,
    install: (name: string) => `add \`pip install ${name}\` to the image`,
    select: "use another image",
  };
  if (host !== undefined) return host.placeIn(settings, installation);
  return async (model) => {
    const readable = { folder: model.folder, paths: [...model.paths, ...inputs, ...wanted] };
    const mounts = mountsOf(readable);
    const locate = (path: string): Result<string> => {
      const reason = existsSync(path) ? whyNotMounted(path, mounts) : undefined;
      return reason === undefined ? found(path) : problem(reason);
    };
    const transport = containerTransport(settings, readable);
    return found({ model, place: { transport, passed: PASSED_TO_CONTAINERS, installation, locate } });
  };
}
