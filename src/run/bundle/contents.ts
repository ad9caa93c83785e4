// Decides what a bundle contains, and where: from a plan to the files of each layer.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type LockFile, printLock } from "../../base/lock-file.ts";
import { isAbsolute, joinPath } from "../../base/path.ts";
import { quote } from "../../base/quote.ts";
import type { CheckoutStep, ExecutionPlan, FetchStep, PlanModel, SourceStep } from "../../plan/execution-plan.ts";
import { variablesIn } from "../../plan/variables.ts";
import { isFolder } from "../../system/paths.ts";
import { isRemote } from "../acquire/fetch.ts";
import { askOf, type LockOptions, lockOf } from "../acquire/lock.ts";
import type { Failure } from "../api/report.ts";
import { examplesFolder, missingExamples } from "../examples/example-set.ts";
import { type ListedFile, listFile, listFolder } from "../pack/listing.ts";
import { compareNames } from "../pack/names.ts";
import { PackProblem } from "../pack/problem.ts";
import { contentOf, type TarFile } from "../pack/tar.ts";
import { acquireResources, locateResources, type ResourceContext } from "../prepare/locate.ts";
import { BUNDLE_VERSION, type BundleIndex, type FilePin, PATHS } from "./format.ts";

/** What to pack. */
export interface ContentsRequest extends ResourceContext, LockOptions {
  readonly plan: ExecutionPlan;
  /** The text of the plan, as `modelwright plan` prints it. */
  readonly planText: string;
  /** The absolute path of the folder that the paths of the plan are relative to. */
  readonly root: string;
  /** The paths of the requested definitions, relative to the root. */
  readonly definitions: readonly string[];
  /** The absolute path of the bundle, which is left out if it is inside the code. */
  readonly except?: string | undefined;
  readonly onProgress?: ((step: string, bytes: number, total: number | undefined) => void) | undefined;
}

/** The files of a layer, sorted by name. */
export interface LayerContents {
  /** What it contains, for people. */
  readonly title: string;
  readonly files: readonly TarFile[];
}

/** The contents of a bundle. */
export interface Contents {
  readonly index: BundleIndex;
  readonly layers: readonly LayerContents[];
}

/** A folder of the definition or of a repository, before its files are listed. */
interface CodeFolder {
  readonly path: string;
  readonly models: string[];
}

/**
 * Collects the contents of a bundle, and fetches the remote ones. Problems with steps are passed to `report`, and the result is then
 * `undefined`. Throws a `PackProblem` for files that cannot be packed.
 */
