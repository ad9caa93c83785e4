// Everything whose type depends on the Python code of one model, collected before names are allocated.
import { invariant } from "../base/invariant.ts";
import { datapointType } from "../plan/datapoint-type.ts";
import type { LoadStep, PlanClass, PlanModel, PlanType, PredictStep } from "../plan/execution-plan.ts";
import { holdsTensor, type Root, type Use, usesOf } from "./interfaces.ts";
import { type PredictionField, predictionFields } from "./predictions.ts";

/** A model, its calls, and the Python types of both. */
export interface ModelTypes {
  readonly model: PlanModel;
  readonly load: LoadStep;
  readonly predict: PredictStep;
  readonly classes: ReadonlyMap<string, PlanClass>;
  /** `undefined` if predictions are not known to be maps. */
  readonly fields: readonly PredictionField[] | undefined;
  /** The type of predictions whose arrays are not converted to lists: the same, a different one, or unknown. */
  readonly raw: "same" | "other" | "unknown";
  /** The named values of a datapoint, if Python declares their types. */
  readonly inputs: PlanType | undefined;
  /** All interfaces that these types need. */
  readonly uses: readonly Use[];
}

/** Collects the types of one model. */
export function modelTypes(model: PlanModel): ModelTypes {
  const load = model.steps.find((step) => step.kind === "load");
  const predict = model.steps.find((step) => step.kind === "predict");
  invariant(load && predict, `the model "${model.id}" has no load or predict step`);
  const classes = new Map(model.classes?.map((each) => [each.name, each]));
  const { item, keys } = predict.output;
  // A key whose name comes from the environment cannot be part of a type.
  const known = keys.filter((key) => typeof key === "string");
  const fields = predictionFields(classes, item, known);
  const predicted = fields?.map(({ type }) => type) ?? [item];
  const types = predicted.filter((type) => type !== undefined);
  const raw = types.some((type) => holdsTensor(classes, type))
    ? "other"
    : fields === undefined || predicted.every((type) => type !== undefined && !isOpen(type))
      ? "same"
      : "unknown";
  const inputs = datapointType(classes, predict.arguments);
  const given = [...load.arguments, ...predict.arguments].flatMap(({ annotation }) => annotation ?? []);
  const roots: readonly Root[] = [
    ...given.map((type): Root => [type, "given"]),
    ...types.map((type): Root => [type, "lists"]),
    ...(raw === "other" ? types.map((type): Root => [type, "raw"]) : []),
  ];
  return { model, load, predict, classes, fields, raw, inputs, uses: usesOf(classes, roots) };
}

/** Whether the definition format may specify the type of a key more precisely than Python does. */
function isOpen(type: PlanType): boolean {
  return type.kind === "union" ? type.members.some(isOpen) : ["unknown", "bytes", "set"].includes(type.kind);
}
