// Makes the modules. Their only values are the models, so that a namespace import is exactly the list of them and a
// bundler keeps only those that are used.
import { invariant } from "../base/invariant.ts";
import type { ExecutionPlan, PlanModel } from "../plan/execution-plan.ts";
import { MAP_COMMENT } from "./declaration-map.ts";
import type { Declaration, Emitter } from "./emitter.ts";
import { commentText, stringLiteral } from "./escape.ts";
import { type ModuleName, moduleOf } from "./files.ts";
import { addHeader, type EmitOptions } from "./header.ts";
import { type EnvironmentVariable, modelDeclarations } from "./model-declarations.ts";
import { place } from "./model-doc.ts";
import { modelTypes, pythonTypes } from "./model-types.ts";
import { allocateNames } from "./names.ts";

const RUNTIME = "modelwright/run";

/** The text of a module. */
export function bindings(path: ModuleName, plan: ExecutionPlan, options: EmitOptions, emitter: Emitter): string {
  const declarations = moduleOf(path, declare(plan, options));
  const text = addHeader(emitter.print(declarations) + (path === "models.d.ts" ? MAP_COMMENT : ""), plan, options);
  emitter.verify?.(text, declarations);
  return text;
}

/** What the modules declare, all of them together. */
export function declare(plan: ExecutionPlan, options: EmitOptions): readonly Declaration[] {
  const models = plan.models.filter((model) => !model.universal);
  const found = models.map(modelTypes);
  const names = allocateNames(found.map(({ model: { id, name }, uses }) => ({ id, name, uses })));
  const environments = environmentByModel(plan);
  const imported = new Set(["Model"]);
  const perModel = found.flatMap((each) => {
    const { id } = each.model;
    const allocated = names.get(id);
    invariant(allocated, `no names for the model "${id}"`);
    const types = pythonTypes(each, allocated.interfaces, imported);
    return modelDeclarations(each, allocated, types, environments.get(id) ?? []);
  });
  const start = models.length > 0 ? preamble(plan, options, [...imported].sort()) : [];
  return [...start, ...fileTypes(plan, models), ...perModel];
}

function preamble(plan: ExecutionPlan, options: EmitOptions, types: readonly string[]): readonly Declaration[] {
  return [
    { kind: "import", typeOnly: false, names: ["defineModel"], from: RUNTIME },
    { kind: "import", typeOnly: true, names: types, from: RUNTIME },
    {
      kind: "const",
      exported: false,
      name: "definition",
      doc: ["Where the definition is, seen from this file, and which plan this file was made from."],
      value: `{ root: ${stringLiteral(options.root)}, plan: ${stringLiteral(plan.hash)} }`,
    },
  ];
}

function fileTypes(plan: ExecutionPlan, models: readonly PlanModel[]): readonly Declaration[] {
  const universal = plan.models.filter((model) => model.universal);
  const names = models.map((model) => stringLiteral(model.name));
  return [
    {
      kind: "type",
      name: "ModelName",
      doc: [
        "The names of the models.",
        ...universal.map(
          (model) =>
            `${commentText(model.name)} (${place(model.span)}) is not among them: it stands for models of other files.`,
        ),
      ],
      type: names.length > 1 ? names.map((name) => `\n  | ${name}`).join("") : (names[0] ?? "never"),
    },
    { kind: "type", name: "PlanHash", doc: ["The hash of the plan."], type: stringLiteral(plan.hash) },
  ];
}

/** A step's id starts with the id of its model. Each model is told only of its own steps. */
function environmentByModel(plan: ExecutionPlan): ReadonlyMap<string, readonly EnvironmentVariable[]> {
  const byModel = new Map<string, EnvironmentVariable[]>();
  for (const variable of plan.environment) {
    const steps = new Map<string, string[]>();
    for (const step of variable.usedBy) {
      const id = step.split("/", 1)[0] ?? step;
      const own = steps.get(id) ?? [];
      if (!steps.has(id)) steps.set(id, own);
      own.push(step);
    }
    for (const [id, usedBy] of steps) {
      const variables = byModel.get(id) ?? [];
      if (!byModel.has(id)) byModel.set(id, variables);
      variables.push({ ...variable, usedBy });
    }
  }
  return byModel;
}
