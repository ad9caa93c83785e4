// Compares predictions with recorded ones. Each difference has the path of the value in the prediction.
import { ExactNumber, exactJson } from "../../base/exact-json.ts";
import type { ExampleRow } from "./example-set.ts";

/** Two numbers are equal if they differ by at most `absolute + relative × |expected|`. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Different processors and versions of libraries add the terms of a sum in different orders. */
export const DEFAULT_TOLERANCE: Tolerance = { relative: 1e-5, absolute: 1e-6 };

/** A difference between a prediction and the recorded one. */
export interface Difference {
  /** The id of the datapoint. */
  readonly id: string;
  readonly message: string;
}

/** The differences of one model, at most a few for each example. */
export function compareRows(
  actual: readonly ExampleRow[],
  expected: readonly ExampleRow[],
  tolerance: Tolerance,
): readonly Difference[] {
  const recorded = new Map(expected.map((row) => [row.id, row]));
  const differences = actual.flatMap((row): readonly Difference[] => {
    const known = recorded.get(row.id);
    recorded.delete(row.id);
    const messages =
      row.error !== undefined
        ? [`it failed: ${row.error.type}: ${row.error.message}`]
        : known === undefined
          ? ["no prediction is recorded"]
          : comparePredictions(row.predictions, known.predictions, tolerance);
    return messages.map((message) => ({ id: row.id, message }));
  });
  return [...differences, ...[...recorded.keys()].map((id) => ({ id, message: "its input no longer exists" }))];
}

const MAX_DIFFERENCES = 5;

/** The first differences between two predictions, and how many more there are. */
export function comparePredictions(actual: unknown, expected: unknown, tolerance: Tolerance): readonly string[] {
  const found = [...differencesAt("", actual, expected, tolerance)];
  const more = found.length - MAX_DIFFERENCES;
  return more > 0 ? [...found.slice(0, MAX_DIFFERENCES), `and ${more} more`] : found;
}

function* differencesAt(path: string, actual: unknown, expected: unknown, tolerance: Tolerance): Generator<string> {
  const at = path === "" ? "the prediction" : path;
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length)
      yield `${at} has ${actual.length} item${actual.length === 1 ? "" : "s"}, expected ${expected.length}`;
    const shared = Math.min(actual.length, expected.length);
    for (let i = 0; i < shared; i++) yield* differencesAt(`${path}[${i}]`, actual[i], expected[i], tolerance);
    return;
  }
  if (isMap(actual) && isMap(expected)) {
    for (const key of Object.keys(expected)) {
      const inside = join(path, key);
      if (Object.hasOwn(actual, key)) yield* differencesAt(inside, actual[key], expected[key], tolerance);
      else yield `${inside} is missing`;
    }
    for (const key of Object.keys(actual))
      if (!Object.hasOwn(expected, key)) yield `${join(path, key)} is not expected`;
    return;
  }
  if (!isSame(actual, expected, tolerance)) yield `${at} is ${shown(actual)}, expected ${shown(expected)}`;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** Two whole numbers must be equal, because they may be classes or counts. */
function isSame(actual: unknown, expected: unknown, { relative, absolute }: Tolerance): boolean {
  const [one, other] = [numberText(actual), numberText(expected)];
  if (one === undefined || other === undefined) return actual === expected;
  if (one === other) return true;
  if (/^-?\d+$/.test(one) && /^-?\d+$/.test(other)) return false;
  const [a, b] = [Number(one), Number(other)];
  return Math.abs(a - b) <= absolute + relative * Math.abs(b);
}

function numberText(value: unknown): string | undefined {
  if (value instanceof ExactNumber) return value.text;
  return typeof value === "number" ? String(value) : undefined;
}

function join(path: string, key: string): string {
  if (!/^[A-Za-z_]\w*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

const MAX_SHOWN = 60;

function shown(value: unknown): string {
  const text = exactJson(value) ?? "nothing";
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}
