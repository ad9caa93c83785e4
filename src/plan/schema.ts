// The zod schema of the plan in `execution-plan.ts`. `grammar/generated/plan.schema.json` is generated from it.
import * as z from "zod";
import { MAX_DIGITS } from "../base/exact-json.ts";
import { VALUE_TYPES } from "../infer/type.ts";
import {
  CLASS_FORMS,
  type ExecutionPlan,
  PLAIN_TYPES,
  PLAN_VERSION,
  type PlanType,
  type PlanValue,
  TENSOR_LIBRARIES,
  UNKNOWN_REASONS,
} from "./execution-plan.ts";

const stepId = z
  .string()
  .meta({ description: "Id of a step: the id of the model, a slash, and the name of the step." });

const planValue: z.ZodType<PlanValue> = z
  .lazy(() =>
    z.union([
      z.strictObject({ literal: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
      z.strictObject({
        number: z
          .string()
          .max(MAX_DIGITS + 1)
          .regex(/^(?:NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?)$/),
      }),
      z.strictObject({ ref: stepId, select: z.string() }),
      z.strictObject({
        env: z.string(),
        default: z.string().optional(),
        unset: z.string().optional(),
        message: z.string().optional(),
      }),
      z.strictObject({ template: z.array(planValue) }),
      z.strictObject({ list: z.array(planValue) }),
      z.strictObject({ map: planMap }),
    ]),
  )
  .meta({
    id: "Value",
    description:
      "Exactly one of: a literal; a number in the spelling of Python, if JSON readers would change it (`1.0`, a whole number beyond 2^53, `Infinity`, `NaN`); the result of a step and the part to select from it; an environment variable (without its value); text joined from parts; a list; a map.",
  });

/** zod ignores a key named `__proto__`, but an input may have that name. */
const planMap = z.preprocess(
  (given, context) => {
    if (typeof given === "object" && given !== null && Object.hasOwn(given, "__proto__")) {
      const value = Reflect.get(given, "__proto__");
      if (!planValue.safeParse(value).success) context.addIssue({ code: "custom", message: "not a value of a plan" });
    }
    return given;
  },
  z.record(
    z.string(),
    z.lazy(() => planValue),
  ),
);

const planType: z.ZodType<PlanType> = z
  .lazy(() =>
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.enum(PLAIN_TYPES) }),
      z.strictObject({
        kind: z.literal("literal"),
        values: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
      }),
      z.strictObject({ kind: z.literal("list"), item: planType }),
      z.strictObject({ kind: z.literal("set"), item: planType }),
      z.strictObject({ kind: z.literal("tuple"), items: z.array(planType), rest: planType.optional() }),
      z.strictObject({ kind: z.literal("map"), value: planType, keys: z.array(z.string()).optional() }),
      z.strictObject({ kind: z.literal("union"), members: z.array(planType) }),
      z.strictObject({
        kind: z.literal("tensor"),
        library: z.enum(TENSOR_LIBRARIES),
        dtype: z.string().optional(),
        dimensions: z.int().min(0).optional(),
      }),
      z.strictObject({ kind: z.literal("value"), name: z.string() }),
      z.strictObject({ kind: z.literal("enum"), name: z.string(), value: planType, passes: z.boolean() }),
      z.strictObject({ kind: z.literal("class"), name: z.string() }),
      z.strictObject({ kind: z.literal("unknown"), reason: z.enum(UNKNOWN_REASONS), text: z.string() }),
    ]),
  )
  .meta({ id: "Type", description: "The type in an annotation of the model's Python." });

const planClass = z
  .strictObject({
    name: z
      .string()
      .meta({ description: "Its name in Python, with a number if there are several classes of that name." }),
    description: z.string().optional(),
    form: z.enum(CLASS_FORMS),
    fields: z.array(
      z.strictObject({
        name: z.string(),
        description: z.string().optional(),
        type: planType,
        optional: z.boolean(),
      }),
    ),
  })
  .meta({ id: "Class", description: "A class that declares its fields. Inherited fields come first." });

const position = z.strictObject({
  line: z.int().min(1),
  column: z.int().min(1),
  offset: z.int().min(0),
});

const span = z.strictObject({ file: z.string(), start: position, end: position }).meta({
  id: "Span",
  description:
    "A place in a file. Lines and columns start at 1, and the end is exclusive. Columns and offsets count UTF-16 code units.",
});

const entrypoint = z.strictObject({ module: z.string(), function: z.string() }).meta({
  id: "Entrypoint",
  description:
    "A Python function: its name and its dotted module, which can be imported from the root of the repository.",
});

