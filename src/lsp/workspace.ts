// The definitions of one folder: checked when something that they looked at has changed.
import type { Diagnostic } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { joinPath } from "../base/path.ts";
import { MAX_MEGABYTES, type Source } from "../base/source.ts";
import { type Checked, type CompileOptions, check } from "../compile.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { definitionReader, type Reader } from "../parse/reader.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import { type EditorFiles, editorFiles, isTooLong, type Seen } from "./overlay.ts";
import type { Platform } from "./platform.ts";
import { withoutMachine } from "./untitled.ts";

/** The result for one definition. */
export interface DefinitionCheck {
  /** Relative to the folder of the workspace. */
  readonly path: string;
  readonly checked: Checked;
  readonly definition: ParsedDefinition | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly seen: Seen;
}

/** A folder whose definitions are checked as `modelwright check` in this folder does. */
export interface Workspace {
  /** Absolute. */
  readonly folder: string;
  /** The options of a check: those of the configuration file. */
  readonly options: CompileOptions;
  /** What is wrong with the configuration file. */
  readonly mistake: string | undefined;
  /** The host of the open documents and the files of the folder. */
  readonly host: Host;
  /** The result for a definition, which is checked if anything that it looked at has changed. */
  readonly check: (path: string) => DefinitionCheck;
  /** The last result for a definition, even if it is old. */
  readonly known: (path: string) => DefinitionCheck | undefined;
  /** All last results. */
  readonly results: () => Iterable<DefinitionCheck>;
  /** What a definition looked at, without keeping its result. */
  readonly seenBy: (path: string) => Seen;
  /** Forgets the results of all other definitions. */
  readonly keep: (paths: ReadonlySet<string>) => void;
  /** Whether the configuration file has changed. */
  readonly hasOldSettings: () => boolean;
  /** The definitions below the folder, found once until `refind`. */
  readonly definitions: () => readonly string[];
  readonly refind: () => void;
  /** Compares every file with the disk once more. */
  readonly refresh: () => void;
}

/** The files that may hold the configuration. */
const SETTINGS_FILES = ["modelwright.config.json", "package.json"] as const;

/** Creates the workspace of a folder. */
export function workspaceOf(folder: string, documents: Documents, platform: Platform): Workspace {
  const files: EditorFiles = editorFiles(folder, documents, platform.filesIn(folder));
  const checks = new Map<string, DefinitionCheck>();
  const lookedAt = new Map<string, Seen>();
  /** Each keeps the items of a definition, and of the files that it borrows from, for its next check. */
  const readers = new Map<string, Reader>();
  const readerOf = (path: string): Reader => {
    const reader = readers.get(path) ?? definitionReader();
    readers.set(path, reader);
    return reader;
  };
  const settingsState = () => SETTINGS_FILES.map((name) => files.stateOf(joinPath(folder, name))).join("\n");
  const { options, mistake } = platform.settingsOf(folder);
  const settings = settingsState();
  let found: readonly string[] | undefined;
  const isFresh = (seen: Seen | undefined): seen is Seen => {
    for (const [path, state] of seen ?? []) if (files.stateOf(path) !== state) return false;
    return seen !== undefined;
  };
  const checkNow = (path: string): DefinitionCheck => {
    const before = checks.get(path);
    if (before !== undefined && isFresh(before.seen)) return before;
    const seen = new Map<string, string>();
    // Its own state, even if it is not readable.
    seen.set(joinPath(folder, path), files.stateOf(joinPath(folder, path)));
    const document = documents.at(joinPath(folder, path));
    const isSkipped = document !== undefined && isTooLong(document);
    const after = isSkipped
      ? { ...notChecked(path), seen }
      : checkOne(path, path, files.hostNoting(seen), { ...options, reader: readerOf(path) }, seen);
    lookedAt.set(path, seen);
    return after;
  };
  return {
    folder,
    options,
    mistake,
    host: files.hostNoting(new Map()),
    check: (path) => {
      const result = checkNow(path);
      checks.set(path, result);
      return result;
    },
    known: (path) => checks.get(path),
    results: () => checks.values(),
    seenBy: (path) => {
      const seen = lookedAt.get(path);
      return isFresh(seen) ? seen : checkNow(path).seen;
    },
    keep: (paths) => {
      for (const known of [checks, readers]) for (const path of known.keys()) if (!paths.has(path)) known.delete(path);
    },
    hasOldSettings: () => settingsState() !== settings,
    definitions: () => (found ??= platform.discover(folder)),
    refind: () => {
      found = undefined;
    },
    refresh: files.refresh,
  };
}

/** The path under which a document that has never been saved is checked: the usual one, because it may get any. */
export const UNTITLED_PATH = "efemarai.yaml";

/** The result for a document that has never been saved: it has no folder, so nothing is said about files and code. */
export function checkUntitled(document: OpenDocument): DefinitionCheck {
  const path = UNTITLED_PATH;
  if (isTooLong(document)) return notChecked(path);
  const checked = checkOne(path, { path, text: document.text.getText() }, NOTHING, {}, new Map());
  return { ...checked, diagnostics: withoutMachine(checked.diagnostics) };
}

function checkOne(
  path: string,
  file: string | Source,
  host: Host,
  options: CompileOptions,
  seen: Seen,
): DefinitionCheck {
  const checked = check([file], host, options);
  return { path, checked, definition: checked.graph.bound.requested[0], diagnostics: checked.diagnostics, seen };
}

/** The result for a document that is too long. */
function notChecked(path: string): DefinitionCheck {
  const source = { path, text: "" };
  const message = `The text is longer than ${MAX_MEGABYTES} MB, so it is not checked.`;
  const result = checkOne(path, source, NOTHING, {}, new Map());
  const span = { source, start: 0, end: 0 };
  return { ...result, diagnostics: [{ code: "too-large", severity: "error", message, span, path: "" }] };
}

/** No file exists, and none of them has to: version control ignores them all. */
export const NOTHING: Host = {
  readText: () => undefined,
  kindOf: () => undefined,
  namesIn: () => undefined,
  realPath: () => undefined,
  ignored: (paths) => new Set(paths),
};
