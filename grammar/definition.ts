// The shape of a definition file: every key there is, which ones are required, and what each may hold. It knows no
// meaning. The parser walks this shape, the JSON Schema for editors is generated from it, and a key exists nowhere else.
import {
  type AnyShape,
  type BooleanShape,
  type ChoiceShape,
  choice,
  describeAs,
  list,
  map,
  type NumberShape,
  optional,
  type Shape,
  type TextShape,
  usedFor,
  whole,
  words,
} from "./shape.ts";

/** Text; any scalar may hold expressions. */
const text = (description: string): TextShape => ({ kind: "text", description });

/** Text that means nothing when it is empty. */
const filledText = (description: string): TextShape => ({ kind: "text", isFilled: true, description });

/** Text that people often write without quotes although YAML reads it as a number. */
const label = (description: string): TextShape => ({ kind: "text", spelling: true, description });

/** Such text that means nothing when it is empty. */
const filledLabel = (description: string): TextShape => ({ kind: "text", isFilled: true, spelling: true, description });

/** Prose, of as many lines as it takes. */
const prose = (description: string): TextShape => ({ kind: "text", spelling: true, lines: true, description });

/** The name of something that expressions refer to. */
const named = <S extends TextShape>(shape: S): S => ({ ...shape, isName: true });

const credential = (description: string): TextShape => ({ ...filledLabel(description), isCredential: true });

const variableName = (description: string): TextShape => ({
  ...{ kind: "text", isVariableName: true, description },
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
});

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

/** The alternative of a union that any scalar with an expression fits. */
export const expression: TextShape = { kind: "text", pattern: /\$/, description: "An expression." };

/** A number, boolean or fixed word; an environment expression may stand in for it. */
const orExpression = <S extends Shape>(shape: S, description: string): ChoiceShape<readonly [S, TextShape]> =>
  describeAs(choice([shape, expression]), description);

const value = (description: string): AnyShape => ({ kind: "any", description });

const input = map({
  name: named(text("The name of the Python parameter.")),
  value: usedFor(value("Any YAML value; expressions in it are resolved, in lists and maps too."), { sees: "call" }),
});

const load = describeAs(
  map({
    entrypoint: text("`module:function`, relative to the root of the repository."),
    inputs: describeAs(optional(list(input)), "The keyword arguments, in order."),
    output: describeAs(
      map({ name: named(text("The name under which `predict` refers to the loaded model.")) }),
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
        name: named(text("The name of the predictions.")),
        keys: describeAs(optional(list(named(label("A key.")))), "The keys that every prediction carries."),
      }),
      "What predict returns for each datapoint.",
    ),
  }),
  "The function that predicts a batch of datapoints.",
);

const runtime = describeAs(
  map({
    image: optional(filledText("The Docker image.")),
    device: usedFor(optional(orExpression(words(...WORDS.device), "Where the model runs; `cpu` when absent.")), {
      readBy: "device",
    }),
    batch: describeAs(
      optional(
        usedFor(
          map({
            max_size: optional(orExpression(whole(1), "The largest number of datapoints a call, 1 when absent.")),
            image_size: describeAs(
              optional(list(orExpression(whole(1), "Pixels."), 2)),
              "Width and height to which images are resized.",
            ),
          }),
          { readBy: "predict" },
        ),
      ),
      "How datapoints are put together; without it each is predicted alone.",
    ),
    load: usedFor(load, { readBy: "load" }),
    predict: usedFor(predict, { readBy: "predict" }),
  }),
  "How the model is loaded and how it predicts.",
);

const repository = describeAs(
  map({
    url: optional(text("An http(s) address of a git repository, or a folder beside this file.")),
    branch: optional(filledLabel("The branch to check out.")),
    hash: optional(filledLabel("The commit to check out.")),
    access_token: optional(credential("A token; write it as an environment variable.")),
  }),
  "Where the code is; absent or empty: beside this file.",
);

const file = map({
  name: named(label("How the runtime refers to the file.")),
  url: text("A path beside this file, or an address."),
  upload: optional(orExpression(upload, "Whether the file is uploaded; true for a path, false for an address.")),
  credentials: optional(credential("`user:password` or a token; write it as an environment variable.")),
});

/** The key under which a definition holds settings of Modelwright itself; the platform ignores it. */
export const SETTINGS_KEY = "x-modelwright";

const seconds = (description: string): ChoiceShape<readonly [NumberShape, TextShape]> =>
  orExpression({ kind: "number", isWhole: false, least: 0.001 }, `${description}, in seconds; 300 when absent.`);

const settings = map({
  limits: describeAs(
    optional(
      map({
        import: optional(seconds("How long Python may take to start and import the code")),
        load: optional(seconds("How long `load` may take")),
        batch: usedFor(optional(seconds("How long `predict` may take for a batch")), { readBy: "predict" }),
      }),
    ),
    "Time limits.",
  ),
  python: optional(
    filledText("The Python interpreter: a program on the `PATH`, or a path from the folder of this file."),
  ),
  passEnv: describeAs(
    optional(list(variableName("The name of a variable."))),
    "Environment variables that the process of the model gets in addition to those in expressions.",
  ),
});