export async function collectContents(
  request: ContentsRequest,
  report: (failure: Failure) => void,
): Promise<Contents | undefined> {
  const { plan, root } = request;
  const place = placeIn(plan);
  const packed: Record<string, string> = {};
  const addresses: Record<string, FilePin> = {};
  const local = new Map<string, CodeFolder>();
  const remoteCode: LayerContents[] = [];
  const files: LayerContents[] = [];
  let isComplete = true;
  for (const model of plan.models) {
    const found = await resourcesOf(model, request, report);
    if (found === undefined) {
      isComplete = false;
      continue;
    }
    for (const step of found.steps) {
      const path = found.locations.get(step.id) ?? "";
      if (step.kind === "source" && !isAbsolute(step.path)) {
        packed[step.id] = place(step.path);
        const folder = local.get(step.path) ?? { path, models: [] };
        local.set(step.path, folder);
        folder.models.push(model.id);
      } else if (step.kind === "source" || step.kind === "checkout") {
        const isWorking = !found.remote.has(step.id);
        const listed = await listFolder(path, { root: isWorking ? root : path, isWorking, except: request.except });
        const target = `${PATHS.code}/${await treeHash(listed)}`;
        packed[step.id] = target;
        const code = listed.map((file) => tarFile(file, `${target}/${file.path}`));
        remoteCode.push({ title: `code of ${model.id}`, files: code });
      } else if (found.uploads.has(step.id)) {
        const uploaded = await filesAt(step, path, found.remote.has(step.id), root, place);
        packed[step.id] = uploaded.target;
        files.push({ title: `file ${step.id}`, files: uploaded.files });
      } else if (isRemote(urlOf(step) ?? "") || found.remote.has(step.id) || isAbsolute(urlOf(step) ?? "")) {
        if (statSync(path).isFile())
          addresses[step.id] = { sha256: await hashOf({ path }), bytes: statSync(path).size };
      } else {
        isComplete = false;
        const message =
          "it has `upload: false`, so the bundle would refer to a path of this machine; set `upload` to `true`, or use a URL";
        report({ step: step.id, message });
      }
    }
  }
  if (!isComplete) return undefined;
  const index: BundleIndex = {
    bundleVersion: BUNDLE_VERSION,
    definitions: request.definitions.map((path) => place(path).slice(`${PATHS.definition}/`.length)),
    root: place("."),
    plan: plan.hash,
    packed: sorted(packed),
    addresses: sorted(addresses),
  };
  const texts: readonly (readonly [string, string])[] = [
    [PATHS.index, `${JSON.stringify(index, null, 2)}\n`],
    [PATHS.plan, request.planText],
  ];
  const definition = [
    ...texts.map(([name, text]) => textFile(name, Buffer.from(text))),
    ...plan.sources.map(({ path }) => textFile(place(path), readFileSync(join(root, path)))),
    ...lockFiles(plan, root, addresses).map(([path, text]) => textFile(place(path), Buffer.from(text))),
  ];
  const localCode: LayerContents[] = [];
  for (const [at, { path, models }] of [...local].sort(([a], [b]) => compareNames(a, b))) {
    const listed = await listFolder(path, { root, isWorking: true, except: request.except });
    const code = listed.map((file) => tarFile(file, joinPath(place(at), file.path)));
    localCode.push({ title: `code of ${models.join(", ")}`, files: code });
  }
  const examples: TarFile[] = [];
  for (const [at, model] of new Map(plan.models.map((each) => [examplesFolder(each).path, each]))) {
    const folder = resolve(root, at);
    if (!(await isFolder(folder))) {
      if (examplesFolder(model).isNamed) throw new PackProblem(missingExamples(model, at));
      continue;
    }
    if (isAbsolute(at))
      throw new PackProblem(
        `the examples of ${quote(model.id)} have the absolute path ${quote(at)}, which exists only on this machine; write a path relative to the definition`,
      );
    const listed = await listFolder(folder, { root, isWorking: true, except: request.except });
    examples.push(...listed.map((file) => tarFile(file, joinPath(place(at), file.path))));
  }
  // A file with a layer of its own is not part of the code next to it.
  const owned = distinct([
    { title: "definition", files: definition },
    { title: "examples", files: examples },
    ...files,
  ]);
  const code = distinct(
    [...localCode, ...remoteCode],
    new Set(owned.flatMap((layer) => layer.files.map(({ name }) => name))),
  );
  return { index, layers: [...owned.slice(0, 1), ...code, ...owned.slice(1)] };
}

/** Sorts the files of each layer, each of them only once in all layers. Layers without files are left out. */
function distinct(layers: readonly LayerContents[], taken = new Set<string>()): readonly LayerContents[] {
  return layers.flatMap(({ title, files }) => {
    const fresh = files.filter(({ name }) => !taken.has(name) && taken.add(name));
    fresh.sort((a, b) => compareNames(a.name, b.name));
    return fresh.length === 0 ? [] : [{ title, files: fresh }];
  });
}

type ResourceStep = SourceStep | CheckoutStep | FetchStep;

interface Resources {
  readonly steps: readonly ResourceStep[];
  readonly locations: ReadonlyMap<string, string>;
  /** The ids of the steps whose resource was fetched. */
  readonly remote: ReadonlySet<string>;
  /** The ids of the steps with `upload: true`. */
  readonly uploads: ReadonlySet<string>;
}

/** Finds the code and the files of a model, and fetches the remote ones; `undefined` if there is a problem. */
async function resourcesOf(
  model: PlanModel,
  { root, onProgress = () => {}, ...context }: ContentsRequest,
  report: (failure: Failure) => void,
): Promise<Resources | undefined> {
  const located = await locateResources(model, { root, environment: context.variables, locks: context }, report);
  if (located === undefined) return undefined;
  const locations = await acquireResources(located, context, report, onProgress);
  if (locations === undefined) return undefined;
  const steps = model.steps.filter((step): step is ResourceStep => locations.has(step.id) && step.kind !== "parameter");
  return { steps, locations, remote: new Set(located.remote.keys()), uploads: located.uploads };
}

