// How tests are run: a file is found by its name, is built for only if it needs that, and is named when it dies.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";
import { type Ended, runGroup } from "./tools/run-group.ts";
import { importedBy, needsBuild, selectFiles, testFiles } from "./tools/select.ts";

describe("the names of test files", (test) => {
  const files = ["cli-fix.test.ts", "cli.test.ts", "python-names.test.ts", "run/download.test.ts", "run/names.test.ts"];
  const found = (...names: readonly string[]) => selectFiles(names, files);

  test("are those of files, or the beginning of their paths", () => {
    assert.equal(found("cli").files, ["cli.test.ts"]);
    assert.equal(found("cli-").files, ["cli-fix.test.ts"]);
    assert.equal(found("run/").files, ["run/download.test.ts", "run/names.test.ts"]);
    assert.equal(found("run/d", "python").files, ["python-names.test.ts", "run/download.test.ts"]);
    assert.equal(found("test/run/names.test.ts", "./test/cli.test.ts").files, ["cli.test.ts", "run/names.test.ts"]);
    assert.equal(found("cl", "c").files, ["cli-fix.test.ts", "cli.test.ts"]);
  });

  test("that are unknown are answered with the nearest ones", () => {
    assert.equal(found("run/downlaod").mistakes, [
      "No test file is named `run/downlaod`. Did you mean `run/download`?",
    ]);
    assert.equal(found("names", "cli").mistakes, [
      "No test file is named `names`. Did you mean `python-names` or `run/names`?",
    ]);
    assert.equal(found("x(").mistakes, ["No test file is named `x(`. There are 5, such as `cli-fix`."]);
  });
});

describe("a build", (test) => {
  test("is needed by the tests of the command line, and not by those of the compiler", () => {
    assert.ok(["cli.test.ts", "bindings.test.ts", "plugin-vite.test.ts", "leaks.test.ts"].every(needsBuild));
    assert.not.ok(["python.test.ts", "check-reject.test.ts", "format.test.ts", "layers.test.ts"].some(needsBuild));
    assert.ok(testFiles().filter(needsBuild).length < testFiles().length / 2);
  });

  test("is reached through `dist.ts` only", () => {
    const tests = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
      .map((path) => `test/${path.replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(".ts") && !importedBy(path).has("test/dist.ts"));
    const build = /ROOT\b[^;\n]*dist|["'`/]dist\/(?:cli|src|grammar)|symlinkSync\(ROOT|"npm", "pack"/;
    const own = "test/test-runner.test.ts";
    const without = tests.filter((path) => path !== own && build.test(readFileSync(join(ROOT, path), "utf8")));
    assert.equal(without, []);
  });
});

describe("a slow machine", (test) => {
  test("fails no test: none asserts how much time has passed", () => {
    const files = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" });
    const tests = files.filter((path) => path.endsWith(".ts") && !path.startsWith("test-runner"));
    const clock = /assert\.[^;]*(?:Date|performance)\.now\(\) -/;
    assert.equal(
      tests.filter((path) => clock.test(readFileSync(join(ROOT, "test", path), "utf8"))),
      [],
    );
  });
});

describe("a group of test files", (test) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  const modules = ["describe.ts", "golden.ts"].map((name) =>
    JSON.stringify(pathToFileURL(join(ROOT, "test", name)).href),
  );
  const write = (name: string, body: string): string => {
    const path = join(folder, `${name}.test.ts`);
    const imports = `import { describe } from ${modules[0]};\nimport { readGoldens } from ${modules[1]};\n`;
    writeFileSync(path, `${imports}describe("suite", (test) => {\n${body}\n});\n`);
    return path;
  };
  const good = write("good", `test("a", () => console.log("said")); test("b", () => void readGoldens.add("golden"));`);
  const other = write("other", `test("c", () => { throw new Error("wrong"); }); test("d", () => {});`);
  const run = async (files: readonly string[], silenceMs?: number) => {
    const ended: Ended[] = [];
    const left = await runGroup(files, (each) => ended.push(each), silenceMs);
    return { ended, left, reports: ended.map(({ report }) => report) };
  };

  test("is reported file by file, without the dots of uvu", async () => {
    const { ended, left, reports } = await run([good, other]);
    assert.equal(left, []);
    assert.equal(reports[0], { passed: 2, failures: [], goldens: ["golden"] });
    assert.is(reports[1]?.passed, 1);
    assert.match(reports[1]?.failures.join() ?? "", /^suite: c\n {2}wrong\n/);
    assert.is(ended[0]?.printed, "said\n");
    assert.match(ended[1]?.printed ?? "", "wrong");
  });

  for (const [how, body, why] of [
    ["is killed", `process.kill(process.pid, "SIGKILL")`, "the process ended with SIGKILL"],
    ["exits", "process.exit(0)", "the process ended with 1"],
    ["never settles", "new Promise(() => {})", "the process ended with 1"],
  ] as const) {
    test(`that ${how} names the file and the test; the other files still run`, async () => {
      const dead = write("dead", `test("first", () => {}); test("deadly", () => ${body});`);
      const { ended, left, reports } = await run([good, dead, other]);
      assert.equal(
        ended.map(({ file }) => file),
        [good, dead],
      );
      assert.equal(reports[1]?.failures, [`${why} in the test "suite: deadly"`]);
      assert.equal(left, [other]);
    });
  }

  test("that hangs is ended", async () => {
    const endless = write("endless", `test("endless", () => { for (;;); });`);
    const { reports, left } = await run([endless, good], 10_000);
    assert.equal(reports[0]?.failures, [`no test ended for 10 s in the test "suite: endless"`]);
    assert.equal(left, [good]);
  });

  test("with a file that cannot be loaded runs the others", async () => {
    const broken = join(folder, "broken.test.ts");
    writeFileSync(broken, 'throw new Error("at the top");\n');
    const { reports, left } = await run([broken, good]);
    assert.match(reports[0]?.failures.join() ?? "", "it cannot be loaded: Error: at the top");
    assert.is(reports[1]?.passed, 2);
    assert.equal(left, []);
  });
});
