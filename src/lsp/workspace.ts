// The definitions of one folder. They are checked again when a path that they accessed has changed.
import { DEFINITION_NAMES, isDefinitionText } from "../base/definition-file.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { joinPath, relativePath } from "../base/path.ts";
import { rootFolderOf } from "../base/root.ts";
import { MAX_MEGABYTES, type Source } from "../base/source.ts";
import { runtimeFileOf } from "../bind/runtime.ts";
import { type Checked, type CompileOptions, check } from "../compile.ts";
import { type ParsedDefinition, parse } from "../parse/parse.ts";
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
  /** Without those about other definitions that were checked with it. */
  readonly diagnostics: readonly Diagnostic[];
  readonly seen: Seen;
  /** The definitions that use its runtimes. They were checked with it, because they have the files of its expressions. */
  readonly borrowers: readonly string[];
}

/** A folder whose definitions are checked as by `modelwright check` in this folder. */
export interface Workspace {
  /** Absolute. */
  readonly folder: string;
  /** The options of a check: those of the configuration file. */
  readonly options: CompileOptions;
  /** The mistake in the configuration file. */
  readonly mistake: string | undefined;
  /** The host of the open documents and the files of the folder. */
  readonly host: Host;
  /** The result for a definition. It is checked again if a path that it accessed has changed. */
  readonly check: (path: string) => DefinitionCheck;
  /** The last result for a definition, which may be outdated. */
  readonly known: (path: string) => DefinitionCheck | undefined;
  /** The last results of all definitions. */
  readonly results: () => Iterable<DefinitionCheck>;
  /** The paths that a definition accessed. Does not keep its result. */
  readonly seenBy: (path: string) => Seen;
  /** Finds which definitions use the runtimes of others, one definition in each step. */
  readonly link: () => Iterable<void>;
  /** Forgets the results of all other definitions. */
  readonly keep: (paths: ReadonlySet<string>) => void;
  /** Whether the configuration file has changed. */
  readonly hasOldSettings: () => boolean;
  /** The definitions below the folder, which are searched for only once until `refind`, and those that are open. */
  readonly definitions: () => readonly string[];
  readonly refind: () => void;
  /** Compares each file with the disk again when it is next used. */
  readonly refresh: () => void;
}

/** The files that may contain the configuration. */
const SETTINGS_FILES = ["modelwright.config.json", "package.json"] as const;

/**
 * Creates the workspace of a folder. `isOpen`: the editor has opened the folder; otherwise a file in it is open, and the folders
 * below it are not searched. `owns` says whether it is the workspace of an absolute path.
 */
export function workspaceOf(
  folder: string,
  documents: Documents,
  platform: Platform,
  { isOpen, owns }: { readonly isOpen: boolean; readonly owns: (path: string) => boolean },
): Workspace {
  const files: EditorFiles = editorFiles(folder, documents, platform.filesIn(folder));
  const checks = new Map<string, DefinitionCheck>();
  const lookedAt = new Map<string, Seen>();
  /** Each reader keeps the items of a definition, and of the definitions whose runtimes it uses, for the next check. */
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
  const host = files.hostNoting(new Map());
  const definitions = (): readonly string[] => {
    found ??= isOpen ? platform.discover(folder) : definitionsIn(host);
    const open: string[] = [];
    for (const { path, isDefinition } of documents.all()) {
      if (path !== undefined && isDefinition && owns(path)) open.push(relativePath(folder, path));
    }
    return open.length === 0 ? found : [...new Set([...found, ...open])];
  };
  const lenders = new Map<string, { readonly state: string; readonly paths: ReadonlySet<string> }>();
  /** The files whose runtimes the models of a definition may use. */
  const lendersOf = (path: string): ReadonlySet<string> => {
    const state = files.stateOf(joinPath(folder, path));
    const known = lenders.get(path);
    if (known?.state === state) return known.paths;
    const paths = lenderPaths(path, host);
    lenders.set(path, { state, paths });
    return paths;
  };
  let borrowers: ReadonlyMap<string, readonly string[]> = new Map();
  const checkWith = (path: string, others: readonly string[]): DefinitionCheck => {
    const seen = new Map<string, string>();
    // Record the definition itself, even if it is not readable.
    seen.set(joinPath(folder, path), files.stateOf(joinPath(folder, path)));
    const document = documents.at(joinPath(folder, path));
    const isSkipped = document !== undefined && isTooLong(document);
    const after = isSkipped
      ? { ...notChecked(path), seen }
      : checkOne(path, [path, ...others], files.hostNoting(seen), { ...options, reader: readerOf(path) }, seen);
    lookedAt.set(path, seen);
    return after;
  };
  return {
    folder,
    options,
    mistake,
    host,
    check: (path) => {
      const others = borrowers.get(path) ?? [];
      const before = checks.get(path);
      const isSame = before?.borrowers.join("\n") === others.join("\n");
      if (before !== undefined && isSame && isFresh(before.seen)) return before;
      const result = checkWith(path, others);
      checks.set(path, result);
      return result;
    },
    known: (path) => checks.get(path),
    results: () => checks.values(),
    seenBy: (path) => {
      const seen = lookedAt.get(path);
      return isFresh(seen) ? seen : checkWith(path, []).seen;
    },
    keep: (paths) => {
      for (const known of [checks, readers]) for (const path of known.keys()) if (!paths.has(path)) known.delete(path);
    },
    link: function* () {
      const found = new Map<string, string[]>();
      for (const path of definitions()) {
        for (const lender of lendersOf(path)) {
          if (lender !== path) found.set(lender, [...(found.get(lender) ?? []), path]);
        }
        yield;
      }
      borrowers = found;
    },
    hasOldSettings: () => settingsState() !== settings,
    definitions,
    refind: () => {
      found = undefined;
    },
    refresh: files.refresh,
  };
}

