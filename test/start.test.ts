// What the command keeps between starts: compiled code, which runs without validation.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { modelwright, type Outcome } from "./command-line.ts";
import { DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { inTemporaryFolder } from "./temporary.ts";

const FILE = `check-${process.version}-${process.arch}`;

/** Runs in a folder that is also the cache. */
function start(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Outcome {
  return modelwright(folder, args, "", { XDG_CACHE_HOME: folder, ...env });
}

function inProject(body: (folder: string, kept: string, expected: Outcome) => void): void {
  inTemporaryFolder({ "efemarai.yaml": DEFINITION }, (folder) => {
    const expected = start(folder, ["check", "efemarai.yaml"], { NODE_DISABLE_COMPILE_CACHE: "1" });
    assert.is(expected.code, 1);
    assert.not.ok(existsSync(join(folder, "modelwright")));
    body(folder, join(folder, "modelwright/start", FILE), expected);
  });
}

describe("start", (test) => {
  test("compiled code is kept and used by the next start", () => {
    inProject((folder, kept, expected) => {
      assert.equal(start(folder, ["check", "efemarai.yaml"]), expected);
      const { ino, mode, mtimeMs } = statSync(kept);
      assert.is(mode & 0o777, 0o600);
      assert.equal(start(folder, ["check", "efemarai.yaml"]), expected);
      assert.equal([statSync(kept).ino, statSync(kept).mtimeMs], [ino, mtimeMs]);
      assert.equal(readdirSync(join(kept, "..")), [FILE]);
    });
  });

  test("incomplete, foreign or outdated code is compiled again", () => {
    inProject((folder, kept, expected) => {
      start(folder, ["check", "efemarai.yaml"]);
      const good = readFileSync(kept);
      const flipped = Buffer.from(good);
      flipped.writeUInt8(flipped.readUInt8(5000) ^ 1, 5000);
      const other = Buffer.from(good.toString("latin1").replaceAll(/"build":"./g, '"build":"x'), "latin1");
      const shorter = good.subarray(0, good.length / 2);
      for (const wrong of [flipped, other, shorter, Buffer.concat([good, good]), Buffer.of(), Buffer.from("\n\n")]) {
        writeFileSync(kept, wrong);
        assert.equal(start(folder, ["check", "efemarai.yaml"]), expected);
        assert.not.ok(readFileSync(kept).equals(wrong));
      }
      const { ino } = statSync(kept);
      chmodSync(kept, 0o622);
      assert.equal(start(folder, ["check", "efemarai.yaml"]), expected);
      assert.is.not(statSync(kept).ino, ino);
      assert.is(statSync(kept).mode & 0o777, 0o600);
    });
  });

  test("an unusable cache folder is not an error", () => {
    inProject((folder, _, expected) => {
      writeFileSync(join(folder, "modelwright"), "");
      assert.equal(start(folder, ["check", "efemarai.yaml"]), expected);
      for (const XDG_CACHE_HOME of [join(folder, "missing"), join(folder, "modelwright"), "/proc"]) {
        assert.equal(start(folder, ["check", "efemarai.yaml"], { XDG_CACHE_HOME }), expected);
      }
      assert.equal(readdirSync(folder).sort(), ["efemarai.yaml", "modelwright"]);
    });
  });

  test("a wrong command line leaves no files", () => {
    inProject((folder) => {
      for (const args of [["check", "--nope"], ["nothing"], ["check", "missing.yaml"]]) start(folder, args);
      assert.not.ok(existsSync(join(folder, "modelwright")));
    });
  });

  test("plain files are checked as with options, and the version is that of the program", () => {
    inProject((folder, _, expected) => {
      assert.equal(start(folder, ["check", "efemarai.yaml", "--format", "pretty"]), expected);
      assert.equal(start(folder, ["check"]), expected);
      assert.equal(start(folder, ["check", "--", "efemarai.yaml"]), expected);
      const version = start(folder, ["--version"]);
      assert.equal(version, { code: 0, out: version.out, err: "" });
      assert.equal(start(folder, ["--version", "--cwd"]), version);
      assert.is(start(folder, ["--help"]).out, start(folder, []).err);
      for (const name of ["check", "run", "explain"]) {
        assert.match(start(folder, [name, "--help"]).out, new RegExp(`^Usage: modelwright ${name} `));
      }
    });
  });

  test("a pipe that does not block, or has no reader, gets what it can take", () => {
    inTemporaryFolder({}, (folder) => {
      const files = Array.from({ length: 400 }, (_, i) => `f${i}`);
      for (const name of files) {
        mkdirSync(join(folder, name));
        writeFileSync(join(folder, name, "efemarai.yaml"), "modls: 1\n");
      }
      const whole = start(folder, ["check"]);
      assert.ok(whole.out.length > 100_000);
      const script = `import os, subprocess, sys, time
reader, writer = os.pipe()
os.set_blocking(writer, False)
child = subprocess.Popen(sys.argv[1:], stdout=writer)
os.close(writer)
time.sleep(1)
text = b""
while piece := os.read(reader, 65536):
    text += piece
sys.stdout.buffer.write(text)
sys.exit(child.wait())`;
      const slow = spawnSync("python3", ["-c", script, process.execPath, MAIN, "check", "--no-color"], { cwd: folder });
      assert.is(slow.status, 1, slow.stderr.toString());
      assert.is(slow.stdout.toString(), whole.out);
      const cut = spawnSync("sh", ["-c", '"$0" "$1" check | head -c 10', process.execPath, MAIN], { cwd: folder });
      assert.equal([cut.stdout.length, cut.stderr.toString()], [10, ""]);
    });
  });
});
