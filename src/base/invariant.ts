/** Thrown for a bug of Modelwright itself, never for a mistake in somebody's input. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Stops with an `InvariantError` when something that must be true is not. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
