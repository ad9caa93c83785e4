// `--watch`: runs a command again after each change of what it read, until a signal arrives.
import type { Host } from "../base/host.ts";
import { printableLines } from "../base/quote.ts";
import { nodeHost } from "../disk/host.ts";
import type { Places } from "../disk/places.ts";
import { type Watched, watchAndRun, watchedHost, watchPlaces } from "../disk/watch.ts";
import { CommandError, EXIT } from "./exit.ts";
import { printNote } from "./output.ts";
import { isClosed } from "./streams.ts";

/** A command that is repeated. */
export interface Repeated {
  /** Runs one round. Must read all files through `host`. Throws `CommandError` for mistakes that the user can correct. */
  readonly run: (host: Host) => void;
  /** Called after each round, also if it failed. `places`: the folders that are watched for new definitions. */
  readonly end: (watched: Watched, places: Places) => void;
  /** Called before the message of a failed round is shown. */
  readonly fail?: () => void;
}

/** Refuses standard input, which cannot be read again. */
export function refuseToWatchInput(files: readonly string[]): void {
  if (files.includes("-")) throw new CommandError(EXIT.usage, "Standard input cannot be watched. Name a file.");
}

/**
 * Repeats a command until it is interrupted, or until the reader of its output has exited. `output`: the absolute paths of
 * the files that the command writes. Resolves with the exit code, and rejects only because of a bug.
 */
export async function repeatUntilStopped(
  files: readonly string[],
  cwd: string,
  output: readonly string[],
  { run, end, fail }: Repeated,
): Promise<number> {
  const stop = new AbortController();
  let code: number = EXIT.clean;
  const interrupt = (signal: keyof typeof SIGNALS) => {
    code = SIGNALS[signal];
    stop.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    await watchAndRun(output, stop.signal, (watched) => {
      const host = watchedHost(nodeHost(cwd), cwd, watched);
      const places = files.length === 0 ? watchPlaces(watched, cwd) : { folders: [], isPart: false };
      try {
        run(host);
      } catch (error) {
        // The user can correct errors of the file system or the command while we wait. A bug ends the command.
        if (!(error instanceof Error && (error instanceof CommandError || "syscall" in error))) throw error;
        fail?.();
        printNote(`${printableLines(`modelwright: ${error.message}`)}\n`);
      }
      end(watched, places);
      if (isClosed(1)) stop.abort();
    });
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
  return code;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
