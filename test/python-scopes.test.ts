// Names in the Python of a model: conditions, order, scopes, inheritance and decorators, as `check` uses them for calls.
import * as assert from "uvu/assert";
import { compileText, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";

interface Call {
  /** Inputs of load as YAML. */
  readonly load?: Readonly<Record<string, string>>;
  readonly device?: string;
  readonly files?: Readonly<Record<string, string>>;
}

const PREDICT = "\n\ndef predict(model, datapoints):\n    return []\n";

function definition({ load = {}, device }: Call): string {
  const inputs = Object.entries(load).map(([name, value]) => `          - { name: ${name}, value: ${value} }\n`);
  return `models:
  - name: d7
    runtime:
${device === undefined ? "" : `      device: ${device}\n`}      load:
        entrypoint: inference:load
${inputs.length === 0 ? "" : `        inputs:\n${inputs.join("")}`}        output: { name: model }
      predict:
        entrypoint: inference:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.model}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: found }
`;
}

/** The findings, as `code text`. A call that is not certain is an `unverified-entrypoint`. */
function check(python: string, call: Call = {}): readonly string[] {
  const files = { "efemarai.yaml": definition(call), "inference.py": python, ...call.files };
  return mistakes(compileText(files)).map((each) => each.replace(/^(unverified-entrypoint) .*/s, "$1"));
}

const load = (python: string, inputs: Readonly<Record<string, string>>, files = {}) =>
  check(python + PREDICT, { load: inputs, files });

describe("scopes: the meaning of annotations", (test) => {
  const cases: readonly (readonly [title: string, python: string, value: string, found: readonly string[]])[] = [
    [
      "one of two imports",
      "try:\n    from lib import T\nexcept ImportError:\n    T = None\ndef load(x: T): ...",
      "abc",
      [],
    ],
    ["either alternative fits", "if A:\n    T = int\nelse:\n    T = str\ndef load(x: T): ...", "abc", []],
    [
      "no alternative fits",
      "if A:\n    T = int\nelse:\n    T = float\ndef load(x: T): ...",
      "abc",
      ["argument-type abc"],
    ],
    [
      "one alternative is not known",
      "if A:\n    T = int\nelse:\n    from lib import T\ndef load(x: T): ...",
      "abc",
      [],
    ],
    ["a name that is bound again", "T = int\ndef load(x: T): ...\nT = str", "abc", []],
    ["a name that is deleted", "T = int\ndef load(x: T): ...\ndel T", "abc", ["argument-type abc"]],
    [
      "the same name of two modules that share it",
      "try:\n    from typing import Literal\nexcept ImportError:\n    from typing_extensions import Literal\ndef load(x: Literal['a']): ...",
      "abc",
      ["argument-type abc"],
    ],
    [
      "two modules that do not share it",
      "try:\n    from fancy import ndarray as T\nexcept ImportError:\n    from numpy import ndarray as T\ndef load(x: T): ...",
      "abc",
      [],
    ],
    [
      "known alternatives of which none fits",
      "try:\n    from torch import Tensor as T\nexcept ImportError:\n    from numpy import ndarray as T\ndef load(x: T): ...",
      "abc",
      ["argument-type abc"],
    ],
    ["a name that a star may import", "from lib import *\ndef load(x: Tensor): ...", "abc", []],
    ["a name that a star does not import", "from lib import *\ndef load(x: int): ...", "abc", ["argument-type abc"]],
    ["a star after it", "class T: ...\nfrom lib import *\ndef load(x: T): ...", "abc", []],
    ["a type variable named like a class", "class T: ...\ndef load[T](x: T): ...", "abc", []],
    [
      "a class in the way of a name of Python",
      "class load:\n    def list(self): ...\n    def __init__(self, x: list): ...",
      "1",
      [],
    ],
    [
      "a name of the body of a class",
      "T = int\nclass load:\n    T = str\n    def __init__(self, x: T): ...",
      "abc",
      [],
    ],
    [
      "a class in the body of a class",
      "class load:\n    class T: ...\n    def __init__(self, x: T): ...",
      "abc",
      ["argument-type abc"],
    ],
    [
      "a name of the module in a class",
      "T = int\nclass load:\n    def __init__(self, x: T): ...",
      "abc",
      ["argument-type abc"],
    ],
    ["a default that may be None", "UNSET = None\ndef load(x: int = UNSET): ...", "null", []],
    ["a default that is not None", "def load(x: int = 3): ...", "null", ["argument-type null"]],
    [
      "annotations of a wrapper are its own",
      "T = int\ndef own(f):\n    T = str\n    def w(x: T): ...\n    return w\n@own\ndef load(y): ...",
      "abc",
      [],
    ],
  ];
  for (const [title, python, value, found] of cases) {
    test(title, () => assert.equal(load(python, { x: value }), found, python));
  }
});

describe("scopes: the constructor that is used", (test) => {
  const cases: readonly (readonly [title: string, python: string, input: string, found: readonly string[]])[] = [
    [
      "a diamond",
      "class B:\n    def __init__(self, x): ...\nclass M(B): ...\nclass C(B):\n    def __init__(self, y): ...\nclass load(M, C): ...",
      "y",
      [],
    ],
    [
      "no order of bases",
      "class A: ...\nclass B(A): ...\nclass load(A, B):\n    def __init__(self, y): ...",
      "x",
      ["unverified-entrypoint"],
    ],
    [
      "bases on a condition",
      "if A:\n    class B:\n        def __init__(self, x): ...\nelse:\n    class B:\n        def __init__(self, y): ...\nclass load(B): ...",
      "x",
      ["unverified-entrypoint"],
    ],
    [
      "bases of which none takes it",
      "if A:\n    class B:\n        def __init__(self, x): ...\nelse:\n    class B:\n        def __init__(self, y): ...\nclass load(B): ...",
      "z",
      ["unknown-argument z"],
    ],
    [
      "a base that is bound again",
      "class B:\n    def __init__(self, x): ...\nclass load(B): ...\nclass B: ...",
      "x",
      [],
    ],
    [
      "a method that is set later",
      "class load:\n    def __init__(self, y): ...\ndef f(self, x): ...\nload.__init__ = f",
      "x",
      ["unverified-entrypoint"],
    ],
    [
      "a method that is set by its name",
      "class load:\n    def __init__(self, y): ...\nsetattr(load, '__init__', lambda self, x: None)",
      "x",
      ["unverified-entrypoint"],
    ],
    ["a method that is a function of the module", "def init(self, x): ...\nclass load:\n    __init__ = init", "x", []],
    [
      "`__new__` beside `__init__`",
      "class load:\n    def __new__(cls, *args, **options): ...\n    def __init__(self, y): ...",
      "x",
      ["unverified-entrypoint"],
    ],
    [
      "a metaclass of a base",
      "class M(type): ...\nclass B(metaclass=M): ...\nclass load(B):\n    def __init__(self, y): ...",
      "x",
      ["unverified-entrypoint"],
    ],
    [
      "a class in a class",
      "class Outer:\n    class Net:\n        def __init__(self, x): ...\nload = Outer.Net",
      "x",
      [],
    ],
    [
      "a class in a class that does not take it",
      "class Outer:\n    class Net:\n        def __init__(self, y): ...\nload = Outer.Net",
      "x",
      ["unknown-argument x"],
    ],
    [
      "a base made by a call",
      "from collections import namedtuple\nclass load(namedtuple('P', 'x y', defaults=[1])): ...",
      "x",
      [],
    ],
    ["a named tuple", "from collections import namedtuple\nload = namedtuple('P', ['y'])", "x", ["unknown-argument x"]],
    ["a base that is computed", "def make(): ...\nclass load(make()): ...", "x", ["unverified-entrypoint"]],
    ["attrs", "import attrs\n@attrs.define\nclass load:\n    _x: int\n    y: int = attrs.field(init=False)", "x", []],
    [
      "attrs with a factory and a default",
      "import attr\n@attr.s\nclass load:\n    x = attr.ib()\n    y = attr.ib(factory=list)\n    z = attr.ib()\n    @z.default\n    def _(self): ...",
      "x",
      [],
    ],
    [
      "attrs that does not take it",
      "from attrs import define\n@define\nclass load:\n    y: int = 1",
      "x",
      ["unknown-argument x"],
    ],
    [
      "attrs that inherits",
      "from attrs import define\n@define\nclass B:\n    x: int\n@define\nclass load(B):\n    y: int = 1",
      "x",
      [],
    ],
  ];
  for (const [title, python, input, found] of cases) {
    test(title, () => assert.equal(load(python, { [input]: "1" }), found, python));
  }
});

describe("scopes: certain results are used", (test) => {
  const WRAPS =
    "import functools\ndef d(f):\n    @functools.wraps(f)\n    def w(*a, **k):\n        return f(*a, **k)\n    return w\n";
  const cases: readonly (readonly [title: string, python: string, input: string, found: readonly string[]])[] = [
    ["`functools.wraps`", `${WRAPS}@d\ndef load(x): ...`, "x", []],
    ["`functools.wraps` around what does not take it", `${WRAPS}@d\ndef load(y): ...`, "x", ["unknown-argument x"]],
    [
      "a plain wrapper",
      `${WRAPS.replace("    @functools.wraps(f)\n", "")}@d\ndef load(y): ...`,
      "x",
      ["unknown-argument x"],
    ],
    [
      "a wrapper with a signature of its own",
      "def d(f):\n    def w(x): ...\n    return w\n@d\ndef load(y): ...",
      "x",
      [],
    ],
    [
      "a wrapper that changes the arguments",
      `${WRAPS.replace("return f", "k.pop('x')\n        return f")}@d\ndef load(y): ...`,
      "x",
      ["unverified-entrypoint"],
    ],
    [
      "a wrapper that catches exceptions",
      `${WRAPS.replace("        return f(*a, **k)", "        try:\n            return f(*a, **k)\n        except TypeError:\n            return 1")}@d\ndef load(y): ...`,
      "x",
      ["unverified-entrypoint"],
    ],
    [
      "a wrapper that may not call it",
      `${WRAPS.replace("return f(*a, **k)", "return f(*a, **k) if A else 1")}@d\ndef load(y): ...`,
      "x",
      ["unverified-entrypoint"],
    ],
    [
      "a decorator that is called",
      "def r(n):\n    def d(f):\n        def w(*a, **k):\n            return f(*a, **k)\n        return w\n    return d\n@r(3)\ndef load(y): ...",
      "x",
      ["unknown-argument x"],
    ],
    [
      "a decorator that gives back what it gets",
      "F = []\ndef d(f):\n    F.append(f)\n    return f\n@d\ndef load(y): ...",
      "x",
      ["unknown-argument x"],
    ],
    ["a decorator of another module", "from lib import d\n@d\ndef load(y): ...", "x", ["unverified-entrypoint"]],
    [
      "a decorator on a condition",
      "if A:\n    from lib import d\nelse:\n    def d(f):\n        return f\n@d\ndef load(y): ...",
      "x",
      ["unverified-entrypoint"],
    ],
    ["several targets", "def f(x): ...\ndef g(y): ...\nother, load = g, f", "x", []],
    ["targets that change places", "def load(y): ...\ndef g(x): ...\nload, g = g, load", "x", []],
    ["a method of an instance", "class P:\n    def run(self, x): ...\np = P()\nload = p.run", "x", []],
    [
      "a method that does not take it",
      "class P:\n    def run(self, y): ...\np = P()\nload = p.run",
      "x",
      ["unknown-argument x"],
    ],
    [
      "a method that an instance replaces",
      "class P:\n    def __init__(self):\n        self.run = open\n    def run(self, y): ...\np = P()\nload = p.run",
      "x",
      ["unverified-entrypoint"],
    ],
    ["an inherited `__call__`", "class B:\n    def __call__(self, x): ...\nclass P(B): ...\nload = P()", "x", []],
    ["partial of itself", "import functools\ndef load(x, y): ...\nload = functools.partial(load, y=1)", "x", []],
    [
      "partial of itself without it",
      "import functools\ndef load(y): ...\nload = functools.partial(load, y=1)",
      "x",
      ["unknown-argument x"],
    ],
    [
      "functions of which one is called",
      "if A:\n    def load(x): ...\nelse:\n    def load(y): ...",
      "x",
      ["unverified-entrypoint"],
    ],
    [
      "functions of which none takes it",
      "if A:\n    def load(y): ...\nelse:\n    def load(z=1): ...",
      "x",
      ["unknown-argument x"],
    ],
    ["a value or nothing", "if A:\n    load = 1", "x", ["not-callable load"]],
    ["a function in a loop", "for x in range(2):\n    def load(y): ...", "x", ["unknown-argument x"]],
  ];
  for (const [title, python, input, found] of cases) {
    test(title, () => assert.equal([...load(python, { [input]: "1" })].sort(), [...found].sort(), python));
  }

  test("names are compared as Python compares them", () => {
    assert.equal(load("def load(\u00b5): ...", { "\u03bc": "1" }), []);
    assert.equal(load("def load(\u03bc): ...", { "\u00b5": "1" }), []);
    assert.equal(load("class \ufb01: ...\ndef load(x: fi): ...", { x: "abc" }), ["argument-type abc"]);
  });
});

describe("scopes: the run-time behavior of real modules is uncertain", (test) => {
  const OPEN = ["unverified-entrypoint"];
  const cases: readonly (readonly [title: string, python: string, files: Record<string, string>])[] = [
    [
      "a compiled module for one Python",
      "from fast import load",
      { "fast.cpython-312-x86_64-linux-gnu.so": "", "other.py": "" },
    ],
    ["a compiled module for Windows", "from fast import load", { "fast.cp312-win_amd64.pyd": "" }],
    [
      "members of an enumeration as names of the module",
      "from kinds import load",
      { "kinds.py": "import enum\n@enum.global_enum\nclass Kind(enum.IntFlag):\n    load = 1\n" },
    ],
    ["a name that the module fills in later", "load = None\ndef fill():\n    globals().update(load=print)\nfill()", {}],
  ];
  for (const [title, python, files] of cases) {
    test(title, () => assert.equal(load(python, {}, files), OPEN, python));
  }

  test("subscripts and parameters do not bind a name", () => {
    const python =
      "import nodes\nseen: dict[nodes.Net, int] = {}\ndef f(x: nodes.Net, y: int = 1): ...\nload = nodes.Net";
    assert.equal(load(python, { y: "1" }, { "nodes.py": "class Net:\n    def __init__(self, x=1): ..." }), [
      "unknown-argument y",
    ]);
  });

  test("several targets do", () => {
    const python = "import nodes\nnodes.Net, nodes.all[0] = make()\nload = nodes.Net";
    assert.equal(load(python, {}, { "nodes.py": "class Net:\n    def __init__(self, x): ..." }), OPEN);
  });
});

describe("scopes: the device", (test) => {
  const device = (annotation: string, written?: string) =>
    check(`from typing import Literal\ndef load(device: ${annotation}): ...${PREDICT}`, {
      ...(written && { device: written }),
    });

  test("is passed as `cpu` or `cuda`", () => {
    assert.equal(device('Literal["cpu", "gpu"]', "gpu"), ["argument-type load"]);
    assert.equal(device('Literal["cpu", "gpu"]', "cuda"), ["argument-type load"]);
    assert.equal(device('Literal["cpu", "gpu"]', "cpu"), []);
    assert.equal(device('Literal["cpu", "gpu"]'), []);
    assert.equal(device('Literal["cpu", "cuda"]', "gpu"), []);
    assert.equal(device('Literal["cuda"]'), ["argument-type load"]);
    assert.equal(device('Literal["cuda"]', '"${DEVICE}"'), []);
    assert.equal(device("str", "gpu"), []);
  });
});

describe("scopes: the return value of predict", (test) => {
  const found = (body: string, head = "") => {
    const lines = body.split("\n").map((line) => `    ${line}\n`);
    return check(`${head}def load(): ...\n\n\ndef predict(model, datapoints):\n${lines.join("")}`);
  };
  const wrong = ["predict-returns-no-list predict"];

  for (const body of [
    "print(1)",
    "for each in datapoints:\n    print(each)",
    "found = []\nfound.append(1)",
    "if datapoints:\n    return\nprint(1)",
    "return {}",
    'return {"a": 1}',
    "return {**model}",
    "return {each for each in datapoints}",
    "return {each: 1 for each in datapoints}",
    "return (each for each in datapoints)",
    "return map(model, datapoints)",
    "return zip(datapoints, datapoints)",
    "return dict(a=1)",
    'return "text"',
    "return 1",
    "return ({})",
    "if datapoints:\n    return {}\nelse:\n    return map(model, datapoints)",
    "def inner():\n    return []\ninner()",
    "yield 1",
  ]) {
    test(`is not a list: ${body.replaceAll("\n", " ⏎ ")}`, () => assert.equal(found(body), wrong));
  }

  for (const body of [
    "...",
    "pass",
    "raise NotImplementedError",
    "print(1)\nraise NotImplementedError",
    "return []",
    "return [each for each in datapoints]",
    "return list(map(model, datapoints))",
    "return (1, 2)",
    "return ()",
    "return (each for each in datapoints), 1",
    "return model(datapoints)",
    "return model",
    "return {}.values()",
    'return "a b".split()',
    "return {} or []",
    "return (yes if model else no)",
    "if not datapoints:\n    return {}\nreturn [1]",
    "if not datapoints:\n    return None\nreturn [1]",
    "with model:\n    return [1]",
    "map = model\nreturn map(1)",
    "while True:\n    print(1)",
    "return (lambda: [])()",
    "return sorted(datapoints)",
    "return [] if model else {}",
  ]) {
    test(`may be a list: ${body.replaceAll("\n", " ⏎ ")}`, () => assert.equal(found(body), []));
  }

  test("depends on the names of the module", () => {
    assert.equal(found("return map(model, datapoints)", "from ray import map\n"), []);
    assert.equal(found("return map(model, datapoints)", "from lib import *\n"), []);
    assert.equal(found("return map(model, datapoints)", "def map(*args):\n    return []\n"), []);
  });

  test("depends on decorators", () => {
    const forgets = "def d(f):\n    def w(*a, **k):\n        f(*a, **k)\n    return w\n@d\n";
    const keeps =
      "def d(f):\n    def w(*a, **k):\n        found = f(*a, **k)\n        return [found]\n    return w\n@d\n";
    const predict = (decorator: string, body: string) =>
      check(`def load(): ...\n${decorator}def predict(model, datapoints):\n    return ${body}\n`);
    assert.equal(predict(forgets, "[1]"), wrong);
    assert.equal(predict(keeps, "{}"), []);
  });

  test("is checked in every variant", () => {
    const either = (one: string, other: string) =>
      check(
        `def load(): ...\nif A:\n    def predict(model, datapoints):\n        return ${one}\nelse:\n    def predict(model, datapoints):\n        return ${other}\n`,
      );
    assert.equal(either("{}", "[]"), ["unverified-entrypoint"]);
    assert.equal(either("{}", "map(model, datapoints)"), wrong);
  });
});
