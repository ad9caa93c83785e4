// The header scanner against CPython's own parser, broken code, newer syntax and hostile text, and the targets of entry
// points against those that Python finds.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { memoryHost } from "../src/base/host.ts";
import { nodeHost } from "../src/disk/host.ts";
import type { PythonModule } from "../src/python/module.ts";
import { isStandardModule } from "../src/python/names/standard-library.ts";
import { resolveFunction } from "../src/python/resolve.ts";
import { scanModule } from "../src/python/scan/scan.ts";
import { lookUpType } from "../src/python/type-lookup.ts";
import { parseAnnotation } from "../src/python/types/annotation.ts";
import { annotationType, namesOf } from "../src/python/types/names-in-module.ts";
import { showType } from "../src/python/types/python-type.ts";
import { describe } from "./describe.ts";
import { fixture, ROOT } from "./golden.ts";
import { processorTime } from "./processor-time.ts";
import { ANNOTATIONS, IN_MODULES } from "./python/annotations.ts";
import { assertLinear, assertPlaces } from "./python/assertions.ts";
import { ENTRYPOINTS } from "./python/entrypoints.ts";
import { HOSTILE, HOSTILE_ANNOTATIONS } from "./python/hostile.ts";
import { compareWithAst, definitionsIn } from "./python/oracle.ts";
import { showBinding, showResolution } from "./python/show.ts";
import { SYNTAX } from "./python/syntax.ts";

const scan = (text: string, path = "module.py"): PythonModule => scanModule({ path, text });
const python = (...args: readonly string[]): string => execFileSync("python3", args, { encoding: "utf8" }).trim();
const standardLibrary = python("-c", "import sysconfig; print(sysconfig.get_path('stdlib'))");

/** The names of functions and classes at module level, in the order of the text. */
function definitions({ bindings }: PythonModule): readonly string[] {
  return bindings.flatMap((each) => (each.kind === "function" || each.kind === "class" ? [each.name.text] : []));
}

const isForeign = (path: string) => /(?:^|[\\/])(?:site-packages|dist-packages)[\\/]/.test(path);

function pythonFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files.filter((path) => /\.py$/.test(path)).map((path) => join(folder, path));
}

/** All installed files; of many packages only every nth file, unless all are requested. */
function installedFiles(): readonly string[] {
  const paths = python(
    "-c",
    "import site, sysconfig; print('\\n'.join({*site.getsitepackages(), sysconfig.get_path('purelib')}))",
  );
  const files = paths.split("\n").flatMap(pythonFiles).sort();
  const step = process.env["EVERY_PYTHON_FILE"] === "1" ? 1 : Math.ceil(files.length / MOST_FILES);
  return files.filter((_, at) => at % step === 0);
}

const MOST_FILES = 1_500;
/** The files that one test compares, because each test has a time limit. */
const AT_ONCE = 1_000;

describe("python: against ast", (test) => {
  const library = pythonFiles(standardLibrary).filter((path) => !isForeign(path.slice(standardLibrary.length)));
  for (const [what, files] of [
    ["the standard library", library],
    ["installed packages", installedFiles()],
  ] as const) {
    for (let from = 0; from < files.length; from += AT_ONCE) {
      const some = files.slice(from, from + AT_ONCE);
      test(`reads the same headers, imports and names in ${what}, files ${from} to ${from + some.length}`, async () => {
        const { differences, ...counts } = await compareWithAst("python3", some);
        const { functions, classes, files: read, skipped, characters, scanner, ast } = counts;
        console.log(
          `  ${what}: ${functions} functions, ${classes} classes in ${read} files (${(characters / 1e6).toFixed(1)} MB;`,
          `${skipped} that ast cannot parse): scanner ${scanner.toFixed(0)} ms, ast ${ast.toFixed(0)} ms`,
        );
        assert.equal(differences, []);
        assert.ok(what !== "the standard library" || functions > 5_000, `only ${functions} functions were compared`);
      });
    }
  }
});