/** The place of a path of the plan in the bundle. Folders above the root of the plan are called `up`. */
function placeIn(plan: ExecutionPlan): (path: string) => string {
  const paths = plan.models.flatMap((model) => [
    examplesFolder(model).path,
    ...model.steps.flatMap((step) =>
      step.kind === "source" ? [step.path] : step.kind === "fetch" ? [urlOf(step) ?? ""] : [],
    ),
  ]);
  const depth = Math.max(0, ...[...paths, ...plan.sources.map(({ path }) => path)].map(parentsIn));
  const root = [PATHS.definition, ...Array.from({ length: depth }, () => "up")].join("/");
  return (path) => joinPath(root, path);
}

/** How many `..` a relative path begins with. */
function parentsIn(path: string): number {
  return isAbsolute(path) || isRemote(path)
    ? 0
    : joinPath(".", path)
        .split("/")
        .filter((part) => part === "..").length;
}

/** The URL or path of a file, if the definition writes it without variables. */
function urlOf({ url }: FetchStep): string | undefined {
  return "literal" in url ? String(url.literal) : undefined;
}

/**
 * The lock files of the models, by path from the root. They also record the files that stay at their URLs, so a run of the bundle
 * fetches the same ones.
 */
function lockFiles(
  plan: ExecutionPlan,
  root: string,
  addresses: Readonly<Record<string, FilePin>>,
): readonly (readonly [path: string, text: string])[] {
  const locks = new Map<string, LockFile>();
  for (const model of plan.models) {
    const known = lockOf(model, root);
    if (known.kind === "problem") throw new PackProblem(known.message);
    const { path, text, lock } = known.value;
    const files = new Map(locks.get(path)?.files ?? lock.files);
    for (const step of model.steps) {
      const [ask, pin] = [askOf(step), Object.hasOwn(addresses, step.id) ? addresses[step.id] : undefined];
      if (ask !== undefined && pin !== undefined) files.set(ask.key, pin);
    }
    if (text !== undefined || files.size > 0) locks.set(path, { ...lock, files });
  }
  return [...locks].map(([path, lock]) => [path, printLock(lock)]);
}

/** The files of a step with `upload: true`: one, or those of a folder. */
async function filesAt(
  step: FetchStep,
  path: string,
  isFetched: boolean,
  root: string,
  place: (path: string) => string,
): Promise<{ readonly target: string; readonly files: readonly TarFile[] }> {
  const written = urlOf(step);
  const isNatural = !isFetched && written !== undefined && !isAbsolute(written);
  const shown = written ?? "the file";
  const isSecret = variablesIn(step.url).length > 0 && !isFetched;
  const name = isSecret ? `file${/\.\w{1,12}$/.exec(path)?.[0] ?? ""}` : safeName(basename(path));
  if (statSync(path).isDirectory()) {
    const listed = await listFolder(path, { root, isWorking: false });
    const target = isNatural ? place(written) : `${PATHS.files}/${await treeHash(listed)}/${name}`;
    return { target, files: listed.map((file) => tarFile(file, `${target}/${file.path}`)) };
  }
  const file = await listFile(path, shown, isFetched ? path : root);
  const target = isNatural ? place(written) : `${PATHS.files}/${await hashOf({ path: file.real })}/${name}`;
  return { target, files: [tarFile(file, target)] };
}

function safeName(name: string): string {
  const safe = name.replace(/[^\w.+-]/g, "_").slice(-100);
  return /[^.]/.test(safe) ? safe : "file";
}

/** A hash of the paths, permissions and contents of files. */
async function treeHash(files: readonly ListedFile[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, isExecutable, real } of [...files].sort((a, b) => compareNames(a.path, b.path)))
    hash.update(`${isExecutable ? 755 : 644} ${await hashOf({ path: real })} ${path}\n`);
  return hash.digest("hex");
}

async function hashOf(content: { readonly path: string }): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of contentOf({ content })) hash.update(chunk);
  return hash.digest("hex");
}

function tarFile({ real, isExecutable, bytes }: Omit<ListedFile, "path">, name: string): TarFile {
  return { name, isExecutable, bytes, content: { path: real } };
}

function textFile(name: string, content: Buffer): TarFile {
  return { name, isExecutable: false, bytes: content.length, content };
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareNames(a, b)));
}
