// The declarations that the generated file contains for one model: its types and the model itself.

import type { PlanArgument, PlanModel, PlanType, PlanVariable } from "../plan/execution-plan.ts";
import { environmentOf } from "../plan/variables.ts";
import { argumentType } from "./argument-types.ts";
import type { Declaration, Property } from "./emitter.ts";
import { commentCode, commentText, propertyName, stringLiteral } from "./escape.ts";
import { type Use, useKey } from "./interfaces.ts";
import { functionName, modelDoc, title } from "./model-doc.ts";
import type { ModelTypes } from "./model-types.ts";
import type { ModelNames } from "./names.ts";
import { fieldType } from "./predictions.ts";
import { type PythonTypes, typeNote, typeText } from "./python-types.ts";

/** The name of the module's local function that returns a model by its id. */
export const FROM_PLAN = "fromPlan";

/** The declarations of one model, in the order in which they are printed. */
export function modelDeclarations(
  found: ModelTypes,
  names: ModelNames,
  types: PythonTypes,
  origin: string,
): readonly Declaration[] {
  const { model, load, predict, inputs } = found;
  const name = title(model);
  const datapoint = inputs === undefined ? [] : [datapointType(found, inputs, names, types)];
  const predicts = `The prediction of ${name} for one datapoint`;
  const raw =
    found.raw === "other"
      ? [predictionType(found, types, "raw", names.rawPrediction, `${predicts}, with raw arrays.`)]
      : [];
  const files = fileProperties(model);
  const id = stringLiteral(model.id);
  const declarations: readonly Declaration[] = [
    ...found.uses.map((use) => classInterface(use, names, types)),
    record(
      names.loadArguments,
      appendDescription(`The arguments of ${functionName(load)}, which is called once.`, load),
      load.arguments.flatMap((argument) => argumentProperty(types, argument)),
    ),
    record(
      names.predictArguments,
      appendDescription(`The arguments of ${functionName(predict)}, which is called once per batch.`, predict),
      predict.arguments.flatMap((argument) => argumentProperty(types, argument)),
    ),
    ...datapoint,
    predictionType(found, types, "lists", names.prediction, `${predicts}.`),
    ...raw,
    record(names.environment, `The environment variables of ${name}.`, environmentOf([model]).map(environmentProperty)),
    ...(files.length > 0 ? [record(names.files, "The files that each model provides.", files)] : []),
    {
      kind: "const",
      exported: true,
      name: names.value,
      doc: modelDoc(model, load, predict),
      type: `${model.universal ? "UniversalModel" : "Model"}<${[
        inputs === undefined ? "Datapoint" : names.datapoint,
        names.prediction,
        names.environment,
        // An argument of type `void` can be omitted.
        ...(model.universal ? [files.length > 0 ? names.files : "void"] : []),
        ...(found.raw === "unknown" ? [] : [found.raw === "same" ? names.prediction : names.rawPrediction]),
      ].join(", ")}>`,
      value: `/* @__PURE__ */ ${model.universal ? `defineUniversalModel(${id}, ${origin})` : `${FROM_PLAN}(${id})`}`,
    },
  ];
  return declarations.map((declaration) => ({ ...declaration, origin: model.span }));
}

/** The interface of a class, as far as Python declares it. */
function classInterface(use: Use, names: ModelNames, types: PythonTypes): Declaration {
  const { fields = [], ...about } = types.classes.get(use.name) ?? {};
  const properties = fields.map(({ name, type, optional, ...own }): Property => {
    const text = typeText(types, type, use.form);
    return optionalProperty(name, text, optional, prependDescription(typeNote(types, type, use.form), own));
  });
  return record(
    names.interfaces.get(useKey(use)) ?? "",
    prependDescription(`The fields of the Python class ${commentCode(use.name)}.`, about),
    properties,
  );
}

interface Described {
  readonly description?: string | undefined;
}

/** Appends the Python author's description to generated documentation. */
function appendDescription(doc: string, { description = "" }: Described): string {
  return `${doc} ${commentText(description)}`.trim();
}

/** Puts the description first, because the meaning of a field matters more than a note about its type. */
function prependDescription(doc: string, { description = "" }: Described): string {
  const words = commentText(description);
  if (doc === "" || words === "") return doc + words;
  return `${/[.!?…:]$/.test(words) ? words : `${words}.`} ${doc}`;
}

