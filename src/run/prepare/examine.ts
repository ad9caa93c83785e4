// Examines what a run would use, and reports problems, without starting or fetching anything.
import { execFile } from "node:child_process";
import { readdir, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ExecutionPlan, PlanModel } from "../../plan/execution-plan.ts";
import { spelledName } from "../../plan/spelling.ts";
import { cacheFolder, shownCacheFolder } from "../../system/cache-folder.ts";
import { worktreeAround } from "../../system/git.ts";
import { type Programs, programsNamed, programsOutside } from "../../system/programs.ts";
import type { ContainerChoice } from "../api/container.ts";
import type { HostChoice } from "../api/host.ts";
import type { Failure } from "../api/report.ts";
import type { ExaminedHost } from "../host/examine.ts";
import { unsetVariables } from "../values/environment.ts";
import type { Environment } from "../values/values.ts";
import type { ExaminedImages } from "./containers.ts";
import { checkModel, isContained, type RunnableModel } from "./prepare.ts";
import { lookForPython, type Python, type WantedPython } from "./python.ts";
import { type ResourceNeed, resourcesOf } from "./resources.ts";
import { type PythonSearch, pythonSearch } from "./settings.ts";

/** The software and storage of this machine. */
export interface Machine {
  readonly node: string;
  readonly python: Python | undefined;
  /** The version of Git, if it is installed. */
  readonly git: string | undefined;
  /** The name and version of Docker or Podman. No run requires them. */
  readonly containers: string | undefined;
  readonly cache: { readonly folder: string; readonly bytes: number; readonly files: number };
  /** The free space on the disk of the cache, in bytes. */
  readonly freeDisk: number | undefined;
  /** The other host, if one was selected and can be reached. */
  readonly host: ExaminedHost | undefined;
}

/** The requirements of a model. */
export interface ModelNeeds {
  readonly id: string;
  readonly name: string;
  /** The remote files and code that are not in the cache, as written in the definition, without values of variables. */
  readonly fetches: readonly string[];
  /** All remote files and code, with what is locked and cached. */
  readonly resources: readonly ResourceNeed[];
  /** The names of environment variables that have no value. */
  readonly missing: readonly string[];
  readonly isReady: boolean;
}

/** The result of `examine`. */
export interface Examination {
  readonly machine: Machine;
  readonly models: readonly ModelNeeds[];
  /** The reasons why a run cannot start; empty if it can. */
  readonly problems: readonly Failure[];
}

/** With less free space than this, downloads are likely to fail. */
const MIN_FREE = 100 * 1024 * 1024;

const PROBE_MS = 5000;

/** Options of `examine`. */
export interface ExamineOptions extends ContainerChoice, HostChoice {
  readonly root: string;
  /** The working directory. It and the root may be untrusted checkouts, so no program in them is started. */
  readonly cwd: string;
  /** The environment of the models. */
  readonly environment: Environment;
  /** The environment of this process. Only its `PATH` is used to find programs. */
  readonly processEnvironment: Environment;
  readonly python?: string | undefined;
  /** Whether to ask servers for what is not in the cache. */
  readonly online: boolean;
}

/**
 * Examines the machine, and the models of a plan if there is one. Starts only `git`, `docker`, `podman` and Python, and only
 * programs on the `PATH` of this process and outside checkouts. For any other Python, only files are read. Containers are started only
 * if the caller asks for them, and so is `ssh`. No image is pulled.
 */
export async function examine(plan: ExecutionPlan | undefined, options: ExamineOptions): Promise<Examination> {
  const { root, cwd, environment, processEnvironment } = options;
  const checkouts = [root, cwd].flatMap((each) => [each, worktreeAround(each)?.folder ?? each]);
  const programs = programsOutside(checkouts, processEnvironment);
  const versionOf = (name: string) => versionOfProgram(name, programs);
  const problems: Failure[] = [];
  const report = (failure: Failure): void => void problems.push(failure);
  const models = plan?.models.filter(({ universal }) => !universal) ?? [];
  const folder = cacheFolder(environment);
  const look = (wanted: WantedPython | undefined) => lookForPython(wanted, root, processEnvironment, programs);
  const [git, containers, contents, freeDisk, needs] = await Promise.all([
    versionOf("git"),
    containerTool(versionOf),
    sizeOf(folder),
    freeSpace(folder),
    inOrder(models, (model) => needsOf(model, { ...options, processEnvironment: programs.environment }, report)),
  ]);
  const first: Failure[] = [];
  const searches =
    models.length === 0 ? [pythonSearch(undefined, undefined, options)] : needs.map(({ search }) => search);
  const wanted = new Map(searches.flatMap((search) => (search ? [[search.wanted?.program, search.wanted]] : [])));
  const pythons = await inOrder([...wanted.values()], look);
  for (const each of pythons) if (each.kind === "problem") first.push({ step: "python", message: each.message });
  const python = pythons[0];
  const hasCheckout = models.some(({ steps }) => steps.some(({ kind }) => kind === "checkout"));
  if (git === undefined && hasCheckout) {
    first.push({
      step: "git",
      message: "Git is not installed, but it is required to fetch the code of a model; install it",
    });
  }
  if (freeDisk !== undefined && freeDisk < MIN_FREE && needs.some(({ fetches }) => fetches.length > 0)) {
    first.push({ step: "disk", message: `the disk of \`${shownCacheFolder(environment)}\` is nearly full` });
  }
  const checked = needs.flatMap((each) => each.checked ?? []);
  const images = await imagesOf(checked, options, programs, (failure) => first.push(failure));
  const inImage = images?.python && {
    command: "python3",
    version: images.python.version,
    origin: `the image ${images.python.shown}`,
  };
  const host = await hostOf(checked, options, programs, (message) => first.push({ step: "host", message }));
  const onHost = host && {
    command: options.python ?? "python3",
    version: host.python,
    origin: `the host \`${host.name}\``,
  };
  const found = python?.kind === "value" ? python.value : (inImage ?? onHost);
  const node = process.versions.node;
  const machine = {
    node,
    python: found,
    git,
    containers,
    cache: { folder: shownCacheFolder(environment), ...contents },
    freeDisk,
    host,
  };
  const shown = needs.map(({ search: _, checked: own, ...model }): ModelNeeds => {
    const image = images?.missing.has(model.id) ? own?.settings.container : undefined;
    return image === undefined ? model : { ...model, fetches: [`the image ${image.shown}`, ...model.fetches] };
  });
  return { machine, models: shown, problems: [...first, ...problems] };
}

