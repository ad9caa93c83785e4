// The documentation of a model: what a reader wants to know without opening the definition.
import { withoutCredentials } from "../base/address.ts";
import type { LoadStep, PlanModel, PredictStep } from "../plan/execution-plan.ts";
import { spelledName, spelledValue } from "../plan/spelling.ts";
import { commentCode, commentText } from "./escape.ts";

/** A Python function as inline code: `inference:predict`. */
export function functionName({ entrypoint }: LoadStep | PredictStep): string {
  return commentCode("module" in entrypoint ? `${entrypoint.module}:${entrypoint.function}` : spelledValue(entrypoint));
}

/** The name of a model in a sentence. */
export function title({ name, universal }: PlanModel): string {
  return universal ? "the universal model" : commentText(spelledName(name));
}

/** The lines of a model's documentation. */
export function modelDoc(model: PlanModel, load: LoadStep, predict: PredictStep): readonly string[] {
  const { description, universal } = model;
  const name = universal
    ? "Returns a model by its name; the universal entry provides the runtime of models without their own"
    : title(model);
  const batch = spelledValue(model.batch.maxSize);
  return [
    description === undefined || description.trim() === "" ? name : `${name}: ${commentText(description)}`,
    "",
    `- Defined in ${commentCode(model.span.file)}`,
    ...codeLines(model),
    `- Loaded by ${functionName(load)}, predicts with ${functionName(predict)}`,
    ...(model.image === undefined ? [] : [`- Image ${commentCode(spelledValue(model.image))}`]),
    `- Device ${commentCode(spelledValue(model.device))}, ${batch === "1" ? "one datapoint" : `at most ${commentText(batch)} datapoints`} per call`,
  ];
}

function codeLines(model: PlanModel): readonly string[] {
  return model.steps.flatMap((step) => {
    if (step.kind !== "checkout") return [];
    const revision = step.commit ?? step.branch;
    const at = revision === undefined ? "" : ` at ${commentCode(spelledValue(revision))}`;
    return [`- Code from ${commentCode(withoutCredentials(spelledValue(step.url)))}${at}`];
  });
}
