import { CLASSES, ENUMS } from "./classes.ts";
import type { Source } from "./harness.ts";
import { ARRAYS, MODELS } from "./libraries.ts";
import { CONTAINERS, TYPING, VALUES } from "./typing.ts";

/** All sources by topic. */
export const SOURCES: ReadonlyMap<string, readonly Source[]> = new Map([
  ["typing", TYPING],
  ["containers", CONTAINERS],
  ["values", VALUES],
  ["classes", CLASSES],
  ["enums", ENUMS],
  ["arrays", ARRAYS],
  ["models", MODELS],
]);
