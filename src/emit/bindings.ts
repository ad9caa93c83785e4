// Makes the modules. Their only values are the models, so that a namespace import is exactly the list of them and a
// bundler keeps only those that are used.
import { invariant } from "../base/invariant.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { MAP_COMMENT } from "./declaration-map.ts";
import type { Declaration, Emitter } from "./emitter.ts";
import { stringLiteral } from "./escape.ts";
import { type ModuleName, moduleOf } from "./files.ts";
import { addHeader, type EmitOptions } from "./header.ts";
import { modelDeclarations } from "./model-declarations.ts";
import { place } from "./model-doc.ts";
import { modelTypes, pythonTypes } from "./model-types.ts";
import { allocateNames, bindingName, type ModelNames } from "./names.ts";

const RUNTIME = "modelwright/run";

/** The text of a module, of what `declare` says. */
export function bindings(
  path: ModuleName,
  declared: readonly Declaration[],
  plan: ExecutionPlan,
  options: EmitOptions,
  emitter: Emitter,
): string {
  const declarations = moduleOf(path, declared);
  const text = addHeader(emitter.print(declarations) + (path === "models.d.ts" ? MAP_COMMENT : ""), plan, options);
  emitter.verify?.(text, declarations);
  return text;
}

/** What the modules declare, all of them together. */
export function declare(plan: ExecutionPlan, options: EmitOptions): readonly Declaration[] {
  const found = plan.models.map(modelTypes);
  const names = allocateNames(found.map(({ model, uses }) => ({ id: model.id, name: bindingName(model), uses })));
  const used: Used = { values: new Set(), types: new Set() };
  const perModel = found.flatMap((each) => {
    const allocated = names.get(each.model.id);
    invariant(allocated, `no names for the model "${each.model.id}"`);
    used.values.add(each.model.universal ? "defineUniversalModel" : "defineModel");
    used.types.add(each.model.universal ? "UniversalModel" : "Model");
    return modelDeclarations(each, allocated, pythonTypes(each, allocated.interfaces, used.types), options);
  });
  const start = found.length > 0 ? preamble(plan, options, used) : [];
  return [...start, ...fileTypes(plan, names), ...perModel];
}

/** What the module uses of the runtime. */
interface Used {
  readonly values: Set<string>;
  readonly types: Set<string>;
}

function preamble(plan: ExecutionPlan, options: EmitOptions, used: Used): readonly Declaration[] {
  const module = options.bundled?.plan;
  const load = module === undefined ? "" : `, load: () => import(${stringLiteral(module)})`;
  return [
    { kind: "import", typeOnly: false, names: [...used.values].sort(), from: RUNTIME },
    { kind: "import", typeOnly: true, names: [...used.types].sort(), from: RUNTIME },
    {
      kind: "const",
      exported: false,
      name: "definition",
      doc: ["Where the definition is, seen from this file, and which plan this file was made from."],
      value: `{ root: ${stringLiteral(options.root)}, plan: ${stringLiteral(plan.hash)}${load} }`,
    },
  ];
}

function fileTypes(plan: ExecutionPlan, names: ReadonlyMap<string, ModelNames>): readonly Declaration[] {
  const universal = plan.models.filter((model) => model.universal);
  const modelNames = plan.models.filter((model) => !model.universal).map(({ name }) => stringLiteral(name));
  return [
    {
      kind: "type",
      name: "ModelName",
      doc: [
        "The names of the models.",
        ...universal.map(
          ({ id, span }) => `The universal model (${place(span)}) makes others: \`${names.get(id)?.value}(name)\`.`,
        ),
      ],
      type: modelNames.length > 1 ? modelNames.map((name) => `\n  | ${name}`).join("") : (modelNames[0] ?? "never"),
    },
    { kind: "type", name: "PlanHash", doc: ["The hash of the plan."], type: stringLiteral(plan.hash) },
  ];
}
