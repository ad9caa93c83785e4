// Workers on another host. Signals do not arrive there, so the guard gets requests as frames (worker/relay.py).
import { randomUUID } from "node:crypto";
import { killGroup } from "../../system/kill-group.ts";
import { drained, errorTail, pipesOf } from "../worker/child.ts";
import { readExitCode } from "../worker/exit-code.ts";
import { MARK } from "../worker/leftovers.ts";
import type { CommandEnd, Transport, WorkerCommand } from "../worker/transport.ts";
import { type Connection, explainEnd, startRemote } from "./ssh.ts";

/** The requests to the guard in relay.py: the size of the body of a frame without a header. */
const CANCEL = requestFrame(1);
const ALIVE = requestFrame(2);

/** How often the guard is told that this process is running. It gives up after 120 seconds. */
const ALIVE_MS = 10_000;

/** How long a guard may take to end its worker after the connection was closed. The guard itself gives up after 5 seconds. */
const GUARD_MS = 8000;

/** How long the search for processes that the guard has not ended may take. */
const SWEEP_MS = 20_000;

/** Where a worker runs on its host. All paths are paths of the host. */
export interface RemoteWorker {
  /** The folder of the code, which is the working directory. */
  readonly folder: string;
  /** The worker program. */
  readonly worker: string;
}

/** Workers on a host. Variables are sent in the first frame, so they are in no argument and in no environment of a login. */
export function hostTransport(connection: Connection, remote: RemoteWorker): Transport {
  return { sendsVariables: true, start: () => startOnHost(connection, remote) };
}

function startOnHost(connection: Connection, { folder, worker }: RemoteWorker): WorkerCommand {
  const mark = randomUUID();
  const environment = { [MARK]: mark, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" };
  const child = startRemote(connection, "begin");
  child.stdin.write(`${JSON.stringify({ folder, worker, environment })}\n`);
  const said = errorTail(child);
  let hasStarted = false;
  let limit: NodeJS.Timeout | undefined;
  const alive = setInterval(() => child.stdin.writable && child.stdin.write(ALIVE), ALIVE_MS);
  alive.unref();

  const ended = new Promise<CommandEnd>((resolve) => {
    child.on("error", (error) => resolve({ kind: "not-started", message: error.message }));
    child.on("exit", (code, signal) => {
      clearInterval(alive);
      clearTimeout(limit);
      killGroup(child); // programs that `ssh` has started, such as a proxy
      // A worker that has exited by itself was ended by its guard, with everything that it had started.
      const swept = hasStarted && code !== 0 ? sweep(connection, mark) : Promise.resolve();
      void swept.then(() => drained(child)).then(() => resolve(endOf(code, signal)));
    });
  });

  function endOf(code: number | null, signal: string | null): CommandEnd {
    if (!hasStarted) return { kind: "not-started", message: explainEnd(connection, code, said.text()) };
    if (signal !== null || code === 255) {
      return { kind: "lost", message: `the connection to the host \`${connection.address.host}\` was lost` };
    }
    return { kind: "exited", ...readExitCode(code) };
  }

  return {
    ...pipesOf(child),
    ended,
    greet: () => {
      hasStarted = true;
      said.stop();
    },
    interrupt: () => void (child.stdin.writable && child.stdin.write(CANCEL)),
    end: () => {
      child.stdin.destroy(); // the guard notices the end of the connection
      if (child.exitCode !== null || child.signalCode !== null) return;
      limit ??= setTimeout(() => killGroup(child), hasStarted ? GUARD_MS : 0);
    },
  };
}

/** Ends the processes of a worker whose guard was killed by the code of the model. */
async function sweep(connection: Connection, mark: string): Promise<void> {
  const child = startRemote(connection, "sweep");
  child.stdin.end(`${MARK}=${mark}\n`);
  child.stdout.resume();
  child.stderr.resume();
  const limit = setTimeout(() => killGroup(child), SWEEP_MS);
  await new Promise((resolve) => child.on("error", resolve).on("exit", resolve));
  clearTimeout(limit);
}

function requestFrame(code: number): Buffer {
  const frame = Buffer.alloc(12);
  frame.writeBigUInt64LE(BigInt(code), 4);
  return frame;
}
