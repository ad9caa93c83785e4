import { remember } from "../base/remember.ts";

/** The types that a value of a plan can have. */
export const VALUE_TYPES = [
  "text",
  "path",
  "number",
  "boolean",
  "device",
  "handle",
  "datapoints",
  "secret",
  "list",
  "map",
  "null",
] as const;

/** The type of a value; `unknown` where the text is broken or nothing can be known. */
export type Type =
  | { readonly kind: Exclude<(typeof VALUE_TYPES)[number], "list" | "map"> | "unknown" }
  | { readonly kind: "list"; readonly items: readonly Type[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [string, Type])[] };

const AS_TEXT: ReadonlySet<Type["kind"]> = new Set([
  "text",
  "path",
  "number",
  "boolean",
  "device",
  "secret",
  "unknown",
]);

/** Whether a value may stand inside text: a handle, the datapoints, lists and maps may not. */
export function isTextLike({ kind }: Type): boolean {
  return AS_TEXT.has(kind);
}

/** Whether a value of the environment is in it, at any depth. */
export function holdsSecret(type: Type): boolean {
  return type.kind === "list" || type.kind === "map" ? holdsSecretInside(type) : type.kind === "secret";
}

/** Values that refer to one another share the types of their parts, each of which is looked at once. */
const holdsSecretInside = remember((type: Extract<Type, { readonly kind: "list" | "map" }>): boolean => {
  return type.kind === "list" ? type.items.some(holdsSecret) : type.entries.some(([, entry]) => holdsSecret(entry));
});

const NAMES: Readonly<Record<Type["kind"], string>> = {
  text: "text",
  path: "a path",
  number: "a number",
  boolean: "a boolean",
  device: "a device",
  handle: "the loaded model",
  datapoints: "the list of datapoints",
  secret: "the value of an environment variable",
  list: "a list",
  map: "a map",
  null: "null",
  unknown: "a value that is not known here",
};

/** A type in the words of a message. */
export function typeName({ kind }: Type): string {
  return NAMES[kind];
}
