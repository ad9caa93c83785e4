import type { PlanArgument, PlanType, PlanValue } from "../plan/execution-plan.ts";
import { propertyName } from "./escape.ts";
import { isInternal, type PythonTypes, typeNote, typeText, unionText } from "./python-types.ts";

/** The TypeScript type of an argument, and a note if the type alone is misleading. */
export interface ArgumentType {
  readonly type: string;
  readonly note: string;
}

/**
 * The type of an argument: the Python annotation if the value fits it and nothing more specific is known, otherwise the
 * type of the value. Never `any`.
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
    // If a part of the annotation cannot be written in a definition, Python may accept a substitute: a string for an
    // enum member, a list for an array.
    const isPart = annotation.kind === "union" && annotation.members.some((each) => isInternal(types, each, "given"));
    return { type: isPart ? unionText([text, type]) : text, note };
  }
  // The reason why the type is unknown only matters if nothing else is known.
  const why = annotation !== undefined && type === "unknown" ? typeNote(types, annotation, "given") : "";
  return { type, note: [note, why].filter((each) => each !== "").join(" ") };
}

/** Whether a value of the kind `given` can match an annotation. */
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

/** The kinds of values that are not strings. */
const WORDS: ReadonlyMap<PlanArgument["type"], string> = new Map([
  ["number", "number"],
  ["boolean", "boolean"],
  ["null", "null"],
  ["list", "list"],
  ["map", "map"],
  ["datapoints", "datapoints"],
  ["handle", "handle"],
]);

/** Whether an argument is the image of the datapoint, or the list of images of the batch. */
function isImage({ value }: PlanArgument): boolean {
  return "ref" in value && value.select === "image";
}

function valueArgument(argument: PlanArgument): ArgumentType {
  const { type, value } = argument;
  if (isImage(argument))
    return { type: "unknown", note: "The image of the datapoint, or the list of images of the batch." };
  switch (type) {
    case "text":
      return { type: "string", note: "" };
    case "path":
      return { type: "string", note: "A path or URL, as the model's code receives it." };
    case "device":
      return { type: "string", note: "The device." };
    case "secret":
      return { type: "string", note: "From the environment; its value is never stored." };
    case "number":
    case "boolean":
    case "null":
      return { type, note: "" };
    case "handle":
      return { type: "unknown", note: "The return value of the load function; it never leaves the model's process." };
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
