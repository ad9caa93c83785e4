// Everything whose type depends on the Python code of one model, collected before names are allocated.
import { invariant } from "../base/invariant.ts";
import type { LoadStep, PlanArgument, PlanClass, PlanModel, PlanType, PredictStep } from "../plan/execution-plan.ts";
import { membersOf, unionOf } from "../plan/union.ts";
import { formOf, holdsTensor, type Root, type Use, useKey, usesOf } from "./interfaces.ts";
import { type PredictionField, predictionFields } from "./predictions.ts";
import { isInternal, type PythonTypes, partsOf } from "./python-types.ts";

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
  const inputs = inputsOf(classes, predict.arguments);
  const given = [...load.arguments, ...predict.arguments].flatMap(({ annotation }) => annotation ?? []);
  const roots: readonly Root[] = [
    ...given.map((type): Root => [type, "given"]),
    ...types.map((type): Root => [type, "lists"]),
    ...(raw === "other" ? types.map((type): Root => [type, "raw"]) : []),
  ];
  return { model, load, predict, classes, fields, raw, inputs, uses: usesOf(classes, roots) };
}

/** The types of a model after its classes have received names. */
export function pythonTypes({ classes }: ModelTypes, interfaces: ReadonlyMap<string, string>): PythonTypes {
  return {
    classes,
    interfaceOf: (name, form) => {
      const found = interfaces.get(useKey({ name, form: formOf(classes, name, form) }));
      invariant(found, `the class "${name}" has no interface`);
      return found;
    },
  };
}

/** Whether the definition format may specify the type of a key more precisely than Python does. */
function isOpen(type: PlanType): boolean {
  return type.kind === "union" ? type.members.some(isOpen) : ["unknown", "bytes", "set"].includes(type.kind);
}

/** The type of one datapoint, taken from the annotation of the parameter that receives the batch. */
function inputsOf(
  classes: ReadonlyMap<string, PlanClass>,
  predictArguments: readonly PlanArgument[],
): PlanType | undefined {
  for (const { annotation, value } of predictArguments) {
    if (annotation === undefined || !("ref" in value) || value.select !== "all") continue;
    const items = membersOf(annotation).flatMap((batch) => {
      if (batch.kind === "list") return membersOf(batch.item);
      return batch.kind === "tuple" ? partsOf(batch).flatMap(membersOf) : [];
    });
    // A datapoint is a mapping by name; any other annotation does not describe its values.
    const isNamed = (item: PlanType): boolean =>
      item.kind === "map"
        ? item.value.kind !== "unknown"
        : item.kind === "class" && !isInternal({ classes }, item, "given");
    if (items.length > 0 && items.every(isNamed)) return unionOf(items);
  }
  return undefined;
}
