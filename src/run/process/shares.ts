// How replicas share the machine: how many there are, and the environment of each.
import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { absolutePath, programsNamed } from "../../system/programs.ts";
import type { ReplicaCount } from "../api/limits.ts";
import type { Environment } from "../values/values.ts";

/** The variable with the GPUs that a process may use. */
const GPUS = "CUDA_VISIBLE_DEVICES";

/** The variable with the number of threads of numeric libraries (OpenMP, MKL, OpenBLAS, PyTorch). */
const THREADS = "OMP_NUM_THREADS";

/** The most replicas that `auto` starts on CPUs, because each of them loads the model. */
const MAX_AUTO = 8;

/** How long `nvidia-smi` may take. */
const LIST_MS = 10_000;

/** What a model needs to know. */
export interface Sharing {
  readonly replicas: ReplicaCount;
  /** `cpu` or `cuda`. */
  readonly device: string;
  /** The environment of the model. */
  readonly environment: Environment;
  /** The environment on whose `PATH` `nvidia-smi` is searched. */
  readonly programEnvironment: Environment;
  /** Whether the workers run on another host, whose processors and GPUs are not known here. */
  readonly isElsewhere: boolean;
}

/** The environment of each replica. */
export async function environmentsOf(sharing: Sharing): Promise<readonly Environment[]> {
  const { replicas, device, environment, isElsewhere } = sharing;
  if (replicas === 1) return [environment];
  if (device === "cuda") {
    const gpus = await gpusOf(sharing);
    const count = replicas === "auto" ? Math.max(1, gpus.length) : replicas;
    return Array.from({ length: count }, (_, index) => {
      const gpu = gpus[index % gpus.length];
      return gpu === undefined ? environment : { ...environment, [GPUS]: gpu };
    });
  }
  const processors = availableParallelism();
  const count = replicas === "auto" ? (isElsewhere ? 1 : Math.min(processors, MAX_AUTO)) : replicas;
  if (count === 1) return [environment];
  // Each replica would start as many threads as there are processors, and they would wait for each other.
  const threads = isElsewhere ? undefined : String(Math.max(1, Math.floor(processors / count)));
  return Array.from({ length: count }, () => ({
    ...(threads !== undefined && { [THREADS]: threads }),
    ...environment,
  }));
}

/** The GPUs that the model may use: those of the variable, or those that `nvidia-smi` lists. */
async function gpusOf({ environment, programEnvironment, isElsewhere }: Sharing): Promise<readonly string[]> {
  const given = environment[GPUS];
  if (given !== undefined)
    return given
      .split(",")
      .map((gpu) => gpu.trim())
      .filter((gpu) => gpu !== "");
  const [program] = isElsewhere ? [] : programsNamed("nvidia-smi", programEnvironment);
  if (program === undefined) return [];
  const listed = await outputOf(program, { PATH: absolutePath(programEnvironment["PATH"]) });
  // Ids, because CUDA may number the GPUs in another order.
  return [...listed.matchAll(/^GPU \d+: .*\(UUID: (GPU-[\w-]+)\)/gm)].map(([, id = ""]) => id);
}

/** The output of `nvidia-smi -L`; empty if it fails. */
function outputOf(program: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    const options = { env, cwd: "/", timeout: LIST_MS, maxBuffer: 2 ** 20 };
    execFile(program, ["-L"], options, (error, stdout) => resolve(error === null ? stdout : ""));
  });
}
