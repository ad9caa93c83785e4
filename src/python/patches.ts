import type { PythonModule } from "./module.ts";
import { Character, classOf, skipBlanks } from "./text.ts";

/**
 * Whether a module sets an attribute of this name: `Net.__init__ = f`, `self.predict = …`, `setattr(Net, "__init__", f)`;
 * with `owners` only on one of these names. Only the text is searched, so what it finds is a doubt.
 */
export function setsAttribute({ source: { text } }: PythonModule, name: string, owners?: ReadonlySet<string>): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const end = at + name.length;
    if ((isOwned(text, at, owners) && isAssigned(text, end)) || isSet(text, at, end, owners)) return true;
  }
  return false;
}

/** Whether a module sets attributes whose names are computed on one of these: `setattr(Net, name, f)`. */
export function setsAnyAttribute({ source: { text } }: PythonModule, owners: ReadonlySet<string>): boolean {
  for (const [, owner = ""] of text.matchAll(
    /\bsetattr\s{0,9}\(\s{0,99}(?:\w{1,99}\.){0,9}(\w{1,99})\s{0,9},\s{0,99}(?!["'])/g,
  )) {
    if (owners.has(owner)) return true;
  }
  return false;
}

/** Characters in front of a name that are looked at. */
const LONGEST = 200;

/** Whether a dot stands before a name, and before that one of the owners. */
function isOwned(text: string, at: number, owners: ReadonlySet<string> | undefined): boolean {
  const first = Math.max(0, at - LONGEST);
  const dot = lastBefore(text, at, first);
  if (text[dot] !== ".") return false;
  if (owners === undefined) return true;
  const last = lastBefore(text, dot, first);
  let start = last + 1;
  while (start > first && classOf(text.charCodeAt(start - 1)) === Character.WORD) start--;
  return owners.has(text.slice(start, last + 1));
}

/** The last offset before one that holds no blank. */
function lastBefore(text: string, at: number, first: number): number {
  let before = at - 1;
  while (before > first && classOf(text.charCodeAt(before)) === Character.BLANK) before--;
  return before;
}

const SETATTR = /\bsetattr\s{0,9}\(\s{0,99}(?:\w{1,99}\.){0,9}(\w{1,99})\s{0,9},\s{0,99}["']$/;

/** Whether a name is the text in `setattr(owner, "name", …)`. */
function isSet(text: string, at: number, end: number, owners: ReadonlySet<string> | undefined): boolean {
  const quote = text[at - 1];
  if ((quote !== '"' && quote !== "'") || text[end] !== quote) return false;
  const owner = SETATTR.exec(text.slice(Math.max(0, at - LONGEST), at))?.[1];
  return owner !== undefined && (owners?.has(owner) ?? true);
}

const patched = new WeakMap<PythonModule, Map<string, boolean>>();

/** Whether a module sets an attribute of this name on something that it imports: that may be a module. */
export function setsInImported(module: PythonModule, name: string): boolean {
  const known = patched.get(module) ?? new Map<string, boolean>();
  patched.set(module, known);
  const before = known.get(name);
  if (before !== undefined) return before;
  const names = module.bindings.flatMap((each) =>
    each.kind === "import" || each.kind === "import-from" ? [each.name.text] : [],
  );
  const found = setsAttribute(module, name, new Set(names));
  known.set(name, found);
  return found;
}

/** `= …`, but not `== …`; `: T = …`, and `, b = …` of several targets. */
function isAssigned(text: string, at: number): boolean {
  const next = skipBlanks(text, at, text.length);
  if (text[next] === "=") return text[next + 1] !== "=";
  return /^(?::[^=\n]{1,200}|(?:,[^=\n()]{1,200}))=(?!=)/.test(text.slice(next, next + 210));
}
