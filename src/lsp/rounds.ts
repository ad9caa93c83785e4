// Decides when definitions are checked and which findings are published. A change only stores text, and a round of checks starts when
// typing stops. Old findings stay until then, so they do not flicker.
import type { Diagnostic as Published } from "vscode-languageserver";
import { compareText } from "../base/diagnostic.ts";
import { isLockedPath } from "../base/lock-file.ts";
import { baseName } from "../base/path.ts";
import { RUNTIME_FILE } from "../bind/runtime.ts";
import { publishedDiagnostic } from "./diagnostics.ts";
import { isPython, type OpenDocument } from "./documents.ts";
import { uriIn } from "./positions.ts";
import type { Session } from "./session.ts";
import type { DefinitionCheck, Workspace } from "./workspace.ts";

/** The minimum and the maximum time without a change before a round, in milliseconds. */
const QUIET_MS = { least: 100, most: 1000 } as const;

/** If the last round took less than this, in milliseconds, the next one starts without waiting. */
const CHEAP_MS = 20;

export interface Rounds {
  /** A file may have changed. `isSaved`: a document was saved, so a round starts at once. */
  readonly schedule: (isSaved?: boolean) => void;
  /** Resolves when no round is due. */
  readonly settled: () => Promise<void>;
  /** From now on, also publishes the findings of definitions that are not open. */
  readonly showAll: () => void;
  readonly stop: () => void;
}

/** The functions of the connection that a round needs. */
export interface Publisher {
  readonly publish: (uri: string, version: number | undefined, diagnostics: Published[]) => void;
  /** Called after each round. */
  readonly onRound: () => void;
  /** Runs a step; an exception in it is logged. */
  readonly guard: (run: () => Promise<void>) => Promise<void>;
}

