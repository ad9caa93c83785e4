// The zod schemas of the datapoints and predictions of each model: `models.zod.ts`, next to the bindings. Each schema is declared to
// have the type of the bindings, so that a compiler reports a schema that differs from its type.
import type { ExecutionPlan, PlanClass, PlanType } from "../plan/execution-plan.ts";
import type { Declaration } from "./emitter.ts";
import { propertyName, stringLiteral } from "./escape.ts";
import { runtimeTypes } from "./imports.ts";
import { type Use, useKey } from "./interfaces.ts";
import { acceptsFile } from "./model-declarations.ts";
import { title } from "./model-doc.ts";
import { type NamedModel, namedModels } from "./named-models.ts";
import { predictionKey } from "./prediction-keys.ts";
import type { PredictionField } from "./predictions.ts";
import {
  type Form,
  isInternal,
  literalText,
  type PythonTypes,
  partsOf,
  transferable,
  typeText,
} from "./python-types.ts";

/** The module of the bindings, whose types the schemas have. */
const BINDINGS = "./models.js";

/** A field of an object schema: its name, and the text of its schema. */
interface Field {
  readonly name: string;
  readonly schema: string;
  readonly optional: boolean;
  /** Whether the schema refers to another one, which may be declared later. */
  readonly refers: boolean;
}

/** The declarations of the module with the schemas of all models. */
export function declareZod(plan: ExecutionPlan): readonly Declaration[] {
  const schemas = namedModels(plan).flatMap(schemasOf);
  if (schemas.length === 0) return [{ kind: "no-exports" }];
  const runtime = runtimeTypes(schemas.map(({ value }) => ({ kind: "type", name: "", doc: [], type: value })));
  return [
    { kind: "import", typeOnly: false, names: ["z"], from: "zod" },
    ...(runtime.length === 0
      ? []
      : [{ kind: "import", typeOnly: true, names: runtime, from: "modelwright/run" } as const]),
    ...schemas,
  ];
}

type Schema = Extract<Declaration, { kind: "const" }>;

function schemasOf({ found, names, types }: NamedModel): readonly Schema[] {
  const { model, fields, inputs, predict } = found;
  const declare = (name: string, doc: string, value: string): Schema => ({
    kind: "const",
    exported: true,
    name,
    doc: [doc],
    type: `z.ZodType<import(${stringLiteral(BINDINGS)}).${name}>`,
    value,
  });
  const classes = found.uses
    .filter(({ form }) => form !== "raw")
    .map((use) => {
      const name = names.interfaces.get(useKey(use)) ?? "";
      return declare(name, `The fields of the Python class \`${use.name}\`.`, classSchema(types, use));
    });
  const datapoint = inputs === undefined ? [] : [datapointSchema(types, inputs)];
  const { item } = predict.output;
  const prediction =
    fields === undefined
      ? item === undefined
        ? UNKNOWN
        : zodText(types, item, "lists")
      : objectText(fields.map((field) => predictionField(types, field)));
  return [
    ...classes,
    ...datapoint.map((value) => declare(names.datapoint, `One datapoint of ${title(model)}.`, value)),
    declare(names.prediction, `The prediction of ${title(model)} for one datapoint.`, prediction),
  ];
}

function classSchema(types: PythonTypes, { name, form }: Use): string {
  const { fields = [] }: Partial<PlanClass> = types.classes.get(name) ?? {};
  return objectText(
    fields.map(({ name: field, type, optional }) => ({
      name: field,
      schema: zodText(types, type, form),
      optional,
      refers: refersToClass(type),
    })),
  );
}

/** A file, or the values of the inputs, as `Datapoint` of `modelwright/run`. */
function datapointSchema(types: PythonTypes, inputs: PlanType): string {
  const id: Field = { name: "id", schema: "z.string()", optional: true, refers: false };
  const data = objectText([
    id,
    { name: "inputs", schema: zodText(types, inputs, "given"), optional: false, refers: refersToClass(inputs) },
  ]);
  if (!acceptsFile(types, inputs)) return data;
  return `z.union([${objectText([id, { name: "path", schema: "z.string()", optional: false, refers: false }])}, ${data}])`;
}

