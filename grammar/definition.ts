// The shape of a definition file: every key there is, which ones are required, and what each may hold. It knows no
// meaning. The parser walks this shape, the JSON Schema for editors is generated from it, and a key exists nowhere else.
import * as z from "zod";

/** How a scalar is to be read where plain zod types cannot say it. */
export interface LeafOptions {
  /** A number or boolean is taken by its spelling, with a warning: people write `name: 1` and mean a name. */
  readonly spelling?: boolean;
  /** It may hold several lines. */
  readonly lines?: boolean;
}

const leafOptions = new WeakMap<z.ZodType, LeafOptions>();

/** What was said about a leaf beside its type. */
export function optionsOf(schema: z.ZodType): LeafOptions {
  return leafOptions.get(schema) ?? {};
}

/** Text; any scalar may hold expressions. */
const text = (description: string) => z.string().meta({ description });

/** Text that means nothing when it is empty. */
const filledText = (description: string) => z.string().min(1).meta({ description });

/** Text that people often write without quotes although YAML reads it as a number. */
const label = (description: string) => spelled(z.string().meta({ description }));

/** Such text that means nothing when it is empty. */
const filledLabel = (description: string) => spelled(z.string().min(1).meta({ description }));

function spelled(schema: z.ZodString): z.ZodString {
  leafOptions.set(schema, { spelling: true });
  return schema;
}

/** Prose, of as many lines as it takes. */
function prose(description: string): z.ZodString {
  const schema = z.string().meta({ description });
  leafOptions.set(schema, { spelling: true, lines: true });
  return schema;
}

/** The alternative of a union that any scalar with an expression fits. */
export const expression = z.string().regex(/\$/).meta({ description: "An expression." });

/** A number, boolean or fixed word; an environment expression may stand in for it. */
const orExpression = <T extends z.ZodType>(schema: T, description: string) =>
  z.union([schema, expression]).meta({ description });

const value = (description: string) => z.unknown().meta({ description });

const input = z.strictObject({
  name: text("The name of the Python parameter."),
  value: value("Any YAML value; expressions in it are resolved, in lists and maps too."),
});

const load = z
  .strictObject({
    entrypoint: text("`module:function`, relative to the root of the repository."),
    inputs: z.array(input).optional().meta({ description: "The keyword arguments, in order." }),
    output: z
      .strictObject({ name: text("The name under which `predict` refers to the loaded model.") })
      .meta({ description: "What load returns." }),
  })
  .meta({ description: "The function that loads the model. It is called once." });

const predict = z
  .strictObject({
    entrypoint: text("`module:function`, relative to the root of the repository."),
    inputs: z.array(input).optional().meta({ description: "The keyword arguments, in order." }),
    output: z
      .strictObject({
        name: text("The name of the predictions."),
        keys: z.array(label("A key.")).optional().meta({ description: "The keys that every prediction carries." }),
      })
      .meta({ description: "What predict returns for each datapoint." }),
  })
  .meta({ description: "The function that predicts a batch of datapoints." });

const runtime = z
  .strictObject({
    image: filledText("The Docker image.").optional(),
    device: orExpression(z.enum(["cpu", "gpu", "cuda"]), "Where the model runs; `cpu` when absent.").optional(),
    batch: z
      .strictObject({
        max_size: orExpression(z.int().min(1), "The largest number of datapoints a call, 1 when absent.").optional(),
        image_size: z
          .array(orExpression(z.int().min(1), "Pixels."))
          .length(2)
          .optional()
          .meta({ description: "Width and height to which images are resized." }),
      })
      .optional()
      .meta({ description: "How datapoints are put together; without it each is predicted alone." }),
    load,
    predict,
  })
  .meta({ description: "How the model is loaded and how it predicts." });

const repository = z
  .strictObject({
    url: text("An http(s) address of a git repository, or a folder beside this file.").optional(),
    branch: filledLabel("The branch to check out.").optional(),
    hash: filledLabel("The commit to check out.").optional(),
    access_token: filledLabel("A token; write it as an environment variable.").optional(),
  })
  .meta({ description: "Where the code is; absent or empty: beside this file." });

const file = z.strictObject({
  name: label("How the runtime refers to the file."),
  url: text("A path beside this file, or an address."),
  upload: orExpression(z.boolean(), "Whether the file is uploaded; true for a path, false for an address.").optional(),
  credentials: filledLabel("`user:password` or a token; write it as an environment variable.").optional(),
});

const model = z.strictObject({
  name: label("Unique in this file. `${model.name}` is the entry for every model without a runtime of its own."),
  description: prose("Free text.").optional(),
  version: z.union([z.string(), z.number()]).optional().meta({ description: "Informational." }),
  repository: repository.optional(),
  files: z.array(file).optional().meta({ description: "Weights, configurations: what the code needs beside itself." }),
  runtime: runtime.optional(),
});

