// Finds, pulls and examines the image of a model before its workers start.
import { randomUUID } from "node:crypto";
import { found, problem, type Result } from "../../base/result.ts";
import { readImageName } from "../registry/image-reference.ts";
import { PROBE, readProbe, versionProblem } from "../worker/python-version.ts";
import { type ContainerSettings, runArguments } from "./arguments.ts";
import { type Answer, at, type Engine, lastLine, parseJson, removeContainer, runEngine } from "./engine.ts";

/** An image that the engine has. */
export interface Image {
  readonly id: string;
  readonly architecture: string;
  /** Whether it has an ENTRYPOINT, which is not run. */
  readonly hasEntrypoint: boolean;
}

/** How long an engine may take to describe an image, and to start a container in which Python prints its version. */
const INSPECT_MS = 30_000;
const PROBE_MS = 120_000;

/** The image with a name, if the engine has it. */
export async function findImage(engine: Engine, name: string): Promise<Image | undefined> {
  // Podman does not accept a tag before a digest, which is more precise.
  const reference = name.replace(/:[^/:@]*(?=@)/, "");
  const answer = await runEngine(engine, ["image", "inspect", reference], { limitMs: INSPECT_MS });
  const described = answer.code === 0 ? parseJson(answer.stdout) : undefined;
  const image: unknown = Array.isArray(described) ? described[0] : undefined;
  const id = at(image, "Id");
  if (typeof id !== "string") return undefined;
  const entrypoint = at(image, "Config", "Entrypoint");
  return {
    id,
    architecture: String(at(image, "Architecture") ?? ""),
    hasEntrypoint: Array.isArray(entrypoint) && entrypoint.length > 0,
  };
}

/** How an image is pulled. */
export interface PullOptions {
  /** How messages name the image. */
  readonly shown: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Is called for each line that the engine prints. */
  readonly onLine: (line: string) => void;
}

/** Pulls an image with the credentials of the engine. */
export async function pullImage(
  engine: Engine,
  name: string,
  { shown, ...options }: PullOptions,
): Promise<Result<Image>> {
  const reference = engine.name === "podman" ? qualified(name) : name;
  const answer = await runEngine(engine, ["pull", reference], options);
  const image = answer.code === 0 ? await findImage(engine, name) : undefined;
  if (image !== undefined) return found(image);
  const reason = lastLine(answer) || "it took longer than the time limit for fetching";
  return problem(`the image ${shown} cannot be pulled: ${reason}`);
}

/** The name with its registry. Without one, it is an image of Docker Hub, whatever Podman is configured to search. */
function qualified(name: string): string {
  const read = readImageName(name);
  if (read === undefined) return name;
  return `${read.registry}/${read.repository}${read.digest === undefined ? `:${read.tag}` : `@${read.digest}`}`;
}

/**
 * Starts a container with the settings of a model, and asks its Python for its version. Returns the version, or why a model cannot
 * run in such a container.
 */
export async function examineImage(
  settings: ContainerSettings,
  { architecture }: Image,
  shown: string,
): Promise<Result<string>> {
  const { engine, device } = settings;
  const name = `modelwright-${randomUUID()}`;
  const start = { name, mounts: [], folder: "/", python: ["-S", "-c", PROBE] };
  const answer = await runEngine(engine, runArguments(settings, start), { limitMs: PROBE_MS });
  if (answer.code !== 0) {
    await removeContainer(engine, name);
    return problem(whyNotStarted(answer, { engine, device, architecture, shown }));
  }
  const ignored = ignoredLimit(settings, answer);
  if (ignored !== undefined) return problem(`\`${engine.name}\` cannot limit containers here: ${ignored}`);
  const { version } = readProbe(answer.stdout);
  const reason = versionProblem(version, `the \`python3\` of the image ${shown}`);
  return reason === undefined ? found(version) : problem(reason);
}

/** The warning of an engine that starts a container without a limit that it should have. */
function ignoredLimit({ limits }: ContainerSettings, { stderr }: Answer): string | undefined {
  const { memory, cpus, processes } = limits;
  if ([memory, cpus, processes].every((limit) => limit === undefined)) return undefined;
  const warning = stderr
    .split("\n")
    .find((line) => /\b(?:limits?|limitation)\b.*\b(?:ignored|discarded)\b/i.test(line));
  return warning
    ?.replace(/^WARNING: /, "")
    .trim()
    .replace(/\.$/, "");
}

interface Attempt extends Pick<ContainerSettings, "engine" | "device"> {
  readonly architecture: string;
  readonly shown: string;
}

function whyNotStarted(answer: Answer, { engine, device, architecture, shown }: Attempt): string {
  const reason = lastLine(answer) || `\`${engine.name}\` ended with exit code ${answer.code}`;
  if (/exec format error/i.test(reason)) {
    const isNamed = architecture !== "" && architecture !== engine.architecture;
    const which = isNamed ? `for the processor \`${architecture}\`` : "for another processor";
    return `the image ${shown} is ${which}, but this machine has \`${engine.architecture}\`; use an image for it`;
  }
  if (device !== "cpu" && /CDI|nvidia|gpu|device driver/i.test(reason)) {
    const advice = "set up the NVIDIA Container Toolkit, or use `device: cpu`";
    return `\`${engine.name}\` cannot give containers a GPU: ${reason}; ${advice}`;
  }
  if (answer.code === 127 || /executable file not found|no such file or directory: OCI/i.test(reason)) {
    return `the image ${shown} has no \`python3\`; use an image with Python 3.9 or later`;
  }
  return `a container of the image ${shown} cannot be started: ${reason}`;
}
