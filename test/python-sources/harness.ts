// Python sources with their TypeScript types. A source ends with `prediction: T = value`: the prediction of the model
// and its annotation. `# --- name.py` begins another file of the same repository.

import { declare } from "../../src/emit/bindings.ts";
import { usesOf } from "../../src/emit/interfaces.ts";
import { modelTypes } from "../../src/emit/model-types.ts";
import { type PythonTypes, typeNote, typeText } from "../../src/emit/python-types.ts";
import type { ExecutionPlan, PlanModel, PlanType } from "../../src/plan/execution-plan.ts";

/** A Python source and the type of its prediction, with the interfaces in it: `Box { x: number }`. */
export interface Source {
  readonly python: string;
  readonly type: string;
  /** Why the prediction cannot leave Python, if it cannot. */
  readonly error?: RegExp;
}

/** A row of a table: the TypeScript type and its Python. */
export function source(type: string, python: string, error?: RegExp): Source {
  return { python, type, ...(error === undefined ? {} : { error }) };
}

/** The files of a source, in a folder of its own. */
export function filesOf({ python }: Source, folder: string): Readonly<Record<string, string>> {
  const [main = "", ...others] = python.trim().split(/^# --- /m);
  const files = others.map((each): [string, string] => {
    const end = each.indexOf("\n");
    return [`${folder}/${each.slice(0, end)}`, each.slice(end + 1)];
  });
  const found = /^prediction: (.*?) = ([\s\S]*)$/m.exec(main);
  if (found === null) throw new Error(`no prediction in:\n${python}`);
  const [whole, annotation, value = ""] = found;
  const call = `def load():\n    return True\n\n\ndef predict(datapoints) -> list[${annotation}]:\n    return [${value.trim()}]\n`;
  const text = `from __future__ import annotations\n${main.replace(whole, () => call)}`;
  return { [`${folder}/inference.py`]: text, ...Object.fromEntries(files) };
}

/** A definition with a model for each folder. */
export function definitionOf(folders: readonly string[]): string {
  return `models:\n${folders
    .map(
      (folder) => `  - name: ${folder}
    repository:
      url: ./${folder}
    runtime:
      image: python:3.13-slim
      load:
        entrypoint: inference:load
        output:
          name: network
      predict:
        entrypoint: inference:predict
        inputs:
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
`,
    )
    .join("")}`;
}

/** The type of a model's predictions, followed by its interfaces. */
export function predictionText(model: PlanModel): string {
  const types = typesOf(model);
  const { item } = types.found.predict.output;
  if (item === undefined) return "nothing";
  return textWith(types, item, "lists");
}

function typesOf(model: PlanModel): PythonTypes & { readonly found: ReturnType<typeof modelTypes> } {
  const found = modelTypes(model);
  const classes = found.classes;
  return { found, classes, interfaceOf: (name) => name };
}

export function textWith(types: PythonTypes, type: PlanType, form: "lists" | "raw" | "given"): string {
  const { classes } = types;
  const interfaces = usesOf(classes, [[type, form]]).map(({ name }) => {
    const fields = (classes.get(name)?.fields ?? []).map(
      (each) => `${each.name}${each.optional ? "?" : ""}: ${typeText(types, each.type, form)}`,
    );
    return `${name} { ${fields.join("; ")} }`;
  });
  return [typeText(types, type, form), ...interfaces].join("\n");
}

/** The type of one datapoint of the only model `m` of a plan, followed by its interfaces. `File` is a file by its path. */
export function datapointText(plan: ExecutionPlan): string {
  const declarations = new Map(
    declare(plan, { root: "./" }).map((each) => ["name" in each ? short(each.name) : "", each] as const),
  );
  const datapoint = declarations.get("Datapoint");
  if (datapoint?.kind !== "type") return "anything";
  const text = short(datapoint.type)
    .replace("FileDatapoint", "File")
    .replace(/DataDatapoint<(.*)>$/, "$1");
  const interfaces = [...text.matchAll(/\w+/g)].flatMap(([name]) => {
    const found = declarations.get(name);
    if (found?.kind !== "interface") return [];
    const fields = found.properties.map((each) => `${each.name}${each.optional ? "?" : ""}: ${short(each.type)}`);
    return [`${name} { ${fields.join("; ").replaceAll(" | undefined", "")} }`];
  });
  return [text, ...interfaces].join("\n");
}

/** The type of the only argument of load, in a plan with the only model `m`. */
export function argumentText(plan: ExecutionPlan): string {
  const found = declare(plan, { root: "./" }).find((each) => "name" in each && each.name === "MLoadArguments");
  return found?.kind === "interface" ? short(found.properties[0]?.type ?? "") : "nothing";
}

/** A generated name without the name of the model. */
function short(text: string): string {
  return text.replace(/\bM(?=[A-Z])/g, "");
}

/** The comment about a model's predictions. */
export function noteText(model: PlanModel): string {
  const types = typesOf(model);
  const { item } = types.found.predict.output;
  return item === undefined ? "" : typeNote(types, item, "lists");
}
