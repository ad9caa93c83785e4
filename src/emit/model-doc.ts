// The words above a model: what a reader wants to know without opening the definition.
import { withoutCredentials } from "../base/address.ts";
import type { LoadStep, PlanModel, PlanValue, PredictStep } from "../plan/execution-plan.ts";
import { commentCode, commentText } from "./escape.ts";

/** A Python function, as `inference:predict`. */
export function functionName({ entrypoint }: LoadStep | PredictStep): string {
  return commentCode(`${entrypoint.module}:${entrypoint.function}`);
}

/** What a model is called in sentences. */
export function title({ name, universal }: PlanModel): string {
  return universal ? "the universal model" : commentText(name);
}

/** The lines of a model's documentation. */
export function modelDoc(model: PlanModel, load: LoadStep, predict: PredictStep): readonly string[] {
  const { description, universal } = model;
  const name = universal
    ? "Gives a model by its name: the universal entry stands for every model that has none of its own"
    : title(model);
  const batch = valueText(model.batch.maxSize);
  return [
    description === undefined || description.trim() === "" ? name : `${name}: ${commentText(description)}`,
    "",
    `- Defined in ${commentCode(model.span.file)}`,
    ...codeLines(model),
    `- Loaded by ${functionName(load)}, called as ${functionName(predict)}`,
    ...(model.image === undefined ? [] : [`- Image ${commentCode(valueText(model.image))}`]),
    `- Device ${commentCode(valueText(model.device))}, ${batch === "1" ? "one datapoint" : `at most ${commentText(batch)} datapoints`} a call`,
  ];
}

function codeLines(model: PlanModel): readonly string[] {
  return model.steps.flatMap((step) => {
    if (step.kind !== "checkout") return [];
    const revision = step.commit ?? step.branch;
    const at = revision === undefined ? "" : ` at ${commentCode(valueText(revision))}`;
    return [`- Code from ${commentCode(withoutCredentials(valueText(step.url)))}${at}`];
  });
}

/** A value for reading: what is known only at run time is shown as the expression for it. */
function valueText(value: string | number | PlanValue): string {
  if (typeof value !== "object") return String(value);
  if ("literal" in value) return String(value.literal);
  if ("env" in value) return `\${${value.env}}`;
  if ("ref" in value) return "${model.name}";
  if ("template" in value) return value.template.map(valueText).join("");
  return "list" in value ? "[…]" : "{…}";
}
