// The options of containers, which `run` and `doctor` have.
import { resolve } from "node:path";
import { quote } from "../base/quote.ts";
import {
  type ContainerChoice,
  type ContainerEngine,
  type ContainerOptions,
  parseMemory,
} from "../run/api/container.ts";
import { ENGINES } from "../run/container/engine.ts";
import { CommandError, EXIT } from "./exit.ts";

type Given = Readonly<Record<string, unknown>>;

/** Reads `--container`. A file that follows it is not its value, so `--container FILE` means what it looks like. */
export function containerOption(
  { container }: Given,
  files: readonly string[],
): { readonly container: ContainerChoice["container"]; readonly files: readonly string[] } {
  if (typeof container !== "string")
    return { container: container === undefined ? undefined : container === true, files };
  if (isEngine(container)) return { container, files };
  return { container: true, files: [container, ...files] };
}

function isEngine(text: string): text is ContainerEngine {
  return ENGINES.some((name) => name === text);
}

/** Reads the other options of containers; `undefined` if none is given. */
export function containerOptions(given: Given, cwd: string): ContainerOptions | undefined {
  const { network, mount, memory, cpus, processes } = given;
  if ([network, mount, memory, cpus, processes].every((value) => value === undefined)) return undefined;
  return {
    ...(network !== undefined && {
      network: valid("--network", network, (text) => (text === "none" ? text : undefined), "none"),
    }),
    ...(Array.isArray(mount) && { mounts: mount.map((path) => resolve(cwd, String(path))) }),
    ...(memory !== undefined && { memory: valid("--memory", memory, parseMemory, "an amount such as 512m or 4g") }),
    ...(cpus !== undefined && { cpus: valid("--cpus", cpus, readCpus, "a positive number, such as 1.5") }),
    ...(processes !== undefined && {
      processes: valid("--processes", processes, readProcesses, "a whole number of at least 1"),
    }),
  };
}

function readCpus(text: string): number | undefined {
  return /^\d+(\.\d+)?$|^\.\d+$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}

function readProcesses(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function valid<Value>(
  option: string,
  given: unknown,
  read: (text: string) => Value | undefined,
  expected: string,
): Value {
  const text = String(given);
  const value = read(text);
  if (value !== undefined) return value;
  throw new CommandError(EXIT.usage, `Invalid value ${quote(text)} for \`${option}\`: expected ${expected}.`);
}
