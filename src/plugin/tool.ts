// The interfaces between the parts of the plugin.
import type { Diagnostic } from "../base/diagnostic.ts";
import type { Definition } from "./definitions.ts";
import { combineFindings, stackOf } from "./findings.ts";
import { watchMissing } from "./missing.ts";
import type { PluginOptions, Request } from "./options.ts";

/** The plugin's name in build tools. */
export const NAME = "modelwright";

/** The module that generated modules import. On Node it is not bundled, because its Python program is next to it. */
export const RUNTIME = "modelwright/run";

/** Where a module runs. */
export type Platform = "node" | "browser";

/** The definitions of a project, independent of the build tool. */
export interface Project {
  readonly cwd: string;
  readonly options: PluginOptions;
  readonly requestOf: (id: string) => Request | undefined;
  /** The current state of a definition. */
  readonly get: (file: string) => Definition;
  /** The current state of all requested definitions. */
  readonly all: () => readonly Definition[];
  /** The JavaScript of a module; empty while the definition has no plan. */
  readonly codeOf: (request: Request, definition: Definition, platform: Platform) => string;
  /** Messages besides the findings. */
  readonly notesOn: (definition: Definition) => readonly string[];
}

/** The hook context of rollup and compatible tools; `error` does not return. */
export interface Context {
  readonly meta?: { readonly watchMode?: boolean };
  addWatchFile(file: string): void;
  error(message: object): void;
  warn(message: object | string): void;
}

/** The differences between build tools. */
export interface Tool {
  /** Hooks that only this tool has. */
  readonly hooks?: object;
  /** Where the tool reports that the module runs. */
  readonly platformOf: (context: Context) => Platform | undefined;
  /** Whether the module is being served to a page, regardless of the configured platform. */
  readonly isServedPage?: (context: Context) => boolean;
  readonly watch: (context: Context, definition: Definition) => void;
  /** Makes the module fail. */
  readonly fail: (context: Context, first: Diagnostic, others: readonly Diagnostic[]) => void;
  /** Code at the end of a module that runs models. */
  readonly endOf?: (definition: Definition) => string;
  /** Reports warnings about a module that loads. */
  readonly warn: (context: Context, definition: Definition, warnings: readonly Diagnostic[]) => void;
}

/** The common parts of all rollup-compatible tools. */
export function rollupCompatible({ cwd, notesOn }: Project): Pick<Tool, "watch" | "fail" | "warn"> {
  const missing = watchMissing();
  return {
    watch: (context, definition) => {
      for (const file of definition.files) context.addWatchFile(file);
      if (context.meta?.watchMode === true) context.addWatchFile(missing(definition));
    },
    fail: (context, first, others) => {
      const shown = combineFindings(cwd, first, others);
      context.error({ ...shown, id: shown.loc.file, plugin: NAME, stack: stackOf(shown.message, shown.loc) });
    },
    warn: (context, definition, warnings) => {
      for (const each of warnings) context.warn({ ...combineFindings(cwd, each, []), plugin: NAME });
      for (const note of notesOn(definition)) context.warn(note);
    },
  };
}
