// A TypeScript program with generated bindings, compiled by real compilers and run with real Python.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { COMPILERS, compile, write, writeProject } from "./bindings-project.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { fixture, ROOT } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";

const PROGRAM = `import * as models from "./generated/models.js";

const paths = process.argv.slice(2);
const digits = await models.digits.start({ env: process.env });
const lines: string[] = [];
for await (const prediction of digits.predict(paths.map((path) => ({ path })))) {
  const [digit = -1]: readonly number[] = prediction.classes;
  lines.push(digit + " " + (prediction.scores[0] ?? 0).toFixed(2));
}
await digits.stop();
console.log(lines.join("\\n"));
`;

/** The only part of Node that the program uses. Everything else is checked without global types. */
const GLOBALS = `declare const process: { readonly argv: string[]; readonly env: { [name: string]: string | undefined } };
declare const console: { log(text: string): void };
`;

const WRONG: readonly (readonly [string, string, string])[] = [
  ["a misspelled key", "prediction.classes", "prediction.clases"],
  ["a datapoint of the wrong type", "({ path })", "({ pat: path })"],
  ["an environment that is not a map of texts", "env: process.env", "env: 5"],
  ["a missing model", "models.digits", "models.digit"],
];

describe("bindings", (test) => {
  const folder = temporaryFolder();

  test("a program of ten lines runs the digits model and reads typed predictions", async () => {
    cpSync(fixture("run/digits"), folder, { recursive: true });
    const built = spawnSync(process.execPath, [MAIN, "build"], { cwd: folder, encoding: "utf8" });
    assert.is(built.status, 0, built.stderr);
    writeProject(folder, { "program.ts": PROGRAM, "globals.d.ts": GLOBALS });
    for (const compiler of COMPILERS) assert.is(await compile(compiler, folder), "", compiler);
    const args = ["node_modules/typescript/bin/tsc", "-p", folder, "--noEmit", "false", "--rootDir", folder];
    const compiled = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
    assert.is(compiled.status, 0, compiled.stdout);

    const rows = readFileSync(join(folder, "labels.csv"), "utf8").trim().split("\n").slice(1, 41);
    const labels = rows.map((row) => row.split(",") as [string, string]);
    const images = labels.map(([name]) => join(folder, "images", name));
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "program.js"), ...images], {
      encoding: "utf8",
    });
    assert.is(status, 0, stderr);
    const lines = stdout.trim().split("\n");
    assert.is(lines.length, 40);
    assert.ok(lines.every((line) => /^\d [01]\.\d\d$/.test(line)));
    const right = lines.filter((line, i) => line.startsWith(labels[i]?.[1] ?? "?"));
    assert.ok(right.length >= 36, `${right.length} of 40 are right`);
  });

  for (const [title, correct, mistake] of WRONG) {
    test(`rejects ${title}`, async () => {
      write(folder, { "program.ts": PROGRAM.replace(correct, mistake) });
      assert.match(await compile("typescript", folder), /^exit \d+\n.*program\.ts\(\d+,\d+\): error TS\d+/);
    });
  }
});
