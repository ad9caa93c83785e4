// `modelwright doctor` on the real command line: what a run needs, and what is missing.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
  test("reports what a run needs", () =>
    inFolder({ ...FILES, "modelwright/files/a": "12345" }, (folder) => {
      const { code, out, err } = doctor(folder, ["--python", PYTHON]);
      assert.is(err, "");
      assert.is(code, 0);
      assert.match(out, new RegExp(`^Node +${process.versions.node.replaceAll(".", "\\.")}$`, "m"));
      assert.match(out, /^Python +3\.\d+\.\d+, \/\S+, from `\/\S+` \(the option `python`\)$/m);
      assert.match(out, /^git +\d+\.\d+/m);
      assert.match(out, /^containers +(?:(?:docker|podman) \d|none \(not required\)$)/m);
      assert.match(out, /^cache +\$XDG_CACHE_HOME\/modelwright: 5 bytes in 1 file, [\d.]+ [GMT]B of disk space free$/m);
      assert.match(out, /^Big Ship \(big_ship\): ready$/m);
      assert.match(out, /\nNo problems found\. A run can start\.\n$/);
    }));

  test("reports missing things by name only, and what would be fetched", () =>
    inFolder(REMOTE, (folder) => {
      const { code, out } = doctor(folder, ["--python", PYTHON]);
      assert.is(code, 1);
      const end = out.slice(out.indexOf("Big Ship"));
      assert.is(
        end,
        `Big Ship (big_ship): not ready
  fetches code of https://git.invalid/team/code at main (not locked)
  fetches https://host.invalid/w.pt (not locked)
  needs the unset environment variables GIT_KEY, SERVICE_TOKEN

problem: big_ship/repository: the environment variable GIT_KEY is not set
problem: big_ship/load: the environment variable SERVICE_TOKEN is not set: ask the team
problem: big_ship/files/local: the file \`gone.bin\` does not exist
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

  test("checks the machine without a definition, and with a broken one", () => {
    inFolder({}, (folder) => {
      const { code, out } = doctor(folder, ["--python", "no-such-python"]);
      assert.is(code, 1);
      assert.match(out, /^Python +none$/m);
      assert.match(out, /^No definition was found\.$/m);
      assert.match(
        out,
        /problem: python: `no-such-python` \(the option `python`\) is not a Python interpreter that can be started\n$/,
      );
      assert.is(doctor(folder, ["--python", PYTHON]).code, 5);
      assert.is(doctor(folder, ["missing.yaml"]).code, 3);
      assert.is(doctor(folder, ["--format", "sarif"]).code, 2);
    });
    inFolder({ ...FILES, "efemarai.yaml": definition().replace("runtime:", "runtim:") }, (folder) => {
      const { code, out } = doctor(folder, ["--python", PYTHON]);
      assert.is(code, 1);
      assert.match(out, /^problem: definition: it has 1 error; run `modelwright check` for details$/m);
    });
  });
});

/** The names of the programs that doctor looks for: Python, Git and containers. */
const PROGRAMS = ["git", "docker", "podman", "python3", "python", "sh", "bash", "env", "pyenv", "head", "sed", "node"];

/** Programs that record that they were started. */
function plant(folder: string, ...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), `#!/bin/sh\necho "$0 $*" >> ${folder}/ran\necho 9.9.9\n`);
    chmodSync(join(folder, path), 0o755);
  }
}

describe("doctor, in an untrusted checkout", (test) => {
  const path = process.env["PATH"] ?? "";

  /** Runs doctor in both formats. Fails if a planted program was started. */
  const examined = (folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string => {
    const { out, err } = doctor(folder, args, { PATH: path, ...env });
    assert.is(err, "");
    doctor(folder, [...args, "--format", "json"], { PATH: path, ...env });
    assert.not.ok(existsSync(join(folder, "ran")), `${args.join(" ")} ${JSON.stringify(env)}`);
    return out;
  };

  test("does not start the Python of a virtual environment", () =>
    inFolder(FILES, (folder) => {
      plant(folder, ".venv/bin/python", "other/bin/python", "python", "bin/python3");
      const python = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): string =>
        /^Python +(.*)$/m.exec(examined(folder, args, env))?.[1] ?? "";
      assert.is(python(), `unknown version, ${folder}/.venv/bin/python, from the Python of .venv`);
      const active = { VIRTUAL_ENV: join(folder, "other"), PATH: `${folder}/other/bin:${path}` };
      assert.is(python([], active), `unknown version, ${folder}/other/bin/python, from the Python of VIRTUAL_ENV`);
      for (const option of ["./python", "python/../python", join(folder, "python"), "bin/python3"]) {
        assert.match(python(["--python", option]), /^unknown version, \/.*python3?, from `/);
      }
      // The files of the environment are read.
      writeFileSync(join(folder, ".venv/pyvenv.cfg"), "home = /usr/bin\nversion_info = 3.12.1.final.0\n");
      assert.match(python(), /^3\.12\.1, /);
      writeFileSync(join(folder, ".venv/pyvenv.cfg"), "home = /usr/bin\nversion = 3.6.9\n");
      assert.match(
        examined(folder, []),
        "problem: python: the Python of .venv is Python 3.6.9; Python 3.9 or later is required",
      );
      // A link out of it is not followed, and reading a pipe does not block.
      rmSync(join(folder, ".venv/pyvenv.cfg"));
      symlinkSync("/proc/self/environ", join(folder, ".venv/pyvenv.cfg"));
      assert.match(python([], { version: "3.11.1", X: "\nversion = 3.11.1\n" }), /^unknown version/);
      rmSync(join(folder, ".venv/pyvenv.cfg"));
      execFileSync("mkfifo", [join(folder, ".venv/pyvenv.cfg")]);
      assert.match(python(), /^unknown version/);
      mkdirSync(join(folder, ".venv/lib/python3.13/site-packages"), { recursive: true });
      assert.match(python(), /^3\.13, /);
      chmodSync(join(folder, ".venv/bin/python"), 0o644);
      assert.not.match(python(), "venv");
    }));

  test("does not start an interpreter that a definition names", () => {
    for (const program of ["./evil", "bin/evil", "evil"]) {
      const settings = `x-modelwright: { python: ${program} }\n`;
      inFolder({ ...FILES, "efemarai.yaml": settings + definition() }, (folder) => {
        plant(folder, "evil", "bin/evil");
        const out = examined(folder, [], { PATH: `${folder}/bin:${path}` });
        assert.match(out, /^Python +unknown version, .*evil, from `/m);
      });
    }
  });

  test("reads the version of a real virtual environment", () =>
    inFolder(FILES, (folder) => {
      execFileSync("python3", ["-m", "venv", "--without-pip", join(folder, ".venv")]);
      const version = execFileSync(
        join(folder, ".venv/bin/python"),
        ["-c", "import platform as p; print(p.python_version(), end='')"],
        { encoding: "utf8" },
      );
      const out = examined(folder, []);
      assert.match(out, `Python      ${version}, ${folder}/.venv/bin/python, from the Python of .venv\n`);
      assert.match(out, "No problems found");
      for (const name of readdirSync(join(folder, ".venv/bin"))) rmSync(join(folder, ".venv/bin", name));
      symlinkSync("/nowhere/python3", join(folder, ".venv/bin/python"));
      assert.match(
        examined(folder, [], { VIRTUAL_ENV: join(folder, ".venv") }),
        "problem: python: the Python of VIRTUAL_ENV is not a Python interpreter that can be started",
      );
    }));

  test("finds programs only on the PATH of its process, and none in the checkout", () => {
    const files = {
      ...FILES,
      "evil.env": "PATH=./bin:bin\nVIRTUAL_ENV=./venv\n",
      "nested/efemarai.yaml": definition(),
    };
    inFolder(files, (folder) => {
      execFileSync("git", ["init", "--quiet", folder]);
      for (const place of ["", "bin", "nested", "nested/bin", "node_modules/.bin"]) {
        plant(folder, ...PROGRAMS.map((name) => join(place, name)));
      }
      plant(folder, "venv/bin/python");
      symlinkSync(join(folder, "bin"), join(folder, "link"));
      const usual = /^git +(?!9)[\d.]+$/m;
      for (const before of [
        "bin",
        ".",
        "",
        "./bin",
        "nested/../bin",
        `${folder}/bin`,
        `${folder}/node_modules/.bin`,
        `${folder}/link`,
      ]) {
        const env = { PATH: `${before}:${path}:${before}` };
        assert.match(examined(folder, [], env), usual);
        assert.match(examined(folder, ["nested"], env), usual);
        assert.match(examined(folder, ["--cwd", "nested"], env), usual);
      }
      assert.match(examined(folder, ["--env-file", "evil.env"]), usual);
      assert.match(
        examined(folder, ["--env-file", "evil.env", "nested"]),
        /^Python +3\.\d+\.\d+, .*, from `python3`$/m,
      );
      const alone = examined(folder, [], { PATH: `bin::.:${folder}/bin` });
      assert.match(alone, /^git +none$/m);
      assert.match(alone, /^containers +none/m);
    });
  });
});

describe("run, with variables from a file", (test) => {
  test("starts the Python that its own process finds", () => {
    inFolder({ ...FILES, "evil.env": "PATH=./bin\nVIRTUAL_ENV=./venv\n", "in.jsonl": '{"id": "a"}\n' }, (folder) => {
      plant(folder, ...PROGRAMS.map((name) => join("bin", name)), "venv/bin/python");
      const { code, out, err } = modelwright(folder, ["run", "--env-file", "evil.env", "--input", "in.jsonl"], "", {
        PATH: `.:bin::${process.env["PATH"]}`,
      });
      assert.is(code, 0, err);
      assert.match(out, '"index":0');
      assert.not.ok(existsSync(join(folder, "ran")));
    });
  });
});
