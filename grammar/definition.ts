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
  usedFor,
  type WordsShape,
  withExamples,
} from "./shape.ts";
import { MEANINGS, type WordKey, wordsFor } from "./words.ts";

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

/** The name of something that expressions refer to. */
const named = <S extends TextShape>(shape: S): S => ({ ...shape, isName: true });

const credential = (description: string): TextShape => ({ ...nonEmptyLabel(description), isCredential: true });

/** The path of a folder, without expressions. */
const folderPath = (description: string): TextShape => ({ ...nonEmptyText(description), isConstant: true });

const variableName = (description: string): TextShape => ({
  ...{ kind: "text", isVariableName: true, description },
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
});

/** The fixed words of a key, with their meanings. */
const fixed = (key: WordKey): WordsShape => ({ kind: "words", words: wordsFor(key), meanings: MEANINGS[key] });

/** The fixed words of `device`, which Python receives. */
export const device: WordsShape = fixed("device");

const boolean: BooleanShape = { kind: "boolean" };

const upload: BooleanShape = { kind: "boolean", mayDefaultToTrue: true };

/** The alternative of a choice that accepts any scalar with an expression. */
export const expression: TextShape = { kind: "text", pattern: /\$/, description: "An expression." };

/** A number, boolean or fixed word, or an expression that evaluates to one. */
const orExpression = <S extends Shape>(shape: S, description: string): ChoiceShape<readonly [S, TextShape]> =>
  describeAs(choice([shape, expression]), description);

const value = (description: string): AnyShape => ({ kind: "any", description });

const input = map({
  name: named(text("The name of the Python parameter.")),
  value: usedFor(
    withExamples(
      value("Any YAML value; expressions in it are resolved, in lists and maps too."),
      "${model.files.weights.url}",
      0.5,
    ),
    { sees: "call" },
  ),
});

const load = describeAs(
  map({
    entrypoint: withExamples(
      text("`module:function`, relative to the root of the repository."),
      "inference:load_model",
    ),
    inputs: describeAs(optional(list(input)), "The keyword arguments, in order."),
    output: describeAs(
      map({ name: named(text("The name under which `predict` refers to the loaded model.")) }),
      "The return value of `load`.",
    ),
  }),
  "The function that loads the model. It is called once.",
);

const predict = describeAs(
  map({
    entrypoint: withExamples(text("`module:function`, relative to the root of the repository."), "inference:predict"),
    inputs: describeAs(optional(list(input)), "The keyword arguments, in order."),
    output: describeAs(
      map({
        name: named(text("The name of the predictions.")),
        keys: describeAs(optional(list(named(label("A key.")))), "The keys of every prediction."),
      }),
      "The prediction for each datapoint.",
    ),
  }),
  "The function that predicts a batch of datapoints.",
);

const runtime = describeAs(
  map({
    image: optional(withExamples(nonEmptyText("The Docker image."), "python:3.11-slim")),
    device: usedFor(optional(orExpression(device, "The device on which the model runs. Default: `cpu`.")), {
      readBy: "device",
    }),
    batch: describeAs(
      optional(
        usedFor(
          map({
            max_size: optional(orExpression(integer(1), "The maximum number of datapoints per call. Default: 1.")),
            image_size: describeAs(
              optional(list(orExpression(integer(1), "Pixels."), 2)),
              "Width and height to which images are resized.",
            ),
          }),
          { readBy: "predict" },
        ),
      ),
      "How datapoints are combined into batches. Default: one datapoint per call.",
    ),
    load: usedFor(load, { readBy: "load" }),
    predict: usedFor(predict, { readBy: "predict" }),
  }),
  "How the model is loaded and how it predicts.",
);

const repository = describeAs(
  map({
    url: optional(
      withExamples(
        text("The HTTP(S) URL of a Git repository, or a folder next to this file."),
        "https://github.com/you/your-model",
        "code",
      ),
    ),
    branch: optional(withExamples(nonEmptyLabel("The branch to check out."), "main")),
    hash: optional(nonEmptyLabel("The commit to check out.")),
    access_token: optional(withExamples(credential("An access token; use an environment variable."), "${GIT_TOKEN}")),
  }),
  "The location of the code. Default: next to this file.",
);

