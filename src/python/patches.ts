import type { PythonModule } from "./module.ts";
import { skipBlanks } from "./text.ts";

/**
 * Whether a module sets an attribute of this name on anything: `Net.__init__ = f`, `self.predict = …`,
 * `setattr(Net, "__init__", f)`. Only the text is searched, so what it finds is a doubt.
 */
export function setsAttribute({ source: { text } }: PythonModule, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const end = at + name.length;
    if (isAttribute(text, at) && isAssigned(text, end)) return true;
    if (
      /^["']\s*,/.test(text.slice(end, end + 9)) &&
      /\bsetattr\s*\([^()]*["']$/.test(text.slice(Math.max(0, at - 200), at))
    )
      return true;
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

function isAttribute(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (text[before] === " " || text[before] === "\t")) before--;
  return text[before] === ".";
}

/** `= …`, but not `== …`; `: T = …`, and `, b = …` of several targets. */
function isAssigned(text: string, at: number): boolean {
  const next = skipBlanks(text, at, text.length);
  if (text[next] === "=") return text[next + 1] !== "=";
  return /^(?::[^=\n]{1,200}|(?:,[^=\n()]{1,200}))=(?!=)/.test(text.slice(next, next + 210));
}
