// Where a worker runs: a command is started, it has three pipes, and its end is reported. Frames, batches, restarts and limits are
// the same for every kind of transport.
import type { Readable, Writable } from "node:stream";

/** How the command of a worker has ended. */
export type CommandEnd =
  | { readonly kind: "exited"; readonly code: number | null; readonly signal: string | null }
  /** The connection to another host was lost, so it is unknown how the command has ended there. */
  | { readonly kind: "lost"; readonly message: string }
  | { readonly kind: "not-started"; readonly message: string };

/** The command of a worker after its start. */
export interface WorkerCommand {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the command has ended, nothing that it started is left, and its output has been read. Never rejects. */
  readonly ended: Promise<CommandEnd>;
  /** Tells that the worker has started, with the process id that it reports. In a container, ids are those of the container. */
  readonly greet: (id: number) => void;
  /** Raises `KeyboardInterrupt` in the code of the model. */
  readonly interrupt: () => void;
  /** Ends the worker and everything that it started, by force. */
  readonly end: () => void;
  /** Sets whether the command keeps this process alive. */
  readonly hold: (hold: boolean) => void;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A place where the workers of a model run. */
export interface Transport {
  /** Whether a worker gets its environment variables in the first frame, and not in the environment of the command. */
  readonly sendsVariables: boolean;
  /** Starts the worker program. `environment` is empty if the variables are sent. A failure is reported as the end. */
  readonly start: (environment: Variables) => WorkerCommand;
}
