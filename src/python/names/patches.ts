// Finds attributes that a module sets on existing objects: `Net.__init__ = f`, `self.predict = …`, `setattr(Net,
// "__init__", f)`. Only searches the text, once, so a match is a doubt rather than a fact.

import { remember } from "../../base/remember.ts";
import type { PythonModule } from "../module.ts";
import { Character, classOf } from "../text/text.ts";

interface Patches {
  /**
   * The attributes that are set, with the names of the objects on which they are set. An empty name is a more complex
   * expression.
   */
  readonly ownersOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** The names of objects on which attributes with computed names are set: `setattr(Net, name, f)`. */
  readonly open: ReadonlySet<string>;
  readonly usesSetattr: boolean;
  /** Whether methods may set arbitrary attributes on their instance. */
  readonly isSelfOpen: boolean;
}

/** Whether a module sets an attribute of this name. */
export function setsAttribute(module: PythonModule, name: string): boolean {
  return patchesOf(module).ownersOf.has(name);
}

/** Whether a module may set attributes with computed names; with `owners`, only on objects with one of these names. */
export function setsAnyAttribute(module: PythonModule, owners?: ReadonlySet<string>): boolean {
  const { open, usesSetattr } = patchesOf(module);
  return owners === undefined ? usesSetattr : overlap(open, owners);
}

/** Whether methods of a module may set attributes with computed names on their instance. */
export function setsOnSelf(module: PythonModule): boolean {
  return patchesOf(module).isSelfOpen;
}

/** Whether a module sets an attribute of this name on something that it imports, which may be a module. */
export function setsInImported(module: PythonModule, name: string): boolean {
  return setOnImports(module).has(name);
}

const setOnImports = remember((module: PythonModule): ReadonlySet<string> => {
  const { ownersOf } = patchesOf(module);
  if (ownersOf.size === 0) return NONE;
  const imported = new Set(
    module.bindings.flatMap((each) => (each.kind === "import" || each.kind === "import-from" ? [each.name.text] : [])),
  );
  return new Set([...ownersOf].flatMap(([name, owners]) => (overlap(owners, imported) ? [name] : [])));
});

const NONE: ReadonlySet<string> = new Set();

function overlap(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  const [less, more] = some.size < others.size ? [some, others] : [others, some];
  for (const each of less) if (more.has(each)) return true;
  return false;
}

/** `.name = …` but not `.name == …`; also `.name: T = …`, and `.name, b = …` with several targets. */
const ATTRIBUTE =
  /\.[ \t\f]*([\w\u0080-\uffff]+)[ \t\f]*(?==(?!=)|:[^=\n]{1,200}=(?!=)|,(?:[^=\n()[\]:]|\[[^=\n()[\]]*\]){1,200}=(?!=))/g;

/** `setattr(a.Net, "name", …)`, or the same with a computed name. */
const SETATTR =
  /\bsetattr\s{0,9}\(\s{0,99}(?:\w{1,99}\.){0,9}(\w{1,99})\s{0,9},\s{0,99}(?:(["'])(\w{1,200})\2\s{0,9},)?/g;

const SELF = /\bsetattr\s*\(\s*self\b|\bself\s*\.\s*__dict__/;

const patchesOf = remember(({ source: { text } }: PythonModule): Patches => {
  const ownersOf = new Map<string, Set<string>>();
  const open = new Set<string>();
  const add = (name: string, owner: string) => ownersOf.set(name, (ownersOf.get(name) ?? new Set()).add(owner));
  for (const { 1: name = "", index } of text.matchAll(ATTRIBUTE)) add(name, ownerBefore(text, index));
  for (const [, owner = "", , name] of text.matchAll(SETATTR)) {
    if (name === undefined) open.add(owner);
    else add(name, owner);
  }
  return { ownersOf, open, usesSetattr: /\bsetattr\s*\(/.test(text), isSelfOpen: SELF.test(text) };
});

/** The maximum number of characters to examine before a dot. */
const MAX_OWNER_LENGTH = 200;

/** The name before a dot; empty for any other expression. */
function ownerBefore(text: string, dot: number): string {
  const first = Math.max(0, dot - MAX_OWNER_LENGTH);
  let end = dot;
  while (end > first && classOf(text.charCodeAt(end - 1)) === Character.BLANK) end--;
  let start = end;
  while (start > first && classOf(text.charCodeAt(start - 1)) === Character.WORD) start--;
  return text.slice(start, end);
}
