import type { PlanArgument, PlanValue } from "../plan/execution-plan.ts";
import { propertyName } from "./escape.ts";
import { type PythonTypes, typeNote, typeText } from "./python-types.ts";

/** The TypeScript type of an argument and, where the type alone misleads, a sentence about it. */
export interface ArgumentType {
  readonly type: string;
  readonly note: string;
}

/** The type of an argument: what Python says about it, else what its value is; never `any`. */
export function argumentType(types: PythonTypes, argument: PlanArgument): ArgumentType {
  const { type, note } = valueArgument(argument);
  const { annotation } = argument;
  const text = annotation === undefined ? "unknown" : typeText(types, annotation, "given");
  if (annotation !== undefined && text !== "unknown") return { type: text, note };
  // Only where nothing else says more is it of interest why Python does not.
  const why = annotation !== undefined && type === "unknown" ? typeNote(types, annotation, "given") : "";
  return { type, note: [note, why].filter((each) => each !== "").join(" ") };
}

function valueArgument({ type, value }: PlanArgument): ArgumentType {
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
