// The shape of a definition file: every key, whether it is required, and what it may contain. No semantics. The parser
// walks this shape and the editors' JSON Schema is generated from it; keys are declared nowhere else.
import {
  type AnyShape,
  type BooleanShape,
  type ChoiceShape,
  choice,
  describeAs,
  integer,
  list,
  map,
  type NumberShape,
  optional,
  type Shape,
  type TextShape,
  words,
} from "./shape.ts";

/** Text. Any scalar may contain expressions. */
const text = (description: string): TextShape => ({ kind: "text", description });

/** Text that must not be empty. */
const nonEmptyText = (description: string): TextShape => ({ kind: "text", isNonEmpty: true, description });

/** Text that is often written unquoted although YAML reads it as a number. */
const label = (description: string): TextShape => ({ kind: "text", spelling: true, description });

/** A label that must not be empty. */
const nonEmptyLabel = (description: string): TextShape => ({
  kind: "text",
  isNonEmpty: true,
  spelling: true,
  description,
});

/** Prose of one or more lines. */
const prose = (description: string): TextShape => ({ kind: "text", spelling: true, lines: true, description });

/** The fixed words of the format, by key. */
export const WORDS = {
  problem_type: [
    "Classification",
    "ObjectDetection",
    "SemanticSegmentation",
    "InstanceSegmentation",
    "ImageRegression",
    "Keypoints",
    "OutputImage",
    "Custom",
  ],
  format: ["COCO", "ImageRegression", "ImageNet", "tfrecord", "Custom"],
  stage: ["train", "validation", "test"],
  mask_generation: ["Simple", "Advanced"],
  device: ["cpu", "gpu", "cuda"],
} as const;

const boolean: BooleanShape = { kind: "boolean" };

const upload: BooleanShape = { kind: "boolean", mayDefaultToTrue: true };

/** The alternative of a choice that accepts any scalar with an expression. */
export const expression: TextShape = { kind: "text", pattern: /\$/, description: "An expression." };

/** A number, boolean or fixed word, or an expression that evaluates to one. */
const orExpression = <S extends Shape>(shape: S, description: string): ChoiceShape<readonly [S, TextShape]> =>
  describeAs(choice([shape, expression]), description);

const value = (description: string): AnyShape => ({ kind: "any", description });

const input = map({
  name: text("The name of the Python parameter."),
  value: value("Any YAML value; expressions in it are resolved, in lists and maps too."),
});

const load = describeAs(
  map({
    entrypoint: text("`module:function`, relative to the root of the repository."),
    inputs: describeAs(optional(list(input)), "The keyword arguments, in order."),
    output: describeAs(
      map({ name: text("The name under which `predict` refers to the loaded model.") }),
      "What load returns.",
    ),
  }),
  "The function that loads the model. It is called once.",
);

const predict = describeAs(
  map({
    entrypoint: text("`module:function`, relative to the root of the repository."),
    inputs: describeAs(optional(list(input)), "The keyword arguments, in order."),
    output: describeAs(
      map({
        name: text("The name of the predictions."),
        keys: describeAs(optional(list(label("A key."))), "The keys that every prediction carries."),
      }),
      "What predict returns for each datapoint.",
    ),
  }),
  "The function that predicts a batch of datapoints.",
);

const runtime = describeAs(
  map({
    image: optional(nonEmptyText("The Docker image.")),
    device: optional(orExpression(words(...WORDS.device), "Where the model runs; `cpu` when absent.")),
    batch: describeAs(
      optional(
        map({
          max_size: optional(orExpression(integer(1), "The largest number of datapoints a call, 1 when absent.")),
          image_size: describeAs(
            optional(list(orExpression(integer(1), "Pixels."), 2)),
            "Width and height to which images are resized.",
          ),
        }),
      ),
      "How datapoints are put together; without it each is predicted alone.",
    ),
    load,
    predict,
  }),
  "How the model is loaded and how it predicts.",
);

const repository = describeAs(
  map({
    url: optional(text("An http(s) address of a git repository, or a folder beside this file.")),
    branch: optional(nonEmptyLabel("The branch to check out.")),
    hash: optional(nonEmptyLabel("The commit to check out.")),
    access_token: optional(nonEmptyLabel("A token; write it as an environment variable.")),
  }),
  "Where the code is; absent or empty: beside this file.",
);

const file = map({
  name: label("How the runtime refers to the file."),
  url: text("A path beside this file, or an address."),
  upload: optional(orExpression(upload, "Whether the file is uploaded; true for a path, false for an address.")),
  credentials: optional(nonEmptyLabel("`user:password` or a token; write it as an environment variable.")),
});

const model = map({
  name: label("Unique in this file. `${model.name}` is the entry for every model without a runtime of its own."),
  description: optional(prose("Free text.")),
  version: describeAs(
    optional(choice([{ kind: "text" } as const, { kind: "number", isInteger: false } as const])),
    "Informational.",
  ),
  repository: optional(repository),
  files: describeAs(optional(list(file)), "Weights, configurations: what the code needs beside itself."),
  runtime: optional(runtime),
});

