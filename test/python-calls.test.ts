// Calls of Python code: wrong ones are compared with what Python does, and uncertain ones are not reported.
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { type Host, memoryHost } from "../src/base/host.ts";
import { compile } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { compileText, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";
import { processorTime } from "./processor-time.ts";
import { FITTING, LOADED, STRANGE } from "./python/values.ts";
import { inTemporaryFolder } from "./temporary.ts";

const PREDICT = "def predict(model, datapoints):\n    return []\n";

interface Parts {
  readonly load?: readonly (readonly [name: string, value: string])[];
  readonly predict?: readonly (readonly [name: string, value: string])[];
  readonly entrypoints?: readonly [load: string, predict: string];
}

const DATA = [
  ["model", "${model.runtime.load.output.model}"],
  ["datapoints", "${datapoints}"],
] as const;

function definition({
  load = [],
  predict = DATA,
  entrypoints = ["inference:load", "inference:predict"],
}: Parts): string {
  const inputs = (list: NonNullable<Parts["load"]>) =>
    list.length === 0
      ? ""
      : `        inputs:\n${list.map(([name, value]) => `          - { name: ${name}, value: ${quoted(value)} }\n`).join("")}`;
  return `models:
  - name: d7
    runtime:
      load:
        entrypoint: ${entrypoints[0]}
${inputs(load)}        output: { name: model }
      predict:
        entrypoint: ${entrypoints[1]}
${inputs(predict)}        output: { name: found }
`;
}

/** Expressions have braces, which have another meaning in a flow map. */
function quoted(value: string): string {
  return value.startsWith("$") ? JSON.stringify(value) : value;
}

function check(python: string, parts: Parts = {}): readonly string[] {
  return mistakes(compileText({ "efemarai.yaml": definition(parts), "inference.py": python }));
}

describe("calls: what Python accepts", (test) => {
  const name = fc.constantFrom("a", "b", "c", "d", "device", "__proto__", "constructor");
  const parameters = fc
    .record({
      names: fc.uniqueArray(name, { maxLength: 5 }),
      defaults: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      slash: fc.nat(6),
      star: fc.nat(8),
      isOpen: fc.boolean(),
      takesAny: fc.boolean(),
    })
    .map(({ names, defaults, slash, star, isOpen, takesAny }) => {
      let hasDefault = false;
      const written = names.map((each, at) => {
        hasDefault ||= defaults[at] === true && at < star;
        return each + ((at < star ? hasDefault : defaults[at]) ? "=1" : "");
      });
      if (star < names.length || isOpen) written.splice(star, 0, isOpen ? "*args" : "*");
      if (slash > 0 && slash <= Math.min(star, names.length)) written.splice(slash, 0, "/");
      if (takesAny) written.push("**options");
      return written.join(", ");
    });
  const calls = fc.record({ parameters, inputs: fc.uniqueArray(fc.oneof(name, fc.constant("e")), { maxLength: 5 }) });

  test("is accepted, and what Python rejects is reported", () => {
    const samples = fc.sample(calls, { numRuns: 1_500, seed: 7 });
    const input = samples.map((sample) => JSON.stringify([sample.parameters, sample.inputs])).join("\n");
    const script = join(ROOT, "test/tools/python-calls.py");
    const { stdout, stderr } = spawnSync("python3", [script], { input, encoding: "utf8", maxBuffer: 1 << 26 });
    const answers = stdout.trim().split("\n");
    assert.is(answers.length, samples.length, stderr);
    const counts = { accepted: 0, refused: 0, syntax: 0 };
    for (const [at, sample] of samples.entries()) {
      const theirs = JSON.parse(answers[at] ?? "") as keyof typeof counts;
      const found = check(`def load(${sample.parameters}): ...\n\n\n${PREDICT}`, {
        load: sample.inputs.map((each) => [each, "1"] as const),
      });
      const codes = new Set(found.map((line) => line.split(" ", 1)[0]));
      const mine = codes.has("python-syntax") ? "syntax" : codes.size > 0 ? "refused" : "accepted";
      assert.is(mine, theirs, `def f(${sample.parameters}) with ${sample.inputs.join(", ")}: ${found.join("; ")}`);
      counts[theirs]++;
    }
    assert.ok(counts.accepted > 200 && counts.refused > 200, JSON.stringify(counts));
  });

  test("`self` is passed by Python, even if a class accepts any arguments", () => {
    const entrypoints = ["inference:A", "inference:predict"] as const;
    const codes = (head: string) =>
      check(`class A:\n    def __init__(${head}): ...\n\n\n${PREDICT}`, { load: [["self", "1"]], entrypoints });
    assert.equal(codes("self, **options"), ["unknown-argument self"]);
    assert.equal(codes("self, a=1"), ["unknown-argument self"]);
    assert.equal(codes("self, /, **options"), []);
    assert.equal(codes("this, self=1, **options"), []);
  });

  test("a misspelled input is one mistake", () => {
    const python = `def load(weights, labels, *, size=1): ...\n\n\n${PREDICT}`;
    assert.equal(
      check(python, {
        load: [
          ["wieghts", "1"],
          ["labels", "2"],
        ],
      }),
      ["unknown-argument wieghts"],
    );
    assert.equal(
      check(python, {
        load: [
          ["wieghts", "1"],
          ["lables", "2"],
        ],
      }),
      ["unknown-argument wieghts", "unknown-argument lables"],
    );
    assert.equal(
      check(python, {
        load: [
          ["path", "1"],
          ["labels", "2"],
        ],
      }),
      ["unknown-argument path"],
    );
    assert.equal(check(python, { load: [["path", "1"]] }), ["missing-argument load", "unknown-argument path"]);
    assert.equal(check(python, { load: [["labels", "1"]] }), ["missing-argument load"]);
  });
});

describe("calls: values and annotations", (test) => {
  for (const [head, annotation, value] of FITTING) {
    test(`${annotation} takes ${value}${head === "" ? "" : `, where ${head.split("\n", 1)}`}`, () => {
      const python = `${head}\ndef load(x: ${annotation}): ...\n${PREDICT}`;
      assert.equal(check(python, { load: [["x", value]] }), []);
    });
  }

  for (const [head, annotation, value, marked] of STRANGE) {
    test(`${annotation} does not take ${value}${head === "" ? "" : `, where ${head.split("\n", 1)}`}`, () => {
      const python = `${head}\ndef load(x: ${annotation}): ...\n${PREDICT}`;
      assert.equal(check(python, { load: [["x", value]] }), [`argument-type ${marked ?? value}`]);
    });
  }

  for (const [head, returns, wanted, isRight] of LOADED) {
    test(`${wanted} ${isRight ? "takes" : "does not take"} ${returns}${head === "" ? "" : `, where ${head.split("\n", 1)}`}`, () => {
      const python = `${head}\ndef load() -> ${returns}: ...\ndef predict(model: ${wanted}, datapoints): ...\n`;
      assert.equal(check(python), isRight ? [] : ["argument-type ${model.runtime.load.output.model}"]);
    });
  }

  test("the datapoints are a list of objects", () => {
    const codes = (annotation: string) =>
      check(`def load(): ...\ndef predict(model, datapoints: ${annotation}): ...\n`);
    for (const right of [
      "list",
      "list[Datapoint]",
      "Sequence",
      "Iterable[dict]",
      "tuple",
      "object",
      "Any",
      "List[Any]",
      "Batch",
    ]) {
      assert.equal(codes(right), [], right);
    }
    for (const wrong of ["int", "str", "dict", "np.ndarray", "list[str]", "Sequence[int]", "list[np.ndarray]", "set"]) {
      assert.equal(codes(wrong), ["argument-type ${datapoints}"], wrong);
    }
  });

  test("a legacy image is not checked", () => {
    const python = "def load(): ...\ndef predict(model, image: int): ...\n";
    assert.equal(check(python, { predict: [DATA[0], ["image", "${datapoint.image}"]] }), []);
  });

  test("the annotations of an inherited constructor refer to the names of its own module", () => {
    const files = {
      "efemarai.yaml": definition({
        load: [["size", "large"]],
        entrypoints: ["inference:Detector", "inference:predict"],
      }),
      "inference.py": `from base import Base\n\nSize = str\n\n\nclass Detector(Base): ...\n\n\n${PREDICT}`,
      "base.py": "Size = int\n\n\nclass Base:\n    def __init__(self, size: Size): ...\n",
    };
    assert.equal(mistakes(compileText(files)), ["argument-type large"]);
  });
});

describe("calls: results", (test) => {
  const LOAD = "def load(): ...\n";
  const codes = (python: string) => check(`${LOAD}${python}`);
  test("predict can return anything that may be a list", () => {
    for (const right of [
      "list",
      "List[dict]",
      "tuple",
      "Sequence",
      "Iterable[int]",
      "Any",
      "Predictions",
      "dict | list",
      "'list'",
      "T",
      "deque",
    ]) {
      assert.equal(codes(`def predict(model, datapoints) -> ${right}: ...\n`), [], right);
    }
    assert.equal(codes("class P(list): ...\ndef predict(model, datapoints) -> P: ...\n"), []);
    assert.equal(
      codes("from typing import Protocol\nclass P(Protocol): ...\ndef predict(model, datapoints) -> P: ...\n"),
      [],
    );
    assert.equal(codes("async def predict(model, datapoints): ...\n"), []);
    assert.equal(
      codes("def predict(model, datapoints):\n    def inner():\n        yield 1\n    return list(inner())\n"),
      [],
    );
    assert.equal(codes("def predict(model, datapoints):\n    f = lambda: (yield)\n    return []\n"), []);
    assert.equal(codes("def predict(model, datapoints):\n    'yield'\n    return [] # yield\n"), []);
  });

  test("predict cannot return what is certainly not a list", () => {
    const wrong = "predict-returns-no-list predict";
    for (const returns of [
      "None",
      "int",
      "str",
      "dict[str, int]",
      "np.ndarray",
      "torch.Tensor",
      "int | None",
      "P",
      "'dict'",
    ]) {
      assert.equal(codes(`class P: ...\ndef predict(model, datapoints) -> ${returns}: ...\n`), [wrong], returns);
    }
    assert.equal(codes("def predict(model, datapoints):\n    if model:\n        return\n    yield 1\n"), [wrong]);
    assert.equal(codes("def predict(model, datapoints): yield 1\n"), [wrong]);
    assert.equal(codes("async def predict(model, datapoints):\n    yield 1\n"), [wrong]);
  });

  test("load can return None if its output is not used", () => {
    const python = "def load() -> None: ...\ndef predict(datapoints): ...\n";
    assert.equal(check(python, { predict: [DATA[1]] }), []);
    // A function that is still a draft is not evidence.
    assert.equal(check(python.replace(" -> None", ""), { predict: [DATA[1]] }), ["unused-output model"]);
    const used = `def load() -> None: ...\n${PREDICT}`;
    assert.equal(check(used), ["load-returns-none ${model.runtime.load.output.model}"]);
    assert.equal(check(`from helpers import wrapped\n@wrapped\n${used}`), ["unverified-entrypoint load"]);
  });
});

describe("calls: broken inputs", (test) => {
  test("prove nothing about missing inputs", () => {
    const text = definition({}).replace(
      /^ *- \{ name: datapoints.*$/m,
      [
        "          - name: a: b",
        "            value: *nope",
        "          - name: datapoints",
        "            value: %x",
      ].join("\n"),
    );
    const found = mistakes(compileText({ "efemarai.yaml": text, "inference.py": `def load(): return 1\n${PREDICT}` }));
    assert.ok(found.length > 0);
    assert.equal(
      found.filter((each) => !/^(?:yaml-syntax|unknown-anchor)/.test(each)),
      [],
    );
  });
});

describe("calls: hostile code", (test) => {
  const on = (folder: string, parts: Parts = {}) =>
    mistakes(compile([{ path: "efemarai.yaml", text: definition(parts) }], nodeHost(folder)));

  test("fifty megabytes, ten of them code, and a million brackets", () => {
    const comments = "# nothing but a comment in this line, which goes on and on\n".repeat(850_000);
    const code = "def f(a, b=1):\n    return [x for x in a if x > b]\n".repeat(150_000);
    const milliseconds = processorTime(() => {
      assert.equal(check(`${comments}def load(): ...\n${PREDICT}`), [
        "unverified-entrypoint inference",
        "unverified-entrypoint inference",
      ]);
      assert.equal(check(`${code}def load(): ...\n${PREDICT}`), []);
      assert.equal(check(`x = ${"(".repeat(1_000_000)}\n\ndef load(): ...\n${PREDICT}`), ["python-syntax ("]);
      assert.equal(
        check(`def load(x: ${"list[".repeat(100_000)}int${"]".repeat(100_000)}): ...\n${PREDICT}`, {
          load: [["x", "1"]],
        }),
        ["argument-type 1", "python-syntax ["],
      );
      assert.equal(
        check(`def load(${Array.from({ length: 20_000 }, (_, at) => `p${at}`).join(", ")}): ...\n${PREDICT}`),
        ["missing-argument load"],
      );
      const inputs = Array.from({ length: 3_000 }, (_, at) => [`q${at}`, "1"] as const);
      assert.is(
        check(`def load(${inputs.map(([each]) => `${each}_`).join(", ")}): ...\n${PREDICT}`, { load: inputs }).length,
        3_001,
      );
    });
    assert.ok(milliseconds < 60_000, `${milliseconds} ms`);
  });

  test("imports in a circle, in one file and in many", () => {
    assert.equal(check(`from inference import load\n${PREDICT}`), ["unverified-entrypoint load"]);
    const files = new Map(Array.from({ length: 300 }, (_, at) => [`m${at}.py`, `from m${(at + 1) % 300} import f\n`]));
    files.set("efemarai.yaml", definition({ entrypoints: ["m0:f", "m7:f"] }));
    assert.equal(mistakes(compile(["efemarai.yaml"], memoryHost(files))), [
      "unverified-entrypoint f",
      "unverified-entrypoint f",
    ]);
  });

  test("names of properties that all objects have", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      assert.equal(check(PREDICT, { entrypoints: [`inference:${name}`, "inference:predict"] }), [
        `missing-function ${name}`,
      ]);
      assert.equal(
        check(`def ${name}(${name}): ...\n${PREDICT}`, {
          load: [[name, "1"]],
          entrypoints: [`inference:${name}`, "inference:predict"],
        }),
        [],
      );
      assert.equal(check(PREDICT, { entrypoints: [`${name}:f`, "inference:predict"] }), [`missing-module ${name}`]);
      assert.equal(check(`def load(): ...\n${PREDICT}`, { load: [[name, "1"]] }), [`unknown-argument ${name}`]);
      assert.equal(check(`def load(x: ${name}): ...\n${PREDICT}`, { load: [["x", "1"]] }), []);
    }
  });

  test("links, folders and bytes in place of text", () => {
    inTemporaryFolder({ "inference.py": PREDICT }, (folder) => {
      const module = (name: string) => ({ entrypoints: [`${name}:f`, "inference:predict"] as const });
      symlinkSync("circle.py", join(folder, "circle.py"));
      symlinkSync("nowhere.py", join(folder, "dangling.py"));
      mkdirSync(join(folder, "folder.py"));
      writeFileSync(join(folder, "latin.py"), Buffer.from("# caf\xe9\ndef f(): ...\n", "latin1"));
      writeFileSync(join(folder, "zeros.py"), "\0".repeat(100));
      writeFileSync(join(folder, "compiled.so"), "");
      for (const name of ["circle", "dangling", "folder", "a".repeat(300), "nothing"]) {
        assert.equal(on(folder, module(name)), [`missing-module ${name}`]);
      }
      assert.equal(on(folder, module("latin")), ["unverified-entrypoint latin"]);
      assert.equal(on(folder, module("compiled")), ["unverified-entrypoint compiled"]);
      assert.equal(on(folder, module("zeros")), ["python-syntax \0"]);
    });
  });

  test("a module that Git ignores is unknown", () => {
    inTemporaryFolder({ "inference.py": PREDICT, ".gitignore": "made_*.py\ngenerated/\n" }, (folder) => {
      spawnSync("git", ["init", "--quiet"], { cwd: folder });
      for (const name of ["made_by_hand", "generated.code"]) {
        const [module = ""] = [name.split(".", 1)[0]];
        const found = on(folder, { entrypoints: [`${name}:f`, "inference:predict"] });
        assert.equal(found, [`unverified-entrypoint ${name}`], module);
      }
    });
  });
});