export const modelShape = usedFor(
  map({
    name: usedFor(
      label("Unique in this file. `${model.name}` is the entry for every model without a runtime of its own."),
      { readBy: "name" },
    ),
    description: optional(prose("Free text.")),
    version: describeAs(
      optional(choice([{ kind: "text" } as const, { kind: "number", isWhole: false } as const])),
      "Informational.",
    ),
    repository: usedFor(optional(repository), { readBy: "repository" }),
    files: usedFor(describeAs(optional(list(file)), "Weights, configurations: what the code needs beside itself."), {
      readBy: "file",
    }),
    runtime: usedFor(optional(runtime), { readBy: "load", sees: "runtime" }),
    [SETTINGS_KEY]: usedFor(
      describeAs(optional(settings), "Settings of Modelwright for this model; the platform ignores them."),
      { readBy: "load" },
    ),
  }),
  { readBy: "nothing", sees: "definition" },
);

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
  credentials: optional(credential("`user:password` or a token; write it as an environment variable.")),
  upload: optional(orExpression(upload, "Whether the data is uploaded.")),
  num_datapoints: optional(orExpression(whole(1), "How many datapoints are used; all when absent.")),
  mask_generation: optional(orExpression(words(...WORDS.mask_generation), "How masks are made from boxes.")),
  min_asset_area: optional(orExpression(whole(0), "Smaller objects are left out; 15 when absent.")),
});

const axis = map({
  name: filledLabel("The parameter of the operator."),
  type: filledLabel("`float`, `int`, `bool`, `str`, `list`, or the name of a class."),
  range: describeAs(
    optional({ ...list(value("A bound."), 2), mayBeEmpty: true }),
    "The lowest and the highest value; an empty list counts as absent.",
  ),
  choices: describeAs(optional(list(value("A value."))), "The values to choose from; an empty list counts as absent."),
  fixed: optional(orExpression(boolean, "Whether the value stays the same.")),
  value: optional(value("The value when it is fixed; beside an axis that varies it has no effect.")),
});

const number: NumberShape = { kind: "number", isWhole: false };

const coordinate = (direction: string): ChoiceShape<readonly [NumberShape, TextShape]> =>
  orExpression(number, `From ${direction}.`);

const transformation = map({
  name: filledLabel("Unique in its domain."),
  operator: filledLabel("The class of the operator."),
  axes: describeAs(optional(list(axis)), "The parameters that vary."),
  inputs: describeAs(
    optional(
      list(
        map({
          type: filledLabel("What comes in."),
          output_from: describeAs(
            optional(
              map({
                transformation: filledLabel("A transformation of this domain."),
                index: optional(orExpression(whole(0), "Which one, from 0.")),
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
          type: filledLabel("What goes out."),
          input_to: describeAs(
            optional(
              list(
                map({
                  transformation: filledLabel("A transformation of this domain."),
                  index: optional(orExpression(whole(0), "Which one, from 0.")),
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
  map({ file: filledText("A file whose key `domain` holds the domain.") }),
  map({
    name: label("Unique in this file."),
    transformations: describeAs(list(transformation), "The graph from `ChooseImage` to `EvaluateSample`."),
    graph: optional(value("How an editor shows the domain.")),
  }),
]);

const stressTest = map({
  name: label("Unique in this file."),
  model: filledLabel("The name of a model."),
  domain: filledLabel("The name of a domain."),
  dataset: filledLabel("The name of a dataset."),
  num_samples: optional(orExpression(whole(1), "25 when absent.")),
  num_runs: optional(orExpression(whole(1), "40 when absent.")),
  concurrent_runs: optional(orExpression(whole(1), "4 when absent.")),
});

const baseline = map({
  name: label("Unique in this file."),
  model: filledLabel("The name of a model."),
  dataset: filledLabel("The name of a dataset."),
});

/** The whole definition file. Other keys that begin with `x-` are free at the top level. */
export const definition = describeAs(
  map({
    project: describeAs(optional(project), "The project that the rest belongs to."),
    models: describeAs(optional(list(modelShape)), "Where the code is, which files it needs, how to run it."),
    datasets: describeAs(optional(list(dataset)), "The data that models are trained and tested on."),
    domains: describeAs(optional(list(domain)), "The variations of data that models have to bear."),
    tests: describeAs(optional(list(stressTest)), "Stress tests of a model in a domain."),
    baselines: describeAs(optional(list(baseline)), "Runs of a model over a dataset as it is."),
    [SETTINGS_KEY]: describeAs(
      optional(settings),
      "Settings of Modelwright for all models of this file; the platform ignores them.",
    ),
  }),
  "Models, datasets, domains, tests and baselines of one project.",
  "Model definition",
);
