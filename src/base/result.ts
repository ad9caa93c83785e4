/** A value, or a sentence (without its full stop) that says why there is none. */
export type Result<Value> =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "problem"; readonly message: string };

/** A result with a value. */
export function found<Value>(value: Value): Result<Value> {
  return { kind: "value", value };
}

/** A result without a value. */
export function problem(message: string): { readonly kind: "problem"; readonly message: string } {
  return { kind: "problem", message };
}

/** The message of an error, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
