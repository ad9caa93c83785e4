// The declarations that a lock file records say exactly what the code says: also about a definition that changes later.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import type { LockedPython } from "../src/base/lock-file.ts";
import { positionAt } from "../src/base/source.ts";
import { type Compilation, compile } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { declareCode } from "../src/lock/declare.ts";
import { describe } from "./describe.ts";
import { temporaryFolder } from "./temporary.ts";

const KEY = "https://example.com/code.git#main";

interface Inputs {
  readonly load: Readonly<Record<string, string>>;
  readonly entrypoint?: string;
}

const definition = ({ load, entrypoint = "model:load" }: Inputs): string => `models:
  - name: ships
    repository:
      url: https://example.com/code.git
      branch: main
    runtime:
      load:
        entrypoint: ${entrypoint}
        inputs:${
          Object.entries(load)
            .map(([name, value]) => `\n          - name: ${name}\n            value: ${value}`)
            .join("") || " []"
        }
        output:
          name: model
      predict:
        entrypoint: model:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
          keys: [boxes]
`;

/** Definitions that a user may write after the code was locked. */
const LATER: readonly Inputs["load"][] = [
  {},
  { weights: "a.pt" },
  { weights: "a.pt", size: "3" },
  { weights: "a.pt", size: "three" },
  { weights: "a.pt", mode: "fast" },
  { weights: "a.pt", mode: "fsat" },
  { weigths: "a.pt" },
  { weights: "[1, 2]", extra: "{ a: 1 }" },
];

const PREDICT = "def predict(model, datapoints):\n    return [{'boxes': []} for _ in datapoints]\n";

const manyHelpers = Array.from({ length: 50 }, (_, i) => `def helper_${i}():\n    x = ${i}\n    return x\n`).join("\n");

/** Modules by path. */
const SOURCES: Readonly<Record<string, { readonly files: Readonly<Record<string, string>> }>> = {
  "helpers are left out": {
    files: { "model.py": `${manyHelpers}\ndef load(weights: str, size: int = 1):\n    return weights\n\n${PREDICT}` },
  },
  "types of other modules, with an alias": {
    files: {
      "model.py": `from __future__ import annotations\nfrom lib.types import Mode as M, Other\nimport lib.types as t\n\ndef load(weights: str, size: t.Size = 1, mode: M = 'fast', extra: "Other | None" = None) -> t.Net:\n    net = t.Net()\n    return net\n\n${PREDICT}`,
      "lib/__init__.py": "",
      "lib/types.py": `from typing import Literal\nfrom dataclasses import dataclass, field\n\nMode = Literal["fast", "slow"]\nSize = int\n\n@dataclass\nclass Base:\n    """Base."""\n    name: str  # its name\n\n    def method(self):\n        print("x")\n\n@dataclass\nclass Other(Base):\n    items: list[int] = field(default_factory=list)\n\nclass Net:\n    def __init__(self):\n        self.x = 1\n\nclass Unused:\n    pass\n`,
    },
  },
  "a class as an entry point": {
    files: {
      "model.py": `class Parent:\n    def __init__(self, weights: str, *, size: int = 2, **options):\n        self.weights = weights\n\nclass load(Parent):\n    """Loads."""\n    count = 0\n\n    def run(self):\n        return 1\n\n${PREDICT}`,
    },
  },
  "decorators, overloads and partial": {
    files: {
      "model.py": `import functools\nfrom typing import overload\n\ndef twice(function):\n    @functools.wraps(function)\n    def inner(*args, **kwargs):\n        return function(*args, **kwargs)\n    return inner\n\n@overload\ndef base(weights: str) -> int: ...\n@overload\ndef base(weights: str, size: int) -> str: ...\n@twice\ndef base(weights, size=None, mode="fast"):\n    return 1\n\nload = functools.partial(base, mode="slow")\n\n${PREDICT}`,
    },
  },
  conditions: {
    files: {
      "model.py": `import sys\nif sys.version_info >= (3, 11):\n    def load(weights, size: int = 1):\n        return 1\nelse:\n    def load(weights, size: int = 1, mode=None):\n        return 2\n\n${PREDICT}`,
    },
  },
  "star imports and __all__": {
    files: {
      "model.py": `from parts import *\n\n${PREDICT}`,
      "parts.py": `__all__ = ["load"]\n\ndef load(weights, size: int):\n    return weights\n\ndef other():\n    return 1\n`,
    },
  },
  "code outside a class that changes it": {
    files: {
      "model.py": `class load:\n    def __init__(self, weights):\n        pass\n\ndef patched(self, weights, size):\n    pass\n\nload.__init__ = patched\n\n${PREDICT}`,
    },
  },
  "a load that returns nothing, a generator, and a predict that returns a map": {
    files: {
      "model.py": `def load(weights):\n    print(weights)\n\ndef predict(model, datapoints):\n    result = 1\n    return {"boxes": [result]}\n`,
    },
  },
  "a generator": {
    files: {
      "model.py": `def load(weights):\n    return 1\n\ndef predict(model, datapoints):\n    for each in datapoints:\n        yield each\n`,
    },
  },
  stubs: {
    files: {
      "model.py": `def load(weights):\n    ...\n\ndef predict(model, datapoints):\n    raise NotImplementedError\n`,
    },
  },
  enumerations: {
    files: {
      "model.py": `import enum\n\nclass Mode(enum.Enum):\n    FAST = "fast"\n    SLOW = "slow"\n\nclass Speed(str, enum.Enum):\n    A = "a"\n\ndef load(weights: str, mode: Mode = Mode.FAST, size: Speed = Speed.A):\n    return weights\n\n${PREDICT}`,
    },
  },
  "other line ends, tabs and letters": {
    files: {
      "model.py": `\ufeffdef größe():\r\n\treturn 1\r\n\r\ndef load(\r\n\tweights: str,\r\n\tsize: int = größe(),\r\n):\r\n\t'''Lädt.'''\r\n\treturn weights\r\n\r\n${PREDICT.replaceAll("\n", "\r\n")}`,
    },
  },
  "a function that does not exist": {
    files: { "model.py": `def laod(weights):\n    return 1\n\n${PREDICT}` },
  },
  "a module that does not exist": { files: { "other.py": "" } },
  "a function of an installed package": { files: { "model.py": `from torch.hub import load\n\n${PREDICT}` } },
  "a syntax error": { files: { "model.py": `def load(weights, size=:\n    return 1\n\n${PREDICT}` } },
};

