// What the parts of the plugin know of one another.
import type { Diagnostic } from "../base/diagnostic.ts";
import type { Definition } from "./definitions.ts";
import { showTogether } from "./findings.ts";
import { waitForMissing } from "./missing.ts";
import type { PluginOptions, Request } from "./options.ts";

/** The name under which build tools know the plugin. */
export const NAME = "modelwright";

/** What the modules import. On Node it stays outside of bundles: its Python program lies beside it. */
export const RUNTIME = "modelwright/run";

/** Where a module runs. */
export type Platform = "node" | "browser";

/** The definitions of a project, for whichever build tool. */
export interface Project {
  readonly cwd: string;
  readonly options: PluginOptions;
  readonly requestOf: (id: string) => Request | undefined;
  /** The definition as it is now. */
  readonly get: (file: string) => Definition;
  /** All definitions that were asked for, as they are now. */
  readonly all: () => readonly Definition[];
  /** The JavaScript of a module; empty while the definition has no plan. */
  readonly codeOf: (request: Request, definition: Definition, platform: Platform) => string;
  /** What is to be said beside the findings. */
  readonly notesOn: (definition: Definition) => readonly string[];
}

/** What hooks get from rollup and from whatever looks like it; `error` does not return. */
export interface Context {
  readonly meta?: { readonly watchMode?: boolean };
  addWatchFile(file: string): void;
  error(message: object): void;
  warn(message: object | string): void;
}

/** How one build tool differs from the others. */
export interface Tool {
  /** The hooks that no other tool has. */
  readonly hooks?: object;
  /** Where the tool says that the module runs. */
  readonly platformOf: (context: Context) => Platform | undefined;
  /** Whether what is loaded now goes to a page that a server serves, wherever modules are said to run. */
  readonly isServedPage?: (context: Context) => boolean;
  readonly watch: (context: Context, definition: Definition) => void;
  /** Stops the module. */
  readonly fail: (context: Context, first: Diagnostic, others: readonly Diagnostic[]) => void;
  /** Says something about a module that goes on. */
  readonly warn: (context: Context, definition: Definition, warnings: readonly Diagnostic[]) => void;
}

/** What tools have in common that are made like rollup. */
export function likeRollup({ cwd, notesOn }: Project): Pick<Tool, "watch" | "fail" | "warn"> {
  const missing = waitForMissing();
  return {
    watch: (context, definition) => {
      for (const file of definition.files) context.addWatchFile(file);
      if (context.meta?.watchMode === true) context.addWatchFile(missing(definition));
    },
    // The stack would lead into the compiler, which is not what is wrong.
    fail: (context, first, others) => {
      const shown = showTogether(cwd, first, others);
      context.error({ ...shown, id: shown.loc.file, plugin: NAME, stack: "" });
    },
    warn: (context, definition, warnings) => {
      for (const each of warnings) context.warn({ ...showTogether(cwd, each, []), plugin: NAME });
      for (const note of notesOn(definition)) context.warn(note);
    },
  };
}
