/** A value, or one sentence (without its full stop) that says why there is none. */
export type Result<Value> =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "problem"; readonly message: string };

/** The value is there. */
export function found<Value>(value: Value): Result<Value> {
  return { kind: "value", value };
}

/** There is none, and why. */
export function problem(message: string): { readonly kind: "problem"; readonly message: string } {
  return { kind: "problem", message };
}

/** What an error says, without where it comes from. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