const project = z.strictObject({
  name: label("The project that the rest belongs to."),
  description: prose("Free text.").optional(),
  problem_type: orExpression(
    z.enum([
      "Classification",
      "ObjectDetection",
      "SemanticSegmentation",
      "InstanceSegmentation",
      "ImageRegression",
      "Keypoints",
      "OutputImage",
      "Custom",
    ]),
    "What the models predict; `Custom` when absent.",
  ).optional(),
  private: orExpression(z.boolean(), "Whether only its members see it.").optional(),
});

const dataset = z.strictObject({
  name: label("Unique in this file."),
  format: orExpression(
    z.enum(["COCO", "ImageRegression", "ImageNet", "tfrecord", "Custom"]),
    "How the data is laid out.",
  ),
  stage: orExpression(z.enum(["train", "validation", "test"]), "What the data is for."),
  data_url: text("A path beside this file, or an address.").optional(),
  annotations_url: text("A path beside this file, or an address.").optional(),
  credentials: filledLabel("`user:password` or a token; write it as an environment variable.").optional(),
  upload: orExpression(z.boolean(), "Whether the data is uploaded.").optional(),
  num_datapoints: orExpression(z.int().min(1), "How many datapoints are used; all when absent.").optional(),
  mask_generation: orExpression(z.enum(["Simple", "Advanced"]), "How masks are made from boxes.").optional(),
  min_asset_area: orExpression(z.int().min(0), "Smaller objects are left out; 15 when absent.").optional(),
});

const axis = z.strictObject({
  name: filledLabel("The parameter of the operator."),
  type: filledLabel("`float`, `int`, `bool`, `str`, `list`, or the name of a class."),
  range: z.array(value("A bound.")).length(2).optional().meta({ description: "The lowest and the highest value." }),
  choices: z.array(value("A value.")).optional().meta({ description: "The values to choose from." }),
  fixed: orExpression(z.boolean(), "Whether the value stays the same.").optional(),
  value: value("The value when it is fixed.").optional(),
});

const coordinate = (direction: string) => z.number().meta({ description: `From ${direction}.` });

const transformation = z.strictObject({
  name: filledLabel("Unique in its domain."),
  operator: filledLabel("The class of the operator."),
  axes: z.array(axis).optional().meta({ description: "The parameters that vary." }),
  inputs: z
    .array(
      z.strictObject({
        type: filledLabel("What comes in."),
        output_from: z
          .strictObject({
            transformation: filledLabel("A transformation of this domain."),
            index: z.int().min(0).optional().meta({ description: "Which one, from 0." }),
          })
          .optional()
          .meta({ description: "Which output it comes from." }),
      }),
    )
    .optional()
    .meta({ description: "What the operator takes." }),
  outputs: z
    .array(
      z.strictObject({
        type: filledLabel("What goes out."),
        input_to: z
          .array(
            z.strictObject({
              transformation: filledLabel("A transformation of this domain."),
              index: z.int().min(0).optional().meta({ description: "Which one, from 0." }),
            }),
          )
          .optional()
          .meta({ description: "Which inputs it goes to." }),
      }),
    )
    .optional()
    .meta({ description: "What the operator gives." }),
  position: z
    .strictObject({ x: coordinate("left to right"), y: coordinate("top to bottom") })
    .optional()
    .meta({ description: "Where an editor draws it." }),
});

const domain = z.union([
  z.strictObject({ file: filledText("A file whose key `domain` holds the domain.") }),
  z.strictObject({
    name: label("Unique in this file."),
    transformations: z.array(transformation).meta({ description: "The graph from `ChooseImage` to `EvaluateSample`." }),
    graph: value("How an editor shows the domain.").optional(),
  }),
]);

const stressTest = z.strictObject({
  name: label("Unique in this file."),
  model: filledLabel("The name of a model."),
  domain: filledLabel("The name of a domain."),
  dataset: filledLabel("The name of a dataset."),
  num_samples: orExpression(z.int().min(1), "25 when absent.").optional(),
  num_runs: orExpression(z.int().min(1), "40 when absent.").optional(),
  concurrent_runs: orExpression(z.int().min(1), "4 when absent.").optional(),
});

const baseline = z.strictObject({
  name: label("Unique in this file."),
  model: filledLabel("The name of a model."),
  dataset: filledLabel("The name of a dataset."),
});

/** The whole definition file. Keys that begin with `x-` are free at the top level. */
export const definition = z
  .strictObject({
    project: project.optional().meta({ description: "The project that the rest belongs to." }),
    models: z.array(model).optional().meta({ description: "Where the code is, which files it needs, how to run it." }),
    datasets: z.array(dataset).optional().meta({ description: "The data that models are trained and tested on." }),
    domains: z.array(domain).optional().meta({ description: "The variations of data that models have to bear." }),
    tests: z.array(stressTest).optional().meta({ description: "Stress tests of a model in a domain." }),
    baselines: z.array(baseline).optional().meta({ description: "Runs of a model over a dataset as it is." }),
  })
  .meta({ title: "Model definition", description: "Models, datasets, domains, tests and baselines of one project." });
