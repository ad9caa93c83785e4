// The state of a server: its open documents, and one workspace for each folder that contains one of them.

import { folderOf, isOutside, relativePath } from "../base/path.ts";
import { remember } from "../base/remember.ts";
import type { Checked } from "../compile.ts";
import { type Documents, type OpenDocument, openDocuments } from "./documents.ts";
import type { Platform } from "./platform.ts";
import { checkUntitled, type DefinitionCheck, type Workspace, workspaceOf } from "./workspace.ts";

/** A document with the workspace that it belongs to. */
export interface Owned {
  readonly workspace: Workspace;
  /** Relative to the folder of the workspace. */
  readonly path: string;
}

/** The capabilities of the client that the server uses. */
export interface ClientAbilities {
  readonly hasSnippets: boolean;
  /** Whether the server can tell the client to insert multi-line text unchanged. */
  readonly insertsAsIs: boolean;
  /** The command of the client that asks for completion again, if it has one. */
  readonly retriggerCommand: string | undefined;
  /** The commands of the client that code lenses may use. */
  readonly commands: ReadonlySet<string>;
}

export interface Session {
  readonly documents: Documents;
  readonly platform: Platform;
  /** Set by the `initialize` request. */
  client: ClientAbilities;
  /** The names of the environment variables that the checked definitions use, except for those in one file. */
  readonly variables: (except: Owned | undefined) => readonly string[];
  /** The workspaces of the open documents and of the folders of the editor. */
  readonly workspaces: () => readonly Workspace[];
  /** The folders that are open in the editor. */
  readonly folders: () => readonly string[];
  /** Sets the folders that are open in the editor, as absolute paths. */
  readonly setFolders: (folders: readonly string[]) => void;
  /** The workspace of an absolute path: that of the deepest folder that contains it, or else that of its own folder. */
  readonly ownerOf: (path: string) => Owned;
  /** The result for the current text of an open definition. */
  readonly checkDocument: (document: OpenDocument) => DefinitionCheck;
  /** The results for all definitions of a workspace, open or not. */
  readonly allChecks: (workspace: Workspace) => readonly DefinitionCheck[];
  /** The results for the definitions that may refer to a document. For Python code, these are the definitions that have read it. */
  readonly relatedChecks: (document: {
    readonly document: OpenDocument;
    readonly workspace: Workspace | undefined;
  }) => readonly DefinitionCheck[];
  /** Reads the settings of each workspace again, and forgets the workspaces that no open document belongs to. */
  readonly renew: () => void;
}

/** Creates a session without documents. */
export function createSession(platform: Platform): Session {
  const documents = openDocuments();
  const workspaces = new Map<string, Workspace>();
  let folders: readonly string[] = [];
  const workspaceIn = (folder: string): Workspace => {
    const known =
      workspaces.get(folder) ??
      workspaceOf(folder, documents, platform, {
        isOpen: folders.includes(folder),
        owns: (path) => folderAround(path) === folder,
      });
    workspaces.set(folder, known);
    return known;
  };
  const folderAround = (path: string): string => {
    let deepest: string | undefined;
    for (const folder of folders) {
      if (!isOutside(relativePath(folder, path)) && folder.length > (deepest?.length ?? -1)) deepest = folder;
    }
    return deepest ?? folderOf(path);
  };
  const ownerOf = (path: string): Owned => {
    const folder = folderAround(path);
    return { workspace: workspaceIn(folder), path: relativePath(folder, path) };
  };
  const allChecks = (workspace: Workspace) => workspace.definitions().map((path) => workspace.check(path));
  const untitled = new WeakMap<OpenDocument, DefinitionCheck>();
  return {
    documents,
    platform,
    client: { hasSnippets: false, insertsAsIs: false, retriggerCommand: undefined, commands: new Set() },
    variables: (except) => {
      const names = new Set<string>();
      for (const workspace of workspaces.values()) {
        for (const { path, checked } of workspace.results()) {
          const isExcept = workspace === except?.workspace && path === except.path;
          if (!isExcept) for (const name of variablesIn(checked)) names.add(name);
        }
      }
      return [...names].sort();
    },
    workspaces: () => [...workspaces.values()],
    folders: () => folders,
    setFolders: (given) => {
      folders = given;
      workspaces.clear();
      for (const folder of folders) workspaceIn(folder);
    },
    ownerOf,
    checkDocument: (document) => {
      if (document.path !== undefined) {
        const { workspace, path } = ownerOf(document.path);
        return workspace.check(path);
      }
      const known = untitled.get(document) ?? checkUntitled(document);
      untitled.set(document, known);
      return known;
    },
    allChecks,
    relatedChecks: ({ document: { path, isDefinition }, workspace }) => {
      if (workspace === undefined || path === undefined) return [];
      if (isDefinition) return allChecks(workspace);
      const related = workspace.definitions().filter((each) => workspace.seenBy(each).has(path));
      return related.map((each) => workspace.check(each));
    },
    renew: () => {
      const needed = new Set(folders);
      for (const { path } of documents.all()) if (path !== undefined) needed.add(folderAround(path));
      for (const [folder, workspace] of workspaces) {
        if (!needed.has(folder) || workspace.hasOldSettings()) workspaces.delete(folder);
      }
      for (const folder of folders) workspaceIn(folder);
    },
  };
}

/** The names of the environment variables in the expressions of some definitions. */
const variablesIn = remember(({ graph: { bound } }: Checked): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const references of [...bound.models.map((model) => model.references), bound.references]) {
    for (const { meaning } of references) if (meaning.kind === "environment") names.add(meaning.name);
  }
  return names;
});
