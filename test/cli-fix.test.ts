// `check --fix` on disk: what is written, what is left unchanged, the output, and the exit codes.
import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { changesAsDiff, shownDiff } from "../src/cli/fixed-files.ts";
import { inFolder, modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";

const WRONG = "# kept\r\nproject:\r\n  nam: x  # kept too\r\n";
const FIXED = "# kept\r\nproject:\r\n  name: x  # kept too\r\n";
const HALF = "project:\n  nam: x\n  private: maybe\n";
const read = (folder: string, name = "efemarai.yaml") => readFileSync(join(folder, name), "utf8");

describe("the diff of thousands of changes", (test) => {
  for (const end of ["\n", ""]) {
    test(`is not compared line by line, and can be applied, ${end === "" ? "without" : "with"} a newline at the end`, async () => {
      const text = (key: string) => Array.from({ length: 20_000 }, (_, i) => `- ${key}: ${i}`).join("\n") + end;
      const start = process.cpuUsage();
      const diff = await changesAsDiff([{ path: "efemarai.yaml", before: text("nmae"), after: text("name") }]);
      assert.ok(process.cpuUsage(start).user < 5_000_000);
      inFolder({ "efemarai.yaml": text("nmae") }, (folder) => {
        const { status, stderr } = spawnSync("git", ["apply", "-p1", "-"], {
          cwd: folder,
          input: diff,
          encoding: "utf8",
        });
        assert.is(status, 0, stderr);
        assert.is(read(folder), text("name"));
      });
    });
  }
});

describe("check --fix", (test) => {
  test("writes the fixed files, reports them, and leaves no temporary files", () => {
    inFolder({ "efemarai.yaml": WRONG, "b/efemarai.yaml": HALF, "c/efemarai.yaml": FIXED }, (folder) => {
      const { code, out, err } = modelwright(folder, ["check", "--fix"]);
      assert.is(code, 1);
      assert.is(err, "Fixed 2 findings in 2 files.\n");
      assert.match(out, "error[wrong-type]");
      assert.match(out, /^Checked 3 files: 1 error$/m);
      assert.is(read(folder), FIXED);
      assert.is(read(folder, "b/efemarai.yaml"), "project:\n  name: x\n  private: maybe\n");
      assert.equal(readdirSync(folder).sort(), ["b", "c", "efemarai.yaml"]);
      const again = modelwright(folder, ["check", "--fix"]);
      assert.is(again.err, "No safe fixes are available.\n");
      assert.is(again.out, out);
    });
  });

  test("succeeds if everything is fixed, and does not touch correct files", () => {
    inFolder({ "efemarai.yaml": WRONG, "b/efemarai.yaml": FIXED }, (folder) => {
      const before = statSync(join(folder, "b/efemarai.yaml"));
      assert.is(modelwright(folder, ["check", "--fix"]).code, 0);
      const after = statSync(join(folder, "b/efemarai.yaml"));
      assert.equal([after.ino, after.mtimeMs], [before.ino, before.mtimeMs]);
    });
  });

  test("keeps the file mode and a byte order mark, and follows a link", () => {
    inFolder({ "real/x.yaml": `\ufeff${WRONG}` }, (folder) => {
      chmodSync(join(folder, "real/x.yaml"), 0o640);
      symlinkSync("real/x.yaml", join(folder, "efemarai.yaml"));
      assert.is(modelwright(folder, ["check", "--fix", "efemarai.yaml"]).code, 0);
      assert.ok(lstatSync(join(folder, "efemarai.yaml")).isSymbolicLink());
      assert.is(statSync(join(folder, "real/x.yaml")).mode & 0o777, 0o640);
      assert.is(read(folder, "real/x.yaml"), `\ufeff${FIXED}`);
    });
  });

  test("--dry-run prints a diff that can be applied, and changes nothing", () => {
    inFolder({ "efemarai.yaml": WRONG, "a b/efemarai.yaml": "project:\n  nam: x" }, (folder) => {
      const { code, out, err } = modelwright(folder, ["check", "--fix", "--dry-run"]);
      assert.is(code, 1);
      assert.match(err, "2 findings in 2 files can be fixed. No file was changed.");
      assert.match(err, "error[unknown-key]");
      assert.is(read(folder), WRONG);
      assert.match(out, "--- a/efemarai.yaml\n+++ b/efemarai.yaml\n@@ -1,3 +1,3 @@\n # kept\r\n project:\r\n-  nam: x");
      assert.match(out, "\\ No newline at end of file");
      writeFileSync(join(folder, "fix.patch"), out);
      const applied = spawnSync("git", ["apply", "fix.patch"], { cwd: folder, encoding: "utf8" });
      assert.is(applied.status, 0, applied.stderr);
      assert.is(read(folder), FIXED);
      assert.is(read(folder, "a b/efemarai.yaml"), "project:\n  name: x");
    });
  });

  test("escapes control characters in a diff on a terminal", () => {
    const diff = "-\ta\u001b[2Jb\r\n+c\u202ed\n";
    assert.is(shownDiff(diff, false), diff);
    assert.is(shownDiff(diff, true), "-\ta\\u001b[2Jb\r\n+c\\u202ed\n");
  });

  test("prints the fixed text of standard input", () => {
    inFolder({ "efemarai.yaml": WRONG }, (folder) => {
      const { code, out, err } = modelwright(folder, ["check", "--fix", "-"], HALF);
      assert.is(out, "project:\n  name: x\n  private: maybe\n");
      assert.match(err, "efemarai.yaml:3:12");
      assert.is(code, 1);
      assert.is(read(folder), WRONG);
    });
  });

  test("does not change a file that was only read", () => {
    const model = "models:\n  - name: a\n    files: []\n";
    inFolder({ "model.yaml": model, "efemarai.yaml": `project:\n  nam: x\n${model}` }, (folder) => {
      const { err } = modelwright(folder, ["check", "--fix", "model.yaml"]);
      assert.match(err, "efemarai.yaml also has safe fixes. Name it on the command line to apply them.");
      assert.match(read(folder), "nam: x");
    });
  });

  test("needs compatible options", () => {
    inFolder({ "efemarai.yaml": WRONG }, (folder) => {
      assert.is(modelwright(folder, ["check", "--dry-run"]).code, 2);
      assert.is(modelwright(folder, ["check", "--fix", "-", "efemarai.yaml"]).code, 2);
    });
  });
});

describe("a suppressed error", (test) => {
  const text = "models: # modelwright-ignore-file missing-runtime: it comes later\n  - name: a\n";
  test("does not fail check, and is shown by commands that need a plan", () => {
    const files = { "efemarai.yaml": text.replace(/(models:) (.*)\n/, "$2\n$1\n") };
    inFolder(files, (folder) => {
      const { code, out } = modelwright(folder, ["check"]);
      assert.equal([code, out], [0, "Checked 1 file: no problems found (1 suppressed)\n"]);
      for (const command of ["plan", "build"]) {
        const refused = modelwright(folder, [command]);
        assert.is(refused.code, 1);
        assert.match(refused.err, "error[missing-runtime]");
      }
    });
  });
});
