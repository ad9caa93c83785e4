// Makes the modules. Their only values are the models, so that a namespace import is exactly the list of them and a
// bundler keeps only those that are used.
import { invariant } from "../base/invariant.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { contentHash } from "../plan/hash.ts";
import { MAP_COMMENT } from "./declaration-map.ts";
import type { Declaration, Emitter } from "./emitter.ts";
import { commentCode, stringLiteral, textType } from "./escape.ts";
import { type ModuleName, moduleOf } from "./files.ts";
import { addHeader, type EmitOptions } from "./header.ts";
import { runtimeTypes } from "./imports.ts";
import { FROM_PLAN, modelDeclarations } from "./model-declarations.ts";
import { modelTypes, pythonTypes } from "./model-types.ts";
import { allocateNames, bindingName, type ModelNames } from "./names.ts";

const RUNTIME = "modelwright/run";

/** `sha256:` and 16 digits: enough to know one plan from another, and short, because it goes into every bundle. */
const HASH_START = 23;

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
  const origin = originOf(plan, options);
  const perModel = found.flatMap((each) => {
    const allocated = names.get(each.model.id);
    invariant(allocated, `no names for the model "${each.model.id}"`);
    return modelDeclarations(each, allocated, pythonTypes(each, allocated.interfaces), origin);
  });
  return [...preamble(plan, perModel, origin), ...fileTypes(plan, names), ...perModel];
}

/** Where a module and its definition are, and which plan the module was made from: what the runtime wants of each model. */
function originOf(plan: ExecutionPlan, { root, bundled }: EmitOptions): string {
  // Bundlers warn about `import.meta` where they cannot keep it, and a bundled module does not need it.
  const module = bundled === undefined ? "import.meta" : "undefined";
  const load = bundled?.plan === undefined ? "" : `, load: () => import(${stringLiteral(bundled.plan)})`;
  return `${module}, { root: ${stringLiteral(root)}, plan: ${stringLiteral(contentHash(plan).slice(0, HASH_START))}${load} }`;
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
 * A type checker narrows every variable and every import that an initialiser names, through all initialisers above it:
 * its work would grow with the square of the models. It does not narrow a function of the same file; and one that gives
 * `never` fits the type of each model without being looked into, which is a third of its work.
 */
function fromPlan(origin: string): Declaration {
  return {
    kind: "function",
    name: FROM_PLAN,
    doc: ["A model of this file's plan, typed where it is exported; its definition is at `root`, seen from here."],
    parameter: "id",
    types: { parameter: "string", result: "never" },
    result: `defineModel(id, ${origin})`,
  };
}

function fileTypes(plan: ExecutionPlan, names: ReadonlyMap<string, ModelNames>): readonly Declaration[] {
  const universal = plan.models.filter((model) => model.universal);
  const concrete = plan.models.filter((model) => !model.universal);
  // Names that differ in their variables only have the same type.
  const modelNames = [...new Set(concrete.map(({ name }) => textType(name)))];
  return [
    {
      kind: "type",
      name: "ModelName",
      doc: [
        "The names of the models.",
        ...universal.map(
          ({ id, span }) =>
            `The universal model (${commentCode(span.file)}) makes others: \`${names.get(id)?.value}(name)\`.`,
        ),
      ],
      type: modelNames.length > 1 ? modelNames.map((name) => `\n  | ${name}`).join("") : (modelNames[0] ?? "never"),
    },
    {
      kind: "type",
      name: "PlanHash",
      doc: ["The hash of what the plan does: comments and blank lines in the definition do not change it."],
      type: stringLiteral(contentHash(plan)),
    },
  ];
}
