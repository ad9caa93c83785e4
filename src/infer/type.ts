import { remember } from "../base/remember.ts";

/** The types of values in a plan. */
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

/** The type of a value; `unknown` if the text is broken or the type cannot be inferred. */
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

/** Whether a value can be embedded in text. The loaded model, datapoints, lists and maps cannot. */
export function isTextLike({ kind }: Type): boolean {
  return AS_TEXT.has(kind);
}

/** Whether a type contains the value of an environment variable at any depth. */
export function holdsSecret(type: Type): boolean {
  return type.kind === "list" || type.kind === "map" ? holdsSecretInside(type) : type.kind === "secret";
}

/** Computed once per type, because values that refer to one another share the types of their parts. */
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
  unknown: "an unknown value",
};

/** The name of a type in messages. */
export function typeName({ kind }: Type): string {
  return NAMES[kind];
}
