// What a module sets on things that were made before: `Net.__init__ = f`, `self.predict = …`, `setattr(Net, "__init__", f)`.
// Only its text is searched, once, so what is found is a doubt.

import { remember } from "../../base/remember.ts";
import type { PythonModule } from "../module.ts";
import { Character, classOf } from "../text/text.ts";

interface Patches {
  /** The attributes that are set, each with the names of what they are set on; an empty name is no plain name. */
  readonly ownersOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** The names of what gets attributes whose names are computed: `setattr(Net, name, f)`. */
  readonly open: ReadonlySet<string>;
  readonly usesSetattr: boolean;
  /** Whether instances may get attributes of any name. */
  readonly isSelfOpen: boolean;
}

/** Whether a module sets an attribute of this name. */
export function setsAttribute(module: PythonModule, name: string): boolean {
  return patchesOf(module).ownersOf.has(name);
}

/** Whether a module may set attributes whose names are computed; with `owners` only on one of these names. */
export function setsAnyAttribute(module: PythonModule, owners?: ReadonlySet<string>): boolean {
  const { open, usesSetattr } = patchesOf(module);
  return owners === undefined ? usesSetattr : overlap(open, owners);
}

/** Whether methods of a module may set attributes of their instance whose names are computed. */
export function setsOnSelf(module: PythonModule): boolean {
  return patchesOf(module).isSelfOpen;
}

/** Whether a module sets an attribute of this name on something that it imports: that may be a module. */
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

/** `.name = …`, but not `== …`; `.name: T = …`, and `.name, b = …` of several targets. */
const ATTRIBUTE =
  /\.[ \t\f]*([\w\u0080-\uffff]+)[ \t\f]*(?==(?!=)|:[^=\n]{1,200}=(?!=)|,(?:[^=\n()[\]:]|\[[^=\n()[\]]*\]){1,200}=(?!=))/g;

/** `setattr(a.Net, "name", …)`, or with a name that is computed. */
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

/** How many characters before a dot are looked at. */
const LONGEST = 200;

/** The name before a dot; empty when there is something else. */
function ownerBefore(text: string, dot: number): string {
  const first = Math.max(0, dot - LONGEST);
  let end = dot;
  while (end > first && classOf(text.charCodeAt(end - 1)) === Character.BLANK) end--;
  let start = end;
  while (start > first && classOf(text.charCodeAt(start - 1)) === Character.WORD) start--;
  return text.slice(start, end);
}