/** The images of models in containers. The caller must have asked for containers, because one is started. */
async function imagesOf(
  models: readonly RunnableModel[],
  options: ExamineOptions,
  { environment, has }: Programs,
  report: (failure: Failure) => void,
): Promise<ExaminedImages | undefined> {
  const { container = false, containerOptions } = options;
  const contained = models.filter(isContained);
  if (container === false && containerOptions === undefined) return undefined;
  const { examineContainers } = await import("./containers.ts");
  return examineContainers(contained, { choice: options, environment, has, report });
}

/** The other host. Connecting to it starts `ssh`, which the caller must have asked for. */
async function hostOf(
  models: readonly RunnableModel[],
  { host: text, python }: ExamineOptions,
  programs: Programs,
  report: (message: string) => void,
): Promise<ExaminedHost | undefined> {
  if (text === undefined) return undefined;
  const [{ connectionTo }, { examineHost }] = await Promise.all([import("./hosts.ts"), import("../host/examine.ts")]);
  const connection = connectionTo(text, { ...programs, python });
  const host =
    connection.kind === "value" ? await examineHost(connection.value, new AbortController().signal) : connection;
  if (host.kind === "problem") {
    report(host.message);
    return undefined;
  }
  const { name, folder, freeDisk, gpus } = host.value;
  if (freeDisk < MIN_FREE) report(`the disk of \`${folder}\` on the host \`${name}\` is nearly full`);
  if (gpus.length === 0 && models.some(({ device }) => device !== "cpu")) {
    report(`the host \`${name}\` has no GPU that works, which a model requires; use \`device: cpu\``);
  }
  return host.value;
}

interface ExaminedModel extends ModelNeeds {
  readonly search: PythonSearch | undefined;
  readonly checked: RunnableModel | undefined;
}

async function needsOf(
  model: PlanModel,
  options: ExamineOptions,
  report: (failure: Failure) => void,
): Promise<ExaminedModel> {
  const { root, environment } = options;
  const checked = await checkModel(model, { root, environment, given: options }, report);
  const missing = unsetVariables(model, environment).problems.keys();
  const { id } = model;
  const name = spelledName(model.name);
  const resources = await resourcesOf(model, checked, { ...options, cache: cacheFolder(environment) });
  for (const { step, problem } of resources) if (problem !== undefined) report({ step, message: problem });
  const fetches = resources.filter(({ isCached }) => !isCached).map((each) => each.name);
  const needs = { id, name, resources, fetches, missing: [...missing] };
  const search = pythonSearch(model, checked?.settings, options);
  return { ...needs, isReady: checked !== undefined, search, checked };
}

async function containerTool(versionOf: (name: string) => Promise<string | undefined>): Promise<string | undefined> {
  for (const name of ["docker", "podman"]) {
    const version = await versionOf(name);
    if (version !== undefined) return `${name} ${version}`;
  }
  return undefined;
}

/** The version that a program prints with `--version`. It runs outside the working directory, so no file there affects it. */
async function versionOfProgram(name: string, { environment, has }: Programs): Promise<string | undefined> {
  const program = programsNamed(name, environment).find(has);
  if (program === undefined) return undefined;
  return new Promise((answer) => {
    const options = { cwd: "/", env: { ...environment }, timeout: PROBE_MS, killSignal: "SIGKILL" } as const;
    const child = execFile(program, ["--version"], options, (error, stdout) => {
      answer(error === null ? (/\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? "of an unknown version") : undefined);
    });
    child.stdin?.end();
  });
}

async function sizeOf(folder: string): Promise<{ readonly bytes: number; readonly files: number }> {
  let [bytes, files] = [0, 0];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const inner = await sizeOf(path);
      bytes += inner.bytes;
      files += inner.files;
    } else if (entry.isFile()) {
      bytes += (await stat(path).catch(() => undefined))?.size ?? 0;
      files++;
    }
  }
  return { bytes, files };
}

/** The free space on the disk of a folder, which may not exist yet. */
async function freeSpace(folder: string): Promise<number | undefined> {
  const found = await statfs(folder).catch(() => undefined);
  if (found !== undefined) return found.bavail * found.bsize;
  return dirname(folder) === folder ? undefined : freeSpace(dirname(folder));
}

async function inOrder<From, To>(values: readonly From[], work: (value: From) => Promise<To>): Promise<readonly To[]> {
  const results: To[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}
