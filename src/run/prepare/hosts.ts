// Prepares another host for models: connects before anything is fetched, and sends code and files before a model is started.
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { quote } from "../../base/quote.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { isWithin } from "../../system/inside.ts";
import { throttled } from "../acquire/progress.ts";
import { parseHost } from "../host/address.ts";
import { type Host, type Package, packageOf, sendPackages } from "../host/packages.ts";
import { type Connection, findSsh, pythonProblem } from "../host/ssh.ts";
import { hostTransport } from "../host/transport.ts";
import { listFile, listFolder } from "../pack/listing.ts";
import { compareNames } from "../pack/names.ts";
import { PackProblem } from "../pack/problem.ts";
import type { TarFile } from "../pack/tar.ts";
import { PASSED_TO_CONTAINERS } from "../worker/passed-environment.ts";
import { workerPath } from "../worker/worker-path.ts";
import type { PlaceContext, PlaceOf } from "./place.ts";
import type { PreparedModel } from "./prepare.ts";

/** The context in which a host is prepared. */
export interface HostContext extends PlaceContext {
  /** The interpreter on the host; `python3` by default. */
  readonly python: string | undefined;
  /** The root of the plan. Links of the code may lead into it. */
  readonly root: string;
}

/** Which `ssh` and which Python are used. */
export interface ConnectionContext extends Pick<HostContext, "python" | "environment"> {
  /** Which programs may be started. By default, all of them. */
  readonly has?: (path: string) => boolean;
}

/** How to reach a host. Does not connect. The problem is a sentence. */
export function connectionTo(
  text: string,
  { python = "python3", environment, has }: ConnectionContext,
): Result<Connection> {
  const address = parseHost(text);
  if (address.kind === "problem") return problem(`${quote(text)} ${address.message}`);
  const wrong = pythonProblem(python);
  if (wrong !== undefined) return problem(wrong);
  const program = findSsh(environment, has);
  if (program.kind === "problem") return program;
  return found({ program: program.value, environment, address: address.value, python });
}

/** Connects to a host, and returns the place of models on it. The problem is a sentence. Throws only the reason of the signal. */
export async function placeOnHost(text: string, context: HostContext): Promise<Result<PlaceOf>> {
  const { signal } = context;
  const connected = connectionTo(text, context);
  if (connected.kind === "problem") return connected;
  const connection = connected.value;
  const host = await sendPackages(connection, [], { signal, onProgress: () => {} });
  if (host.kind === "problem") return host;

  // Each folder is read once in a run, although several models may use it.
  const packed = new Map<string, Promise<Package>>();
  const pack = (path: string, isWorking: boolean): Promise<Package> => {
    const known = packed.get(path) ?? filesOf(path, context.root, isWorking).then(packageOf);
    packed.set(path, known);
    return known;
  };
  return found(async (model, modelSignal) => {
    try {
      return await placeModel(model, modelSignal);
    } catch (error) {
      modelSignal.throwIfAborted();
      if (!(error instanceof PackProblem) && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
      return problem(`its files cannot be sent to the host: ${(error as Error).message}`);
    }
  });

  async function placeModel(model: PreparedModel, modelSignal: AbortSignal): ReturnType<PlaceOf> {
    const worker = await pack(dirname(workerPath()), false);
    const code = await pack(model.folder, true);
    const others = [...new Set([...model.paths, ...context.inputs])].filter((path) => !isWithin(model.folder, path));
    const parts = new Map([[model.folder, code]]);
    for (const path of others) parts.set(path, await pack(path, false));
    const onProgress = throttled((bytes, total: number) =>
      context.onEvent({ kind: "send", model: model.id, bytes, total }),
    );
    const sent = await sendPackages(connection, [worker, ...parts.values()], { signal: modelSignal, onProgress });
    if (sent.kind === "problem") return sent;
    const locate = await locator(parts, sent.value);
    const shown = `the Python of the host \`${connection.address.host}\``;
    const installation = {
      shown,
      install: (name: string) => `\`${connection.python} -m pip install ${name}\` on the host`,
      select: "select another Python of the host with the option `python`",
    };
    const folder = join(sent.value.folder, code.hash);
    const transport = hostTransport(connection, { folder, worker: join(sent.value.folder, worker.hash, "worker.py") });
    const calls = model.callsAt((path) => {
      const located = locate(path);
      return located.kind === "value" ? located.value : path;
    });
    const place = { transport, passed: PASSED_TO_CONTAINERS, isElsewhere: true, installation, locate };
    return found({ model: { ...model, ...calls }, place });
  }
}

/** Finds the paths of files on the host. */
async function locator(
  parts: ReadonlyMap<string, Package>,
  { folder }: Host,
): Promise<(path: string) => Result<string>> {
  const places = new Map<string, string>();
  for (const [path, { hash }] of parts) {
    const isFolder = (await stat(path)).isDirectory();
    places.set(path, isFolder ? join(folder, hash) : join(folder, hash, basename(path)));
  }
  return (path) => {
    for (const [from, to] of places) if (isWithin(from, path)) return found(to + path.slice(from.length));
    return problem(
      `${quote(path)} is not on the host; only the code, the files of the model and the folder of the input are sent there`,
    );
  };
}

/** The files at a path, sorted by name. Throws a `PackProblem`. */
async function filesOf(path: string, root: string, isWorking: boolean): Promise<readonly TarFile[]> {
  const tarFile = (
    { real, isExecutable, bytes }: Omit<TarFile, "name" | "content"> & { real: string },
    name: string,
  ) => ({
    ...{ name, isExecutable, bytes },
    content: { path: real },
  });
  if (!(await stat(path)).isDirectory()) return [tarFile(await listFile(path, path, path), basename(path))];
  const isProgram = path === dirname(workerPath());
  const listed = await listFolder(path, { root: isWorking ? root : path, isWorking });
  const files = isProgram ? listed.filter((file) => file.path.endsWith(".py")) : listed;
  return files.map((file) => tarFile(file, file.path)).sort((a, b) => compareNames(a.name, b.name));
}
