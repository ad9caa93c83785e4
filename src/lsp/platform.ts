// The interface between the server and the machine. The same server runs in a process and in a web worker.
import type { Host } from "../base/host.ts";
import type { CompileOptions } from "../compile.ts";

/** The machine as the server sees it. Folders are absolute paths with `/`. */
export interface Platform {
  /** The files below a folder. */
  readonly filesIn: (folder: string) => DiskFiles;
  /** The definitions below a folder, as paths relative to it. */
  readonly discover: (folder: string) => readonly string[];
  /** The settings of a folder: those of its configuration file, or the mistake in it. */
  readonly settingsOf: (folder: string) => Settings;
  /** The URL of the documentation of a rule; `undefined` if the rules have no documentation here. */
  readonly ruleUrl: ((code: string) => string) | undefined;
  /** Resolves when all messages that have already arrived have been handled. */
  readonly idle: () => Promise<void>;
  /** A clock in milliseconds that only goes forward. */
  readonly now: () => number;
}

/** The files below a folder, whose content is kept until it changes. */
export interface DiskFiles {
  /** Its paths are absolute or relative to the folder. */
  readonly host: Host;
  /** A text that changes if the content of a path may have changed. */
  readonly stateOf: (path: string) => string;
  /** A text that differs if Git may ignore others of some paths. */
  readonly ignoreState: (paths: readonly string[]) => string;
  /** Compares each file with the disk again when it is next used. */
  readonly refresh: () => void;
}

/** The options of the compiler for a folder. */
export interface Settings {
  readonly options: CompileOptions;
  /** The mistake in the configuration file, which then has no effect. */
  readonly mistake: string | undefined;
}
