// The types in the plan from the annotations of a model's Python.
import * as assert from "uvu/assert";
import type { PlanModel, PlanType } from "../src/plan/execution-plan.ts";
import { executionPlan } from "../src/plan/schema.ts";
import { change, compileText, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";

/** The plan of a model with this Python; `width` is an input of load. */
function modelOf(python: string, more: Readonly<Record<string, string>> = {}, text = DEFINITION): PlanModel {
  const { plan } = compileText({ "efemarai.yaml": text, "inference.py": python, ...more });
  const [model] = plan?.models ?? [];
  assert.ok(plan && model);
  assert.ok(executionPlan.safeParse(plan).success);
  return model;
}

const PREDICT = "\n\ndef predict(model, datapoints):\n    return []\n";

/** The type of `width`, in short. */
function typeOf(annotation: string, before = ""): string | undefined {
  const python = `from __future__ import annotations\n${before}\n\ndef get_model(params_url, width: ${annotation}):\n    return 1\n`;
  const model = modelOf(python + PREDICT);
  const load = model.steps.find((step) => step.kind === "load");
  const type = load?.arguments.find(({ name }) => name === "width")?.annotation;
  return type && show(type, model);
}

/** A type in short, with the fields of a class where it is named first. */
function show(type: PlanType, { classes = [] }: PlanModel, shown: Set<string> = new Set()): string {
  const inner = (each: PlanType): string => show(each, { classes } as unknown as PlanModel, shown);
  switch (type.kind) {
    case "list":
    case "set":
      return `${type.kind} of ${inner(type.item)}`;
    case "map":
      return `map of ${inner(type.value)}`;
    case "tuple":
      return `(${[...type.items.map(inner), ...(type.rest ? [`${inner(type.rest)}...`] : [])].join(", ")})`;
    case "union":
      return type.members.map(inner).join(" | ");
    case "literal":
      return JSON.stringify(type.values);
    case "tensor":
      return [type.library, type.dtype].join(" ").trim();
    case "unknown":
      return `unknown(${type.reason} ${type.text})`.replace(" )", ")");
    case "class": {
      const found = classes.find(({ name }) => name === type.name);
      assert.ok(found, type.name);
      if (shown.has(found.name)) return found.name;
      shown.add(found.name);
      const fields = found.fields.map((each) => `${each.name}${each.optional ? "?" : ""}: ${inner(each.type)}`);
      return `${found.form} ${found.name} { ${fields.join(", ")} }`;
    }
    default:
      return type.kind;
  }
}

const TYPING =
  "import enum\nimport numpy as np\nimport torch\nfrom dataclasses import dataclass, field, InitVar\nfrom pathlib import Path\nfrom typing import *\nfrom numpy.typing import NDArray\n";

const TYPES: readonly (readonly [annotation: string, type: string, before?: string])[] = [
  ["int", "integer"],
  ["float", "number"],
  ["'float'", "number"],
  ["Any", "unknown(open)", TYPING],
  ["object", "unknown(open)"],
  ["int | None", "integer | null"],
  ["int = None", "integer | null"],
  ["Optional[int]", "integer | null", TYPING],
  ["Union[int, float, int]", "integer | number", TYPING],
  ["Annotated[int, 'pixels']", "integer", TYPING],
  ["Literal[320, 640]", "[320,640]", TYPING],
  ["Literal[640, Literal['auto'], None, True]", '[640,"auto",null,true]', TYPING],
  ["Literal[Size.SMALL]", "unknown(outside Size.SMALL)", TYPING],
  ["Union[int, bytes]", "integer | bytes", TYPING],
  ["Union[int, list[str]]", "integer | list of text", TYPING],
  ["Union[int, Sequence[bool]]", "integer | list of boolean", TYPING],
  ["Union[int, dict[str, Path]]", "integer | map of path", TYPING],
  ["Union[int, set[int]]", "integer | set of integer", TYPING],
  ["Union[int, Tuple[int, str]]", "integer | (integer, text)", TYPING],
  ["Union[int, tuple[int, ...]]", "integer | (integer...)", TYPING],
  ["Union[int, complex]", "integer | unknown(internal complex)", TYPING],
  ["Union[int, Callable[[int], str]]", "integer | unknown(internal Callable)", TYPING],
  ["Union[int, np.ndarray]", "integer | numpy", TYPING],
  ["Union[int, NDArray[np.uint8]]", "integer | numpy uint8", TYPING],
  ["Union[int, torch.Tensor]", "integer | torch", TYPING],
  ["Union[int, torch.FloatTensor]", "integer | torch float32", TYPING],
  ["cv2.Mat", "unknown(outside cv2.Mat)", "import cv2"],
  ["nothing.here", "unknown(outside nothing.here)"],
  ["make()", "unknown(unread make())"],
  ["Width", "integer", "Width = int"],
  ["Width", "integer", 'from typing import NewType\nWidth = NewType("Width", int)'],
  ["Union[int, Loop]", "integer | list of unknown(large Loop)", `${TYPING}Loop = list["Loop"]`],
  ["Union[int, Thing]", "integer | unknown(class Thing)", `${TYPING}class Thing:\n    pass`],
  ["Union[int, Thing]", "integer | unknown(class Thing)", `${TYPING}@dataclass\nclass Thing(dict):\n    x: int`],
  ["Union[int, Thing]", "integer | unknown(class Thing)", `${TYPING}@dataclass\nclass Thing(Unknown):\n    x: int`],
  [
    "Union[int, Thing]",
    "integer | unknown(class Thing)",
    `${TYPING}@dataclass\nclass Thing:\n    x: int\n    def tolist(self):\n        return []`,
  ],
  ["Union[int, Thing]", "integer | unknown(class Thing)", `${TYPING}@strange\n@dataclass\nclass Thing:\n    x: int`],
  [
    "Union[int, Point]",
    "integer | named-tuple Point { x: integer, y: number }",
    `${TYPING}class Point(NamedTuple):\n    x: int\n    y: float = 1`,
  ],
  [
    "Union[int, Box]",
    "integer | dataclass Box { label: text, parts: list of Box, last: integer }",
    `${TYPING}@dataclass
class Base:
    label: str
    count: ClassVar[int] = 1

@dataclass(frozen=True)
class Box(Base):
    parts: "list[Box]"
    start: InitVar[int]
    last: int = field(default=1, init=False)`,
  ],
  [
    "Union[int, Box]",
    "integer | dataclass Box { label: text }",
    `${TYPING}@dataclass\nclass Base:\n    label: str\n\nclass Box(Base):\n    other: int`,
  ],
  [
    "Union[int, Box]",
    "integer | dataclass Box { label: text | null, other: integer | null, last: number | null }",
    `${TYPING}@dataclass\nclass Box:\n    label: str = None\n    other: int = field(default=None)\n    last: Optional[float] = None`,
  ],
  [
    "Union[int, Box]",
    "integer | object Box { label: text | null, other: integer }",
    `${TYPING}from pydantic import BaseModel, Field\nclass Box(BaseModel):\n    label: str = Field(None)\n    other: int = Field(1)`,
  ],
  ["Union[int, Size]", "integer | unknown(outside Size)", "if A:\n    Size = int\nelse:\n    Size = str"],
  [
    "Union[int, Data]",
    "integer | typed-dict Data { a?: text, b: text, c: integer, d?: integer }",
    `${TYPING}class Base(TypedDict, total=False):
    a: str
    b: Required[str]

class Data(Base):
    c: int
    d: NotRequired[int]`,
  ],
  [
    "Union[int, __proto__]",
    "integer | typed-dict __proto__ { __proto__: text }",
    `${TYPING}class __proto__(TypedDict):\n    __proto__: str`,
  ],
];

describe("types of a plan", (test) => {
  for (const [annotation, expected, before = ""] of TYPES) {
    test(`${annotation} ${before.replace(TYPING, "").split("\n").join("; ")}`, () =>
      assert.is(typeOf(annotation, before), expected));
  }

  test("are those of the parameter with the name of the input", () => {
    const load = (parameters: string): string | undefined => {
      const model = modelOf(
        `${TYPING}class Sizes(TypedDict):\n    width: int\n\ndef get_model(${parameters}):\n    return 1\n${PREDICT}`,
      );
      const step = model.steps.find(({ kind }) => kind === "load");
      const type = step?.kind === "load" ? step.arguments.find(({ name }) => name === "width")?.annotation : undefined;
      return type && show(type, model);
    };
    assert.is(load("params_url, width"), undefined);
    assert.is(load("params_url, *, width: int"), "integer");
    assert.is(load("params_url, **options: int"), "integer");
    assert.is(load("params_url, **options: Unpack[Sizes]"), "integer");
    assert.is(load("params_url, **options: Unpack[Other]"), undefined);
    assert.is(load("width: int, **options: str"), "integer");
    assert.is(load("params_url, *width: str, **options: int"), "integer");
  });

  test("follow imports inside the repository, and have distinct names", () => {
    const box = (field: string) => `from typing import TypedDict\n\nclass Box(TypedDict):\n    ${field}: int\n`;
    const model = modelOf(
      `import a, b\n\ndef get_model(params_url, width):\n    return 1\n\ndef predict(model, datapoints: list[a.Box]) -> list[b.Box]:\n    return []\n`,
      { "a.py": box("x"), "b.py": box("y") },
    );
    assert.equal(
      model.classes?.map(({ name, fields }) => [name, ...fields.map((field) => field.name)]),
      [
        ["Box", "x"],
        ["Box_2", "y"],
      ],
    );
  });

  const item = (returns: string, before = TYPING): string | undefined => {
    const model = modelOf(
      `${before}\ndef get_model(params_url, width):\n    return 1\n\ndef predict(model, datapoints)${returns}:\n    return []\n`,
    );
    const step = model.steps.find(({ kind }) => kind === "predict");
    const type = step?.kind === "predict" ? step.output.item : undefined;
    return type && show(type, model);
  };

  test("describe one prediction", () => {
    assert.is(item(""), undefined);
    assert.is(item(" -> list"), "unknown(open)");
    assert.is(item(" -> list[int]"), "integer");
    assert.is(item(" -> Sequence[dict[str, float]]"), "map of number");
    assert.is(item(" -> tuple[int, str, int]"), "integer | text");
    assert.is(item(" -> Union[list[int], tuple[float, ...]]"), "integer | number");
    assert.is(item(" -> Results", `${TYPING}Results = List[str]\n`), "text");
    assert.is(item(" -> Any"), undefined);
  });

  test("include docstrings and comments", () => {
    const model = modelOf(
      `${TYPING}import pydantic

@dataclass
class Point:
    '''A point
    in the image.

    Not this.
    '''

    x: int  # pixels from the left
    y: int = field(default=0)  #: and from the top
    z: int = 0  # noqa: E501
    label: str = "a"
    r"""What it is."""
    score: float = pydantic.Field(0.5, description="from 0 to 1")  # seen
    token: str = ""  # ghp_${"k7Qw2Zr9Xb4Lm1Vt8N".repeat(2)}
    far: str = ""  # ${"far ".repeat(200)}

def get_model(params_url, width):
    """Loads the weights.

    Args:
        width: of the image
    """
    return 1

def predict(model, datapoints) -> list[Point]: "Finds points."; return []
`,
    );
    const [point] = model.classes ?? [];
    assert.is(point?.description, "A point in the image.");
    assert.equal(
      point?.fields.map(({ description }) => description?.slice(0, 30)),
      [
        "pixels from the left",
        "and from the top",
        undefined,
        "What it is.",
        "from 0 to 1",
        undefined,
        "far far far far far far far fa",
      ],
    );
    assert.is(point?.fields.at(-1)?.description?.length, 301);
    const about = model.steps.map((step) => ("description" in step ? step.description : undefined));
    assert.equal(
      about.filter((each) => each !== undefined),
      ["Loads the weights.", "Finds points."],
    );
  });

  test("are absent if the signature is not certain", () => {
    const python = `from elsewhere import strange\n\n@strange\ndef get_model(params_url: str, width: int):\n    return 1\n${PREDICT}`;
    const model = modelOf(python);
    assert.not.match(JSON.stringify(model.steps), "annotation");
  });

  test("leave out values that never leave Python", () => {
    const model = modelOf(
      `${TYPING}@dataclass\nclass Net:\n    x: int\n\ndef get_model(params_url, width) -> Net:\n    return 1\n\ndef predict(model: Net, datapoints):\n    return []\n`,
    );
    assert.is(model.classes, undefined);
    assert.not.match(JSON.stringify(model.steps), "annotation");
  });

  test("end for annotations of any size and nesting", () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `T${i} = tuple[T${i + 1}, T${i + 1}]`).join("\n");
    const tangled = Array.from(
      { length: 300 },
      (_, i) =>
        `class C${i}(TypedDict):\n    a: "C${(i * 7) % 300}"\n    b: "C${i + 1}"\n    c: list["C${(i * 3 + 1) % 300}"]\n`,
    ).join("\n");
    const deep = `${"list[".repeat(190)}int${"]".repeat(190)}`; // Python itself rejects more than 200
    for (const [annotation, before] of [
      ["Union[int, T0]", `${TYPING}${doubling}\nT60 = int`],
      ["Union[int, C0]", `${TYPING}${tangled}`],
      [`Union[int, ${deep}]`, TYPING],
      [`Literal[${"640, ".repeat(5_000)}]`, TYPING],
    ] as const) {
      const text = typeOf(annotation, before) ?? "";
      assert.match(text, /unknown\((?:large|unread)/);
      assert.ok(text.length < 100_000, `${text.length}`);
    }
  });

  test("change the hash of the plan, but other changes of the code do not", () => {
    const hash = (python: string) => compileText({ "efemarai.yaml": DEFINITION, "inference.py": python }).plan?.hash;
    const python = `def get_model(params_url, width: int):\n    return 1\n${PREDICT}`;
    assert.is(hash(python), hash(change(python, "return 1", "return 2")));
    assert.is.not(hash(python), hash(change(python, "width: int", "width: float")));
  });
});
