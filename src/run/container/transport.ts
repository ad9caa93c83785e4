// Workers in containers: the command line of an engine, whose pipes are those of the worker.
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { killGroup } from "../../system/kill-group.ts";
import { drained, errorTail, pipesOf, spawnChild } from "../worker/child.ts";
import { readExitCode } from "../worker/exit-code.ts";
import { firstProcess, isRunning, killLeftovers, MARK } from "../worker/leftovers.ts";
import type { CommandEnd, Transport, WorkerCommand } from "../worker/transport.ts";
import { workerPath } from "../worker/worker-path.ts";
import { type ContainerSettings, runArguments } from "./arguments.ts";
import { removeContainer } from "./engine.ts";
import { type Mount, mountsFor } from "./mounts.ts";

/** The signal for which the guard, which is process 1 of the container, sends a SIGINT to the worker. */
const CANCEL = "SIGUSR1";

/** How long the command of an engine may take to notice the end of its container. It never does if its monitor was killed. */
const NOTICE_MS = 5000;

/** The exit codes of engines that could not start a container. */
const NOT_STARTED: readonly (number | null)[] = [125, 126, 127];

/** What a container can read besides the files of the worker itself. */
export interface ReadablePaths {
  /** The folder of the code, which is the working directory. */
  readonly folder: string;
  readonly paths: readonly string[];
}

/** The mounts of a container. */
export function mountsOf({ folder, paths }: ReadablePaths): readonly Mount[] {
  return mountsFor([folder, ...paths, dirname(workerPath())]);
}

/** Workers in containers. Variables are sent, because engines show the environment of a container and write it to files. */
export function containerTransport(settings: ContainerSettings, readable: ReadablePaths): Transport {
  return { sendsVariables: true, start: () => startContainer(settings, readable) };
}

function startContainer(settings: ContainerSettings, readable: ReadablePaths): WorkerCommand {
  const { engine } = settings;
  const mark = randomUUID();
  const name = `modelwright-${mark}`;
  const python = ["-u", "-X", "faulthandler", workerPath()];
  const args = runArguments(settings, { name, mounts: mountsOf(readable), folder: readable.folder, python });
  const child = spawnChild(engine.program, args, "/", { ...engine.environment, [MARK]: mark });
  const said = errorTail(child);
  let hasStarted = false;
  let watch: NodeJS.Timeout | undefined;

  const ended = new Promise<CommandEnd>((resolve) => {
    child.on("error", (error) => resolve({ kind: "not-started", message: error.message }));
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      // The engine normally removes the container. It cannot if its command line or its monitor has been killed.
      void removeContainer(engine, name)
        .then(() => {
          killLeftovers({ mark, guard: undefined, worker: undefined });
          return drained(child);
        })
        .then(() => resolve(endOf(code, signal)));
    });
  });

  function endOf(code: number | null, signal: string | null): CommandEnd {
    if (!hasStarted && NOT_STARTED.includes(code)) {
      const message = said.text().trim().split("\n").at(-1) ?? "";
      return { kind: "not-started", message: message.replace(/^(?:Error: |docker: )+/, "") };
    }
    return { kind: "exited", ...(signal === null ? readExitCode(code) : { code, signal }) };
  }

  function end(): void {
    child.stdin.destroy();
    if (child.exitCode === null && child.signalCode === null) killGroup(child);
  }

  return {
    ...pipesOf(child),
    ended,
    greet: () => {
      hasStarted = true;
      said.stop();
      watch = watchContainer(mark, end);
    },
    // The engine passes signals on to process 1 of the container.
    interrupt: () => void child.kill(CANCEL),
    end,
  };
}

/** Calls `onEnd` if the first process of a container has ended and the command of the engine has not noticed it. */
function watchContainer(mark: string, onEnd: () => void): NodeJS.Timeout | undefined {
  const first = firstProcess(mark);
  if (first === undefined) return undefined;
  let endedAt: number | undefined;
  return setInterval(() => {
    if (isRunning(first)) return;
    endedAt ??= performance.now();
    if (performance.now() - endedAt >= NOTICE_MS) onEnd();
  }, NOTICE_MS / 5).unref();
}
