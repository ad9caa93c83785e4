// Generates the modules. They export the models and no other values, so that a namespace import is exactly the list of
// models and bundlers can drop unused models.
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { contentHash } from "../plan/hash.ts";
import { MAP_COMMENT } from "./declaration-map.ts";
import type { Declaration, Emitter } from "./emitter.ts";
import { commentCode, stringLiteral, textType } from "./escape.ts";
import { type ModuleName, moduleOf } from "./files.ts";
import { addHeader, type EmitOptions } from "./header.ts";
import { runtimeTypes } from "./imports.ts";
import { FROM_PLAN, modelDeclarations } from "./model-declarations.ts";
import { type NamedModel, namedModels } from "./named-models.ts";

const RUNTIME = "modelwright/run";

/** `sha256:` and 16 digits: enough to distinguish plans, and short, because it is part of every bundle. */
const HASH_START = 23;

/** The text of a module with the declarations from `declare`. */
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

/** The declarations of all modules of a target. */
export function declare(plan: ExecutionPlan, options: EmitOptions): readonly Declaration[] {
  const models = namedModels(plan);
  const origin = originOf(plan, options);
  const perModel = models.flatMap(({ found, names, types }) => modelDeclarations(found, names, types, origin));
  return [...preamble(plan, perModel, origin), ...fileTypes(plan, models), ...perModel];
}

/** The start of the hash of a plan, which a module contains. */
export function planStart(plan: ExecutionPlan): string {
  return contentHash(plan).slice(0, HASH_START);
}

/** The location of the module and its definition, and the hash of its plan. The runtime needs them for each model. */
function originOf(plan: ExecutionPlan, { root, bundled }: EmitOptions): string {
  // Some bundlers warn about `import.meta` because they cannot preserve it, and a bundled module does not need it.
  const module = bundled === undefined ? "import.meta" : "undefined";
  const load = bundled?.plan === undefined ? "" : `, load: () => import(${stringLiteral(bundled.plan)})`;
  return `${module}, { root: ${stringLiteral(root)}, plan: ${stringLiteral(planStart(plan))}${load} }`;
}

function preamble(
  { models }: ExecutionPlan,
  declarations: readonly Declaration[],
  origin: string,
): readonly Declaration[] {
  if (models.length === 0) return [];
  const values = new Set(models.map(({ universal }) => (universal ? "defineUniversalModel" : "defineModel")));
  return [
    { kind: "import", typeOnly: false, names: [...values].sort(), from: RUNTIME },
    { kind: "import", typeOnly: true, names: runtimeTypes(declarations), from: RUNTIME },
    ...(values.has("defineModel") ? [fromPlan(origin)] : []),
  ];
}

/**
 * A type checker narrows each variable and import that an initializer uses through all initializers above it, so the
 * cost grows quadratically with the number of models. It does not narrow a function of the same file. A function that
 * returns `never` is assignable to the type of every model without a structural comparison, which saves two thirds of
 * the work.
 */
function fromPlan(origin: string): Declaration {
  return {
    kind: "function",
    name: FROM_PLAN,
    doc: ["Returns a model of the plan, typed at its export. `root` is the path to the definition's folder."],
    parameter: "id",
    types: { parameter: "string", result: "never" },
    result: `defineModel(id, ${origin})`,
  };
}

function fileTypes(plan: ExecutionPlan, models: readonly NamedModel[]): readonly Declaration[] {
  const universal = models.filter(({ found }) => found.model.universal);
  const concrete = plan.models.filter((model) => !model.universal);
  // Names that differ only in their variables have the same type.
  const modelNames = [...new Set(concrete.map(({ name }) => textType(name)))];
  return [
    {
      kind: "type",
      name: "ModelName",
      doc: [
        "The names of the models.",
        ...universal.map(
          ({ found, names }) =>
            `The universal model (${commentCode(found.model.span.file)}) creates others: \`${names.value}(name)\`.`,
        ),
      ],
      type: modelNames.length > 1 ? modelNames.map((name) => `\n  | ${name}`).join("") : (modelNames[0] ?? "never"),
    },
    {
      kind: "type",
      name: "PlanHash",
      doc: ["A hash of the plan. Comments and blank lines in the definition do not affect it."],
      type: stringLiteral(contentHash(plan)),
    },
  ];
}
