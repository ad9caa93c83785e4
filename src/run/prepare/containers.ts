// Finds the engine and the images for the models that run in containers, before anything is started.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { whyUnreadable } from "../../system/paths.ts";
import { type ContainerChoice, type ContainerOptions, parseMemory } from "../api/container.ts";
import type { Failure, RunEvent } from "../api/report.ts";
import type { ContainerSettings } from "../container/arguments.ts";
import { type Engine, findEngine } from "../container/engine.ts";
import { examineImage, findImage, type Image, pullImage } from "../container/image.ts";
import { mountProblem, whyNotMounted } from "../container/mounts.ts";
import { containerTransport, mountsOf } from "../container/transport.ts";
import type { Environment } from "../values/values.ts";
import { PASSED_TO_CONTAINERS } from "../worker/passed-environment.ts";
import type { PlaceOf } from "./place.ts";
import type { ContainedModel } from "./prepare.ts";

/** The context in which containers are prepared. */
export interface ContainerContext {
  readonly choice: ContainerChoice;
  /** The environment in which engines run. */
  readonly environment: Environment;
  /** The folders that contain the files of the input. */
  readonly inputs: readonly string[];
  /** Whether missing images are pulled. */
  readonly mayPull: boolean;
  /** Whether the network may not be used, so that a missing image is a problem. */
  readonly offline: boolean;
  readonly signal: AbortSignal;
  readonly report: (failure: Failure) => void;
  readonly onEvent: (event: RunEvent) => void;
}

/** Returns the place of each model by its id. All problems are reported. Images that the engine does not have are pulled. */
export async function placeInContainers(
  models: readonly ContainedModel[],
  context: ContainerContext,
): Promise<ReadonlyMap<string, PlaceOf>> {
  const { choice, environment, mayPull, signal, report } = context;
  const places = new Map<string, PlaceOf>();
  const { containerOptions: options = {}, container } = choice;
  if (models.length === 0) {
    const message =
      "the options of containers have no effect, because no model runs in one; use the option `container`";
    report({ step: "container", message });
    return places;
  }
  const problems = [...(await optionProblems(options)), ...models.flatMap((model) => modelProblems(model, context))];
  const engine = await findEngine(typeof container === "string" ? container : undefined, { environment });
  if (engine.kind === "problem") problems.push({ step: "container", message: engine.message });
  problems.forEach(report);
  if (engine.kind === "problem" || problems.length > 0 || !mayPull) return places;

  const images = new Map<string, Promise<Result<ContainerSettings>>>();
  for (const model of models) {
    const { image, shown, isOffline } = model.settings.container;
    const key = JSON.stringify([image, model.device, isOffline]);
    const known = images.get(key);
    const settings = await (known ?? prepareImage(engine.value, model, models, context));
    if (signal.aborted) return places;
    if (settings.kind === "problem") {
      if (known === undefined) report({ step: "container", message: settings.message });
    } else places.set(model.id, placeOf(settings.value, shown, context));
    images.set(key, Promise.resolve(settings));
  }
  return places;
}

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

/** Why the paths of a model cannot be mounted. */
function modelProblems(model: ContainedModel, { inputs }: ContainerContext): readonly Failure[] {
  const files = [...model.scope.locations].filter(([step]) => !model.remote.has(step));
  const paths = [...files, ...inputs.map((folder) => ["input", folder] as const)];
  return paths.flatMap(([step, path]) => {
    const message = mountProblem(path, false);
    return message === undefined ? [] : [{ step, message: `\`${path}\` ${message}` }];
  });
}

async function prepareImage(
  engine: Engine,
  model: ContainedModel,
  models: readonly ContainedModel[],
  { choice, offline, signal, onEvent }: ContainerContext,
): Promise<Result<ContainerSettings>> {
  const { image: name, shown, isOffline } = model.settings.container;
  const ids = models.filter(({ settings }) => settings.container.image === name).map(({ id }) => id);
  const image = (await findImage(engine, name)) ?? (await pull());
  if ("kind" in image) return image;
  const network = isOffline ? ("none" as const) : undefined;
  const limits = { ...choice.containerOptions, network };
  const settings = { engine, image: image.id, device: model.device, limits };
  const version = await examineImage(settings, image, shown);
  if (version.kind === "problem") return version;
  if (image.hasEntrypoint) onEvent({ kind: "entrypoint-not-used", image: shown, models: ids });
  return found(settings);

  async function pull(): Promise<Image | ReturnType<typeof problem>> {
    if (offline) return problem(`the engine does not have the image ${shown}, and \`--offline\` does not allow a pull`);
    const onLine = (text: string): void => onEvent({ kind: "pull", image: shown, models: ids, text });
    onLine("started");
    const pulled = await pullImage(engine, name, { shown, signal, onLine, limitMs: model.settings.limits.fetchMs });
    return pulled.kind === "value" ? pulled.value : pulled;
  }
}

function placeOf(settings: ContainerSettings, shown: string, { choice, inputs }: ContainerContext): PlaceOf {
  const wanted = (choice.containerOptions?.mounts ?? []).map((path) => resolve(path));
  const installation = {
    shown: `the image ${shown}`,
    install: (name: string) => `add \`pip install ${name}\` to the image`,
    select: "use another image",
  };
  return ({ folder, paths }) => {
    const readable = { folder, paths: [...paths, ...inputs, ...wanted] };
    const mounts = mountsOf(readable);
    return {
      transport: containerTransport(settings, readable),
      passed: PASSED_TO_CONTAINERS,
      installation,
      whyUnreachable: (path) => (existsSync(path) ? whyNotMounted(path, mounts) : undefined),
    };
  };
}