const project = map({
  name: label("The project that the rest belongs to."),
  description: optional(prose("Free text.")),
  problem_type: optional(orExpression(words(...WORDS.problem_type), "What the models predict; `Custom` when absent.")),
  private: optional(orExpression(boolean, "Whether only its members see it.")),
});

const dataset = map({
  name: label("Unique in this file."),
  format: orExpression(words(...WORDS.format), "How the data is laid out."),
  stage: orExpression(words(...WORDS.stage), "What the data is for."),
  data_url: optional(text("A path beside this file, or an address.")),
  annotations_url: optional(text("A path beside this file, or an address.")),
  credentials: optional(nonEmptyLabel("`user:password` or a token; write it as an environment variable.")),
  upload: optional(orExpression(upload, "Whether the data is uploaded.")),
  num_datapoints: optional(orExpression(integer(1), "How many datapoints are used; all when absent.")),
  mask_generation: optional(orExpression(words(...WORDS.mask_generation), "How masks are made from boxes.")),
  min_asset_area: optional(orExpression(integer(0), "Smaller objects are left out; 15 when absent.")),
});

const axis = map({
  name: nonEmptyLabel("The parameter of the operator."),
  type: nonEmptyLabel("`float`, `int`, `bool`, `str`, `list`, or the name of a class."),
  range: describeAs(
    optional({ ...list(value("A bound."), 2), mayBeEmpty: true }),
    "The lowest and the highest value; an empty list counts as absent.",
  ),
  choices: describeAs(optional(list(value("A value."))), "The values to choose from; an empty list counts as absent."),
  fixed: optional(orExpression(boolean, "Whether the value stays the same.")),
  value: optional(value("The value when it is fixed; beside an axis that varies it has no effect.")),
});

const number: NumberShape = { kind: "number", isInteger: false };

const coordinate = (direction: string): ChoiceShape<readonly [NumberShape, TextShape]> =>
  orExpression(number, `From ${direction}.`);

const transformation = map({
  name: nonEmptyLabel("Unique in its domain."),
  operator: nonEmptyLabel("The class of the operator."),
  axes: describeAs(optional(list(axis)), "The parameters that vary."),
  inputs: describeAs(
    optional(
      list(
        map({
          type: nonEmptyLabel("What comes in."),
          output_from: describeAs(
            optional(
              map({
                transformation: nonEmptyLabel("A transformation of this domain."),
                index: optional(orExpression(integer(0), "Which one, from 0.")),
              }),
            ),
            "Which output it comes from.",
          ),
        }),
      ),
    ),
    "What the operator takes.",
  ),
  outputs: describeAs(
    optional(
      list(
        map({
          type: nonEmptyLabel("What goes out."),
          input_to: describeAs(
            optional(
              list(
                map({
                  transformation: nonEmptyLabel("A transformation of this domain."),
                  index: optional(orExpression(integer(0), "Which one, from 0.")),
                }),
              ),
            ),
            "Which inputs it goes to.",
          ),
        }),
      ),
    ),
    "What the operator gives.",
  ),
  position: describeAs(
    optional(map({ x: coordinate("left to right"), y: coordinate("top to bottom") })),
    "Where an editor draws it.",
  ),
});

const domain = choice([
  map({ file: nonEmptyText("A file whose key `domain` holds the domain.") }),
  map({
    name: label("Unique in this file."),
    transformations: describeAs(list(transformation), "The graph from `ChooseImage` to `EvaluateSample`."),
    graph: optional(value("How an editor shows the domain.")),
  }),
]);

const stressTest = map({
  name: label("Unique in this file."),
  model: nonEmptyLabel("The name of a model."),
  domain: nonEmptyLabel("The name of a domain."),
  dataset: nonEmptyLabel("The name of a dataset."),
  num_samples: optional(orExpression(integer(1), "25 when absent.")),
  num_runs: optional(orExpression(integer(1), "40 when absent.")),
  concurrent_runs: optional(orExpression(integer(1), "4 when absent.")),
});

const baseline = map({
  name: label("Unique in this file."),
  model: nonEmptyLabel("The name of a model."),
  dataset: nonEmptyLabel("The name of a dataset."),
});

/** The entire definition file. Keys that start with `x-` are ignored at the top level. */
export const definition = describeAs(
  map({
    project: describeAs(optional(project), "The project that the rest belongs to."),
    models: describeAs(optional(list(model)), "Where the code is, which files it needs, how to run it."),
    datasets: describeAs(optional(list(dataset)), "The data that models are trained and tested on."),
    domains: describeAs(optional(list(domain)), "The variations of data that models have to bear."),
    tests: describeAs(optional(list(stressTest)), "Stress tests of a model in a domain."),
    baselines: describeAs(optional(list(baseline)), "Runs of a model over a dataset as it is."),
  }),
  "Models, datasets, domains, tests and baselines of one project.",
  "Model definition",
);