/** Text, or a value that contains environment variables. */
const textOrValue = z.union([z.string(), planValue]);

const argument = z
  .strictObject({
    name: textOrValue,
    type: z.enum(VALUE_TYPES),
    annotation: planType.optional(),
    value: planValue,
    span,
  })
  .meta({
    id: "Argument",
    description: "One keyword argument of a call. Each argument refers only to earlier ones.",
  });

const step = z
  .discriminatedUnion("kind", [
    z.strictObject({
      id: stepId,
      kind: z.literal("source"),
      needs: z.array(stepId),
      path: z.string().meta({ description: "The folder of the code, relative to the root of the plan, with `/`." }),
    }),
    z.strictObject({
      id: stepId,
      kind: z.literal("checkout"),
      needs: z.array(stepId),
      url: planValue,
      branch: planValue.optional(),
      commit: planValue.optional(),
      accessToken: planValue.optional(),
    }),
    z.strictObject({
      id: stepId,
      kind: z.literal("fetch"),
      needs: z.array(stepId),
      name: planValue.optional().meta({ description: "The name of the file if it contains environment variables." }),
      url: planValue.meta({ description: "A URL with a scheme, or a path relative to the root of the plan." }),
      upload: z.union([z.boolean(), planValue]),
      credentials: planValue.optional(),
    }),
    z.strictObject({
      id: stepId,
      kind: z.literal("parameter"),
      needs: z.array(stepId),
      name: z
        .string()
        .meta({ description: "What the model must provide for the universal model: the name of a file, or `name`." }),
    }),
    z.strictObject({
      id: stepId,
      kind: z.literal("load"),
      needs: z.array(stepId),
      entrypoint: z.union([entrypoint, planValue]),
      description: z.string().optional().meta({ description: "The first paragraph of the function's docstring." }),
      arguments: z.array(argument),
      output: z.strictObject({ name: textOrValue, type: z.literal("handle") }),
    }),
    z.strictObject({
      id: stepId,
      kind: z.literal("predict"),
      needs: z.array(stepId),
      entrypoint: z.union([entrypoint, planValue]),
      description: z.string().optional(),
      arguments: z.array(argument),
      output: z.strictObject({ name: textOrValue, keys: z.array(textOrValue), item: planType.optional() }),
    }),
  ])
  .meta({ id: "Step" });

const settings = z.record(z.string(), planValue).meta({ description: "Values by their keys, such as `limits.load`." });

const model = z
  .strictObject({
    id: z.string().meta({ description: "A stable id made from the name, unique in the plan: `[a-z0-9_]+`." }),
    name: textOrValue,
    description: z.string().optional(),
    universal: z
      .boolean()
      .meta({ description: "True for the universal model, which is used for every model without its own runtime." }),
    image: z.union([z.string(), planValue]).optional(),
    device: z.union([z.enum(["cpu", "cuda"]), planValue]),
    batch: z.strictObject({
      maxSize: z.union([z.int().min(1), planValue]),
      imageSize: z.array(z.union([z.int(), planValue])).optional(),
    }),
    settings: z
      .strictObject({ load: settings.optional(), predict: settings.optional() })
      .optional()
      .meta({ description: "Settings of Modelwright (`x-modelwright`), for each of the two calls." }),
    span,
    classes: z
      .array(planClass)
      .optional()
      .meta({ description: "The classes that the annotations of the model's Python name." }),
    steps: z.array(step).meta({ description: "In the order of execution." }),
    stages: z
      .array(z.array(stepId))
      .meta({ description: "Ids of steps. The steps of one stage can run at the same time." }),
  })
  .meta({ id: "Model" });

/** The schema with the type that zod infers. A test compares that type with the interfaces. */
export const inferredPlan = z
  .strictObject({
    planVersion: z.literal(PLAN_VERSION),
    generator: z.string(),
    hash: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/)
      .meta({ description: "The hash of the canonical plan without `hash` and `generator`." }),
    sources: z.array(z.strictObject({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
    environment: z.array(z.strictObject({ name: z.string(), required: z.boolean(), usedBy: z.array(stepId) })),
    models: z.array(model),
  })
  .meta({
    title: "Modelwright execution plan",
    description: "Version 1. All paths are relative to the deepest folder that contains all definitions.",
  });

/** The zod schema of the plan. It only validates, so a valid plan is used exactly as it was read. */
export const executionPlan: z.ZodType<ExecutionPlan> = inferredPlan;

export type * from "./execution-plan.ts";