describe("python: incomplete code", (test) => {
  const folder = fixture("python", "broken");
  for (const name of readdirSync(folder).sort()) {
    test(name, () => {
      const text = readFileSync(join(folder, name), "utf8");
      const module = scan(text, name);
      assert.is(definitions(module).join(", "), /^# Found: (.*)/.exec(text)?.[1]);
      const predict = module.bindings.findLast((each) => each.kind === "function" && each.name.text === "predict");
      assert.is(predict && showBinding(predict).replace(/^@\S+ /, ""), "def predict(datapoints, threshold = 0.5)");
      assertPlaces(module);
    });
  }

  test("keeps the written parameters", () => {
    const shown = (text: string) => scan(text).bindings.map(showBinding);
    assert.equal(shown("def f(a, b: int = , c"), ["def f(a, b: int, c) broken"]);
    assert.equal(shown("def f(a, class, *, b=(1, 2)"), ["def f(a, b * = (1, 2)) broken"]);
    assert.equal(shown("def f(a -> int:\n  pass\ndef g(): ..."), ["def f(a) broken", "def g()"]);
    assert.equal(shown("def f"), ["def f() broken"]);
  });
});

describe("python: syntax", (test) => {
  for (const [title, source, bindings] of SYNTAX) {
    test(title, () => {
      const module = scan(source);
      assert.equal(module.bindings.map(showBinding), bindings);
      assert.equal(module.damage, []);
      assertPlaces(module);
    });
  }

  test("docstrings, `__all__` and the future", () => {
    const module = scan(
      '"""\\\n  First\\tline.\n\nMore."""\nfrom __future__ import annotations\n__all__ = ["a"]\n__all__ += ("b", "c")\n__all__.append("d")\n' +
        "class A:\n    'Of' ' A.'\n    def f(self): r'''Of \\f.'''\n    def g(self):\n        f'no'\n",
    );
    assert.is(module.docstring, "First\tline.");
    assert.is(module.hasFutureAnnotations, true);
    assert.equal(module.exports.kind === "names" && module.exports.names, ["a", "b", "c", "d"]);
    const found = [...definitionsIn(module.bindings, "")].map(({ name, definition }) => [name, definition.docstring]);
    assert.equal(found, [
      ["A", "Of A."],
      ["A.f", "Of \\f."],
      ["A.g", undefined],
    ]);
    for (const text of ["__all__ = a.b", "if x:\n    __all__ = []", "__all__ = ['a'] + b", "__all__.remove('a')"]) {
      assert.is(scan(text).exports.kind, "unknown", text);
    }
    assert.is(scan("__all__: list[str]").exports.kind, "none");
  });
});

describe("python: any text", (test) => {
  const read = (path: string) => readFileSync(join(standardLibrary, path), "utf8");
  const probes = SYNTAX.map(([, source]) => source).join("\n");
  const originals = [probes, ...["dataclasses.py", "functools.py", "string.py", "enum.py"].map(read)];
  const piece = fc.oneof(
    fc.constantFrom(
      '"""',
      "'''",
      '"',
      "'",
      'f"{',
      "f'''",
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      "\\",
      "\\\n",
      "\n",
      "#",
      ":",
      "=",
      ",",
    ),
    fc.constantFrom(
      "def ",
      "class ",
      "async ",
      "@",
      "from . import ",
      "import ",
      "lambda ",
      "\r",
      "\t",
      "\0",
      "\ud800",
      "/",
      "*",
      "->",
    ),
    fc.string({ maxLength: 6 }),
  );
  const edited = fc
    .record({
      original: fc.constantFrom(...originals),
      edits: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(40), piece }), {
        maxLength: 5,
      }),
      length: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ original, edits, length }) => {
      const text = edits.reduce((before, { at, cut, piece: inserted }) => {
        const start = Math.floor(at * before.length);
        return before.slice(0, start) + inserted + before.slice(start + cut);
      }, original);
      return text.slice(0, Math.ceil(length * text.length));
    });

  test("never throws, and every place is inside of the text", () => {
    fc.assert(
      fc.property(edited, (text) => assertPlaces(scan(text))),
      { numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => assertPlaces(scan(text))),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join("")),
        (text) => assertPlaces(scan(text)),
      ),
      { numRuns: 1_000 },
    );
  });

  test("finds a definition in column 0 after any text", () => {
    const isFound = (text: string) => {
      const { bindings } = scan(`${text}\n\n\ndef predict(datapoints, threshold=0.5):\n    pass\n`);
      const last = bindings.findLast((each) => each.kind === "function" && each.name.text === "predict");
      assert.is(last?.kind === "function" && last.parameters.length, 2);
    };
    fc.assert(fc.property(edited, isFound), { numRuns: 150 });
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join("")),
        isFound,
      ),
      { numRuns: 1_000 },
    );
  });

  test("annotations never throw", () => {
    const symbols = fc.constantFrom(
      "int",
      "list",
      "[",
      "]",
      ",",
      "|",
      "(",
      ")",
      '"',
      "'",
      "...",
      "*",
      "-",
      "1",
      "None",
      "Literal",
      ".",
    );
    const text = fc.array(fc.oneof(symbols, fc.string({ maxLength: 3 }))).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (annotation) => showType(parseAnnotation(annotation)).length > 0),
      { numRuns: 3_000 },
    );
  });

  for (const [title, make] of HOSTILE) {
    test(`takes linear time: ${title}`, () => assertLinear(make, (text) => scan(text)));
  }

  for (const [title, make] of HOSTILE_ANNOTATIONS) {
    test(`takes linear time in the annotation: ${title}`, () => assertLinear(make, (text) => parseAnnotation(text)));
  }

  test("reads ten megabytes in one line, and a million open brackets", () => {
    const milliseconds = processorTime(() => {
      scan(`x = "${"a".repeat(10_000_000)}`);
      scan(`def f(${"(".repeat(1_000_000)}\ndef predict(): ...`);
      scan('f"{'.repeat(300_000));
    });
    assert.ok(milliseconds < 5_000, `${milliseconds} ms`);
  });
});

