// Every installed Python from 3.9 on runs models. What is missing is reported with what to do about it.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../src/run/index.ts";
import { lookForPython } from "../../src/run/prepare/python.ts";
import { describe } from "../describe.ts";
import { given, named, planOf, predictions, runPlan } from "./harness.ts";

/** The interpreters of this machine by version: on the PATH, and from pyenv and uv. */
function interpreters(): ReadonlyMap<string, string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const root of [join(homedir(), ".pyenv/versions"), join(homedir(), ".local/share/uv/python")]) {
    if (existsSync(root)) folders.push(...readdirSync(root).map((name) => join(root, name, "bin")));
  }
  const found = new Map<string, string>();
  for (const folder of folders.filter(existsSync)) {
    for (const name of readdirSync(folder).filter((each) => /^python3(\.\d+)?$/.test(each))) {
      const path = join(folder, name);
      const asked = spawnSync(path, ["-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"], {
        encoding: "utf8",
      });
      const [version, executable] = asked.stdout?.trim().split(" ") ?? [];
      if (asked.status === 0 && version !== undefined && executable !== undefined) found.set(version, executable);
    }
  }
  return found;
}

const all = interpreters();
const isNew = (version: string): boolean => Number(version.split(".")[1]) >= 9;

async function inFolder(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("run: every installed Python", (test) => {
  for (const [version, python] of [...all].filter(([each]) => isNew(each))) {
    test(`Python ${version} receives and returns values of every kind`, async () => {
      const kinds = planOf({ folder: "calls", predict: "kinds" });
      const array = { dtype: "FP16", shape: [1, 2], data: new Float32Array([0.5, -2]) };
      const sent = await runPlan(kinds, given({ array, big: 2n ** 60n, nan: Number.NaN, text: "é" }), { python });
      assert.equal(sent.report.failures, []);
      const [seen] = predictions(sent.rows);
      assert.equal((seen?.["array"] as { value: unknown } | undefined)?.value, [[0.5, -2]]);
      assert.match(sent.lines[0] ?? "", /"big":\{"type":"int","value":1152921504606846976\}/);

      const returned = [
        "plain",
        "dataclass",
        "enums",
        "texts",
        "large integers",
        "memoryview",
        "set",
        "endless",
        "not finite",
      ];
      const back = await runPlan(planOf({ folder: "returns" }), given(...returned.map((kind) => ({ kind }))), {
        python,
      });
      assert.equal(
        back.rows.flatMap(({ id, error }) => (error === undefined ? [] : [`${id}: ${error.type}`])),
        ["6: InvalidPrediction", "7: InvalidPrediction"],
      );

      const rules = planOf({ folder: "rules", keys: ["boxes", "masks"] });
      const { rows } = await runPlan(rules, given({ boxes: [[1, 0, 1, 1]], masks: [] }), { python });
      assert.match(rows[0]?.error?.message ?? "", /^boxes\[0\]: expected x1 < x2/);

      const failing = await runPlan(
        planOf({ folder: "hostile", predict: "ends_process", keys: ["id"] }),
        named("a", "bad"),
        {
          python,
        },
      );
      assert.is(failing.rows[1]?.error?.type, "WorkerEnded");
    });
  }

  test("older ones are rejected", async () => {
    for (const [version, python] of [...all].filter(([each]) => !isNew(each))) {
      const { report } = await runPlan(planOf({ folder: "calls" }), named("a"), { python });
      assert.match(report.failures[0]?.message ?? "", new RegExp(`is Python ${version}\\.\\d+; Python 3\\.9 or later`));
    }
  });
});

describe("run: where Python is found", (test) => {
  test("the option, VIRTUAL_ENV, .venv next to the definition, python3", () =>
    inFolder({}, async (root) => {
      const real = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
      for (const place of ["option", "active/bin/python", ".venv/bin/python", "path/python3"]) {
        mkdirSync(join(root, place, ".."), { recursive: true });
        symlinkSync(real, join(root, place));
      }
      const origin = async (option: string | undefined, environment: Record<string, string>) => {
        const wanted = option === undefined ? undefined : { program: option, origin: "the option" };
        const found = await lookForPython(wanted, root, {
          PATH: `${join(root, "path")}:/usr/bin:/bin`,
          ...environment,
        });
        return found.kind === "value" ? found.value.origin : found.message;
      };
      const active = { VIRTUAL_ENV: join(root, "active") };
      const option = join(root, "option");
      assert.is(await origin(option, active), "the option");
      assert.is(await origin(undefined, active), "the Python of VIRTUAL_ENV");
      assert.is(await origin(undefined, { VIRTUAL_ENV: "" }), "the Python of .venv");
      rmSync(join(root, ".venv"), { recursive: true });
      assert.is(await origin(undefined, {}), "`python3`");
      // If a named one does not exist, the next one is not used instead.
      assert.match(
        await origin(undefined, { VIRTUAL_ENV: join(root, "gone") }),
        /^the Python of VIRTUAL_ENV is not a Python/,
      );
      writeFileSync(join(root, "script"), "#!/bin/sh\nexit 3\n");
      chmodSync(join(root, "script"), 0o755);
      assert.match(await origin(join(root, "script"), {}), /is not a Python interpreter that can be started$/);
    }));
});

describe("run: an import that fails", (test) => {
  const python = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
  const failure = async (files: Readonly<Record<string, string>>, predict = "predict"): Promise<string> => {
    let message = "";
    await inFolder(files, async (root) => {
      const plan = planOf({ folder: ".", predict });
      const { failures } = await run(plan, { root, environment: process.env, python, input: named("a") });
      message = failures.map((each) => each.message).join("\n");
    });
    return message;
  };
  const code = (line: string) =>
    `${line}\ndef load():\n    return 1\n\ndef predict(datapoints):\n    return datapoints\n`;

  test("names the package, the interpreter and what to do", async () => {
    const raised = "importing `inference` raised ModuleNotFoundError: No module named";
    const install = (name: string) =>
      `the package \`${name}\` is not installed for ${python}: \`${python} -m pip install ${name}\`, or select another Python with the option \`python\``;
    // A name that is not known to be a package is never reported as one.
    const unknown = (name: string) =>
      `\`${name}\` is not installed for ${python}: install the package that contains it, or select another Python with the option \`python\``;
    assert.is(
      await failure({ "inference.py": code("import no_such_package.part") }),
      `${raised} 'no_such_package'; ${unknown("no_such_package")}`,
    );
    const misspelled = await failure({ "inference.py": code("import nmpy") });
    assert.match(
      misspelled,
      /: did you mean `numpy`\? Otherwise install the package that contains it, or select another/,
    );
    assert.not.match(misspelled, /pip install/);
    const isThere = spawnSync(python, ["-c", "import cv2"]).status === 0;
    if (!isThere) assert.ok((await failure({ "inference.py": code("import cv2") })).endsWith(install("opencv-python")));
    assert.is(
      await failure({
        "inference.py": "def load():\n    import no_such_package\n\ndef predict(datapoints):\n    return []\n",
      }),
      `\`inference:load\` raised ModuleNotFoundError: No module named 'no_such_package'; ${unknown("no_such_package")}`,
    );
  });

  test("recognizes the files of the repository", async () => {
    assert.match(
      await failure({ "inference.py": code("import helpers"), "src/tools/helpers.py": "" }),
      /; `src\/tools\/helpers\.py` exists, but imports start from the root of the code; write `import src\.tools\.helpers`$/,
    );
    assert.match(
      await failure({ "inference.py": code("import tools.gone"), "tools/other.py": "" }),
      /; `tools` exists, but it does not contain `tools\.gone`$/,
    );
  });
});
