// Workers on this machine: a Python process, which runs the guard (worker/guard.py) and forks the worker.
import { randomUUID } from "node:crypto";
import { killGroup } from "../../system/kill-group.ts";
import { drained, pipesOf, spawnChild } from "./child.ts";
import { isDescendant, killLeftovers, MARK } from "./leftovers.ts";
import type { CommandEnd, Transport, WorkerCommand } from "./transport.ts";
import { workerPath } from "./worker-path.ts";

/** How long a guard may take to end the processes of its worker. The guard itself gives up one second earlier. */
const GUARD_MS = 6000;

/** The signal for which the guard sends a SIGINT to the worker. */
const CANCEL = "SIGUSR1";

/** Workers that an interpreter runs on this machine. `folder` is the working directory. */
export function localTransport(python: string, folder: string): Transport {
  return { sendsVariables: false, start: (environment) => startLocally(python, folder, environment) };
}

function startLocally(
  python: string,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): WorkerCommand {
  const mark = randomUUID();
  const child = spawnChild(python, ["-u", "-X", "faulthandler", workerPath()], folder, {
    ...environment,
    [MARK]: mark,
    PYTHONUNBUFFERED: "1",
  });
  let guardLimit: NodeJS.Timeout | undefined;
  let hasGuard = false;
  /** The id of the worker process; `undefined` if the interpreter runs it in a container, where ids differ. */
  let worker: number | undefined;

  function endAll(): void {
    killLeftovers({ mark, guard: child.pid, worker });
    killGroup(child);
  }

  const ended = new Promise<CommandEnd>((resolve) => {
    child.on("error", (error) => resolve({ kind: "not-started", message: error.message }));
    // Not `close`, because a process that the model's code started may keep the pipes open.
    child.on("exit", (code, signal) => {
      endAll();
      void drained(child).then(() => resolve({ kind: "exited", code, signal }));
    });
  });
  void ended.then(() => clearTimeout(guardLimit));

  return {
    ...pipesOf(child),
    ended,
    greet: (id) => {
      hasGuard = true;
      worker = isDescendant(id, child.pid) ? id : undefined;
    },
    interrupt: () => void child.kill(CANCEL),
    // The guard ends all other processes, unless the model's code has killed or stopped the guard.
    end: () => {
      guardLimit ??= setTimeout(endAll, hasGuard ? GUARD_MS : 0);
      child.stdin.destroy(); // the guard reacts to the closed pipe
      child.kill("SIGCONT");
    },
  };
}