/** Everything that a compilation says, without the paths of Python files. */
function said({ diagnostics, plan }: Compilation): string {
  const findings = diagnostics.map(({ code, severity, span, path }) => {
    const { line, column } = positionAt(span.source, span.start);
    return [code, severity, span.source.path.split("/").at(-1), line, column, path];
  });
  return JSON.stringify([findings, plan?.hash]);
}

describe("lock: declarations", (test) => {
  for (const [title, { files }] of Object.entries(SOURCES)) {
    test(title, () => {
      const folder = temporaryFolder();
      const code = join(folder, title.replace(/\W/g, "-"));
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(code, path)), { recursive: true });
        writeFileSync(join(code, path), text);
      }
      const compiled = (inputs: Inputs["load"], read: string | LockedPython): Compilation => {
        const source = { path: "efemarai.yaml", text: definition({ load: inputs }) };
        return compile([source], nodeHost(folder), { fetchedCode: new Map([[KEY, read]]) });
      };
      const first = { weights: "a.pt" };
      const declared = declareCode({
        compile: (read) => compiled(first, read.get(KEY) ?? code),
        lockPath: "modelwright.lock",
        fetched: new Map([[KEY, code]]),
      }).get(KEY);
      assert.equal(declared?.unread, [], title);
      assert.equal(declared?.entrypoints, ["model:load", "model:predict"]);
      if (declared === undefined) return;
      for (const later of LATER)
        assert.is(said(compiled(later, declared)), said(compiled(later, code)), JSON.stringify(later));
      const lines = [...declared.files.values()].flatMap((each) => [...each.values()]);
      assert.not.match(lines.join("\n"), /helper_|Unused|print\("x"\)/);
    });
  }

  test("tokens in the code are masked", () => {
    const folder = temporaryFolder();
    const code = join(folder, "tokens");
    const token = `ghp_${"aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1cD3eF5"}`;
    mkdirSync(code);
    writeFileSync(
      join(code, "model.py"),
      `TOKEN = "${token}"\n\ndef load(weights, size=TOKEN):\n    return 1\n\n${PREDICT}`,
    );
    const declared = declareCode({
      compile: (fetchedCode) => {
        const source = { path: "efemarai.yaml", text: definition({ load: { weights: "a" } }) };
        return compile([source], nodeHost(folder), { fetchedCode });
      },
      lockPath: "modelwright.lock",
      fetched: new Map([[KEY, code]]),
    }).get(KEY);
    const lines = [...(declared?.files.get("model.py")?.values() ?? [])];
    assert.equal(lines.slice(0, 2), [`TOKEN = "${"*".repeat(token.length)}"`, "def load(weights, size=TOKEN):"]);
  });

  test("large code is not recorded", () => {
    const folder = temporaryFolder();
    const code = join(folder, "large");
    mkdirSync(code);
    const values = Array.from({ length: 30_000 }, (_, i) => `    "value ${i}",`).join("\n");
    writeFileSync(
      join(code, "model.py"),
      `VALUES = [\n${values}\n]\n\ndef load(weights=VALUES):\n    return 1\n\n${PREDICT}`,
    );
    const declared = declareCode({
      compile: (fetchedCode) => {
        const source = { path: "efemarai.yaml", text: definition({ load: { weights: "a" } }) };
        return compile([source], nodeHost(folder), { fetchedCode });
      },
      lockPath: "modelwright.lock",
      fetched: new Map([[KEY, code]]),
    }).get(KEY);
    assert.equal(declared, { entrypoints: [], unread: ["model:load", "model:predict"], files: new Map() });
  });
});
