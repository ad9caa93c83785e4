// Which imports are reported as missing packages: only those that certainly fail in a known environment.

import { spawnSync } from "node:child_process";
import * as assert from "uvu/assert";
import { packageOf, similarModule } from "../src/base/python-packages.ts";
import { mayBeStandardModule } from "../src/python/names/standard-library.ts";
import { compileText } from "./definitions.ts";
import { describe } from "./describe.ts";

const DEFINITION = `models:
  - name: d7
    runtime:
      load:
        entrypoint: inference:load
        output: { name: model }
      predict:
        entrypoint: inference:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.model}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: found }
`;

const CODE = "\n\ndef load():\n    return 1\n\n\ndef predict(model, datapoints):\n    return []\n";
const SITE = ".venv/lib/python3.12/site-packages";

interface Machine {
  /** Paths below the packages of `.venv`, with their texts. */
  readonly site?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly definition?: string;
}

/** The hints of the findings for the imports of an entry point's module. */
function hints(
  imports: string,
  { site = { "six.py": "" }, files = {}, definition = "efemarai.yaml" }: Machine = {},
): readonly string[] {
  const all: Record<string, string> = { [definition]: DEFINITION, "inference.py": imports + CODE, ...files };
  for (const [path, text] of Object.entries(site)) all[`${SITE}/${path}`] = text;
  return compileText(all)
    .diagnostics.filter(({ code }) => code === "missing-package")
    .map(({ message, hint }) => `${/`(.*?)`/.exec(message)?.[1]}: ${hint}`);
}

describe("missing packages", (test) => {
  test("are named as in the package index", () => {
    assert.equal(hints("import cv2"), ["cv2: Install `opencv-python` in `.venv`."]);
    assert.equal(hints("import torch.nn as nn"), ["torch.nn: Install `torch` in `.venv`."]);
    assert.equal(hints("from google.protobuf import message"), ["google.protobuf: Install `protobuf` in `.venv`."]);
    assert.equal(hints("from skimage.io import *"), ["skimage.io: Install `scikit-image` in `.venv`."]);
  });

  test("are never guessed", () => {
    assert.equal(hints("import nmpy"), ["nmpy: Did you mean `numpy`?"]);
    assert.equal(hints("import trfs"), ["trfs: Install the package that contains it, or correct the name."]);
    for (const name of ["nmpy", "reqeusts", "tensorflwo", "my_company"]) assert.is(packageOf(name), undefined, name);
    assert.is(similarModule("reqeusts"), "requests");
    assert.is(similarModule("numpy"), undefined);
    assert.is(similarModule("my_company"), undefined);
    assert.is(packageOf("constructor"), undefined);
  });

  test("are reported once each, at the import", () => {
    assert.is(hints("import cv2\nimport cv2.dnn\nfrom cv2 import imread\nimport torch").length, 2);
  });

  const SILENT: readonly (readonly [title: string, imports: string, machine?: Machine])[] = [
    ["what the environment has", "import six"],
    ["the standard library", "import os, json, tomllib, distutils, _thread, __future__"],
    [
      "modules of the code",
      "import helpers\nimport package.part\nfrom . import x",
      { files: { "helpers.py": "", "package/part.py": "" } },
    ],
    ["a compiled module of the code", "import fast", { files: { "fast.cpython-312-x86_64-linux-gnu.so": "" } }],
    ["a module anywhere in the code", "import helpers", { files: { "src/tools/helpers.py": "" } }],
    ["an import that may fail", "try:\n    import cv2\nexcept ImportError:\n    cv2 = None"],
    ["an import on a condition", "import sys\nif A:\n    import cv2\nwith B:\n    import torch"],
    ["an import for types", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import cv2"],
    ["an import in a function", "def f():\n    import cv2"],
    ["the main program", "if __name__ == '__main__':\n    import cv2"],
    ["code that changes the path", "import sys\nsys.path.append('lib')\nimport cv2"],
    [
      "a module that changes the path",
      "import paths\nimport cv2",
      { files: { "paths.py": "import site\nsite.addsitedir('x')" } },
    ],
    ["code that installs packages", "import os\nos.system('pip install opencv-python')\nimport cv2"],
    ["a broken module", "import cv2\nx = ("],
    ["a module of C", "import cv2", { site: { "cv2.abi3.so": "" } }],
    ["a namespace", "import google.cloud.storage", { site: { "google/cloud/storage/__init__.py": "" } }],
    ["what a distribution says it has", "import cv2", { site: { "opencv-4.dist-info/top_level.txt": "cv2\n" } }],
    [
      "what a distribution has recorded",
      "import cv2",
      { site: { "opencv-4.dist-info/RECORD": "cv2/__init__.py,sha256=x,1\n" } },
    ],
    ["a path file", "import cv2", { site: { "__editable__.d7.pth": "/somewhere\n" } }],
    ["a module that Python imports at its start", "import cv2", { site: { "sitecustomize.py": "" } }],
    [
      "packages of the system",
      "import cv2",
      { files: { ".venv/pyvenv.cfg": "include-system-site-packages = true\n" } },
    ],
    ["no environment", "import cv2", { site: {} }],
    [
      "an environment of another definition",
      "import cv2",
      { definition: "models/efemarai.yaml", files: { "models/inference.py": `import cv2${CODE}` } },
    ],
  ];
  for (const [title, imports, machine] of SILENT) {
    test(`are not reported: ${title}`, () => assert.equal(hints(imports, machine), []));
  }

  test("are looked up in environments of every layout", () => {
    const at = (path: string, text = "") =>
      hints("import cv2\nimport six", { site: {}, files: { [path]: text } }).length;
    assert.is(at(".venv/Lib/site-packages/six.py"), 1);
    assert.is(at(".venv/lib64/python3.9/site-packages/six.py"), 1);
    assert.is(at(".venv/lib/python3.13t/site-packages/other.py"), 2);
    const usual = {
      "_virtualenv.pth": "import _virtualenv",
      "distutils-precedence.pth": "import os",
      "a-1-nspkg.pth": "import sys",
    };
    assert.is(hints("import cv2", { site: usual }).length, 1);
  });

  test("do not include the standard library of any Python on this machine", () => {
    const script = "import sys; print(' '.join(getattr(sys, 'stdlib_module_names', ())))";
    let compared = 0;
    for (const python of [
      "python3",
      "python3.9",
      "python3.10",
      "python3.11",
      "python3.12",
      "python3.13",
      "python3.14",
    ]) {
      const { stdout, status } = spawnSync(python, ["-c", script], { encoding: "utf8" });
      if (status !== 0) continue;
      const names = stdout
        .trim()
        .split(" ")
        .filter((name) => !/^(?:_|xx)/.test(name) && name !== "");
      assert.equal(
        names.filter((name) => !mayBeStandardModule(name) && name !== "pydoc_data"),
        [],
        python,
      );
      compared++;
    }
    assert.ok(compared > 0);
  });
});
