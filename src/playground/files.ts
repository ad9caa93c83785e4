// The files of the playground: their limits and their names, which can come from the link of a stranger.
import { printable } from "../base/quote.ts";

/** A file of the playground. */
export interface PlaygroundFile {
  /** A relative path with `/`. */
  readonly name: string;
  readonly text: string;
}

/** The limits of the playground. */
export const LIMITS = { files: 50, nameLength: 100, textBytes: 1_000_000 } as const;

/** What is wrong with the name of a file; `undefined` if it can be used. `others` are the names of the other files. */
export function nameMistake(name: string, others: readonly string[]): string | undefined {
  if (name.trim() === "") return "A file needs a name, such as `inference.py`.";
  if (name.length > LIMITS.nameLength) return `A file name can have at most ${LIMITS.nameLength} characters.`;
  if (printable(name) !== name) return "A file name cannot contain invisible characters.";
  if (/[\\:]/.test(name)) return "A file name cannot contain `\\` or `:`.";
  const parts = name.split("/");
  if (name.startsWith("/") || parts.includes("..")) return "A file name must stay inside the project.";
  if (parts.some((part) => part === "" || part === "." || part.trim() !== part))
    return "A part of the file name is empty, is `.`, or starts or ends with a space.";
  if (others.includes(name)) return `The file \`${name}\` already exists.`;
  if (others.some((other) => other.startsWith(`${name}/`) || name.startsWith(`${other}/`)))
    return "A file and a folder cannot have the same name.";
  return undefined;
}

/** Whether a file is YAML. */
export function isYaml(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** Whether a file is Python code. */
export function isPython(name: string): boolean {
  return /\.pyi?$/i.test(name);
}
