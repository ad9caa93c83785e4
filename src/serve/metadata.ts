// What is known about a model before it predicts: its inputs and outputs as tensors, from the annotations of its Python code.
import { modelTypes } from "../emit/model-types.ts";
import { ELEMENTS } from "../emit/python-types.ts";
import type { PlanClass, PlanModel, PlanType } from "../plan/execution-plan.ts";
import { spelledName } from "../plan/spelling.ts";
import { membersOf } from "../plan/union.ts";
import type { OutputTypes } from "./output-tensors.ts";
import { type Datatype, isDatatype } from "./tensor.ts";

/** The version of every model. The protocol needs one. */
export const VERSION = "1";

/** A tensor as the protocol describes it. A size of -1 may be any. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

/** The inputs and outputs whose types are known. */
export interface ModelMetadata {
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

/** The metadata of a model. */
export function metadataOf(model: PlanModel): ModelMetadata {
  const { classes, inputs, fields = [] } = modelTypes(model);
  const outputs = fields.map(({ name, type }) => [name, type] as const);
  return { inputs: tensors(namedTypes(classes, inputs)), outputs: tensors(outputs) };
}

/** The types of outputs, for stacking predictions. */
export function outputTypesOf(model: PlanModel): OutputTypes {
  const predict = model.steps.find((step) => step.kind === "predict");
  const known = metadataOf(model).outputs.map(({ name, datatype }) => [name, datatype] as const);
  return { whole: predict === undefined ? "predictions" : spelledName(predict.output.name), datatypes: new Map(known) };
}

function tensors(types: readonly (readonly [string, PlanType | undefined])[]): readonly TensorMetadata[] {
  return types.flatMap(([name, type]) => {
    const found = type && tensorOf(type);
    return found === undefined ? [] : [{ name, datatype: found.datatype, shape: [-1, ...found.shape] }];
  });
}

function namedTypes(
  classes: ReadonlyMap<string, PlanClass>,
  type: PlanType | undefined,
): readonly (readonly [string, PlanType])[] {
  if (type?.kind === "map") return (type.keys ?? []).map((name) => [name, type.value]);
  if (type?.kind !== "class") return [];
  return (classes.get(type.name)?.fields ?? []).map(({ name, type: of }) => [name, of]);
}

interface Described {
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

/** The tensor that values of a type become for one datapoint; `undefined` if that depends on the values. */
function tensorOf(type: PlanType): Described | undefined {
  switch (type.kind) {
    case "text":
    case "path":
    case "value":
      return { datatype: "BYTES", shape: [] };
    case "integer":
      return { datatype: "INT64", shape: [] };
    case "number":
      return { datatype: "FP64", shape: [] };
    case "boolean":
      return { datatype: "BOOL", shape: [] };
    case "literal":
      return common(type.values.map(literalTensor));
    case "enum":
      return tensorOf(type.value);
    case "union":
      return common(membersOf(type).map(tensorOf));
    case "list": {
      const item = tensorOf(type.item);
      return item && { ...item, shape: [-1, ...item.shape] };
    }
    case "tuple": {
      const item = common([...type.items, ...(type.rest === undefined ? [] : [type.rest])].map(tensorOf));
      return item && { ...item, shape: [type.rest === undefined ? type.items.length : -1, ...item.shape] };
    }
    case "tensor": {
      const datatype = ELEMENTS.get(type.dtype ?? "");
      const isKnown = isDatatype(datatype) && type.dimensions !== undefined;
      return isKnown ? { datatype, shape: Array<number>(type.dimensions).fill(-1) } : undefined;
    }
    case "null":
    case "bytes":
    case "set":
    case "map":
    case "class":
    case "unknown":
      return undefined;
  }
}

function literalTensor(value: string | number | boolean | null): Described | undefined {
  if (typeof value === "string") return { datatype: "BYTES", shape: [] };
  if (typeof value === "boolean") return { datatype: "BOOL", shape: [] };
  if (typeof value !== "number") return undefined;
  return { datatype: Number.isInteger(value) ? "INT64" : "FP64", shape: [] };
}

/** The description that all members share. */
function common(members: readonly (Described | undefined)[]): Described | undefined {
  const [first] = members;
  const text = JSON.stringify(first);
  return members.every((member) => JSON.stringify(member) === text) ? first : undefined;
}
