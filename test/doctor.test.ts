// `modelwright doctor`: what a run would use, and what is wrong, on the real command line.
import { execFileSync } from "node:child_process";
import * as assert from "uvu/assert";
import { inFolder, modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";

const PYTHON = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });

const definition = (repository = "", files = "", inputs = "") => `
models:
  - name: "Big Ship"
${repository}${files}    runtime:
      load:
        entrypoint: inference:load
${inputs}        output: { name: model }
      predict:
        entrypoint: inference:predict
        inputs:
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions }
`;

const FILES = {
  "efemarai.yaml": definition(),
  "inference.py": "def load(token=None):\n    return None\n\n\ndef predict(datapoints):\n    return datapoints\n",
};

const REMOTE = {
  "efemarai.yaml": definition(
    "    repository: { url: 'https://git.invalid/team/code', branch: main, access_token: '${GIT_KEY}' }\n",
    "    files:\n      - { name: weights, url: 'https://host.invalid/w.pt?signature=abc' }\n      - { name: local, url: gone.bin }\n",
    "        inputs:\n          - { name: token, value: '${SERVICE_TOKEN:?ask the team}' }\n",
  ),
};

const doctor = (folder: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  modelwright(folder, ["doctor", ...args], "", { XDG_CACHE_HOME: folder, ...env });

describe("doctor", (test) => {
  test("says what a run would use", () =>
    inFolder({ ...FILES, "modelwright/files/a": "12345" }, (folder) => {
      const { code, out, err } = doctor(folder, ["--python", PYTHON]);
      assert.is(err, "");
      assert.is(code, 0);
      assert.match(out, new RegExp(`^Node +${process.versions.node.replaceAll(".", "\\.")}$`, "m"));
      assert.match(out, /^Python +3\.\d+\.\d+, \/\S+, from `\/\S+` \(the option `python`\)$/m);
      assert.match(out, /^git +\d+\.\d+/m);
      assert.match(out, /^containers +(?:(?:docker|podman) \d|none; no run needs them$)/m);
      assert.match(out, /^cache +\$XDG_CACHE_HOME\/modelwright: 5 bytes in 1 files, [\d.]+ [GMT]B free on its disk$/m);
      assert.match(out, /^Big Ship \(big_ship\): ready$/m);
      assert.match(out, /\nNothing is wrong: a run can start\.\n$/);
    }));

  test("says what is missing, by name only, and what would be brought", () =>
    inFolder(REMOTE, (folder) => {
      const { code, out } = doctor(folder, ["--python", PYTHON]);
      assert.is(code, 1);
      const end = out.slice(out.indexOf("Big Ship"));
      assert.is(
        end,
        `Big Ship (big_ship): not ready
  brings code of https://git.invalid/team/code at main
  brings https://host.invalid/w.pt
  misses GIT_KEY, SERVICE_TOKEN in the environment

wrong: big_ship/repository: the environment variable GIT_KEY is not set
wrong: big_ship/load: the environment variable SERVICE_TOKEN is not set: ask the team
wrong: big_ship/files/local: the file \`gone.bin\` does not exist
`,
      );
      const secrets = { GIT_KEY: "s3cret-one", SERVICE_TOKEN: "s3cret-two" };
      const json = doctor(folder, ["--python", PYTHON, "--format", "json"], secrets);
      assert.is(json.code, 1);
      assert.not.match(json.out + json.err, /s3cret|signature/);
      const { machine, models, problems } = JSON.parse(json.out);
      assert.is(machine.python.command, PYTHON);
      assert.equal(models[0].missing, []);
      assert.equal(problems, [{ step: "big_ship/files/local", message: "the file `gone.bin` does not exist" }]);
    }));

  test("looks at the machine without a definition, and at one with mistakes", () => {
    inFolder({}, (folder) => {
      const { code, out } = doctor(folder, ["--python", "no-such-python"]);
      assert.is(code, 1);
      assert.match(out, /^Python +none$/m);
      assert.match(out, /^No definition was found here\.$/m);
      assert.match(
        out,
        /wrong: python: `no-such-python` \(the option `python`\) is not a Python that can be started\n$/,
      );
      assert.is(doctor(folder, ["--python", PYTHON]).code, 0);
      assert.is(doctor(folder, ["missing.yaml"]).code, 3);
      assert.is(doctor(folder, ["--format", "sarif"]).code, 2);
    });
    inFolder({ ...FILES, "efemarai.yaml": definition().replace("runtime:", "runtim:") }, (folder) => {
      const { code, out } = doctor(folder, ["--python", PYTHON]);
      assert.is(code, 1);
      assert.match(out, /^wrong: definition: there is a mistake in it; `modelwright check` shows more$/m);
    });
  });
});
