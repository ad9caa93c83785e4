// Reads numbers and booleans from the environment. The platform inserts the text into the file before PyYAML reads it,
// so it is read like PyYAML reads it.
import { readAsPyYaml } from "./pyyaml.ts";

/** The boolean that a text means: a YAML 1.1 boolean such as `no`, or 0 or 1; `undefined` for any other text. */
export function booleanIn(text: string): boolean | undefined {
  const word = text.trim();
  const reading = readAsPyYaml(word);
  if (reading.kind === "boolean") return reading.value;
  if (word === "0" || word === "1") return word === "1";
  const small = word.toLowerCase();
  return small === "true" || small === "false" ? small === "true" : undefined;
}

/** The integer that a text means, such as `8`, `1_000` or `010` for eight; `undefined` for any other text. */
export function wholeNumberIn(text: string): number | undefined {
  const word = text.trim();
  const reading = readAsPyYaml(word);
  const value =
    reading.kind === "integer" ? Number(reading.value) : /^\+?\d{1,15}$/.test(word) ? Number(word) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** The number that a text means, such as `0.5` or `90`; `undefined` for any other text. */
export function numberIn(text: string): number | undefined {
  const word = text.trim();
  const reading = readAsPyYaml(word);
  if (reading.kind === "float") return reading.value;
  return wholeNumberIn(word) ?? (/^\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$|^\.\d+$/.test(word) ? Number(word) : undefined);
}
