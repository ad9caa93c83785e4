// What the generated file declares for one model: four types and the model itself.
import { invariant } from "../base/invariant.ts";
import type { ExecutionPlan, LoadStep, PlanModel, PredictStep } from "../plan/execution-plan.ts";
import { argumentType } from "./argument-types.ts";
import type { Declaration, Property } from "./emitter.ts";
import { commentCode, commentText, propertyName, stringLiteral } from "./escape.ts";
import { functionName, modelDoc, place } from "./model-doc.ts";
import type { ModelNames } from "./names.ts";
import { predictionKey } from "./prediction-keys.ts";

/** An environment variable that a plan names. */
export type EnvironmentVariable = ExecutionPlan["environment"][number];

/** The declarations of one model, in the order in which they are printed. */
export function modelDeclarations(
  model: PlanModel,
  names: ModelNames,
  environment: readonly EnvironmentVariable[],
): readonly Declaration[] {
  const load = model.steps.find((step) => step.kind === "load");
  const predict = model.steps.find((step) => step.kind === "predict");
  invariant(load && predict, `the model "${model.id}" has no load or predict step`);
  const name = commentText(model.name);
  const keys = predict.output.keys.map(predictionProperty);
  const declarations = [
    record(
      names.loadArguments,
      `What ${functionName(load)} is called with, once.`,
      load.arguments.map(argumentProperty),
    ),
    record(
      names.predictArguments,
      `What ${functionName(predict)} is called with, for each batch.`,
      predict.arguments.map(argumentProperty),
    ),
    record(names.prediction, `What ${name} predicts for one datapoint.`, keys, "unknown"),
    record(names.environment, `The environment variables of ${name}.`, environment.map(environmentProperty)),
    {
      kind: "const" as const,
      exported: true,
      name: names.value,
      doc: modelDoc(model, load, predict),
      type: `Model<Datapoint, ${names.prediction}, ${names.environment}>`,
      value: `/* @__PURE__ */ defineModel(${stringLiteral(model.id)}, import.meta, definition)`,
    },
  ];
  return declarations.map((declaration) => ({ ...declaration, origin: model.span }));
}

/** An interface; without properties it would accept everything, so then it is a map of `rest`. */
function record(name: string, doc: string, properties: readonly Property[], rest = "never"): Declaration {
  if (properties.length === 0) return { kind: "type", name, doc: [doc], type: `Readonly<Record<string, ${rest}>>` };
  // The language refuses a property that stands twice; the last one counts, as it does in YAML and in Python.
  const unique = new Map(properties.map((property) => [property.name, property]));
  return { kind: "interface", name, doc: [doc], properties: [...unique.values()] };
}

function argumentProperty(argument: (LoadStep | PredictStep)["arguments"][number]): Property {
  const { type, note } = argumentType(argument);
  const doc = `${note} ${place(argument.span)}`.trim();
  return { name: propertyName(argument.name), type, optional: false, doc, origin: argument.span };
}

function predictionProperty(key: string): Property {
  const { type, note } = predictionKey(key);
  return { name: propertyName(key), type, optional: false, doc: note };
}

function environmentProperty({ name, required, usedBy }: EnvironmentVariable): Property {
  const doc = `Used by ${usedBy.map(commentCode).join(", ")}.`;
  return { name: propertyName(name), type: required ? "string" : "string | undefined", optional: !required, doc };
}