/** The path of a document that has never been saved. It is the most common one, because the document has no path yet. */
export const UNTITLED_PATH = "efemarai.yaml";

/** The result for a document that has never been saved. It has no folder, so files and code are not checked. */
export function checkUntitled(document: OpenDocument): DefinitionCheck {
  const path = UNTITLED_PATH;
  if (isTooLong(document)) return notChecked(path);
  const checked = checkOne(path, [{ path, text: document.text.getText() }], NOTHING, {}, new Map());
  return { ...checked, diagnostics: withoutMachine(checked.diagnostics) };
}

function checkOne(
  path: string,
  files: readonly [string | Source, ...string[]],
  host: Host,
  options: CompileOptions,
  seen: Seen,
): DefinitionCheck {
  const checked = check(files, host, options);
  const [, ...borrowers] = files;
  const isOther = new Set(borrowers.map((each) => joinPath(".", each)));
  return {
    path,
    checked,
    definition: checked.graph.bound.requested.find(({ source }) => !isOther.has(source.path)),
    diagnostics: checked.diagnostics.filter(({ span }) => !isOther.has(span.source.path)),
    seen,
    borrowers,
  };
}

/** The definitions in the working directory itself. */
function definitionsIn(host: Host): readonly string[] {
  const names = host.namesIn(".") ?? [];
  return DEFINITION_NAMES.filter(
    (name) => names.includes(name) && isDefinitionText(name, () => host.readText(name, ".")),
  );
}

/** The files whose runtimes the models of a definition may use; empty if it is not readable. */
function lenderPaths(path: string, host: Host): ReadonlySet<string> {
  const text = host.readText(path, rootFolderOf(path));
  const definition = text === undefined ? undefined : parse({ path: joinPath(".", path), text });
  const entries = definition?.root?.fields.models?.items ?? [];
  return new Set(entries.flatMap((entry) => (entry && definition && runtimeFileOf(entry, definition)) ?? []));
}

/** The result for a document that is too long. */
function notChecked(path: string): DefinitionCheck {
  const source = { path, text: "" };
  const message = `The text is longer than ${MAX_MEGABYTES} MB, so it is not checked.`;
  const result = checkOne(path, [source], NOTHING, {}, new Map());
  const span = { source, start: 0, end: 0 };
  return { ...result, diagnostics: [{ code: "too-large", severity: "error", message, span, path: "" }] };
}

/** No file exists, and no file is reported as missing, because version control ignores all of them. */
export const NOTHING: Host = {
  readText: () => undefined,
  kindOf: () => undefined,
  namesIn: () => undefined,
  realPath: () => undefined,
  ignored: (paths) => new Set(paths),
};