describe("python: annotations", (test) => {
  for (const [annotation, type] of ANNOTATIONS) {
    test(annotation || "nothing", () => assert.is(showType(parseAnnotation(annotation)), type));
  }

  for (const [head, annotation, type] of IN_MODULES) {
    test(`${head}: ${annotation}`, () => {
      assert.is(showType(parseAnnotation(annotation, namesOf(scan(head)))), type);
    });
  }

  test("has a depth limit", () => {
    const deep = parseAnnotation(`${"list[".repeat(1_000)}int${"]".repeat(1_000)}`);
    assert.match(showType(deep), /^list\[list\[.*unknown\(list/);
    assert.match(showType(parseAnnotation(JSON.stringify(JSON.stringify(JSON.stringify("'\"int\"'"))))), /^unknown/);
  });
});

describe("python: entry points", (test) => {
  const root = fixture("python", "repository");
  const host = nodeHost(root);
  const modules = new Map();
  const resolve = (entrypoint: string) => {
    const [module = "", name = ""] = entrypoint.split(":");
    return resolveFunction(host, ".", { module, function: name }, modules);
  };

  for (const [entrypoint, outcome] of ENTRYPOINTS) {
    test(entrypoint, () => assert.is(showResolution(resolve(entrypoint)), outcome));
  }

  test("agrees with what Python finds", () => {
    const script = join(ROOT, "test/tools/python-signatures.py");
    const input = ENTRYPOINTS.map(([entrypoint]) => entrypoint).join("\n");
    const { stdout } = spawnSync("python3", ["-B", script], { cwd: root, input, encoding: "utf8" });
    let compared = 0;
    for (const [at, line] of stdout.trim().split("\n").entries()) {
      const [entrypoint = ""] = ENTRYPOINTS[at] ?? [];
      const theirs = JSON.parse(line) as
        | string
        | readonly (readonly [kind: string, name: string, hasDefault: boolean])[];
      const mine = resolve(entrypoint);
      const isSignature = (mine.kind === "found" || mine.kind === "class") && mine.doubts.length === 0;
      if (isSignature && typeof theirs !== "string") {
        const parameters = mine.signature.parameters.map(({ kind, name, default: value }) => {
          return [kind.replace("var-", "variadic ").replaceAll("-or-", " or "), name.text, value !== undefined];
        });
        assert.equal(parameters, theirs, entrypoint);
        compared++;
      } else if (mine.kind !== "unverified" && !isSignature && !("doubts" in mine)) {
        assert.type(theirs, "string", `${entrypoint} is not missing`);
        compared++;
      }
    }
    assert.ok(compared > 70, `only ${compared} compared`);
  });

  test("names existing functions, and the path that was followed", () => {
    const missing = resolve("missing_name:load");
    assert.equal(missing.kind === "name-missing" && missing.names, ["load", "_hidden", "only_for_types", "Detector"]);
    const trail = resolve("inference:half_again").trail.map(({ source, start, end }) => source.text.slice(start, end));
    assert.equal(trail, ['functools.partial(half, device="cuda")', "partial(predict, threshold=0.1)"]);
  });

  test("ends for any imports", () => {
    const stars = Array.from({ length: 40 }, (_, at) => `from m${at} import *`).join("\n");
    const files = new Map(
      Array.from({ length: 40 }, (_, at) => [
        `m${at}.py`,
        `${stars}\ntry:\n    from m${(at + 1) % 40} import f\nexcept E:\n    from m${(at + 7) % 40} import f\n`,
      ]),
    );
    const milliseconds = processorTime(() => {
      const { kind } = resolveFunction(memoryHost(files), ".", { module: "m0", function: "f" });
      assert.is(kind, "unverified");
    });
    assert.ok(milliseconds < 3_000, `${milliseconds} ms`);
    const bases = new Map([["m.py", "class A(B): ...\nclass B(A): ...\n@dataclass\nclass C(C): ...\na = b\nb = a"]]);
    for (const name of ["A", "C", "a"]) {
      assert.is(resolveFunction(memoryHost(bases), ".", { module: "m", function: name }).kind, "unverified", name);
    }
  });
});

describe("python: names of types", (test) => {
  const files = new Map([
    [
      "main.py",
      "from kinds import Image, Keys, Size as S, Later\nimport kinds\nfrom elsewhere import Other\nif TYPE_CHECKING:\n    from kinds import Point\nOwn = dict[str, S]\n",
    ],
    [
      "kinds.py",
      "import numpy as np\nfrom typing import NewType, NamedTuple, Required, TypeAlias, TypedDict\nImage = np.ndarray\ntype Size = int | None\nLater: TypeAlias = 'list[Image]'\nUser = NewType('User', int)\n" +
        "class Keys(TypedDict, total=False):\n    boxes: Required[Image]\n    names: list[str]\nclass Point(NamedTuple):\n    x: int\n    y: int = 0\nclass Plain: ...\n",
    ],
  ]);
  const main = scan(files.get("main.py") ?? "", "main.py");
  const show = (name: string): string => {
    const found = lookUpType(memoryHost(files), ".", main, name);
    if (found.kind !== "class") return found.kind === "alias" ? showType(found.type) : found.kind;
    const fields = found.fields?.fields.map(({ name: field, annotation, isRequired }) => {
      return `${field.text}${isRequired ? "" : "?"}: ${showType(annotationType(found.module, annotation))}`;
    });
    return `${found.fields?.form ?? "class"} ${fields?.join(", ") ?? ""}`.trim();
  };
  for (const [name, meaning] of [
    ["Image", "numpy"],
    ["kinds.Image", "numpy"],
    ["S", "int | None"],
    ["Later", "list[Image]"],
    ["Own", "dict[str, S]"],
    ["kinds.User", "int"],
    ["Keys", "typed-dict boxes: Image, names?: list[str]"],
    ["Point", "named-tuple x: int, y?: int"],
    ["kinds.Plain", "class"],
    ["Other", "unknown"],
    ["Nowhere", "unknown"],
  ] as const) {
    test(name, () => assert.is(show(name), meaning));
  }
});

describe("modules of the standard library", (test) => {
  test("are those of Python, and no others", () => {
    const code = "import sys; print(*sorted(getattr(sys, 'stdlib_module_names', ())))";
    const names = python("-c", code).split(" ");
    // Python 3.9 does not list them.
    if (names.length < 100) return;
    const module = readFileSync(join(ROOT, "src/python/names/standard-library.ts"), "utf8");
    const listed = /"([a-z][^"]{500,})"/.exec(module)?.[1]?.split(" ") ?? [];
    assert.ok(listed.length > 140, `${listed.length}`);
    assert.equal(
      listed.filter((name) => !names.includes(name)),
      [],
    );
    for (const name of listed) assert.ok(isStandardModule(name), name);
    for (const name of ["inference", "torch", "distutils", "tomllib", "constructor"])
      assert.not(isStandardModule(name), name);
  });
});