const file = map({
  name: named(label("The name by which the runtime refers to the file.")),
  url: withExamples(text("A path relative to this file, or a URL."), "weights.bin", "https://example.com/weights.bin"),
  upload: optional(orExpression(upload, "Whether to upload the file. Default: true for a path, false for a URL.")),
  credentials: optional(
    withExamples(credential("`user:password` or a token; use an environment variable."), "${STORAGE_TOKEN}"),
  ),
});

/** The key under which a definition contains settings of Modelwright itself. The platform ignores it. */
export const SETTINGS_KEY = "x-modelwright";

const seconds = (description: string): ChoiceShape<readonly [NumberShape, TextShape]> =>
  orExpression({ kind: "number", isInteger: false, min: 0.001 }, `${description}, in seconds. Default: 300.`);

const settings = map({
  limits: describeAs(
    optional(
      map({
        import: optional(seconds("The time limit for starting Python and importing the code")),
        load: optional(seconds("The time limit for `load`")),
        batch: usedFor(optional(seconds("The time limit for `predict`, per batch")), { readBy: "predict" }),
      }),
    ),
    "Time limits.",
  ),
  python: optional(
    withExamples(
      nonEmptyText("The Python interpreter: a program on the `PATH`, or a path relative to this file."),
      ".venv/bin/python",
    ),
  ),
  passEnv: describeAs(
    optional(list(variableName("The name of a variable."))),
    "Environment variables to pass to the process of the model, in addition to those in expressions.",
  ),
  examples: optional(
    withExamples(
      folderPath("The folder of the examples for `modelwright test`, relative to this file. Default: `examples`."),
      "tests/examples",
    ),
  ),
  replicas: describeAs(
    optional(choice([integer(1), fixed("replicas"), expression])),
    "How many workers load the model and predict in parallel, or `auto`. Default: 1.",
  ),
  container: optional(
    orExpression(fixed("container"), "Where the model runs. Default: in a container if `--container` is used."),
  ),
  network: optional(
    orExpression(fixed("network"), "The network of the model in a container. Default: that of the container engine."),
  ),
});

/** The shape of one model. */
export const modelShape = usedFor(
  map({
    name: usedFor(
      label("Unique in this file. The name `${model.name}` defines the runtime of all models without their own."),
      { readBy: "name" },
    ),
    description: optional(prose("Free text.")),
    version: describeAs(
      optional(choice([{ kind: "text" } as const, { kind: "number", isInteger: false } as const])),
      "Informational.",
    ),
    repository: usedFor(optional(repository), { readBy: "repository" }),
    files: usedFor(describeAs(optional(list(file)), "Files that the code needs, such as weights and configurations."), {
      readBy: "file",
    }),
    runtime: usedFor(optional(runtime), { readBy: "load", sees: "runtime" }),
    [SETTINGS_KEY]: usedFor(
      describeAs(optional(settings), "Settings of Modelwright for this model. The platform ignores them."),
      { readBy: "load" },
    ),
  }),
  { readBy: "nothing", sees: "definition" },
);

const project = map({
  name: label("The name of the project."),
  description: optional(prose("Free text.")),
  problem_type: optional(orExpression(fixed("problem_type"), "What the models predict. Default: `Custom`.")),
  private: optional(orExpression(boolean, "Whether only members can see the project.")),
});

const dataset = map({
  name: label("Unique in this file."),
  format: orExpression(fixed("format"), "The format of the dataset."),
  stage: orExpression(fixed("stage"), "The purpose of the data."),
  data_url: optional(withExamples(text("A path relative to this file, or a URL."), "images")),
  annotations_url: optional(withExamples(text("A path relative to this file, or a URL."), "annotations.json")),
  credentials: optional(
    withExamples(credential("`user:password` or a token; use an environment variable."), "${STORAGE_TOKEN}"),
  ),
  upload: optional(orExpression(upload, "Whether to upload the data.")),
  num_datapoints: optional(orExpression(integer(1), "The number of datapoints to use. Default: all.")),
  mask_generation: optional(orExpression(fixed("mask_generation"), "How to generate masks from boxes.")),
  min_asset_area: optional(orExpression(integer(0), "Objects with a smaller area are ignored. Default: 15.")),
});

