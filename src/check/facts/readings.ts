// What the two readers of YAML make of a scalar, in the words of a message.
import type { ScalarValue } from "../../base/diagnostic.ts";
import type { PyYamlReading } from "../../base/pyyaml.ts";

/** A value as YAML 1.2 reads it. */
export function nameOfValue(value: ScalarValue): string {
  if (value === null) return "nothing";
  if (typeof value === "string") return "text";
  return typeof value === "number" ? `the number ${value}` : `the boolean ${value}`;
}

/** What PyYAML reads, as a noun; `undefined` where it stops. */
export function nameOfReading(reading: PyYamlReading): string | undefined {
  switch (reading.kind) {
    case "error":
      return undefined;
    case "date":
      return "a date";
    case "null":
      return "nothing";
    case "text":
      return "text";
    case "boolean":
      return `the boolean ${reading.value}`;
    case "integer":
    case "float":
      return `the number ${reading.value}`;
  }
}

/** What PyYAML does with a scalar, as a verb with its object. */
export function readBy(reading: PyYamlReading): string {
  const name = nameOfReading(reading);
  return name === undefined ? "stops at it" : `reads ${name}`;
}
