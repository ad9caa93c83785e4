import type { LockSection } from "../../base/lock-file.ts";
import { isFetchedAddress } from "../../base/lock-key.ts";
import type { Span } from "../../base/source.ts";
import { keyOfCode, keyOfFile, type Lock } from "../../infer/locked-code.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { isCodeAddress } from "./addresses.ts";

/** Something that a lock file records, and where the definition asks for it. */
export interface Lockable {
  readonly section: LockSection;
  readonly key: string;
  readonly span: Span;
  readonly path: string;
  readonly lock: Lock;
  /** The commit in the definition. */
  readonly commit: string | undefined;
}

/** Everything that definitions fetch. */
export function* lockables(graph: TypedGraph): Generator<Lockable> {
  for (const { bound, files, constantOf } of graph.models) {
    const { definition, repository } = bound;
    const lock = () => graph.lockOf(definition);
    const code = keyOfCode(bound);
    if (repository.location.kind === "remote" && isCodeAddress(repository.location.url) && code !== undefined) {
      const { node, path } = repository.location.leaf;
      const commit = constantOf(repository.hash);
      yield { section: "code", key: code, span: spanOf(node), path: printKeyPath(path), lock: lock(), commit };
    }
    for (const { bound: file, place } of files) {
      const key = place.kind === "remote" && isFetchedAddress(place.url) ? keyOfFile(bound, file.url) : undefined;
      if (key === undefined || file.url === undefined) continue;
      const { node, path } = file.url;
      yield { section: "files", key, span: spanOf(node), path: printKeyPath(path), lock: lock(), commit: undefined };
    }
  }
}

/** The commit, hash or digest that the lock file records for something. */
export function lockedEntry({ lock, section, key }: Lockable) {
  return lock.kind === "present" ? lock.lock[section].get(key) : undefined;
}

/** Whether a definition has a lock file with an entry for this key. */
export function isLocked(lock: Lock, section: LockSection, key: string | undefined): boolean {
  return lock.kind === "present" && key !== undefined && lock.lock[section].has(key);
}

/** The lock files of the requested definitions, each once. */
export function locksOf(graph: TypedGraph): ReadonlySet<Lock> {
  const used = new Set<ParsedDefinition>();
  for (const { bound, code, files } of graph.models) {
    const isRemote = code.kind === "remote" || files.some(({ place }) => place.kind === "remote");
    if (isRemote) used.add(bound.definition);
  }
  return new Set([...used].map(graph.lockOf));
}
