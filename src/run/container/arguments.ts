// The arguments with which an engine starts a container.
import type { ContainerOptions } from "../api/container.ts";
import { MARK } from "../worker/leftovers.ts";
import type { Engine } from "./engine.ts";
import type { Mount } from "./mounts.ts";

/** What all containers of a model have in common. */
export interface ContainerSettings {
  readonly engine: Engine;
  /** The id of the image. Unlike its name, it cannot change between two starts. */
  readonly image: string;
  readonly device: string;
  readonly limits: Pick<ContainerOptions, "network" | "memory" | "cpus" | "processes">;
}

/** One container. */
export interface ContainerStart {
  readonly name: string;
  readonly mounts: readonly Mount[];
  /** The working directory. */
  readonly folder: string;
  /** The arguments of the interpreter. */
  readonly python: readonly string[];
}

/**
 * The arguments for a container that only its `python3` runs in. The code can write to `/tmp` and nowhere else, has no privileges
 * of root, and sees no variable of this process. The pipes of the command are those of the interpreter.
 */
export function runArguments(settings: ContainerSettings, start: ContainerStart): readonly string[] {
  const { engine, image, device, limits } = settings;
  const isPodman = engine.name === "podman";
  return [
    ...["run", "--interactive", "--rm", "--name", start.name],
    ...["--pull", "never", "--entrypoint", "python3", "--no-healthcheck"],
    // Otherwise, engines write everything that a container prints to a file, too.
    ...["--log-driver", isPodman && !engine.isRemote ? "passthrough" : "none"],
    ...["--read-only", "--tmpfs", "/tmp:rw,exec,nosuid,nodev,mode=1777"],
    ...["--cap-drop", "all", "--security-opt", "no-new-privileges"],
    // SELinux would deny access to mounted files, and changing their labels would change files of the user.
    ...(engine.hasSelinux ? ["--security-opt", "label=disable"] : []),
    ...["--user", userOf(engine)],
    // Podman passes proxies, which may contain credentials, and shows them in the description of the container.
    ...(isPodman
      ? ["--http-proxy=false", "--env-host=false", "--image-volume", "ignore", "--read-only-tmpfs=false"]
      : []),
    ...(limits.network === undefined ? [] : ["--network", limits.network]),
    // Without this option, the code could use swap space in addition.
    ...(limits.memory === undefined ? [] : ["--memory", limits.memory, "--memory-swap", limits.memory]),
    ...(limits.cpus === undefined ? [] : ["--cpus", String(limits.cpus)]),
    ...(limits.processes === undefined ? [] : ["--pids-limit", String(limits.processes)]),
    ...(device === "cpu" ? [] : gpuArguments(engine)),
    ...start.mounts.flatMap((mount) => ["--mount", mountArgument(mount)]),
    ...["--workdir", start.folder],
    // The value of the mark comes from the environment of the command. Variables of the model are sent in a frame.
    ...["--env", MARK, "--env", "PYTHONUNBUFFERED=1", "--env", "PYTHONDONTWRITEBYTECODE=1", "--env", "HOME=/tmp"],
    image,
    ...start.python,
  ];
}

/** The user of this process, so that the code can read mounted files. Without root, the engine maps its user to root. */
function userOf({ isRootless, remote }: Engine): string {
  if (isRootless) return "0:0";
  return remote?.user ?? `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
}

/** Podman 4 accepts and ignores `--gpus`, so a model would run without the GPU. */
function gpuArguments({ name }: Engine): readonly string[] {
  return name === "podman" ? ["--device", "nvidia.com/gpu=all"] : ["--gpus", "all"];
}

/** A mount as comma-separated values. In contrast to `--volume`, no engine creates a missing source. */
function mountArgument({ source, path }: Mount): string {
  const fields = ["type=bind", `source=${source}`, `destination=${path}`];
  return [
    ...fields.map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)),
    "readonly",
  ].join();
}