const axis = map({
  name: nonEmptyLabel("The parameter of the operator."),
  type: nonEmptyLabel("`float`, `int`, `bool`, `str`, `list`, or the name of a class."),
  range: describeAs(
    optional({ ...list(value("A bound."), 2), mayBeEmpty: true }),
    "The minimum and maximum. An empty list counts as absent.",
  ),
  choices: describeAs(optional(list(value("A value."))), "The values to choose from. An empty list counts as absent."),
  fixed: optional(orExpression(boolean, "Whether the value is fixed.")),
  value: optional(value("The value if it is fixed. Otherwise it has no effect.")),
});

const number: NumberShape = { kind: "number", isInteger: false };

const coordinate = (direction: string): ChoiceShape<readonly [NumberShape, TextShape]> =>
  orExpression(number, `From ${direction}.`);

const transformation = map({
  name: nonEmptyLabel("Unique in its domain."),
  operator: withExamples(nonEmptyLabel("The class of the operator."), "ChooseImage"),
  axes: describeAs(optional(list(axis)), "The parameters that vary."),
  inputs: describeAs(
    optional(
      list(
        map({
          type: nonEmptyLabel("The type of the input."),
          output_from: describeAs(
            optional(
              map({
                transformation: nonEmptyLabel("A transformation of this domain."),
                index: optional(orExpression(integer(0), "The index of the output, starting at 0.")),
              }),
            ),
            "The output that it comes from.",
          ),
        }),
      ),
    ),
    "The inputs of the operator.",
  ),
  outputs: describeAs(
    optional(
      list(
        map({
          type: nonEmptyLabel("The type of the output."),
          input_to: describeAs(
            optional(
              list(
                map({
                  transformation: nonEmptyLabel("A transformation of this domain."),
                  index: optional(orExpression(integer(0), "The index of the input, starting at 0.")),
                }),
              ),
            ),
            "The inputs that it goes to.",
          ),
        }),
      ),
    ),
    "The outputs of the operator.",
  ),
  position: describeAs(
    optional(map({ x: coordinate("left to right"), y: coordinate("top to bottom") })),
    "The position in a graphical editor.",
  ),
});

const domain = choice([
  map({ file: nonEmptyText("A file whose key `domain` contains the domain.") }),
  map({
    name: label("Unique in this file."),
    transformations: describeAs(list(transformation), "The graph from `ChooseImage` to `EvaluateSample`."),
    graph: optional(value("The layout of the domain in a graphical editor.")),
  }),
]);

const stressTest = map({
  name: label("Unique in this file."),
  model: nonEmptyLabel("The name of a model."),
  domain: nonEmptyLabel("The name of a domain."),
  dataset: nonEmptyLabel("The name of a dataset."),
  num_samples: optional(orExpression(integer(1), "The number of samples. Default: 25.")),
  num_runs: optional(orExpression(integer(1), "The number of runs. Default: 40.")),
  concurrent_runs: optional(orExpression(integer(1), "The number of concurrent runs. Default: 4.")),
});

const baseline = map({
  name: label("Unique in this file."),
  model: nonEmptyLabel("The name of a model."),
  dataset: nonEmptyLabel("The name of a dataset."),
});

/** The entire definition file. Other keys that start with `x-` are ignored at the top level. */
export const definition = describeAs(
  map({
    project: describeAs(optional(project), "The project to which everything else belongs."),
    models: describeAs(optional(list(modelShape)), "The code, files and runtime of each model."),
    datasets: describeAs(optional(list(dataset)), "The datasets for training and testing models."),
    domains: describeAs(optional(list(domain)), "The variations of data that models are tested with."),
    tests: describeAs(optional(list(stressTest)), "Stress tests of a model in a domain."),
    baselines: describeAs(optional(list(baseline)), "Runs of a model on an unmodified dataset."),
    [SETTINGS_KEY]: describeAs(
      optional(settings),
      "Settings of Modelwright for all models of this file. The platform ignores them.",
    ),
  }),
  "Models, datasets, domains, tests and baselines of one project.",
  "Model definition",
);