describe("calls: any text", (test) => {
  const piece = fc.oneof(
    fc.constantFrom(
      "def load",
      "def predict",
      "class load",
      "(",
      ")",
      ":",
      ",",
      "=",
      "*",
      "**",
      "/",
      "->",
      "\n",
      "    ",
    ),
    fc.constantFrom(
      "a",
      "device",
      "int",
      "list[int]",
      "None",
      "'",
      '"""',
      "import ",
      "from m import load",
      "@",
      "yield",
      "#",
    ),
    fc.string({ maxLength: 4 }),
  );
  test("never throws, and every place is inside of its file", () => {
    const texts = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    const load = [
      ["a", "1"],
      ["b", "[x, 1]"],
    ] as const;
    fc.assert(
      fc.property(texts, texts, (own, other) => {
        const files = { "efemarai.yaml": definition({ load }), "inference.py": own, "m.py": other };
        for (const { span, related = [] } of compileText(files).diagnostics) {
          for (const { source, start, end } of [span, ...related.map((each) => each.span)]) {
            assert.ok(start >= 0 && start <= end && end <= source.text.length);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("calls: reading code", (test) => {
  test("reads each file once, and none for models with remote code", () => {
    const read: string[] = [];
    const files = new Map([
      [
        "efemarai.yaml",
        definition({}) +
          definition({ entrypoints: ["inference:load", "other:predict"] })
            .replace(/^models:\n/, "")
            .replace("d7", "d8"),
      ],
      ["inference.py", `def load(): ...\n${PREDICT}`],
      ["other.py", "from inference import predict\n"],
    ]);
    const host = memoryHost(files);
    const counting: Host = {
      ...host,
      readText: (path, root) => {
        read.push(path);
        return host.readText(path, root);
      },
    };
    assert.equal(compile(["efemarai.yaml"], counting).diagnostics, []);
    assert.equal(read.sort(), ["efemarai.yaml", "inference.py", "other.py"]);
    read.length = 0;
    const remote = definition({}).replace(
      "    runtime:",
      "    repository: { url: https://example.com/a.git, branch: main }\n    runtime:",
    );
    files.set("efemarai.yaml", remote);
    assert.equal(mistakes(compile(["efemarai.yaml"], counting)), ["remote-code https://example.com/a.git"]);
    assert.equal(read.sort(), ["efemarai.yaml", "modelwright.lock"]);
  });
});
