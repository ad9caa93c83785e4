// Reads a lock file that Git could not merge as both of its sides.
import { type LockEntry, type LockFile, type LockReading, lockedState, readLock } from "./lock-file.ts";

/**
 * The entries of both sides. An entry that the sides changed differently is left out, so it is asked for again. The result is
 * `invalid` if a side is not a lock file.
 */
export function readBothSides(text: string): LockReading {
  const sides = sidesOf(text).map(readSide);
  const [ours, theirs] = sides;
  const invalid = sides.find(({ kind }) => kind !== "lock");
  if (invalid !== undefined) return invalid;
  if (ours?.kind !== "lock" || theirs?.kind !== "lock") return { kind: "invalid", message: "it has no two sides" };
  return { kind: "lock", lock: union(ours.lock, theirs.lock) };
}

/** The two texts between the marks. With `merge.conflictStyle=diff3`, the text that both started from is also there. */
function sidesOf(text: string): readonly [ours: string, theirs: string] {
  const ours: string[] = [];
  const theirs: string[] = [];
  let part: "both" | "ours" | "base" | "theirs" = "both";
  for (const line of text.split("\n")) {
    if (part === "both" && /^<{7}(?: |\r?$)/.test(line)) part = "ours";
    else if (part === "ours" && /^\|{7}(?: |\r?$)/.test(line)) part = "base";
    else if ((part === "ours" || part === "base") && /^={7}\r?$/.test(line)) part = "theirs";
    else if (part === "theirs" && /^>{7}(?: |\r?$)/.test(line)) part = "both";
    else {
      if (part === "both" || part === "ours") ours.push(line);
      if (part === "both" || part === "theirs") theirs.push(line);
    }
  }
  return [ours.join("\n"), theirs.join("\n")];
}

/** A side, whose commas may be wrong: Git merges lines, and the last entry of a map has no comma. */
function readSide(text: string): LockReading {
  const reading = readLock(text);
  if (reading.kind !== "invalid") return reading;
  const withCommas = text.replace(/(?<=[}\]"\d])\s+(?=")/g, (between) =>
    between.includes("\n") ? `,${between}` : between,
  );
  return readLock(withCommas.replace(/,(?=\s*[}\]])/g, ""));
}

function union(ours: LockFile, theirs: LockFile): LockFile {
  return {
    code: unionOf(ours.code, theirs.code),
    files: unionOf(ours.files, theirs.files),
    images: unionOf(ours.images, theirs.images),
  };
}

function unionOf<Entry extends LockEntry>(
  ours: ReadonlyMap<string, Entry>,
  theirs: ReadonlyMap<string, Entry>,
): ReadonlyMap<string, Entry> {
  const all = new Map([...ours, ...theirs]);
  for (const [key, entry] of ours) {
    const other = theirs.get(key);
    if (other !== undefined && lockedState(entry) !== lockedState(other)) all.delete(key);
  }
  return all;
}