/** A datapoint has the inputs that Python declares. It can be a file if Python only needs its path. */
function datapointType({ model }: ModelTypes, inputs: PlanType, names: ModelNames, types: PythonTypes): Declaration {
  const members = [
    ...(acceptsFile(types, inputs) ? ["FileDatapoint"] : []),
    `DataDatapoint<${typeText(types, inputs, "given")}>`,
  ];
  return {
    kind: "type",
    name: names.datapoint,
    doc: [`One datapoint of ${title(model)}.`],
    type: members.join(" | "),
  };
}

/** Whether Python only needs a path: it receives a file as `image` or as `file`, depending on the suffix. */
export function acceptsFile({ classes }: Pick<PythonTypes, "classes">, inputs: PlanType): boolean {
  const isText = (type: PlanType): boolean => {
    return type.kind === "union" ? type.members.some(isText) : ["text", "path", "unknown"].includes(type.kind);
  };
  if (inputs.kind === "union") return inputs.members.some((member) => acceptsFile({ classes }, member));
  if (inputs.kind === "map")
    return isText(inputs.value) && (inputs.keys?.some((key) => key === "image" || key === "file") ?? true);
  const fields = inputs.kind === "class" ? (classes.get(inputs.name)?.fields ?? []) : [];
  return ["image", "file"].some((name) =>
    fields.every((field) => (field.name === name ? isText(field.type) : field.optional)),
  );
}

function predictionType(
  { fields, predict }: ModelTypes,
  types: PythonTypes,
  form: "lists" | "raw",
  name: string,
  doc: string,
): Declaration {
  const { item } = predict.output;
  const about = item?.kind === "class" ? (types.classes.get(item.name) ?? {}) : {};
  if (fields !== undefined) {
    const properties = fields.map((field): Property => {
      const { type, note } = fieldType(types, field, form);
      return optionalProperty(field.name, type, field.optional, prependDescription(note, field));
    });
    return record(name, appendDescription(doc, about), properties, "unknown");
  }
  const note = item === undefined ? UNKNOWN_PREDICTION : typeNote(types, item, form);
  return {
    kind: "type",
    name,
    doc: [`${doc} ${note}`.trim()],
    type: item === undefined ? "unknown" : typeText(types, item, form),
  };
}

const UNKNOWN_PREDICTION = "The definition declares no keys, and the Python type is unknown.";

function optionalProperty(name: string, type: string, optional: boolean, doc: string): Property {
  const isWider = optional && type !== "unknown";
  return { name: propertyName(name), type: isWider ? `${type} | undefined` : type, optional, doc };
}

/** An interface. Without properties it would accept any value, so it becomes a record of `rest` instead. */
function record(name: string, doc: string, properties: readonly Property[], rest = "never"): Declaration {
  if (properties.length === 0) return { kind: "type", name, doc: [doc], type: `Readonly<Record<string, ${rest}>>` };
  // TypeScript rejects duplicate properties. The last one wins, as in YAML and Python.
  const unique = new Map(properties.map((property) => [property.name, property]));
  return { kind: "interface", name, doc: [doc], properties: [...unique.values()] };
}

/** Empty for an argument whose name comes from the environment, because a type cannot contain it. */
function argumentProperty(types: PythonTypes, argument: PlanArgument): readonly Property[] {
  if (typeof argument.name !== "string") return [];
  const { type, note } = argumentType(types, argument);
  return [{ name: propertyName(argument.name), type, optional: false, doc: note, origin: argument.span }];
}

/** The files of a universal entry that each model provides itself. */
function fileProperties({ id, steps }: PlanModel): readonly Property[] {
  return steps.flatMap((step) => {
    if (step.kind !== "parameter" || step.id === `${id}/name`) return [];
    return { name: propertyName(step.name), type: "string", optional: false, doc: "A path." };
  });
}

function environmentProperty({ name, required, usedBy }: PlanVariable): Property {
  const doc = `Used by ${usedBy.map(commentCode).join(", ")}.`;
  return { name: propertyName(name), type: required ? "string" : "string | undefined", optional: !required, doc };
}