/** Creates the rounds of a session. */
export function createRounds(session: Session, { publish, onRound, guard }: Publisher): Rounds {
  const { documents, platform } = session;
  let published = new Map<string, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = 0;
  let last: Promise<void> = Promise.resolve();
  /** Increases with each change, so that a round detects newer changes. */
  let change = 0;
  let lastMs = 0;
  let showsAll = false;
  let isStopped = false;
  const waiting: (() => void)[] = [];

  const isDue = () => timer !== undefined || running > 0;
  const release = () => {
    if (isDue()) return;
    for (const each of waiting.splice(0)) each();
  };

  const schedule = (isSaved = false): void => {
    change += 1;
    if (isStopped) return;
    clearTimeout(timer);
    const quiet = isSaved || lastMs < CHEAP_MS ? 0 : Math.min(Math.max(2 * lastMs, QUIET_MS.least), QUIET_MS.most);
    timer = setTimeout(() => {
      timer = undefined;
      // A running round ends soon, because its texts are old.
      running += 1;
      last = last
        .then(() => guard(round))
        .then(() => {
          running -= 1;
          release();
        });
    }, quiet);
  };

  const round = async (): Promise<void> => {
    const started = change;
    const isOvertaken = () => isStopped || change !== started;
    await platform.idle();
    if (isOvertaken()) return;
    const from = platform.now();
    for (const workspace of session.workspaces()) workspace.refresh();
    session.renew();
    const found = new Map<string, Map<string, Published>>();
    let ms = platform.now() - from;
    const all = await shown(session, showsAll, async () => {
      await platform.idle();
      return !isOvertaken();
    });
    for (const { document, workspace, path } of all ?? []) {
      const before = platform.now();
      const result = workspace?.check(path) ?? (document && session.checkDocument(document));
      if (result !== undefined) collect(found, result, workspace, document);
      ms += platform.now() - before;
      await platform.idle();
      if (isOvertaken()) return;
    }
    if (all === undefined) return;
    lastMs = ms;
    send(found);
    onRound();
  };

  const collect = (
    found: Map<string, Map<string, Published>>,
    { diagnostics, path, definition }: DefinitionCheck,
    workspace: Workspace | undefined,
    document: OpenDocument | undefined,
  ): void => {
    const uriOf = (file: string) =>
      workspace === undefined
        ? (document?.uri ?? file)
        : uriIn(workspace.folder, file, (each) => documents.at(each)?.uri);
    // A definition without findings is also listed, so that its old findings are removed.
    if (definition !== undefined) found.set(uriOf(path), found.get(uriOf(path)) ?? new Map());
    for (const diagnostic of diagnostics) {
      if (isLockedPath(diagnostic.span.source.path)) continue;
      const uri = uriOf(diagnostic.span.source.path);
      const others = found.get(uri) ?? new Map<string, Published>();
      const item = publishedDiagnostic(diagnostic, uriOf, platform.ruleUrl);
      // Several definitions may say the same about their code, each with its own entry point. `check` says it once.
      const key = JSON.stringify({ ...item, relatedInformation: undefined });
      if (!others.has(key)) found.set(uri, others.set(key, item));
    }
  };

  const send = (found: ReadonlyMap<string, ReadonlyMap<string, Published>>): void => {
    const sent = new Map<string, string>();
    for (const [uri, items] of found) {
      const version = documents.get(uri)?.text.version;
      const state = `${version} ${JSON.stringify([...items.values()])}`;
      if (items.size > 0 || documents.get(uri) !== undefined) sent.set(uri, state);
      if (published.get(uri) !== state && (items.size > 0 || published.has(uri) || documents.get(uri) !== undefined))
        publish(uri, version, [...items.values()]);
    }
    for (const uri of published.keys()) if (!sent.has(uri)) publish(uri, documents.get(uri)?.text.version, []);
    published = sent;
  };

  return {
    schedule,
    settled: () => (isDue() ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    showAll: () => {
      showsAll = true;
      schedule(true);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      timer = undefined;
      for (const each of waiting.splice(0)) each();
    },
  };
}

/** A definition to check: an open one, or one that an open Python file belongs to. */
interface Shown {
  readonly document: OpenDocument | undefined;
  /** Absent for a document that has never been saved. */
  readonly workspace: Workspace | undefined;
  readonly path: string;
}

/** The maximum time to search for related definitions before waiting messages are handled, in milliseconds. */
const SLICE_MS = 20;

/**
 * The definitions whose findings are published, each once, in the order of their paths. `pause` handles the waiting messages;
 * `undefined` if it returns false.
 */
async function shown(
  { documents, ownerOf, workspaces, platform }: Session,
  showsAll: boolean,
  pause: () => Promise<boolean>,
): Promise<readonly Shown[] | undefined> {
  const found: Shown[] = [];
  const paths = new Map<Workspace, Set<string>>();
  const python = new Map<Workspace, string[]>();
  const add = (workspace: Workspace, path: string, document?: OpenDocument) => {
    const known = paths.get(workspace) ?? new Set();
    paths.set(workspace, known);
    if (known.has(path)) return;
    known.add(path);
    found.push({ workspace, path, document });
  };
  for (const document of documents.all()) {
    if (document.path === undefined) {
      if (document.isDefinition) found.push({ document, workspace: undefined, path: document.uri });
      continue;
    }
    const { workspace, path } = ownerOf(document.path);
    if (document.isDefinition) add(workspace, path, document);
    else if (isPython(document.path)) python.set(workspace, [...(python.get(workspace) ?? []), document.path]);
  }
  let from = platform.now();
  const isOver = async () => {
    if (platform.now() - from <= SLICE_MS) return false;
    const goesOn = await pause();
    from = platform.now();
    return !goesOn;
  };
  for (const workspace of workspaces()) {
    const open = python.get(workspace) ?? [];
    if (showsAll || [...(paths.get(workspace) ?? [])].some((path) => baseName(path) === RUNTIME_FILE)) {
      for (const _ of workspace.link()) if (await isOver()) return undefined;
    }
    if (showsAll) for (const path of workspace.definitions()) add(workspace, path);
    else if (open.length > 0) {
      for (const path of workspace.definitions()) {
        if (await isOver()) return undefined;
        const seen = workspace.seenBy(path);
        if (open.some((file) => seen.has(file))) add(workspace, path);
      }
    }
    workspace.keep(paths.get(workspace) ?? new Set());
  }
  return found.sort((a, b) => compareText(a.path, b.path));
}
