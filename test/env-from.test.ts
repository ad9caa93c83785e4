// Variables from a file. The command is started as users start it, because Node.js searches its arguments for `--env-file`.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { inTemporaryFolder } from "./temporary.ts";

const FILES = {
  "efemarai.yaml": "project:\n  name: x\n  description: ${SUBTITLE}\n",
  "good.env": "SUBTITLE=x\n",
  "loading.env": "SUBTITLE=x\nNODE_OPTIONS=--require ./loaded.cjs\n",
  "loaded.cjs": "require('node:fs').writeFileSync('loaded', '')\n",
};

/** Starts the command like a link on the `PATH` does: without `--` before its file. */
function start(folder: string, ...args: readonly string[]) {
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  const { status, stdout, stderr } = spawnSync(MAIN, args, { cwd: folder, encoding: "utf8", env });
  return { code: status, out: stdout, err: stderr };
}

function isLoaded(folder: string): boolean {
  return spawnSync("rm", [join(folder, "loaded")]).status === 0;
}

describe("a file of variables", (test) => {
  test("of --env-from is read by Modelwright and not by Node.js", () => {
    inTemporaryFolder(FILES, (folder) => {
      for (const given of [["--env-from", "loading.env"], ["--env-from=loading.env"], ["-e", "loading.env"]]) {
        assert.equal(start(folder, "check", ...given), {
          code: 0,
          out: "Checked 1 file: no problems found\n",
          err: "",
        });
        assert.not.ok(isLoaded(folder));
      }
      const missing = start(folder, "check", "--env-from", "nowhere.env");
      assert.equal(missing, {
        code: 3,
        out: "",
        err: "modelwright: Cannot read the environment file nowhere.env.\n",
      });
      writeFileSync(join(folder, "good.env"), "OTHER=x\n");
      assert.is(start(folder, "check", "-e", "good.env").code, 1);
    });
  });

  test("of --env-file works too, with a note that Node.js applies its NODE_OPTIONS", () => {
    inTemporaryFolder(FILES, (folder) => {
      assert.equal(start(folder, "check", "--env-file", "good.env").err, "");
      for (const given of [["--env-file", "loading.env"], ["--env-file=loading.env"]]) {
        const { code, err } = start(folder, "check", ...given);
        assert.is(code, 0);
        assert.match(err, "Node.js also reads `--env-file`, and applies NODE_OPTIONS of loading.env. Use `--env-from");
        isLoaded(folder);
      }
      const { code, err } = modelwright(folder, ["check", "-e", "good.env", "--env-file", "good.env"]);
      assert.is(code, 2);
      assert.match(err, "`--env-from` and `--env-file`");
    });
  });
});
