import type { PlanArgument, PlanType, PlanValue } from "../plan/execution-plan.ts";
import { propertyName } from "./escape.ts";
import { isInternal, type PythonTypes, typeNote, typeText, unionText } from "./python-types.ts";

/** The TypeScript type of an argument and, where the type alone misleads, a sentence about it. */
export interface ArgumentType {
  readonly type: string;
  readonly note: string;
}

/**
 * The type of an argument: what Python says about it, where the value is that and no more is known of it; else what the
 * value is. Never `any`.
 */
export function argumentType(types: PythonTypes, argument: PlanArgument): ArgumentType {
  const { type, note } = valueArgument(argument);
  const { annotation } = argument;
  const text = annotation === undefined ? "unknown" : typeText(types, annotation, "given");
  const isVaguer = /\bunknown\b/.test(text) && !/\bunknown\b/.test(type);
  if (
    annotation !== undefined &&
    text !== "unknown" &&
    !isVaguer &&
    (isImage(argument) || takes(annotation, argument.type))
  ) {
    // Beside what cannot be written in a definition, Python may take something for it: a text for a member, a list for an array.
    const isPart = annotation.kind === "union" && annotation.members.some((each) => isInternal(types, each, "given"));
    return { type: isPart ? unionText([text, type]) : text, note };
  }
  // Only where nothing else says more is it of interest why Python does not.
  const why = annotation !== undefined && type === "unknown" ? typeNote(types, annotation, "given") : "";
  return { type, note: [note, why].filter((each) => each !== "").join(" ") };
}

/** Whether a value of that kind can be what an annotation says. */
function takes(annotation: PlanType, given: PlanArgument["type"]): boolean {
  switch (annotation.kind) {
    case "union":
      return annotation.members.some((member) => takes(member, given));
    case "enum":
      return takes(annotation.value, given);
    case "literal":
      return annotation.values.some(
        (value) => (value === null ? "null" : typeof value) === (WORDS.get(given) ?? "string"),
      );
    case "text":
    case "path":
      return WORDS.get(given) === undefined;
    case "integer":
    case "number":
      return given === "number";
    case "boolean":
    case "null":
      return given === annotation.kind;
    case "list":
    case "tuple":
    case "set":
      return given === "list" || given === "datapoints" || given === "handle";
    case "map":
    case "class":
    case "tensor":
    case "bytes":
    case "value":
    case "unknown":
      return given === "map" || given === "datapoints" || given === "handle";
  }
}

/** The kinds of values that are no text. */
const WORDS: ReadonlyMap<PlanArgument["type"], string> = new Map([
  ["number", "number"],
  ["boolean", "boolean"],
  ["null", "null"],
  ["list", "list"],
  ["map", "map"],
  ["datapoints", "datapoints"],
  ["handle", "handle"],
]);

/** The image of a datapoint: of the only one, or a list of those of a batch. */
function isImage({ value }: PlanArgument): boolean {
  return "ref" in value && value.select === "image";
}

function valueArgument(argument: PlanArgument): ArgumentType {
  const { type, value } = argument;
  if (isImage(argument)) return { type: "unknown", note: "The image of the datapoint, or those of the batch." };
  switch (type) {
    case "text":
      return { type: "string", note: "" };
    case "path":
      return { type: "string", note: "A path or url, as the model's code sees it." };
    case "device":
      return { type: "string", note: "The device." };
    case "secret":
      return { type: "string", note: "From the environment; never written down." };
    case "number":
    case "boolean":
    case "null":
      return { type, note: "" };
    case "handle":
      return { type: "unknown", note: "What the load function returned; it never leaves the model's process." };
    case "datapoints":
      return { type: "unknown", note: "The datapoints of the batch." };
    case "list":
    case "map":
      return { type: valueType(value), note: "" };
  }
}

function valueType(value: PlanValue): string {
  if ("literal" in value) return value.literal === null ? "null" : typeof value.literal;
  if ("number" in value) return "number";
  if ("env" in value || "template" in value) return "string";
  if ("ref" in value) return "unknown";
  if ("list" in value) {
    const types = [...new Set(value.list.map(valueType))];
    if (types.length === 0) return "readonly unknown[]";
    const item = types.join(" | ");
    return `readonly ${/^\w+$/.test(item) ? item : `(${item})`}[]`;
  }
  const members = Object.entries(value.map).map(([key, item]) => `readonly ${propertyName(key)}: ${valueType(item)}`);
  return members.length === 0 ? "Readonly<Record<string, never>>" : `{ ${members.join("; ")} }`;
}
