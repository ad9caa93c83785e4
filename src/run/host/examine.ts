// Examines a host without changing anything there.
import { found, problem, type Result } from "../../base/result.ts";
import { converse } from "./conversation.ts";
import type { Connection } from "./ssh.ts";

/** What is known about a host. */
export interface ExaminedHost {
  /** Its name, without the user and the folder. */
  readonly name: string;
  /** The version of its Python. */
  readonly python: string;
  /** The absolute path of the folder for packages, which may not exist. */
  readonly folder: string;
  /** The free space on its disk, in bytes. */
  readonly freeDisk: number;
  /** The names of its GPUs. */
  readonly gpus: readonly string[];
}

/** Connects to a host. The problem is a sentence. Throws only the reason of the signal. */
export function examineHost(connection: Connection, signal: AbortSignal): Promise<Result<ExaminedHost>> {
  const { host: name, folder: wanted } = connection.address;
  return converse(connection, signal, async ({ python, ask }) => {
    const { folder, free, gpus, problem: failed } = await ask({ examine: wanted ?? null });
    if (failed !== undefined) return problem(failed);
    const names = Array.isArray(gpus) ? gpus.map(String) : [];
    return found({ name, python, folder: String(folder), freeDisk: Number(free), gpus: names });
  });
}
