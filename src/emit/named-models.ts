// The models of a plan with the names that they have in generated modules.
import { invariant } from "../base/invariant.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { formOf, useKey } from "./interfaces.ts";
import { type ModelTypes, modelTypes } from "./model-types.ts";
import { allocateNames, bindingName, type ModelNames } from "./names.ts";
import type { PythonTypes } from "./python-types.ts";

/** A model with the names of its declarations, and its Python types with the names of their interfaces. */
export interface NamedModel {
  readonly found: ModelTypes;
  readonly names: ModelNames;
  readonly types: PythonTypes;
}

/** All models of a plan, in its order. The names are the same in every module that is generated from the plan. */
export function namedModels(plan: ExecutionPlan): readonly NamedModel[] {
  const models = plan.models.map(modelTypes);
  const allocated = allocateNames(models.map(({ model, uses }) => ({ id: model.id, name: bindingName(model), uses })));
  return models.map((found) => {
    const names = allocated.get(found.model.id);
    invariant(names, `no names for the model "${found.model.id}"`);
    return { found, names, types: pythonTypes(found, names.interfaces) };
  });
}

/** The types of a model after its classes have received names. */
function pythonTypes({ classes }: ModelTypes, interfaces: ReadonlyMap<string, string>): PythonTypes {
  return {
    classes,
    interfaceOf: (name, form) => {
      const found = interfaces.get(useKey({ name, form: formOf(classes, name, form) }));
      invariant(found, `the class "${name}" has no interface`);
      return found;
    },
  };
}