/** A field of a prediction: what Python declares, or what the definition format says about its key. */
function predictionField(types: PythonTypes, { name, type, optional }: PredictionField): Field {
  const known = predictionKey(name);
  const isKnown = known.type !== "unknown";
  const own = type === undefined || (isKnown && type.kind === "tensor") ? UNKNOWN : zodText(types, type, "lists");
  const isOwn = own !== UNKNOWN || !isKnown;
  return {
    name,
    schema: isOwn ? own : known.zod,
    optional,
    refers: isOwn && type !== undefined && refersToClass(type),
  };
}

const UNKNOWN = "z.unknown()";

/** The schema of a Python type, which accepts the values of its TypeScript type (`typeText`). */
function zodText(types: PythonTypes, type: PlanType, form: Form): string {
  const inner = (of: PlanType): string => zodText(types, of, form);
  if (isInternal(types, type, form)) return UNKNOWN;
  switch (type.kind) {
    case "text":
    case "path":
    case "value":
      return "z.string()";
    case "integer":
    case "number":
      return "z.number()";
    case "boolean":
      return "z.boolean()";
    case "null":
      return "z.null()";
    case "literal":
      return unionText(
        type.values.map((value) =>
          literalText(value) === "number" ? "z.number()" : `z.literal(${literalText(value)})`,
        ),
      );
    case "list":
      return `z.array(${inner(type.item)})`;
    case "tuple":
      return `z.tuple([${type.items.map(inner).join(", ")}]${type.rest === undefined ? "" : `, ${inner(type.rest)}`})`;
    case "map":
      return mapText(type.keys, inner(type.value));
    case "enum":
      return inner(type.value);
    case "union":
      return unionText(transferable(types, type.members, form).map(inner));
    case "tensor":
      return tensorText(types, type, form);
    case "class":
      return types.interfaceOf(type.name, form);
    case "bytes":
    case "set":
    case "unknown":
      return UNKNOWN;
  }
}

/** A map, with only some of the keys that it may have. */
function mapText(keys: readonly string[] | undefined, value: string): string {
  if (keys === undefined) return `z.record(z.string(), ${value})`;
  if (keys.length === 0) return `z.record(z.never(), ${value})`;
  return `z.partialRecord(z.enum([${keys.map(stringLiteral).join(", ")}]), ${value})`;
}

/** Lists of a known depth. Other arrays are only declared: their elements are not looked at. */
function tensorText(types: PythonTypes, type: Extract<PlanType, { kind: "tensor" }>, form: Form): string {
  const text = typeText(types, type, form);
  const element = /^(?:readonly \(?)*(number|boolean)\)?(?:\[\]\)?)*$/.exec(text)?.[1];
  if (element === undefined || form === "given") return text === "unknown" ? UNKNOWN : `z.custom<${text}>()`;
  let schema = `z.${element}()`;
  for (let left = type.dimensions ?? 0; left > 0; left--) schema = `z.array(${schema})`;
  return schema;
}

function unionText(schemas: readonly string[]): string {
  const unique = [...new Set(schemas)];
  if (unique.includes(UNKNOWN) || unique.length === 0) return UNKNOWN;
  return unique.length === 1 ? (unique[0] ?? UNKNOWN) : `z.union([${unique.join(", ")}])`;
}

/** An object that may have further keys, as a prediction may. Schemas that are declared later are read when they are needed. */
function objectText(fields: readonly Field[]): string {
  const lines = fields.map(({ name, schema, optional, refers }) => {
    const value = optional ? `${schema}.optional()` : schema;
    // In an object, `__proto__: …` is not a property.
    const key = name === "__proto__" ? `["__proto__"]` : propertyName(name);
    return refers ? `\n  get ${key}() {\n    return ${value};\n  },` : `\n  ${key}: ${value},`;
  });
  return lines.length === 0 ? "z.looseObject({})" : `z.looseObject({${lines.join("")}\n})`;
}

function refersToClass(type: PlanType): boolean {
  return type.kind === "class" || partsOf(type).some(refersToClass);
}
